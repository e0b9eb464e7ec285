//! The user records of a Kinesis record, as Python objects that are made on access.

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyMemoryView, PySlice, PyString};

use crate::given::Given;
use crate::reading::{self, Contents, Place, Span};
use crate::{arguments, errors};

/// The user records of one Kinesis record: a sequence.
///
/// Each user record is made on access. A Kinesis record that is not an aggregate is its own only user record.
#[pyclass(frozen, sequence, module = "kinesis_agg")]
pub(crate) struct UserRecords {
    data: Py<PyBytes>,
    contents: Contents,
    partition_key: Py<PyAny>,
    sequence_number: Py<PyAny>,
    record: Py<PyAny>,
    /// A view of all data. The views of user records are slices of it.
    view: PyOnceLock<Py<PyMemoryView>>,
}

impl UserRecords {
    pub(crate) fn new(given: Given<'_>, contents: Contents) -> Self {
        Self {
            data: given.data.unbind(),
            contents,
            partition_key: given.partition_key.unbind(),
            sequence_number: given.sequence_number.unbind(),
            record: given.record.unbind(),
            view: PyOnceLock::new(),
        }
    }

    fn len(&self) -> usize {
        match self.contents.is_plain {
            true => 1,
            false => self.contents.places.len(),
        }
    }

    fn user_record(slf: &Bound<'_, Self>, index: usize) -> Option<UserRecord> {
        (index < slf.get().len()).then(|| UserRecord { source: slf.clone().unbind(), index })
    }

    fn text<'py>(&self, py: Python<'py>, span: Span) -> PyResult<Bound<'py, PyString>> {
        PyString::from_bytes(py, span.in_data(self.data.bind(py).as_bytes()))
    }

    fn view<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyMemoryView>> {
        let make = || PyMemoryView::from(self.data.bind(py).as_any()).map(Bound::unbind);
        Ok(self.view.get_or_try_init(py, make)?.bind(py))
    }
}

#[pymethods]
impl UserRecords {
    fn __len__(&self) -> usize {
        self.len()
    }

    fn __getitem__(slf: &Bound<'_, Self>, index: isize) -> PyResult<UserRecord> {
        let position = match index {
            0.. => usize::try_from(index).ok(),
            // A negative index counts from the end.
            _ => slf.get().len().checked_add_signed(index),
        };
        position
            .and_then(|position| Self::user_record(slf, position))
            .ok_or_else(|| PyIndexError::new_err("user record index out of range"))
    }

    fn __iter__(slf: &Bound<'_, Self>) -> UserRecordIterator {
        UserRecordIterator { source: slf.clone().unbind(), next: 0 }
    }

    /// Whether the Kinesis record is an aggregate.
    #[getter]
    fn aggregated(&self) -> bool {
        !self.contents.is_plain
    }

    /// Why the Kinesis record is not an aggregate: a `ParseError`, or `None` if it is one.
    #[getter]
    fn error(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        if !self.contents.is_plain {
            return None;
        }
        let error = reading::parse(self.data.bind(py).as_bytes()).err()?;
        Some(errors::of_parse(error, "").into_value(py).into_any())
    }

    /// The Kinesis record that they came in, as `deaggregate_batch` was given it; `None` of `deaggregate` and
    /// `parse`.
    #[getter]
    fn kinesis_record(&self, py: Python<'_>) -> Py<PyAny> {
        self.record.clone_ref(py)
    }

    fn __repr__(&self) -> String {
        let aggregated = if self.contents.is_plain { "False" } else { "True" };
        format!("<UserRecords: {} user records, aggregated={aggregated}>", self.len())
    }
}

/// Iterates over the user records of one Kinesis record.
#[pyclass(module = "kinesis_agg")]
pub(crate) struct UserRecordIterator {
    source: Py<UserRecords>,
    next: usize,
}

#[pymethods]
impl UserRecordIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&mut self, py: Python<'_>) -> Option<UserRecord> {
        let record = UserRecords::user_record(self.source.bind(py), self.next)?;
        self.next = self.next.saturating_add(1);
        Some(record)
    }

    fn __length_hint__(&self) -> usize {
        self.source.get().len().saturating_sub(self.next)
    }
}

/// The name and the value of a tag.
type Tag<'py> = (Bound<'py, PyString>, Option<Bound<'py, PyString>>);

/// A user record: keys and data that a producer sent.
///
/// It refers to the data of its Kinesis record and copies no part of it.
#[pyclass(frozen, freelist = 64, module = "kinesis_agg")]
pub(crate) struct UserRecord {
    source: Py<UserRecords>,
    index: usize,
}

impl UserRecord {
    /// `None` if the Kinesis record is not an aggregate.
    fn place(&self) -> Option<&Place> {
        self.source.get().contents.places.get(self.index)
    }
}

#[pymethods]
impl UserRecord {
    /// The partition key; the empty text if the Kinesis record has none.
    #[getter]
    fn partition_key<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let source = self.source.get();
        match self.place() {
            Some(place) => Ok(source.text(py, place.partition_key)?.into_any()),
            None => Ok(source.partition_key.bind(py).clone()),
        }
    }

    /// The explicit hash key as its producer wrote it, which may not be a number; or `None`.
    #[getter]
    fn explicit_hash_key<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyString>>> {
        let key = self.place().and_then(|place| place.explicit_hash_key);
        key.map(|key| self.source.get().text(py, key)).transpose()
    }

    /// The data as `bytes`. Each access copies it from the data of the Kinesis record; `view` copies nothing.
    #[getter]
    fn data<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let data = self.source.get().data.bind(py);
        match self.place() {
            Some(place) => PyBytes::new(py, place.data.in_data(data.as_bytes())),
            None => data.clone(),
        }
    }

    /// The data as a read-only `memoryview`: nothing is copied. It keeps all data of the Kinesis record
    /// alive. It is faster than `data` from about 5 KB on.
    #[getter]
    fn view<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let view = self.source.get().view(py)?;
        let Some(place) = self.place() else { return Ok(view.clone().into_any()) };
        let (start, end) = (isize::try_from(place.data.start())?, isize::try_from(place.data.end())?);
        view.get_item(PySlice::new(py, start, end, 1))
    }

    /// The position in the aggregate, from 0. Together with the sequence number it identifies the user
    /// record.
    #[getter]
    fn sub_sequence_number(&self) -> usize {
        self.index
    }

    /// Whether it was unpacked from an aggregate. If not, it is the Kinesis record itself.
    #[getter]
    fn aggregated(&self) -> bool {
        self.place().is_some()
    }

    /// The tags: pairs of a name and a value or `None`. No known producer writes any.
    #[getter]
    fn tags<'py>(&self, py: Python<'py>) -> PyResult<Vec<Tag<'py>>> {
        let source = self.source.get();
        let tags = &source.contents.tags;
        let first = tags.partition_point(|tag| tag.user_record < self.index);
        let own = tags.iter().skip(first).take_while(|tag| tag.user_record == self.index);
        own.map(|tag| {
            let value = tag.value.map(|value| source.text(py, value)).transpose()?;
            Ok((source.text(py, tag.key)?, value))
        })
        .collect()
    }

    /// The sequence number of the Kinesis record, if it was given with one.
    #[getter]
    fn sequence_number(&self, py: Python<'_>) -> Py<PyAny> {
        self.source.get().sequence_number.clone_ref(py)
    }

    /// The Kinesis record that `deaggregate_batch` was given; `None` of `deaggregate` and `parse`.
    #[getter]
    fn kinesis_record(&self, py: Python<'_>) -> Py<PyAny> {
        self.source.get().record.clone_ref(py)
    }

    /// The hash key, which decides to which shard it belongs. Raises `InvalidKeyError` if its explicit hash
    /// key is not a number below 2^128.
    #[getter]
    fn hash_key(&self, py: Python<'_>) -> PyResult<u128> {
        let partition_key = self.partition_key(py)?;
        let explicit_hash_key = self.explicit_hash_key(py)?;
        let explicit_hash_key = explicit_hash_key.as_ref().map(|key| key.to_str()).transpose()?;
        reading::hash_key(arguments::key("hash_key", &partition_key, "partition_key")?, explicit_hash_key)
            .map_err(|error| errors::invalid_key(&format!("explicit hash key: {error}")))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let partition_key = self.partition_key(py)?;
        let len = match self.place() {
            Some(place) => place.data.end().saturating_sub(place.data.start()),
            None => self.source.get().data.bind(py).as_bytes().len(),
        };
        let index = self.index;
        Ok(format!(
            "<UserRecord {index}: partition_key={}, data of {len} bytes, aggregated={}>",
            partition_key.repr()?,
            if self.place().is_some() { "True" } else { "False" },
        ))
    }
}
