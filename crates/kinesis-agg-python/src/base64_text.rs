//! Base64 text of events.

use std::borrow::Cow;

use base64_simd::{Out, STANDARD, forgiving_decode_to_vec};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

/// Decodes base64 text: either alphabet, with or without padding and white space. Any other symbol is an
/// error.
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn decode_base64<'py>(text: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyBytes>> {
    let py = text.py();
    let symbols = match text.cast::<PyString>() {
        Ok(text) => text.to_str()?.as_bytes(),
        Err(_) => match text.cast::<PyBytes>() {
            Ok(bytes) => bytes.as_bytes(),
            Err(_) => return Err(PyTypeError::new_err("base64 must be str or bytes")),
        },
    };
    strict(py, symbols).or_else(|_| {
        let decoded = forgiving_decode_to_vec(&standard_alphabet(symbols));
        decoded.map(|bytes| PyBytes::new(py, &bytes)).map_err(|_| PyValueError::new_err("not base64"))
    })
}

/// Decodes the form that AWS writes, directly into the new object.
fn strict<'py>(py: Python<'py>, symbols: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    let error = |_| PyValueError::new_err("not base64");
    let len = STANDARD.decoded_length(symbols).map_err(error)?;
    PyBytes::new_with(py, len, |bytes| {
        STANDARD.decode(symbols, Out::from_slice(bytes)).map(drop).map_err(error)
    })
}

fn standard_alphabet(symbols: &[u8]) -> Cow<'_, [u8]> {
    let symbol = |symbol: &u8| match symbol {
        b'-' => b'+',
        b'_' => b'/',
        other => *other,
    };
    match symbols.iter().any(|symbol| matches!(symbol, b'-' | b'_')) {
        true => symbols.iter().map(symbol).collect(),
        false => symbols.into(),
    }
}
