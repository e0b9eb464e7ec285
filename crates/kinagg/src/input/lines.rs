//! Reads lines from an input, none longer than a bound.

use std::io::{self, BufRead, Read};

use crate::stop;

/// Lines, counted from 1.
pub(super) struct Lines<R> {
    reader: R,
    /// In bytes, without the line end.
    max_line: u64,
    line: Vec<u8>,
    number: u64,
    is_over: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R, max_line: u64) -> Self {
        Self { reader, max_line, line: Vec::new(), number: 0, is_over: false }
    }

    /// The next line with its line end and its number, or an error.
    pub(super) fn next(&mut self) -> Option<(u64, Result<&[u8], String>)> {
        if self.is_over {
            return None;
        }
        self.number = self.number.saturating_add(1);
        let line = match self.read_line() {
            Ok(ReadLine::End) => return None,
            Ok(ReadLine::TooLong) => Err(format!("line has more than {} bytes", self.max_line)),
            Ok(ReadLine::Whole) => Ok(self.line.as_slice()),
            Err(error) => {
                // A read that failed once fails again, and the input would never end.
                self.is_over = true;
                match (stop::is_asked(), self.line.trim_ascii().is_empty()) {
                    (true, true) => return None,
                    (true, false) => {
                        Err("left out: a signal ended the input before the end of this line".to_owned())
                    }
                    (false, _) => Err(error.to_string()),
                }
            }
        };
        Some((self.number, line))
    }

    fn read_line(&mut self) -> io::Result<ReadLine> {
        self.line.clear();
        let with_end = self.max_line.saturating_add(1);
        let len = self.reader.by_ref().take(with_end).read_until(b'\n', &mut self.line)?;
        if len == 0 {
            return Ok(ReadLine::End);
        }
        let is_cut = u64::try_from(len).is_ok_and(|len| len == with_end) && !self.line.ends_with(b"\n");
        if is_cut {
            self.reader.skip_until(b'\n')?;
            return Ok(ReadLine::TooLong);
        }
        Ok(ReadLine::Whole)
    }
}

enum ReadLine {
    Whole,
    /// It was skipped.
    TooLong,
    End,
}
