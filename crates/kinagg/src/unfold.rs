//! Decompresses user records.

use std::io::Read;

use flate2::read::{MultiGzDecoder, ZlibDecoder};
use kinesis_agg_inspect::Compression;

use crate::input::ZstdReader;

/// Decompresses gzip, zlib and Zstandard data, which it recognises by its first bytes.
pub(crate) struct Unfolder {
    /// The most bytes that the output may have.
    max: u64,
    unfolded: Vec<u8>,
}

impl Unfolder {
    pub(crate) fn new(max: u64) -> Self {
        Self { max, unfolded: Vec::new() }
    }

    /// The decompressed `data`, or `data` itself if it is not compressed.
    ///
    /// # Errors
    /// It begins like compressed data, but is damaged, cut off or too large.
    pub(crate) fn unfold<'b>(&'b mut self, data: &'b [u8]) -> Result<&'b [u8], String> {
        let Some(compression) = Compression::of(data) else { return Ok(data) };
        self.unfolded.clear();
        let bound = self.max.saturating_add(1);
        let outcome = match compression {
            Compression::Gzip => MultiGzDecoder::new(data).take(bound).read_to_end(&mut self.unfolded),
            Compression::Zlib => ZlibDecoder::new(data).take(bound).read_to_end(&mut self.unfolded),
            _ => ZstdReader::new(data).take(bound).read_to_end(&mut self.unfolded),
        };
        match outcome {
            Ok(_) if u64::try_from(self.unfolded.len()).is_ok_and(|len| len > self.max) => Err(format!(
                "data unfolds to more than {} bytes; --max-unfolded and --max-record raise the limit",
                self.max
            )),
            Ok(_) => Ok(&self.unfolded),
            Err(error) => Err(format!("data begins like {compression} and cannot be decompressed: {error}")),
        }
    }
}
