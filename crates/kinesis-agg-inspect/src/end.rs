//! Finds where an aggregate ends, if more bytes may follow it.

use alloc::vec::Vec;

use kinesis_agg::schema::{DIGEST_LEN, MAGIC, MAX_GROUP_DEPTH};
use md5::{Digest, Md5};

/// The costs of digesting a message so far, and of a tag, in bytes of a digest.
const DIGEST_BLOCK: u64 = 64;
const TOKEN: u64 = 8;

/// Searches for the end of an aggregate in bytes that may still be arriving. It is the first place where a
/// field ends and the next 16 bytes are the digest of the message so far, whatever follows.
///
/// The work is linear in the bytes, for any number of calls.
///
/// ```
/// use kinesis_agg_inspect::{AggregateEnd, Search};
///
/// let data = b"\xF3\x89\x9A\xC2\x0A\x01a\x1A\x05\x08\0\x1A\x01x\
///              \x27\x4F\xA4\xA2\x21\x60\x92\x41\x96\x6B\x02\xC7\xAF\xBF\x42\x83 what stands behind";
/// let mut end = AggregateEnd::default();
/// assert_eq!(end.search(&data[..20]), Search::More);
/// assert_eq!(end.search(data), Search::Found(30));
/// ```
#[derive(Clone, Debug)]
pub struct AggregateEnd {
    digest: Md5,
    /// The part of the data that was digested.
    digested: usize,
    /// The offset of the next tag. It is after the available bytes if a field is longer.
    at: usize,
    /// The numbers of the open groups, the innermost last.
    groups: Vec<u32>,
    work: u64,
}

/// The result of a search so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// The aggregate ends at this offset.
    Found(usize),
    /// It may end in bytes that are still to come.
    More,
    /// It has no end: the bytes are no sequence of fields.
    None,
}

/// Why a field could not be skipped.
enum Stop {
    /// More bytes are needed.
    Short,
    Fault,
}

impl Default for AggregateEnd {
    fn default() -> Self {
        Self { digest: Md5::new(), digested: MAGIC.len(), at: MAGIC.len(), groups: Vec::new(), work: 0 }
    }
}

impl AggregateEnd {
    /// Continues the search. `data` begins with the magic and contains all bytes of earlier calls.
    pub fn search(&mut self, data: &[u8]) -> Search {
        loop {
            if self.groups.is_empty() && self.at > self.digested {
                let Some(behind) = data.get(self.at..) else { return Search::More };
                if behind.len() < DIGEST_LEN {
                    return Search::More;
                }
                let field = data.get(self.digested..self.at).unwrap_or_default();
                self.digest.update(field);
                self.digested = self.at;
                let bytes = u64::try_from(field.len()).unwrap_or(u64::MAX);
                self.work = self.work.saturating_add(bytes).saturating_add(DIGEST_BLOCK);
                let digest: [u8; DIGEST_LEN] = self.digest.clone().finalize().into();
                if behind.starts_with(&digest) {
                    return Search::Found(self.at.saturating_add(DIGEST_LEN));
                }
            }
            match self.pass_token(data) {
                Ok(()) => self.work = self.work.saturating_add(TOKEN),
                Err(Stop::Short) => return Search::More,
                Err(Stop::Fault) => return Search::None,
            }
        }
    }

    /// The cost of the search so far, in bytes of a digest.
    pub fn work(&self) -> u64 {
        self.work
    }

    /// Skips a field, or the beginning or the end of a group.
    fn pass_token(&mut self, data: &[u8]) -> Result<(), Stop> {
        let (tag, at) = varint(data, self.at)?;
        let tag = u32::try_from(tag).map_err(|_| Stop::Fault)?;
        let number = tag >> 3;
        if number == 0 {
            return Err(Stop::Fault);
        }
        self.at = match tag & 0b111 {
            0 => varint(data, at)?.1,
            1 => at.saturating_add(8),
            2 => {
                let (len, at) = varint(data, at)?;
                usize::try_from(len).ok().and_then(|len| at.checked_add(len)).ok_or(Stop::Fault)?
            }
            3 if self.groups.len() < MAX_GROUP_DEPTH => {
                self.groups.push(number);
                at
            }
            4 if self.groups.pop() == Some(number) => at,
            5 => at.saturating_add(4),
            _ => return Err(Stop::Fault),
        };
        Ok(())
    }
}

/// The offset of the next magic after the digest of the aggregate at the beginning of `data`, if that digest
/// is right.
pub fn aggregate_behind(data: &[u8]) -> Option<usize> {
    let Search::Found(end) = AggregateEnd::default().search(data) else { return None };
    next_magic(data, end)
}

/// The offset of a magic at or after `from`.
pub(crate) fn next_magic(data: &[u8], from: usize) -> Option<usize> {
    let found = data.get(from..)?.windows(MAGIC.len()).position(|bytes| bytes == MAGIC)?;
    from.checked_add(found)
}

/// The varint at `at`, and the offset after it.
fn varint(data: &[u8], at: usize) -> Result<(u64, usize), Stop> {
    const MAX_LEN: usize = 10;
    let bytes = data.get(at..).ok_or(Stop::Short)?;
    let mut value = 0_u64;
    for (position, &byte) in bytes.iter().take(MAX_LEN).enumerate() {
        let shift = u32::try_from(position).unwrap_or(u32::MAX).saturating_mul(7);
        value |= u64::from(byte & 0x7F).checked_shl(shift).unwrap_or(0);
        if byte < 0x80 {
            // The tenth byte has only the 64th bit.
            let is_valid = position.saturating_add(1) < MAX_LEN || byte <= 1;
            let next = at.saturating_add(position).saturating_add(1);
            return if is_valid { Ok((value, next)) } else { Err(Stop::Fault) };
        }
    }
    Err(if bytes.len() < MAX_LEN { Stop::Short } else { Stop::Fault })
}
