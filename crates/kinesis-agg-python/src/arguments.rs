//! Keys and data that Python code passes.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PyString};

use crate::errors;
use crate::packing::Parts;

/// The error for an argument of a wrong type, in the words of Python itself.
pub(crate) fn wrong_type(call: &str, argument: &str, expected: &str, object: &Bound<'_, PyAny>) -> PyErr {
    match object.get_type().name() {
        Ok(name) => {
            PyTypeError::new_err(format!("{call}() argument '{argument}' must be {expected}, not {name}"))
        }
        Err(error) => error,
    }
}

/// Returns data as immutable `bytes`: the object itself, or a copy of any other buffer.
pub(crate) fn data<'py>(
    call: &str,
    object: &Bound<'py, PyAny>,
    expected: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    if let Ok(bytes) = object.cast::<PyBytes>() {
        return Ok(bytes.clone());
    }
    match PyMemoryView::from(object) {
        Ok(view) => Ok(view.call_method0("tobytes")?.cast_into()?),
        Err(_) => Err(wrong_type(call, "data", expected, object)),
    }
}

/// Data to send. Text is sent as UTF-8.
enum Payload<'a, 'py> {
    Borrowed(&'a [u8]),
    Copied(Bound<'py, PyBytes>),
}

impl<'a, 'py> Payload<'a, 'py> {
    fn of(call: &str, object: &'a Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::Borrowed(bytes.as_bytes()));
        }
        match object.cast::<PyString>() {
            Ok(text) => Ok(Self::Borrowed(text.to_str()?.as_bytes())),
            Err(_) => data(call, object, "str or bytes-like").map(Self::Copied),
        }
    }
}

/// Returns a key: text, or bytes of UTF-8.
pub(crate) fn key<'a>(call: &str, object: &'a Bound<'_, PyAny>, name: &str) -> PyResult<&'a str> {
    if let Ok(text) = object.cast::<PyString>() {
        return text.to_str();
    }
    let Ok(bytes) = object.cast::<PyBytes>() else {
        return Err(wrong_type(call, name, "str or bytes", object));
    };
    std::str::from_utf8(bytes.as_bytes())
        .map_err(|error| errors::invalid_key(&format!("{name} is not UTF-8: {error}")))
}

/// The keys and the data of a user record as they were given. They are extracted first, so that no Python
/// code runs while an aggregator is borrowed.
pub(crate) struct Given<'a, 'py> {
    partition_key: &'a str,
    explicit_hash_key: Option<&'a str>,
    payload: Payload<'a, 'py>,
}

impl<'a, 'py> Given<'a, 'py> {
    pub(crate) fn of(
        call: &str,
        partition_key: &'a Bound<'py, PyAny>,
        data: &'a Bound<'py, PyAny>,
        explicit_hash_key: Option<&'a Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        Ok(Self {
            partition_key: key(call, partition_key, "partition_key")?,
            explicit_hash_key: optional_key(call, explicit_hash_key)?,
            payload: Payload::of(call, data)?,
        })
    }

    pub(crate) fn parts(&self) -> Parts<'_> {
        let data = match &self.payload {
            Payload::Borrowed(bytes) => bytes,
            Payload::Copied(bytes) => bytes.as_bytes(),
        };
        Parts { partition_key: self.partition_key, explicit_hash_key: self.explicit_hash_key, data }
    }
}

/// Returns an explicit hash key, if there is one.
pub(crate) fn optional_key<'a>(
    call: &str,
    object: Option<&'a Bound<'_, PyAny>>,
) -> PyResult<Option<&'a str>> {
    object.map(|object| key(call, object, "explicit_hash_key")).transpose()
}
