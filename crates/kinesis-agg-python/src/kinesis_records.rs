//! Kinesis records as they are given, and the functions that unpack them.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use crate::base64_text::decode_base64;
use crate::errors;
use crate::given::Given;
use crate::reading::{self, Contents};
use crate::user_records::UserRecords;

/// How a record is handled.
enum Found<'py> {
    /// It will be unpacked.
    Given(Given<'py>),
    /// Its data does not begin like an aggregate.
    Plain,
    /// It has a shape that the Python package reads.
    Unusual,
}

impl<'py> Found<'py> {
    /// Reads a record in the shapes of Lambda and boto3. The Python package reads all other shapes, which
    /// takes longer.
    fn of(record: &Bound<'py, PyAny>, options: Options) -> PyResult<Self> {
        let py = record.py();
        let Ok(outer) = record.cast_exact::<PyDict>() else { return Ok(Self::Unusual) };
        let (fields, names, is_raw) = match outer.get_item(intern!(py, "kinesis"))? {
            Some(nested) => match nested.cast_into_exact::<PyDict>() {
                Ok(nested) => {
                    let names =
                        [intern!(py, "data"), intern!(py, "partitionKey"), intern!(py, "sequenceNumber")];
                    (nested, names, options.raw)
                }
                Err(_) => return Ok(Self::Unusual),
            },
            None => {
                let names = [intern!(py, "Data"), intern!(py, "PartitionKey"), intern!(py, "SequenceNumber")];
                (outer.clone(), names, true)
            }
        };
        let [data, partition_key, sequence_number] = names;
        let Some(data) = fields.get_item(data)? else { return Ok(Self::Unusual) };
        if options.skip_plain && !may_be_aggregate(&data, is_raw) {
            return Ok(Self::Plain);
        }
        let data = match is_raw && !data.is_instance_of::<PyString>() {
            true => data.cast_into::<PyBytes>().ok(),
            false => decode_base64(&data).ok(),
        };
        let text = |name| {
            let field = fields.get_item(name)?;
            Ok::<_, PyErr>(field.filter(|field| field.is_instance_of::<PyString>()))
        };
        Ok(match (data, text(partition_key)?, text(sequence_number)?) {
            (Some(data), Some(partition_key), Some(sequence_number)) => {
                Self::Given(Given { data, partition_key, sequence_number, record: record.clone() })
            }
            _ => Self::Unusual,
        })
    }

    fn data_len(&self) -> usize {
        match self {
            Self::Given(given) => given.data.as_bytes().len(),
            Self::Plain | Self::Unusual => 0,
        }
    }
}

/// Whether data begins like an aggregate; the rest is not read. `true` if that is unknown.
fn may_be_aggregate(data: &Bound<'_, PyAny>, is_raw: bool) -> bool {
    let (bytes, is_base64) = match (data.cast::<PyBytes>(), data.cast::<PyString>()) {
        (Ok(bytes), _) => (bytes.as_bytes(), !is_raw),
        (_, Ok(text)) => (text.to_str().unwrap_or_default().as_bytes(), true),
        _ => return true,
    };
    match is_base64 {
        // White space may be anywhere.
        true => {
            let begin = bytes.get(..MAGIC_BASE64.len()).unwrap_or(bytes);
            begin == MAGIC_BASE64 || begin.iter().any(u8::is_ascii_whitespace)
        }
        false => bytes.starts_with(&reading::MAGIC),
    }
}

/// The symbols of the magic that do not depend on the bytes after it.
const MAGIC_BASE64: &[u8] = b"84maw";

/// The options for reading records.
#[derive(Clone, Copy, FromPyObject)]
pub(crate) struct Options {
    /// Whether data of the type `bytes` is never base64 text.
    raw: bool,
    /// Whether a record whose data does not begin like an aggregate is returned as it is.
    skip_plain: bool,
}

/// The user records of a Kinesis record, given by its data and its partition key.
///
/// Nothing is lost: data that is not an aggregate, or a faulty one, is returned as it is. `error` says why it
/// was not an aggregate.
#[pyfunction]
#[pyo3(signature = (data, partition_key = None))]
pub(crate) fn deaggregate(
    py: Python<'_>,
    data: &Bound<'_, PyAny>,
    partition_key: Option<Bound<'_, PyAny>>,
) -> PyResult<UserRecords> {
    let given = Given::data("deaggregate", data, partition_key)?;
    let bytes = given.data.as_bytes();
    let contents = py.detach(|| reading::read(bytes));
    Ok(UserRecords::new(given, contents))
}

/// The user records of an aggregate.
///
/// Raises `ParseError`, with `kind` and `offset`, if the data is not a complete and correct aggregate.
#[pyfunction]
pub(crate) fn parse(py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<UserRecords> {
    let given = Given::data("parse", data, None)?;
    let bytes = given.data.as_bytes();
    let contents = py
        .detach(|| reading::parse(bytes))
        .map_err(|error| errors::of_parse(error, "; `deaggregate` hands such data on as it is"))?;
    Ok(UserRecords::new(given, contents))
}

/// Returns the contents of each Kinesis record. Digests are computed together, without the interpreter lock.
fn read_all(py: Python<'_>, all: &[&Given<'_>]) -> Vec<Contents> {
    let all: Vec<&[u8]> = all.iter().map(|given| given.data.as_bytes()).collect();
    py.detach(|| reading::read_all(&all))
}

/// The user records of each Kinesis record.
#[pyfunction]
pub(crate) fn read_group(py: Python<'_>, group: Vec<Given<'_>>) -> Vec<UserRecords> {
    let contents = read_all(py, &group.iter().collect::<Vec<_>>());
    group.into_iter().zip(contents).map(|(given, contents)| UserRecords::new(given, contents)).collect()
}

/// The user records of each Kinesis record from a position on, until the records have about 1 MiB together;
/// `None` in the place of a record of unusual shape.
#[pyfunction]
pub(crate) fn read_usual<'py>(
    records: &Bound<'py, PyList>,
    position: usize,
    options: Options,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let py = records.py();
    let mut group = Vec::new();
    let mut len = 0_usize;
    while len < GROUP_LEN
        && let Ok(record) = records.get_item(position.saturating_add(group.len()))
    {
        let found = Found::of(&record, options)?;
        len = len.saturating_add(found.data_len());
        group.push((record, found));
    }
    let given = group.iter().filter_map(|(_, found)| match found {
        Found::Given(given) => Some(given),
        Found::Plain | Found::Unusual => None,
    });
    let mut contents = read_all(py, &given.collect::<Vec<_>>()).into_iter();
    let read = |(record, found)| match found {
        Found::Given(given) => {
            let user_records = UserRecords::new(given, contents.next().unwrap_or_default());
            Ok(Bound::new(py, user_records)?.into_any())
        }
        Found::Plain => Ok(record),
        Found::Unusual => Ok(py.None().into_bound(py)),
    };
    group.into_iter().map(read).collect()
}

/// The same number of bytes as `kinesis-agg-aws` reads at a time: enough records to compute their digests
/// together, and little memory.
const GROUP_LEN: usize = 1 << 20;
