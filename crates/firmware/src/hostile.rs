//! An aggregate that makes reading it go as deep as it can: more keys than the index has entries, and unknown
//! groups nested as deep as they may be, beside the user record, in it and in its tags.

use kinesis_agg::Md5Engine;
use kinesis_agg::schema::{DIGEST_LEN, MAGIC, MAX_GROUP_DEPTH};

/// Tags of its user records together.
pub const TAGS: usize = KEYS as usize;

const KEYS: u8 = 24;
/// Field 15, a group: its start and its end.
const START: u8 = 15 << 3 | 3;
const END: u8 = 15 << 3 | 4;

/// Writes it into a buffer; `None` if that is too small.
pub fn aggregate(buffer: &mut [u8], mut engine: impl Md5Engine) -> Option<&[u8]> {
    let mut out = Out { buffer, len: 0 };
    out.bytes(&MAGIC)?;
    for key in 0..KEYS {
        out.groups(1)?;
        out.bytes(&[0x0A, 1, b'a' + key])?;
    }
    out.groups(MAX_GROUP_DEPTH)?;
    // From the last key to the first, so that no look-up can go on from the one before.
    for key in (0..KEYS).rev() {
        // Only one of them so large that its groups go as deep as they may.
        let depth = if key == 0 { MAX_GROUP_DEPTH - 2 } else { 1 };
        // A tag: key `k`, groups. Then the user record: index, data, groups one deeper, the tag.
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

    /// A length of two bytes.
    fn length(&mut self, len: usize) -> Option<()> {
        self.bytes(&[(len as u8 & 0x7F) | 0x80, (len >> 7) as u8])
    }

    fn groups(&mut self, depth: usize) -> Option<()> {
        (0..depth).try_for_each(|_| self.bytes(&[START]))?;
        (0..depth).try_for_each(|_| self.bytes(&[END]))
    }
}
