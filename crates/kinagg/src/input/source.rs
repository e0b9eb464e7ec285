//! Files and standard input: bytes out of them, uncompressed, and how they begin.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;

use super::format::without_mark;
use super::place::is_stdin;
use super::progress::Progress;
use super::zstd::ZstdReader;

/// How much of an input is looked at before it is read.
const HEAD_LEN: usize = 64 * 1024;

/// An input, its beginning read ahead.
pub(super) struct Source {
    head: Vec<u8>,
    rest: Box<dyn Read>,
}

impl Source {
    /// Opens a file or standard input. What is compressed by gzip or zstd may unfold to `max_unfolded` bytes.
    pub(super) fn open(file: &Path, max_unfolded: u64) -> io::Result<Self> {
        let source = Self::plain(Box::new(open(file)?))?;
        let unfolded: Box<dyn Read> = if source.head.starts_with(&[0x1F, 0x8B]) {
            Box::new(MultiGzDecoder::new(BufReader::new(source.into_reader())))
        } else if source.head.starts_with(&[0x28, 0xB5, 0x2F, 0xFD]) {
            Box::new(ZstdReader::new(BufReader::new(source.into_reader())))
        } else {
            return Ok(source);
        };
        Self::plain(Box::new(Bounded { reader: unfolded, left: max_unfolded, bound: max_unfolded }))
    }

    fn plain(mut rest: Box<dyn Read>) -> io::Result<Self> {
        let mut head = Vec::new();
        rest.by_ref().take(u64::try_from(HEAD_LEN).unwrap_or(u64::MAX)).read_to_end(&mut head)?;
        Ok(Self { head, rest })
    }

    /// How it begins.
    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Whether the head is all of it.
    pub(super) fn is_whole(&self) -> bool {
        self.head.len() < HEAD_LEN
    }

    /// All of it, but for the mark by which some editors begin UTF-8.
    pub(super) fn into_reader_without_mark(self) -> impl Read {
        let head = without_mark(&self.head).to_vec();
        Self { head, ..self }.into_reader()
    }

    /// All of it, the head included.
    pub(super) fn into_reader(self) -> impl Read {
        Cursor::new(self.head).chain(self.rest)
    }
}

fn open(file: &Path) -> io::Result<Progress<Box<dyn Read>>> {
    if is_stdin(file) {
        return Ok(Progress::new(Box::new(io::stdin().lock()), "standard input".to_owned(), None));
    }
    let opened = File::open(file)?;
    let len = opened.metadata().ok().filter(|metadata| metadata.is_file()).map(|metadata| metadata.len());
    Ok(Progress::new(Box::new(opened), file.display().to_string(), len))
}

/// Refuses to read more than so many bytes.
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
                "unfolds to more than {} bytes, which --max-unfolded allows to be raised",
                self.bound
            ))
        })?;
        Ok(len)
    }
}
