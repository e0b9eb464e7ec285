//! The classes of the drop-in whose methods are called for each user record.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};

use crate::arguments::Given;
use crate::packing::{Packer, empty_aggregate};

/// An aggregated Kinesis record: user records are added to it until it is full.
#[pyclass(module = "kinesis_agg.aggregator", subclass)]
pub(crate) struct AggRecord {
    /// The most bytes that `get_contents` returns as data.
    #[pyo3(get)]
    max_size: usize,
    /// The partition key and the explicit hash key of the first user record, as they were given.
    first_keys: Option<(Py<PyAny>, Py<PyAny>)>,
    /// The buffer; none before the first user record.
    packer: Option<Packer>,
    /// The data, if it was requested and no user record was added since.
    sealed: Option<Sealed>,
}

struct Sealed {
    data: Py<PyBytes>,
    user_records: usize,
}

impl AggRecord {
    fn count(&self) -> usize {
        match (&self.sealed, &self.packer) {
            (Some(sealed), _) => sealed.user_records,
            (None, packer) => packer.as_ref().map_or(0, Packer::count),
        }
    }

    /// Makes the data; `None` if there are no user records.
    fn seal(&mut self, py: Python<'_>) -> Option<&Sealed> {
        if self.sealed.is_none()
            && let Some(finished) = self.packer.as_mut().and_then(Packer::finish)
        {
            let data = PyBytes::new(py, finished.data).unbind();
            self.sealed = Some(Sealed { data, user_records: finished.user_records });
        }
        self.sealed.as_ref()
    }

    /// Returns the buffer. If the data was made, the buffer gets its user records back first.
    fn open(&mut self, py: Python<'_>) -> PyResult<&mut Packer> {
        let max_size = self.max_size;
        let packer = self.packer.get_or_insert_with(|| Packer::new(max_size));
        if let Some(sealed) = &self.sealed {
            packer.clear();
            packer.add_all_of(sealed.data.bind(py).as_bytes())?;
            self.sealed = None;
        }
        Ok(packer)
    }

    fn first_key<'py>(
        &self,
        py: Python<'py>,
        choose: impl FnOnce(&(Py<PyAny>, Py<PyAny>)) -> &Py<PyAny>,
    ) -> Option<Bound<'py, PyAny>> {
        self.first_keys.as_ref().map(|keys| choose(keys).bind(py).clone())
    }
}

impl Drop for AggRecord {
    fn drop(&mut self) {
        if let Some(packer) = self.packer.take() {
            packer.recycle();
        }
    }
}

#[pymethods]
impl AggRecord {
    #[new]
    #[pyo3(signature = (max_size = 1024 * 1024))]
    fn new(max_size: usize) -> Self {
        Self { max_size, first_keys: None, packer: None, sealed: None }
    }

    /// The number of user records in this record.
    fn get_num_user_records(&self) -> usize {
        self.count()
    }

    /// The exact size in bytes of the data that `get_contents` returns.
    fn get_size_bytes(&self, py: Python<'_>) -> usize {
        let size = match (&self.sealed, &self.packer) {
            (Some(sealed), _) => sealed.data.bind(py).as_bytes().len(),
            (None, packer) => packer.as_ref().map_or(0, Packer::size),
        };
        size.max(empty_aggregate().len())
    }

    /// Removes all user records.
    fn clear(&mut self) {
        self.first_keys = None;
        self.sealed = None;
        // If `max_size` was set, the buffer has another size and cannot be kept.
        self.packer = self.packer.take().filter(|packer| packer.max_size() == self.max_size);
        if let Some(packer) = &mut self.packer {
            packer.clear();
        }
    }

    /// The partition key, the explicit hash key and the data to put this record with. Both keys are those of
    /// the first user record, as they were given.
    fn get_contents<'py>(
        &mut self,
        py: Python<'py>,
    ) -> (Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyBytes>) {
        let data = match self.seal(py) {
            Some(sealed) => sealed.data.bind(py).clone(),
            None => PyBytes::new(py, &empty_aggregate()),
        };
        let empty = || PyString::new(py, "").into_any();
        let partition_key = self.first_key(py, |keys| &keys.0).unwrap_or_else(empty);
        let explicit_hash_key = self.first_key(py, |keys| &keys.1).unwrap_or_else(empty);
        (partition_key, explicit_hash_key, data)
    }

    /// The partition key to put this record with; `None` if it is empty.
    fn get_partition_key<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.first_key(py, |keys| &keys.0)
    }

    /// The explicit hash key to put this record with; `None` if it is empty, or if the first user record has
    /// none.
    fn get_explicit_hash_key<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        self.first_key(py, |keys| &keys.1)
    }

    /// Adds a user record. Returns `False`, and changes nothing, if this record is full.
    ///
    /// Keys and data are `bytes`, or text that is sent as UTF-8. Raises `RecordTooLargeError` if the user
    /// record does not fit even an empty record, and `InvalidKeyError` if the service would refuse one of its
    /// keys.
    #[pyo3(signature = (partition_key, data, explicit_hash_key = None))]
    fn add_user_record(
        &mut self,
        partition_key: &Bound<'_, PyAny>,
        data: &Bound<'_, PyAny>,
        explicit_hash_key: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<bool> {
        let py = partition_key.py();
        let given = Given::of("add_user_record", partition_key, data, explicit_hash_key)?;
        let mut parts = given.parts();
        // An empty explicit hash key counts as none, as in AWS's module.
        parts.explicit_hash_key = parts.explicit_hash_key.filter(|key| !key.is_empty());
        let added = self.open(py)?.add(parts)?;
        if added && self.first_keys.is_none() {
            let explicit = explicit_hash_key.map_or_else(|| py.None(), |object| object.clone().unbind());
            self.first_keys = Some((partition_key.clone().unbind(), explicit));
        }
        Ok(added)
    }

    /// Moves the user records to a new record, and leaves this one empty.
    fn _take(&mut self, py: Python<'_>) -> Self {
        let taken = self.__copy__(py);
        self.clear();
        taken
    }

    /// A copy, which shares the data.
    fn __copy__(&mut self, py: Python<'_>) -> Self {
        let sealed = self
            .seal(py)
            .map(|sealed| Sealed { data: sealed.data.clone_ref(py), user_records: sealed.user_records });
        let first_keys = self.first_keys.as_ref().map(|(one, two)| (one.clone_ref(py), two.clone_ref(py)));
        Self { max_size: self.max_size, first_keys, packer: None, sealed }
    }

    /// A copy.
    fn __deepcopy__(&mut self, py: Python<'_>, _memo: &Bound<'_, PyAny>) -> Self {
        self.__copy__(py)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        format!("<AggRecord: {} user records, {} bytes>", self.count(), self.get_size_bytes(py))
    }
}

/// The base of `kinesis_agg.aggregator.RecordAggregator`, which completes records and calls callbacks.
// Errors of Python name it, so it has the name of the class that programs use.
#[pyclass(frozen, name = "RecordAggregator", module = "kinesis_agg.aggregator", subclass)]
pub(crate) struct RecordAggregatorBase {
    /// The record that user records are added to.
    #[pyo3(get)]
    current_record: Py<AggRecord>,
}

#[pymethods]
impl RecordAggregatorBase {
    /// Accepts the arguments of `__init__` of a subclass, which sets `max_size`.
    #[new]
    #[pyo3(signature = (*_arguments, **_keywords))]
    fn new(
        py: Python<'_>,
        _arguments: &Bound<'_, PyTuple>,
        _keywords: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        Ok(Self { current_record: Py::new(py, AggRecord::new(0))? })
    }

    /// The most bytes of data of a record.
    #[getter]
    fn max_size(&self, py: Python<'_>) -> usize {
        self.current_record.bind(py).borrow().max_size
    }

    /// It applies from the next record on.
    #[setter]
    fn set_max_size(&self, py: Python<'_>, max_size: usize) {
        self.current_record.bind(py).borrow_mut().max_size = max_size;
    }

    /// Adds a user record. If the current record was full, returns it, to be put; the user record is then the
    /// first of the next record.
    ///
    /// Keys and data are `bytes`, or text that is sent as UTF-8. Raises `RecordTooLargeError` or
    /// `InvalidKeyError`, both a `ValueError`, if the user record can never be added; nothing is changed
    /// then.
    #[pyo3(signature = (partition_key, data, explicit_hash_key = None))]
    fn add_user_record<'py>(
        slf: &Bound<'py, Self>,
        partition_key: &Bound<'py, PyAny>,
        data: &Bound<'py, PyAny>,
        explicit_hash_key: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let current = slf.get().current_record.bind(slf.py());
        let add = || current.borrow_mut().add_user_record(partition_key, data, explicit_hash_key);
        if add()? {
            return Ok(None);
        }
        let complete = slf.call_method0(intern!(slf.py(), "_complete"))?;
        add()?;
        Ok(Some(complete))
    }
}
