//! Options for ambiguous input.

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
