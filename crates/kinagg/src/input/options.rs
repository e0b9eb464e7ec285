//! Options for ambiguous input.

use super::format::Format;
use super::limits::Limits;

/// How lines of text become records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joining {
    /// Join lines if the first begins an aggregate that the next ones complete.
    Auto,
    /// Lines of one width, and a shorter one after them, are one record.
    Always,
    /// Each line is a record.
    Never,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Options {
    pub(super) limits: Limits,
    pub(super) joining: Joining,
    /// Raw bytes are one record.
    pub(super) one_record: bool,
}

impl Options {
    /// A note for the user, if a given option has no effect on inputs of this format.
    pub(super) fn without_effect(self, format: Format) -> Option<&'static str> {
        if self.one_record && format != Format::Raw {
            return Some("not taken as raw bytes: `--one-record` has no effect; `--raw` reads raw bytes");
        }
        let has_lines = matches!(format, Format::Base64 | Format::Hex | Format::Decimal);
        match self.joining {
            Joining::Always if !has_lines => {
                Some("not taken as lines of base64, hex or numbers: `--join-lines` has no effect")
            }
            Joining::Never if !has_lines => {
                Some("not taken as lines of base64, hex or numbers: `--one-record-per-line` has no effect")
            }
            _ => None,
        }
    }
}
