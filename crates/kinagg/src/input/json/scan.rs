//! Finds where JSON values begin and end, in input of any length.
//!
//! It knows only what is needed to find the records: strings, brackets, separators. serde parses the content
//! of a record.

use std::fmt;
use std::io::{self, Read};

use memchr::memchr2;

/// The size of a read.
const CHUNK: usize = 256 * 1024;

/// Moves forward through JSON. Keeps the bytes since the mark, up to a bound.
pub(super) struct Scan<R> {
    reader: R,
    buffer: Vec<u8>,
    /// The filled part of the buffer.
    end: usize,
    /// The current position.
    at: usize,
    /// The mark, if the bytes since then are kept.
    mark: Option<usize>,
    max_kept: usize,
    /// The number of bytes dropped from the front of the buffer.
    dropped: u64,
}

/// Why scanning stopped.
#[derive(Debug)]
pub(super) enum Fault {
    Read(io::Error),
    /// The input ends within a value.
    CutOff {
        offset: u64,
    },
    /// The marked value is longer than the bound. It was skipped, and scanning can continue.
    TooLong {
        max: usize,
    },
    Unexpected {
        byte: u8,
        offset: u64,
        wanted: &'static str,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => error.fmt(f),
            Self::CutOff { offset } => write!(f, "JSON is cut off at byte {offset}"),
            Self::TooLong { max } => {
                write!(f, "record takes more than {max} bytes of JSON; --max-line raises the limit")
            }
            Self::Unexpected { byte, offset, wanted } => {
                write!(f, "\"{}\" at byte {offset}, where JSON has {wanted}", byte.escape_ascii())
            }
        }
    }
}

impl<R: Read> Scan<R> {
    /// Keeps at most `max_kept` bytes since a mark.
    pub(super) fn new(reader: R, max_kept: u64) -> Self {
        let max_kept = usize::try_from(max_kept).unwrap_or(usize::MAX);
        Self { reader, buffer: Vec::new(), end: 0, at: 0, mark: None, max_kept, dropped: 0 }
    }

    /// Keeps the bytes from here on.
    pub(super) fn mark(&mut self) {
        self.mark = Some(self.at);
    }

    /// The bytes since the mark; `None` if they were too many to keep.
    pub(super) fn marked(&self) -> Option<&[u8]> {
        self.buffer.get(self.mark?..self.at)
    }

    pub(super) fn too_long(&self) -> Fault {
        Fault::TooLong { max: self.max_kept }
    }

    /// Skips white space and returns the next byte.
    pub(super) fn peek_token(&mut self) -> Result<Option<u8>, Fault> {
        loop {
            let found = self.ahead().iter().position(|byte| !b" \t\r\n".contains(byte));
            match found {
                Some(blank) => {
                    self.pass(blank);
                    return Ok(self.ahead().first().copied());
                }
                None => {
                    self.at = self.end;
                    if !self.fill()? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Skips the next token if it is this one.
    pub(super) fn next_is(&mut self, token: u8) -> Result<bool, Fault> {
        let is_it = self.peek_token()? == Some(token);
        if is_it {
            self.pass(1);
        }
        Ok(is_it)
    }

    /// Skips the next token, which has to be this one.
    pub(super) fn expect(&mut self, token: u8) -> Result<(), Fault> {
        let wanted = match token {
            b',' => "a comma or the end of a list or an object",
            b':' => "a colon",
            b'"' => "the name of a field",
            _ => "a bracket",
        };
        if self.next_is(token)? { Ok(()) } else { Err(self.unexpected(wanted)) }
    }

    /// Moves to where a value begins.
    pub(super) fn require(&mut self, wanted: &'static str) -> Result<(), Fault> {
        match self.peek_token()? {
            Some(b',' | b':' | b']' | b'}') | None => Err(self.unexpected(wanted)),
            Some(_) => Ok(()),
        }
    }

    /// The error for a next byte that is not the `wanted` one.
    pub(super) fn unexpected(&self, wanted: &'static str) -> Fault {
        match self.ahead().first() {
            Some(byte) => Fault::Unexpected { byte: *byte, offset: self.offset(), wanted },
            None => self.cut_off(),
        }
    }

    /// Skips the name of a field and returns what `known` says of it. A name with escapes is never known.
    pub(super) fn read_name<T>(
        &mut self,
        known: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Result<Option<T>, Fault> {
        /// Longer names are not compared.
        const MAX_NAME: usize = 64;
        self.expect(b'"')?;
        let len = loop {
            let len = memchr::memchr(b'"', self.ahead());
            if len.is_some() || self.ahead().len() > MAX_NAME || !self.fill()? {
                break len;
            }
        };
        let found = len.and_then(|len| self.ahead().get(..len)).and_then(known);
        self.skip_string()?;
        Ok(found)
    }

    /// Skips a value that begins here.
    ///
    /// # Errors
    /// [`Fault::TooLong`] after the whole value was skipped; every other error at once.
    pub(super) fn skip_value(&mut self) -> Result<(), Fault> {
        let was_kept = self.mark.is_some();
        match self.ahead().first() {
            Some(b'"') => {
                self.pass(1);
                self.skip_string()?;
            }
            Some(b'{' | b'[') => self.skip_nested()?,
            _ => self.skip_bare()?,
        }
        if was_kept && self.mark.is_none() { Err(self.too_long()) } else { Ok(()) }
    }

    /// Skips the rest of a string after its opening quote.
    fn skip_string(&mut self) -> Result<(), Fault> {
        loop {
            match memchr2(b'"', b'\\', self.ahead()) {
                Some(before) => {
                    let is_end = self.ahead().get(before) == Some(&b'"');
                    self.pass(before.saturating_add(1));
                    if is_end {
                        return Ok(());
                    }
                    if self.ahead().is_empty() && !self.fill()? {
                        return Err(self.cut_off());
                    }
                    self.pass(1);
                }
                None => {
                    self.at = self.end;
                    if !self.fill()? {
                        return Err(self.cut_off());
                    }
                }
            }
        }
    }

    /// Skips a list or an object.
    fn skip_nested(&mut self) -> Result<(), Fault> {
        let mut depth = 0_u64;
        loop {
            let Some(before) = self.ahead().iter().position(|byte| b"\"{}[]".contains(byte)) else {
                self.at = self.end;
                if !self.fill()? {
                    return Err(self.cut_off());
                }
                continue;
            };
            let byte = self.ahead().get(before).copied().unwrap_or_default();
            self.pass(before.saturating_add(1));
            match byte {
                b'"' => self.skip_string()?,
                b'{' | b'[' => depth = depth.saturating_add(1),
                _ => depth = depth.saturating_sub(1),
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// Skips a number, `true`, `false` or `null`.
    fn skip_bare(&mut self) -> Result<(), Fault> {
        loop {
            match self.ahead().iter().position(|byte| b",:]}[{\" \t\r\n".contains(byte)) {
                Some(len) => {
                    self.pass(len);
                    return Ok(());
                }
                None => {
                    self.at = self.end;
                    if !self.fill()? {
                        return Ok(());
                    }
                }
            }
        }
    }

    fn ahead(&self) -> &[u8] {
        self.buffer.get(self.at..self.end).unwrap_or_default()
    }

    fn pass(&mut self, len: usize) {
        self.at = self.at.saturating_add(len).min(self.end);
    }

    fn cut_off(&self) -> Fault {
        Fault::CutOff { offset: self.offset() }
    }

    fn offset(&self) -> u64 {
        self.dropped.saturating_add(u64::try_from(self.at).unwrap_or(u64::MAX))
    }

    /// Reads more; `false` at the end of the input. Drops the bytes that need not be kept.
    fn fill(&mut self) -> Result<bool, Fault> {
        self.mark = self.mark.filter(|mark| self.at.saturating_sub(*mark) <= self.max_kept);
        let keep = self.mark.unwrap_or(self.at);
        if keep > 0 {
            self.buffer.copy_within(keep..self.end, 0);
        }
        self.dropped = self.dropped.saturating_add(u64::try_from(keep).unwrap_or(u64::MAX));
        self.mark = self.mark.map(|_| 0);
        self.at = self.at.saturating_sub(keep);
        self.end = self.end.saturating_sub(keep);

        // If much is kept, doubles the buffer, so that the bytes are not moved for every chunk.
        let wanted = self.end.saturating_add(CHUNK.max(self.end));
        if self.buffer.len() < wanted {
            self.buffer.resize(wanted, 0);
        }
        loop {
            match self.reader.read(self.buffer.get_mut(self.end..).unwrap_or_default()) {
                Ok(len) => {
                    self.end = self.end.saturating_add(len);
                    return Ok(len > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Fault::Read(error)),
            }
        }
    }
}
