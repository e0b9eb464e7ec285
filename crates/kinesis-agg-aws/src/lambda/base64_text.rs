//! Base64 in events.

use std::borrow::Cow;

use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use serde::{Serialize, Serializer};

/// Reads with and without padding, and ignores unused bits of the last symbol.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes either alphabet, with or without padding and white space. Other symbols are errors.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    LENIENT.decode(text).or_else(|_| LENIENT.decode(canonical(text).as_ref()))
}

/// The standard alphabet, without white space.
fn canonical(text: &str) -> Cow<'_, str> {
    let symbol = |symbol| match symbol {
        '-' => '+',
        '_' => '/',
        other => other,
    };
    match text.contains(|c: char| c.is_ascii_whitespace() || c == '-' || c == '_') {
        true => text.chars().filter(|c| !c.is_ascii_whitespace()).map(symbol).collect(),
        false => text.into(),
    }
}

/// Writes bytes as base64.
pub(super) struct Base64<'a>(pub(super) &'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&base64::display::Base64Display::new(self.0, &STANDARD))
    }
}
