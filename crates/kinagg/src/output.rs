//! JSON lines on standard output.

use std::io::{self, BufWriter, StdoutLock, Write};

use serde::{Serialize, Serializer};

use crate::base64;

/// Standard output, locked and buffered.
pub(crate) struct Output {
    stdout: BufWriter<StdoutLock<'static>>,
}

impl Output {
    const BUFFER_LEN: usize = 64 * 1024;

    pub(crate) fn new() -> Self {
        Self { stdout: BufWriter::with_capacity(Self::BUFFER_LEN, io::stdout().lock()) }
    }

    /// Writes a line. The error is that of standard output, a closed pipe included.
    pub(crate) fn write(&mut self, line: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer(&mut self.stdout, line)?;
        self.stdout.write_all(b"\n")
    }

    /// Writes text as it is.
    pub(crate) fn write_text(&mut self, text: &str) -> io::Result<()> {
        self.stdout.write_all(text.as_bytes())
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}

/// Bytes that become base64 on their way out.
pub(crate) struct Base64<'a>(pub(crate) &'a [u8]);

impl Serialize for Base64<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = Vec::new();
        base64::encode(self.0, &mut text);
        serializer.serialize_str(str::from_utf8(&text).unwrap_or_default())
    }
}
