//! User records that their producers have compressed.

use std::io::{self, ErrorKind, Read};
use std::str;

use flate2::read::{MultiGzDecoder, ZlibDecoder};
use kinesis_agg_inspect::Compression;

use crate::input::ZstdReader;

/// Unfolds what is compressed by gzip, zlib or Zstandard, told by how it begins.
pub(crate) struct Unfolder {
    /// The most that something may unfold to, in bytes.
    max: u64,
    unfolded: Vec<u8>,
}

impl Unfolder {
    pub(crate) fn new(max: u64) -> Self {
        Self { max, unfolded: Vec::new() }
    }

    /// What `data` unfolds to, or the data itself if it is not compressed.
    ///
    /// # Errors
    /// It begins like compressed data, and is damaged, cut off or too large.
    pub(crate) fn unfold<'b>(&'b mut self, data: &'b [u8]) -> Result<&'b [u8], String> {
        let Some(compression) = Compression::of(data) else { return Ok(data) };
        self.unfolded.clear();
        let bound = self.max.saturating_add(1);
        let outcome = match compression {
            Compression::Gzip => {
                MultiGzDecoder::new(data).take(bound).read_to_end(&mut self.unfolded).map(|_| true)
            }
            Compression::Zlib => self.zlib(data, bound),
            _ => ZstdReader::new(data).take(bound).read_to_end(&mut self.unfolded).map(|_| true),
        };
        match outcome {
            Ok(_) if u64::try_from(self.unfolded.len()).is_ok_and(|len| len > self.max) => Err(format!(
                "data unfolds to more than {} bytes, which --max-unfolded and --max-record allow to be raised",
                self.max
            )),
            Ok(true) => Ok(&self.unfolded),
            Ok(false) => Ok(data),
            Err(error) => Err(format!("data begins like {compression} and does not unfold: {error}")),
        }
    }

    /// `false` if it is none: two bytes, which other data may begin with, are all that tells it.
    fn zlib(&mut self, data: &[u8], bound: u64) -> io::Result<bool> {
        let mut decoder = ZlibDecoder::new(data);
        match decoder.by_ref().take(bound).read_to_end(&mut self.unfolded) {
            Ok(_) => {
                let is_over = u64::try_from(self.unfolded.len()).is_ok_and(|len| len >= bound);
                Ok(is_over || u64::try_from(data.len()).is_ok_and(|len| len == decoder.total_in()))
            }
            // Cut off. Text that begins with `x^` is no such thing.
            Err(error) if error.kind() == ErrorKind::UnexpectedEof && str::from_utf8(data).is_err() => {
                Err(error)
            }
            Err(_) => Ok(false),
        }
    }
}
