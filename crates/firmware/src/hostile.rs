//! An aggregate with which decoding takes the deepest stack: more keys than the index has entries, and
//! unknown groups nested to the limit, beside the user record, in it and in its tags.

use kinesis_agg::Md5Engine;
use kinesis_agg::schema::{DIGEST_LEN, MAGIC, MAX_GROUP_DEPTH};

/// The number of tags of all user records together.
pub const TAGS: usize = KEYS as usize;

const KEYS: u8 = 24;
/// The start and the end of field 15, a group.
const START: u8 = 15 << 3 | 3;
const END: u8 = 15 << 3 | 4;

/// Writes the aggregate into a buffer; `None` if that is too small.
pub fn aggregate(buffer: &mut [u8], mut engine: impl Md5Engine) -> Option<&[u8]> {
    let mut out = Out { buffer, len: 0 };
    out.bytes(&MAGIC)?;
    for key in 0..KEYS {
        out.groups(1)?;
        out.bytes(&[0x0A, 1, b'a' + key])?;
    }
    out.groups(MAX_GROUP_DEPTH)?;
    // Use the keys from the last to the first, so that no look-up can continue from the previous one.
    for key in (0..KEYS).rev() {
        // Only one user record is so large that its groups nest to the limit.
        let depth = if key == 0 { MAX_GROUP_DEPTH - 2 } else { 1 };
        // The tag has the key `k` and groups. The user record has an index, data, groups one level deeper,
        // and the tag.
        let tag_len = 3 + 2 * depth;
        let len = 4 + 2 * (depth + 1) + 3 + tag_len;
        out.bytes(&[0x1A])?;
        out.length(len)?;
        out.bytes(&[0x08, key, 0x1A, 0])?;
        out.groups(depth + 1)?;
        out.bytes(&[0x22])?;
        out.length(tag_len)?;
        out.bytes(&[0x0A, 1, b'k'])?;
        out.groups(depth)?;
    }
    let message = out.buffer.get(MAGIC.len()..out.len)?;
    let digest: [u8; DIGEST_LEN] = engine.digest(message);
    out.bytes(&digest)?;
    let len = out.len;
    out.buffer.get(..len)
}

struct Out<'b> {
    buffer: &'b mut [u8],
    len: usize,
}

impl Out<'_> {
    fn bytes(&mut self, bytes: &[u8]) -> Option<()> {
        self.buffer.get_mut(self.len..self.len + bytes.len())?.copy_from_slice(bytes);
        self.len += bytes.len();
        Some(())
    }

    /// Writes a length of two bytes.
    fn length(&mut self, len: usize) -> Option<()> {
        self.bytes(&[(len as u8 & 0x7F) | 0x80, (len >> 7) as u8])
    }

    fn groups(&mut self, depth: usize) -> Option<()> {
        (0..depth).try_for_each(|_| self.bytes(&[START]))?;
        (0..depth).try_for_each(|_| self.bytes(&[END]))
    }
}
