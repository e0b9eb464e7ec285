//! Data on standard output.

use std::io::{self, BufWriter, StdoutLock, Write};

use serde::{Serialize, Serializer};

use crate::base64;

/// Standard output, locked and buffered.
pub(crate) struct Output {
    stdout: BufWriter<StdoutLock<'static>>,
    /// For base64, before it is written.
    text: Vec<u8>,
}

impl Output {
    const BUFFER_LEN: usize = 64 * 1024;

    pub(crate) fn new() -> Self {
        Self { stdout: BufWriter::with_capacity(Self::BUFFER_LEN, io::stdout().lock()), text: Vec::new() }
    }

    /// Writes a line of JSON. The error is that of standard output, a closed pipe included.
    pub(crate) fn write(&mut self, line: &impl Serialize) -> io::Result<()> {
        self.write_json(line)?;
        self.write_bytes(b"\n")
    }

    /// Writes JSON, and no end of a line.
    pub(crate) fn write_json(&mut self, value: &impl Serialize) -> io::Result<()> {
        Ok(serde_json::to_writer(&mut self.stdout, value)?)
    }

    pub(crate) fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stdout.write_all(bytes)
    }

    pub(crate) fn write_base64(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.text.clear();
        base64::encode(bytes, &mut self.text);
        self.stdout.write_all(&self.text)
    }

    /// Writes text in which no byte can end the line, move a cursor, or turn the direction of writing: those are escaped.
    pub(crate) fn write_printable(&mut self, bytes: &[u8]) -> io::Result<()> {
        for chunk in bytes.utf8_chunks() {
            for char in chunk.valid().chars() {
                match is_printable(char) {
                    true => write!(self.stdout, "{char}")?,
                    false => write!(self.stdout, "{}", char.escape_default())?,
                }
            }
            write!(self.stdout, "{}", chunk.invalid().escape_ascii())?;
        }
        Ok(())
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}

fn is_printable(char: char) -> bool {
    /// The marks, embeddings, overrides and isolates of Unicode's bidirectional algorithm, and the ends of lines and paragraphs.
    const IS_UNSEEN: [char; 14] = [
        '\u{061C}', '\u{200E}', '\u{200F}', '\u{2028}', '\u{2029}', '\u{202A}', '\u{202B}', '\u{202C}',
        '\u{202D}', '\u{202E}', '\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}',
    ];
    char == '\t' || !(char.is_control() || IS_UNSEEN.contains(&char))
}

/// Bytes that become base64 on their way out.
pub(crate) struct Base64<'a>(pub(crate) &'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64::encode_to_string(self.0))
    }
}
