//! Kinesis records as they are given, and what takes them apart.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use crate::base64_text::decode_base64;
use crate::reading::{self, Contents};
use crate::user_records::UserRecords;
use crate::{arguments, errors};

/// A Kinesis record, and what is looked at of it.
#[derive(FromPyObject)]
pub(crate) struct Given<'py> {
    pub(crate) data: Bound<'py, PyBytes>,
    pub(crate) partition_key: Bound<'py, PyAny>,
    pub(crate) sequence_number: Bound<'py, PyAny>,
    pub(crate) record: Bound<'py, PyAny>,
}

impl<'py> Given<'py> {
    /// Of data without a record around it.
    fn data(data: &Bound<'py, PyAny>, partition_key: Option<Bound<'py, PyString>>) -> PyResult<Self> {
        let py = data.py();
        Ok(Self {
            data: arguments::data(data)?,
            partition_key: partition_key.unwrap_or_else(|| PyString::new(py, "")).into_any(),
            sequence_number: py.None().into_bound(py),
            record: py.None().into_bound(py),
        })
    }

    /// Reads a record as Lambda and boto3 give it. The package reads every other shape, and takes longer.
    ///
    /// `raw`: data that is `bytes` is never base64 text.
    fn usual(record: &Bound<'py, PyAny>, raw: bool) -> PyResult<Option<Self>> {
        let py = record.py();
        let Ok(outer) = record.cast_exact::<PyDict>() else { return Ok(None) };
        let (data, partition_key, sequence_number) = match outer.get_item(intern!(py, "kinesis"))? {
            Some(nested) => {
                let Ok(nested) = nested.cast_exact::<PyDict>() else { return Ok(None) };
                let data = match nested.get_item(intern!(py, "data"))? {
                    Some(data) if !raw || data.is_instance_of::<PyString>() => decode_base64(&data).ok(),
                    Some(data) => data.cast_into::<PyBytes>().ok(),
                    None => None,
                };
                let field = |name| nested.get_item(name);
                (data, field(intern!(py, "partitionKey"))?, field(intern!(py, "sequenceNumber"))?)
            }
            None => {
                let field = |name| outer.get_item(name);
                let data = field(intern!(py, "Data"))?.and_then(|data| data.cast_into::<PyBytes>().ok());
                (data, field(intern!(py, "PartitionKey"))?, field(intern!(py, "SequenceNumber"))?)
            }
        };
        let text = |field: &Bound<'py, PyAny>| field.is_instance_of::<PyString>();
        Ok(match (data, partition_key.filter(text), sequence_number.filter(text)) {
            (Some(data), Some(partition_key), Some(sequence_number)) => {
                Some(Self { data, partition_key, sequence_number, record: record.clone() })
            }
            _ => None,
        })
    }
}

/// The user records of a Kinesis record, given by its data and its partition key.
///
/// Nothing is lost: data that is not an aggregate, or one with any fault, comes out as it is. `error` says
/// why it was not an aggregate.
#[pyfunction]
#[pyo3(signature = (data, partition_key = None))]
pub(crate) fn deaggregate(
    py: Python<'_>,
    data: &Bound<'_, PyAny>,
    partition_key: Option<Bound<'_, PyString>>,
) -> PyResult<UserRecords> {
    let given = Given::data(data, partition_key)?;
    let bytes = given.data.as_bytes();
    let contents = py.detach(|| reading::read(bytes));
    Ok(UserRecords::new(given, contents))
}

/// The user records of an aggregate.
///
/// Raises `ParseError`, with `kind` and `offset`, if the data is not an aggregate, whole and correct.
#[pyfunction]
pub(crate) fn parse(py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<UserRecords> {
    let given = Given::data(data, None)?;
    let bytes = given.data.as_bytes();
    let contents = py
        .detach(|| reading::parse(bytes))
        .map_err(|error| errors::of_parse(error, "; `deaggregate` hands such data on as it is"))?;
    Ok(UserRecords::new(given, contents))
}

/// The contents of each Kinesis record. Digests are computed together, without the interpreter lock.
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

/// The user records of each Kinesis record from a position on, until these have about 1 MiB together; `None`
/// in the place of a record in an unusual shape.
#[pyfunction]
pub(crate) fn read_usual(
    records: &Bound<'_, PyList>,
    position: usize,
    raw: bool,
) -> PyResult<Vec<Option<UserRecords>>> {
    let py = records.py();
    let mut group = Vec::new();
    let mut len = 0_usize;
    while len < GROUP_LEN
        && let Ok(record) = records.get_item(position.saturating_add(group.len()))
    {
        let given = Given::usual(&record, raw)?;
        len = len.saturating_add(given.as_ref().map_or(0, |given| given.data.as_bytes().len()));
        group.push(given);
    }
    let mut contents = read_all(py, &group.iter().flatten().collect::<Vec<_>>()).into_iter();
    let mut read = |given| UserRecords::new(given, contents.next().unwrap_or_default());
    Ok(group.into_iter().map(|given| given.map(&mut read)).collect())
}

/// As many bytes as `kinesis-agg-aws` reads at a time: digests of enough records to compute them together, and
/// little memory.
const GROUP_LEN: usize = 1 << 20;
