//! Reads a user record at once: one word shows whether it has one of the usual heads.

use crate::message::fast::width::{WIDE, WIDTH};
use crate::message::number::to_usize;
use crate::message::record::RecordFields;
use crate::message::schema::aggregated_record::RECORDS;
use crate::message::schema::record::{DATA, EXPLICIT_HASH_KEY_INDEX, PARTITION_KEY_INDEX};

/// Returns the user record whose field begins at this offset, and the offset of the next field. Plain form:
/// `items::next`, then `record::read`.
#[inline]
pub(crate) fn user_record(data: &[u8], at: usize) -> Option<(RecordFields<'_>, usize)> {
    match WIDTH {
        64.. => by_word(data, at),
        32.. => by_bytes(data, at),
        _ => None,
    }
}

/// [`user_record`], inlined: it takes fewer instructions and more code.
#[inline]
pub(crate) fn inline_user_record(data: &[u8], at: usize) -> Option<(RecordFields<'_>, usize)> {
    if !WIDE {
        return None;
    }
    by_word(data, at)
}

/// Returns a user record without explicit hash key and tags whose numbers take one byte each.
#[inline]
fn by_bytes(data: &[u8], at: usize) -> Option<(RecordFields<'_>, usize)> {
    let head = data.get(at..)?.first_chunk::<SHORT_HEAD_LEN>()?;
    let &[records, message_len @ ..0x80, key, partition_key @ ..0x80, data_tag, data_len @ ..0x80] = head
    else {
        return None;
    };
    let are_tags =
        u32::from(records) == RECORDS && u32::from(key) == PARTITION_KEY_INDEX && u32::from(data_tag) == DATA;
    if !are_tags || message_len != data_len.wrapping_add(4) {
        return None;
    }
    let from = at.saturating_add(SHORT_HEAD_LEN);
    let next = from.saturating_add(usize::from(data_len));
    let data = data.get(from..next)?;
    let partition_key = u32::from(partition_key);
    Some((RecordFields { partition_key, explicit_hash_key: None, data, has_tags: false }, next))
}

/// The bytes of the tag and length of the message, the tag and index of the partition key, and the tag and
/// length of the data.
const SHORT_HEAD_LEN: usize = 6;

/// Returns the fields of a user record's message, if it has only indices and data. Plain form:
/// `record::read`.
#[inline]
pub(crate) fn fields(message: &[u8]) -> Option<RecordFields<'_>> {
    if !WIDE {
        return None;
    }
    let (partition_key, rest) = short_varint_field(message, PARTITION_KEY_INDEX)?;
    let (explicit_hash_key, rest) = match short_varint_field(rest, EXPLICIT_HASH_KEY_INDEX) {
        Some((index, rest)) => (Some(index), rest),
        None => (None, rest),
    };
    let (data_len, data) = short_varint_field(rest, DATA)?;
    let fields = RecordFields { partition_key, explicit_hash_key, data, has_tags: false };
    (to_usize(data_len) == data.len()).then_some(fields)
}

/// Returns the value of the varint field, or the length of the length-delimited field, at the start of
/// `bytes`, and the rest.
#[inline]
fn short_varint_field(bytes: &[u8], tag: u32) -> Option<(u32, &[u8])> {
    match bytes {
        [first, rest @ ..] if u32::from(*first) == tag => short_varint(rest),
        _ => None,
    }
}

/// Returns the varint at the start of `bytes`, if it has at most three bytes, and the rest.
#[inline]
fn short_varint(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let low = |byte: u8| u32::from(byte & 0x7F);
    match bytes {
        [a @ ..0x80, rest @ ..] => Some((low(*a), rest)),
        [a, b @ ..0x80, rest @ ..] => Some((low(*a) | low(*b) << 7, rest)),
        [a, b, c @ ..0x80, rest @ ..] => Some((low(*a) | low(*b) << 7 | low(*c) << 14, rest)),
        _ => None,
    }
}

/// Reads the bytes before the data of a user record without explicit hash key and tags:
///
/// ```text
///   tag  message length  tag  partition key index  tag  data length
/// ```
///
/// Most user records of most producers begin like this. One comparison finds out; reading field by field
/// takes a dozen.
#[inline]
fn by_word(data: &[u8], at: usize) -> Option<(RecordFields<'_>, usize)> {
    let fields = data.get(at..)?;
    let word = u64::from_le_bytes(*fields.first_chunk()?);
    let head = SHORT
        .read(word)
        .or_else(|| LONG_DATA.read(word))
        .or_else(|| LONG_INDEX.read(word))
        .or_else(|| LONGEST_INDEX.read(word))?;
    if head.message_len != head.data_len.wrapping_add(head.len_in_message) {
        return None;
    }
    let data_len = to_usize(head.data_len);
    let data = fields.get(head.len..)?.get(..data_len)?;
    let next = at.wrapping_add(head.len).wrapping_add(data_len);
    let partition_key = head.partition_key;
    Some((RecordFields { partition_key, explicit_hash_key: None, data, has_tags: false }, next))
}

/// The numbers in a head.
struct Head {
    message_len: u32,
    partition_key: u32,
    data_len: u32,
    /// The bytes of the head, and those of them that belong to the message.
    len: usize,
    len_in_message: u32,
}

/// The lengths of the varints in a head.
struct Shape {
    /// The bits that distinguish this shape: the tags, and the continuation bits of the varints.
    mask: u64,
    /// The values of these bits.
    bits: u64,
    /// The bytes of each length: 1 or 2.
    length_bytes: u32,
    /// The bytes of the index: 1 to 3.
    index_bytes: u32,
}

// Each number has the bytes in the order of the head. In the mask, a tag is FF, and a byte of a varint is 80.
const SHORT: Shape = Shape::new(0xFF80_FF80_FF80_0000, 0x1A00_0800_1A00_0000, 1, 1);
const LONG_DATA: Shape = Shape::new(0xFF80_80FF_80FF_8080, 0x1A80_0008_001A_8000, 2, 1);
const LONG_INDEX: Shape = Shape::new(0xFF80_FF80_80FF_8000, 0x1A00_0880_001A_0000, 1, 2);
const LONGEST_INDEX: Shape = Shape::new(0xFF80_FF80_8080_FF80, 0x1A00_0880_8000_1A00, 1, 3);

impl Shape {
    const fn new(mask: u64, bits: u64, length_bytes: u32, index_bytes: u32) -> Self {
        // The first byte of a word is its lowest.
        Self { mask: mask.swap_bytes(), bits: bits.swap_bytes(), length_bytes, index_bytes }
    }

    /// Reads the numbers in a word, if it has this shape.
    #[inline(always)]
    fn read(&self, word: u64) -> Option<Head> {
        if word & self.mask != self.bits {
            return None;
        }
        let index_at = self.length_bytes.wrapping_add(2);
        let data_len_at = index_at.wrapping_add(self.index_bytes).wrapping_add(1);
        let len = data_len_at.wrapping_add(self.length_bytes);
        Some(Head {
            message_len: varint(word, 1, self.length_bytes),
            partition_key: varint(word, index_at, self.index_bytes),
            data_len: varint(word, data_len_at, self.length_bytes),
            len: to_usize(len),
            len_in_message: len.wrapping_sub(self.length_bytes).wrapping_sub(1),
        })
    }
}

/// Returns the varint of `bytes` bytes, at most three, that begins at byte `at` of a word.
#[inline(always)]
fn varint(word: u64, at: u32, bytes: u32) -> u32 {
    let [a, b, c, ..] = word.wrapping_shr(at.wrapping_mul(u8::BITS)).to_le_bytes();
    let low = |byte: u8| u32::from(byte & 0x7F);
    match bytes {
        1 => low(a),
        2 => low(a) | low(b) << 7,
        _ => low(a) | low(b) << 7 | low(c) << 14,
    }
}
