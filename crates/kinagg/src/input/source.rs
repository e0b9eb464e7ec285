//! Files and standard input: their bytes, uncompressed, and their beginnings.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::format::without_mark;
use super::live::{self, Live};
use super::place::is_stdin;
use super::progress::Progress;
use super::zstd::ZstdReader;
use crate::stop;

/// How much of an input is examined before it is read.
const HEAD_LEN: usize = 64 * 1024;

const READ_BUFFER_LEN: usize = 64 * 1024;

/// How much of an input to examine before it is read.
#[derive(Clone, Copy)]
pub(super) struct Head<'h> {
    /// Whether the available bytes are enough if the input has no more for the moment.
    pub(super) is_enough: &'h dyn Fn(&[u8]) -> bool,
    /// Whether the available bytes are not enough, although they are many.
    pub(super) needs_more: &'h dyn Fn(&[u8]) -> bool,
    /// The most bytes, even if they are not enough.
    pub(super) max: u64,
}

/// An input whose beginning was read ahead.
pub(super) struct Source {
    head: Vec<u8>,
    /// How much of the head was read again.
    head_read: usize,
    /// The head is the whole input.
    is_whole: bool,
    /// After the head nothing was available for the moment.
    is_waiting: bool,
    rest: Box<dyn Read>,
}

impl Source {
    /// Opens a file or standard input. Data compressed by gzip or zstd may have up to `max_unfolded` bytes
    /// when decompressed.
    pub(super) fn open(file: &Path, max_unfolded: u64, head: Head<'_>) -> io::Result<Self> {
        let source = Self::plain(Box::new(open(file)?), head)?;
        let unfolded: Box<dyn Read> = if source.head.starts_with(&[0x1F, 0x8B]) {
            Box::new(MultiGzDecoder::new(BufReader::new(source.into_reader(|| Ok(())))))
        } else if source.head.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
            Box::new(ZstdReader::new(BufReader::new(source.into_reader(|| Ok(())))))
        } else {
            return Ok(source);
        };
        let unfolded = Bounded { reader: unfolded, left: max_unfolded, bound: max_unfolded };
        Self::plain(Box::new(unfolded), Head { is_enough: &|_| true, ..head })
    }

    /// An input that is in memory.
    pub(super) fn of_bytes(bytes: &[u8]) -> Self {
        Self {
            head: bytes.to_vec(),
            head_read: 0,
            is_whole: true,
            is_waiting: false,
            rest: Box::new(io::empty()),
        }
    }

    fn plain(mut rest: Box<dyn Read>, Head { is_enough, needs_more, max }: Head<'_>) -> io::Result<Self> {
        let mut head = Vec::new();
        let mut len = HEAD_LEN;
        let (mut is_whole, mut is_waiting) = (false, false);
        while !is_whole && !is_waiting {
            let wanted = u64::try_from(len.saturating_sub(head.len())).unwrap_or(u64::MAX);
            match rest.by_ref().take(wanted).read_to_end(&mut head) {
                Ok(_) => is_whole = head.len() < len,
                Err(error) if error.kind() == ErrorKind::WouldBlock => is_waiting = is_enough(&head),
                // The next read fails again, after these bytes.
                Err(_) if stop::is_asked() => break,
                Err(error) => return Err(error),
            }
            if head.len() >= len {
                // Doubles each time, so that examining it takes linear time.
                let is_long = u64::try_from(head.len()).is_ok_and(|len| len >= max);
                if is_long || !needs_more(&head) {
                    break;
                }
                len = len.saturating_mul(2);
            }
        }
        Ok(Self { head, head_read: 0, is_whole, is_waiting, rest })
    }

    /// The beginning.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Whether the head is the whole input.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Without the byte order mark with which some editors begin UTF-8.
    pub(super) fn without_mark(mut self) -> Self {
        self.head_read = self.head.len().saturating_sub(without_mark(&self.head).len());
        self
    }

    /// The whole input, including the head. Calls `before_wait` when nothing more is available for the
    /// moment. An error of it ends the reading.
    pub(super) fn into_reader(self, before_wait: impl FnMut() -> io::Result<()>) -> impl Read {
        Patient { reader: self, before_wait }
    }

    /// [`into_reader`](Self::into_reader), with a buffer.
    pub(super) fn into_buffered(self, before_wait: impl FnMut() -> io::Result<()>) -> BufReader<impl Read> {
        BufReader::with_capacity(READ_BUFFER_LEN, self.into_reader(before_wait))
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut head = self.head.get(self.head_read..).unwrap_or_default();
        if !head.is_empty() {
            let len = head.read(buffer)?;
            self.head_read = self.head_read.saturating_add(len);
            return Ok(len);
        }
        if std::mem::take(&mut self.is_waiting) {
            return Err(ErrorKind::WouldBlock.into());
        }
        self.rest.read(buffer)
    }
}

/// Tries again when nothing is available.
struct Patient<R, W> {
    reader: R,
    before_wait: W,
}

impl<R: Read, W: FnMut() -> io::Result<()>> Read for Patient<R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.reader.read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => (self.before_wait)()?,
                outcome => return outcome,
            }
        }
    }
}

fn open(file: &Path) -> io::Result<Progress<Live>> {
    // Not through the standard library's own buffer: the system does not know of it when asked whether more
    // is available.
    let opened = if is_stdin(file) { live::stdin()? } else { File::open(file)? };
    let metadata = opened.metadata().ok().filter(|metadata| metadata.is_file());
    let name = if is_stdin(file) { "standard input".to_owned() } else { file.display().to_string() };
    let len = metadata.filter(|_| !is_stdin(file)).map(|metadata| metadata.len());
    Ok(Progress::new(Live::new(opened), name, len))
}

/// Refuses to read more than a bound.
struct Bounded<R> {
    reader: R,
    left: u64,
    bound: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.reader.read(buffer)?;
        self.left = u64::try_from(len).ok().and_then(|len| self.left.checked_sub(len)).ok_or_else(|| {
            io::Error::other(format!(
                "unfolds to more than {} bytes; --max-unfolded raises the limit",
                self.bound
            ))
        })?;
        Ok(len)
    }
}
