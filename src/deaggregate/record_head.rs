//! What lies before the data of a user record without explicit hash key and tags, read from one word:
//!
//! ```text
//!   tag  message length  tag  partition key index  tag  data length
//! ```
//!
//! Most user records of most producers begin so. One comparison tells, where reading field by field takes a dozen.

/// The numbers of a head.
struct Head {
    message_len: u32,
    partition_key: u32,
    data_len: u32,
    /// Bytes of it, and those of them that belong to the message.
    len: usize,
    len_in_message: u32,
}

/// The position of the partition key, the data and what is behind the user record with whose field `fields` begin, if its head
/// has one of the usual shapes.
#[inline]
pub(crate) fn split_usual(fields: &[u8]) -> Option<(u32, &[u8], &[u8])> {
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
    let (data, rest) = fields.get(head.len..)?.split_at_checked(usize::try_from(head.data_len).ok()?)?;
    Some((head.partition_key, data, rest))
}

/// How many bytes the varints of a head have.
struct Shape {
    /// The bits that tell it from others: tags, and whether a varint goes on.
    mask: u64,
    /// Their values.
    tags: u64,
    /// Bytes of either length: 1 or 2.
    length_bytes: u32,
    /// Bytes of the index: 1 to 3.
    index_bytes: u32,
}

const SHORT: Shape = Shape {
    mask: u64::from_le_bytes([0xFF, 0x80, 0xFF, 0x80, 0xFF, 0x80, 0, 0]),
    tags: u64::from_le_bytes([0x1A, 0, 0x08, 0, 0x1A, 0, 0, 0]),
    length_bytes: 1,
    index_bytes: 1,
};
const LONG_DATA: Shape = Shape {
    mask: u64::from_le_bytes([0xFF, 0x80, 0x80, 0xFF, 0x80, 0xFF, 0x80, 0x80]),
    tags: u64::from_le_bytes([0x1A, 0x80, 0, 0x08, 0, 0x1A, 0x80, 0]),
    length_bytes: 2,
    index_bytes: 1,
};
const LONG_INDEX: Shape = Shape {
    mask: u64::from_le_bytes([0xFF, 0x80, 0xFF, 0x80, 0x80, 0xFF, 0x80, 0]),
    tags: u64::from_le_bytes([0x1A, 0, 0x08, 0x80, 0, 0x1A, 0, 0]),
    length_bytes: 1,
    index_bytes: 2,
};
const LONGEST_INDEX: Shape = Shape {
    mask: u64::from_le_bytes([0xFF, 0x80, 0xFF, 0x80, 0x80, 0x80, 0xFF, 0x80]),
    tags: u64::from_le_bytes([0x1A, 0, 0x08, 0x80, 0x80, 0, 0x1A, 0]),
    length_bytes: 1,
    index_bytes: 3,
};

impl Shape {
    #[inline(always)]
    fn is_of(&self, word: u64) -> bool {
        word & self.mask == self.tags
    }

    /// The numbers in a word of this shape.
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

/// The varint of so many bytes, at most three, that begins with byte `at` of a word.
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
