//! Decodes pasted text: base64 with or without line breaks and padding, hex digits, or JSON that contains one
//! of them.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Leftover bits are allowed, so that text that was cut off can be examined as well.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The bytes in `text`.
///
/// # Errors
/// What was found instead of base64 or hex digits.
pub fn decode(text: &str) -> Result<Vec<u8>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("Nothing was pasted.".into());
    }
    let text = if text.starts_with(['{', '[']) { data_in_json(text)? } else { text };
    let text: String = text.chars().filter(|c| !c.is_whitespace() && !"\"'`\\".contains(*c)).collect();
    decode_hex(&text).map_or_else(|| decode_base64(&text), Ok)
}

/// The first string in a field named `data`, in any case: of get-records, of a Lambda event, of `kinagg`.
fn data_in_json(text: &str) -> Result<&str, String> {
    const NAME: &str = "\"data\"";
    let mut rest = text;
    while let Some((_, after)) = rest.find('"').and_then(|quote| rest.split_at_checked(quote)) {
        if after.get(..NAME.len()).is_some_and(|name| name.eq_ignore_ascii_case(NAME)) {
            let value = after.get(NAME.len()..).unwrap_or_default().trim_start();
            let value =
                value.strip_prefix(':').map(str::trim_start).and_then(|value| value.strip_prefix('"'));
            if let Some(value) = value {
                return Ok(value.split('"').next().unwrap_or(value));
            }
        }
        rest = after.get(1..).unwrap_or_default();
    }
    Err("This is JSON without text in a field \"Data\".".into())
}

fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").unwrap_or(text).replace([':', ','], "");
    let nibble = |digit: &u8| char::from(*digit).to_digit(16).and_then(|nibble| u8::try_from(nibble).ok());
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| Some(nibble(pair.first()?)? << 4 | nibble(pair.get(1)?)?)).collect()
}

fn decode_base64(text: &str) -> Result<Vec<u8>, String> {
    // Also of the URL-safe alphabet. A lone last symbol, which has less than a byte, is left over from a cut.
    let mut text = text.replace('-', "+").replace('_', "/");
    if text.trim_end_matches('=').len() % 4 == 1 {
        let end = text.trim_end_matches('=').len().saturating_sub(1);
        if text.is_char_boundary(end) {
            text.truncate(end);
        }
    }
    BASE64.decode(&text).map_err(|error| match error {
        base64::DecodeError::InvalidByte(offset, _) => {
            let symbol = text.get(offset..).and_then(|rest| rest.chars().next()).unwrap_or_default();
            format!("This is neither base64 nor hex digits: symbol {offset} is {}.", symbol.escape_debug())
        }
        other => format!("This is neither base64 nor hex digits: {}.", other.to_string().to_lowercase()),
    })
}
