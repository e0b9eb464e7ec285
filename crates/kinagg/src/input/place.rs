//! Where an input was read.

use std::fmt;
use std::path::Path;

/// A file and a place in it, for people: `records.jsonl: line 3`, `line 3` of standard input, `records.json:
/// record 5`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    /// As on the command line; `-` is standard input.
    pub(crate) file: &'a Path,
    pub(crate) position: Position,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// The file as a whole, or its only record.
    Whole,
    /// A line, from 1.
    Line(u64),
    /// From one line to another.
    Lines(u64, u64),
    /// From this byte on, counted from 0.
    Byte(u64),
    /// A Kinesis record, from 1, counted through all lists and answers of the file.
    Record(u64),
    /// After this record, where no other was found.
    AfterRecord(u64),
}

impl Place<'_> {
    pub(crate) fn is_stdin(&self) -> bool {
        is_stdin(self.file)
    }
}

pub(crate) fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Position::Whole if self.is_stdin() => return f.write_str("standard input"),
            Position::Whole => return write!(f, "{}", self.file.display()),
            _ if self.is_stdin() => {}
            _ => write!(f, "{}: ", self.file.display())?,
        }
        match self.position {
            Position::Whole => Ok(()),
            Position::Line(number) => write!(f, "line {number}"),
            Position::Lines(first, last) => write!(f, "lines {first} to {last}"),
            Position::Byte(offset) => write!(f, "byte {offset}"),
            Position::Record(number) => write!(f, "record {number}"),
            Position::AfterRecord(number) => write!(f, "after record {number}"),
        }
    }
}
