//! A Kinesis record as it is given.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::arguments;

/// A Kinesis record and those of its fields that are needed.
#[derive(FromPyObject)]
pub(crate) struct Given<'py> {
    pub(crate) data: Bound<'py, PyBytes>,
    pub(crate) partition_key: Bound<'py, PyAny>,
    pub(crate) sequence_number: Bound<'py, PyAny>,
    pub(crate) record: Bound<'py, PyAny>,
}

impl<'py> Given<'py> {
    /// Makes one of data without a record around it.
    pub(crate) fn data(
        call: &str,
        data: &Bound<'py, PyAny>,
        partition_key: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let py = data.py();
        if let Some(key) = partition_key.as_ref().filter(|key| !key.is_instance_of::<PyString>()) {
            return Err(arguments::wrong_type(call, "partition_key", "str or None", key));
        }
        Ok(Self {
            data: arguments::data(call, data, "bytes-like")?,
            partition_key: partition_key.unwrap_or_else(|| PyString::new(py, "").into_any()),
            sequence_number: py.None().into_bound(py),
            record: py.None().into_bound(py),
        })
    }
}
