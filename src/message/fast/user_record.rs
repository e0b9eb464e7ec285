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

/// Returns the value of the varint field, or the length of the length-delimited field, at the start of
/// `bytes`, and the rest.
#[inline]
fn short_varint_field(bytes: &[u8], tag: u32) -> Option<(u32, &[u8])> {
    match bytes {
        [first, rest @ ..] if u32::from(*first) == tag => short_varint(rest),
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
    let head = if SHORT.is_of(word) {
        SHORT.read(word)
    } else if LONG_DATA.is_of(word) {
        LONG_DATA.read(word)
    } else if LONG_INDEX.is_of(word) {
        LONG_INDEX.read(word)
    } else if LONGEST_INDEX.is_of(word) {
        LONGEST_INDEX.read(word)
    } else {
        return None;
    };
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
    tags: u64,
    /// The bytes of each length: 1 or 2.
    length_bytes: u32,
    /// The bytes of the index: 1 to 3.
    index_bytes: u32,
}

const SHORT: Shape = Shape::new(1, 1);
const LONG_DATA: Shape = Shape::new(2, 1);
const LONG_INDEX: Shape = Shape::new(1, 2);
const LONGEST_INDEX: Shape = Shape::new(1, 3);

#[expect(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "computed by the compiler alone")]
impl Shape {
    const fn new(length_bytes: u32, index_bytes: u32) -> Self {
        let shape = Self { mask: 0, tags: 0, length_bytes, index_bytes };
        let shape = shape.with_tag(0, RECORDS).with_varint(1, length_bytes);
        let shape =
            shape.with_tag(length_bytes + 1, PARTITION_KEY_INDEX).with_varint(length_bytes + 2, index_bytes);
        let data_at = length_bytes + 2 + index_bytes;
        shape.with_tag(data_at, DATA).with_varint(data_at + 1, length_bytes)
    }

    const fn with_tag(self, at: u32, tag: u32) -> Self {
        let shift = at * u8::BITS;
        let [tag, ..] = tag.to_le_bytes();
        Self { mask: self.mask | 0xFF << shift, tags: self.tags | (tag as u64) << shift, ..self }
    }

    /// Adds a varint. All its bytes but the last have the highest bit set.
    const fn with_varint(self, at: u32, bytes: u32) -> Self {
        let tops = 0x80_8080_u64 & ((1 << (bytes * u8::BITS)) - 1);
        let set = tops & !(0x80 << ((bytes - 1) * u8::BITS));
        let shift = at * u8::BITS;
        Self { mask: self.mask | tops << shift, tags: self.tags | set << shift, ..self }
    }
}

impl Shape {
    #[inline(always)]
    fn is_of(&self, word: u64) -> bool {
        word & self.mask == self.tags
    }

    /// Reads the numbers in a word of this shape.
    #[inline(always)]
    fn read(&self, word: u64) -> Head {
        let index_at = self.length_bytes.wrapping_add(2);
        let data_len_at = index_at.wrapping_add(self.index_bytes).wrapping_add(1);
        let len = data_len_at.wrapping_add(self.length_bytes);
        Head {
            message_len: varint(word, 1, self.length_bytes),
            partition_key: varint(word, index_at, self.index_bytes),
            data_len: varint(word, data_len_at, self.length_bytes),
            len: usize::try_from(len).unwrap_or_default(),
            len_in_message: len.wrapping_sub(self.length_bytes).wrapping_sub(1),
        }
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
