//! How a line represents bytes.

use super::groups;
use crate::base64::{self, Ending};
use crate::input::format::is_around_text;

/// How bytes are written as text, one or more lines for each record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::input) enum Notation {
    Base64,
    Hex,
    Decimal,
}

impl Notation {
    /// The part of a line that represents bytes.
    pub(super) fn trim(self, line: &[u8]) -> Vec<u8> {
        match self {
            Self::Base64 => line.iter().copied().filter(|byte| !is_around_text(*byte)).collect(),
            Self::Hex => groups::without_dashes(line.trim_ascii()).into_owned(),
            Self::Decimal => line.trim_ascii().to_vec(),
        }
    }

    /// The width of a line: in symbols, hex digits or numbers.
    pub(super) fn width(self, line: &[u8]) -> usize {
        match self {
            Self::Base64 => line.len(),
            Self::Hex => groups::groups(line).map(<[u8]>::len).sum(),
            Self::Decimal => groups::groups(line).count(),
        }
    }

    /// The widths at which tools break lines: openssl and PEM 64, MIME and coreutils 76, `xxd -p` 60. Lists
    /// of numbers are broken at any width from 8 numbers on.
    pub(super) fn is_width_of_tool(self, line: &[u8]) -> bool {
        let width = self.width(line);
        match self {
            Self::Base64 => width == 64 || width == 76,
            Self::Hex => {
                width == 60
                    || width == 64
                    || width >= 16 && groups::groups(line).all(|group| group.len() <= 2)
            }
            Self::Decimal => width >= 8,
        }
    }

    /// Whether a line says itself that it continues: a list that ends with a comma.
    pub(super) fn is_open(self, line: &[u8]) -> bool {
        self != Self::Base64
            && line.ends_with(b",")
            && !line.contains(&b'"')
            && !line.contains(&b'\'')
            && line.iter().filter(|byte| **byte == b',').count() > 1
    }

    /// Whether a line cannot continue in the next one.
    pub(super) fn is_closed(self, line: &[u8]) -> bool {
        self == Self::Base64 && line.ends_with(b"=")
    }

    /// Appends the bytes that `text` represents to `bytes`.
    ///
    /// # Errors
    /// What is wrong. The text continues a sentence whose subject is the text.
    pub(super) fn decode(self, text: &[u8], bytes: &mut Vec<u8>) -> Result<Ending, String> {
        match self {
            Self::Base64 => base64::decode(text, bytes),
            Self::Hex => groups::decode_hex(text, bytes),
            Self::Decimal => groups::decode_decimal(text, bytes),
        }
    }

    pub(super) fn cut_off(self) -> &'static str {
        match self {
            Self::Base64 => "base64 is cut off within a byte at its end",
            Self::Hex | Self::Decimal => "hex is cut off within a byte at its end",
        }
    }
}
