//! Data on standard output.

use std::io::{self, BufWriter, StdoutLock, Write};

use serde::{Serialize, Serializer};

use crate::base64;
use crate::stop;
use crate::visible::{VisibleJson, is_hidden};

/// Standard output, locked and buffered.
pub(crate) struct Output {
    stdout: BufWriter<StdoutLock<'static>>,
    /// Holds base64 before it is written.
    text: Vec<u8>,
    /// How many user records of `pack` are in the buffer.
    user_records: usize,
}

impl Output {
    const BUFFER_LEN: usize = 64 * 1024;

    pub(crate) fn new() -> Self {
        Self {
            stdout: BufWriter::with_capacity(Self::BUFFER_LEN, io::stdout().lock()),
            text: Vec::new(),
            user_records: 0,
        }
    }

    /// Writes a line of JSON. Errors are those of standard output, including a closed pipe.
    pub(crate) fn write(&mut self, line: &impl Serialize) -> io::Result<()> {
        self.write_json(line)?;
        self.write_bytes(b"\n")
    }

    /// Writes JSON without a line end. Invisible characters are escaped.
    pub(crate) fn write_json(&mut self, value: &impl Serialize) -> io::Result<()> {
        Ok(value.serialize(&mut serde_json::Serializer::with_formatter(&mut self.stdout, VisibleJson))?)
    }

    pub(crate) fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stdout.write_all(bytes)
    }

    pub(crate) fn write_base64(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.text.clear();
        base64::encode(bytes, &mut self.text);
        self.stdout.write_all(&self.text)
    }

    /// Writes text on one line. Characters that end the line, move the cursor or change the direction of text
    /// are escaped.
    pub(crate) fn write_printable(&mut self, bytes: &[u8]) -> io::Result<()> {
        for chunk in bytes.utf8_chunks() {
            for char in chunk.valid().chars() {
                match char == '\t' || !is_hidden(char) {
                    true => write!(self.stdout, "{char}")?,
                    false => write!(self.stdout, "{}", char.escape_default())?,
                }
            }
            write!(self.stdout, "{}", chunk.invalid().escape_ascii())?;
        }
        Ok(())
    }

    /// So many user records of `pack` were written. Those in the buffer still count as held.
    pub(crate) fn wrote(&mut self, user_records: usize) -> io::Result<()> {
        self.user_records = self.user_records.saturating_add(user_records);
        match self.stdout.buffer().len() >= Self::BUFFER_LEN.div_ceil(2) {
            true => self.flush(),
            false => Ok(()),
        }
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()?;
        stop::release(std::mem::take(&mut self.user_records));
        Ok(())
    }
}

/// Bytes that are serialized as base64.
pub(crate) struct Base64<'a>(pub(crate) &'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64::encode_to_string(self.0))
    }
}
