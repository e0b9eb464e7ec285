//! What Python gives as keys and data.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PyString};

use crate::errors;

/// Data as `bytes`, which nothing can change: itself, or a copy of any other buffer.
pub(crate) fn data<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    if let Ok(bytes) = object.cast::<PyBytes>() {
        return Ok(bytes.clone());
    }
    match PyMemoryView::from(object) {
        Ok(view) => Ok(view.call_method0("tobytes")?.cast_into()?),
        Err(_) => {
            let name = object.get_type().name()?;
            Err(PyTypeError::new_err(format!("data must be bytes, bytearray or memoryview, not {name}")))
        }
    }
}

/// Data to be sent; text is sent as UTF-8.
pub(crate) enum Payload<'py> {
    Text(Bound<'py, PyString>),
    Bytes(Bound<'py, PyBytes>),
}

impl<'py> Payload<'py> {
    pub(crate) fn of(object: &Bound<'py, PyAny>) -> PyResult<Self> {
        match object.cast::<PyString>() {
            Ok(text) => Ok(Self::Text(text.clone())),
            Err(_) => data(object).map(Self::Bytes),
        }
    }

    pub(crate) fn bytes(&self) -> PyResult<&[u8]> {
        match self {
            Self::Text(text) => Ok(text.to_str()?.as_bytes()),
            Self::Bytes(bytes) => Ok(bytes.as_bytes()),
        }
    }
}

/// A key: text, or bytes of UTF-8.
pub(crate) fn key<'a>(object: &'a Bound<'_, PyAny>, name: &str) -> PyResult<&'a str> {
    if let Ok(text) = object.cast::<PyString>() {
        return text.to_str();
    }
    let Ok(bytes) = object.cast::<PyBytes>() else {
        let type_name = object.get_type().name()?;
        return Err(PyTypeError::new_err(format!("{name} must be str or bytes, not {type_name}")));
    };
    std::str::from_utf8(bytes.as_bytes())
        .map_err(|error| errors::invalid_key(&format!("{name} is not UTF-8: {error}")))
}
