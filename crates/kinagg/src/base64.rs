//! Base64 in and out, and what is wrong with it.

use base64_simd::{STANDARD, STANDARD_NO_PAD};

/// Puts what `text` stands for behind `bytes`: the standard alphabet, with or without padding.
///
/// # Errors
/// What is wrong with it and at which byte, as the end of a sentence that begins with what the text is.
pub(crate) fn decode(text: &[u8], bytes: &mut Vec<u8>) -> Result<(), String> {
    let symbols = without_padding(text);
    let len = bytes.len();
    if STANDARD_NO_PAD.decode_append(symbols, bytes).is_err() {
        bytes.truncate(len);
        return Err(describe(text, symbols));
    }
    Ok(())
}

/// [`decode`] of what others write: either alphabet, and broken into lines.
///
/// # Errors
/// As [`decode`].
pub(crate) fn decode_lenient(text: &[u8], bytes: &mut Vec<u8>) -> Result<(), String> {
    let Err(error) = decode(text, bytes) else { return Ok(()) };
    let symbol = |byte: &u8| match *byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    };
    let plain: Vec<u8> = text.iter().filter(|byte| !byte.is_ascii_whitespace()).map(symbol).collect();
    decode(without_padding(&plain), bytes).map_err(|_| error)
}

/// Puts the base64 of `bytes` behind `text`.
pub(crate) fn encode(bytes: &[u8], text: &mut Vec<u8>) {
    STANDARD.encode_append(bytes, text);
}

/// The base64 of `bytes`.
pub(crate) fn encode_to_string(bytes: &[u8]) -> String {
    STANDARD.encode_to_string(bytes)
}

/// Whether a byte can be part of base64, in either alphabet.
pub(crate) fn is_symbol(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte)
}

fn without_padding(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"=").unwrap_or(text);
    text.strip_suffix(b"=").unwrap_or(text)
}

#[cold]
fn describe(text: &[u8], symbols: &[u8]) -> String {
    let is_standard = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    match symbols.iter().position(|byte| !is_standard(byte)) {
        Some(offset) => format!("is not base64: no symbol of it at byte {offset}"),
        None if symbols.len() % 4 == 1 => "is not base64: cut off".to_owned(),
        None if symbols.is_empty() && !text.is_empty() => "is not base64: wrong padding".to_owned(),
        None => format!("is not base64: bits left over at byte {}", symbols.len().saturating_sub(1)),
    }
}
