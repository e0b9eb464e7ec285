//! The message of one user record: indices into the key tables, data, tags.

use crate::parse_error::{ParseError, ParseErrorKind};
use crate::schema::{aggregated_record, record};
use crate::wire::{Reader, short_len_field, short_varint_field};

/// What the message of a user record holds, its keys still as zero-based positions in the key tables.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordFields<'a> {
    pub(crate) partition_key: u64,
    pub(crate) explicit_hash_key: Option<u64>,
    pub(crate) data: &'a [u8],
}

impl<'a> RecordFields<'a> {
    /// Reads the message, and whether it has tags. A field that occurs again replaces what it said before; tags are not looked
    /// into.
    #[inline]
    pub(crate) fn read(message: Reader<'a>) -> Result<(Self, bool), ParseError> {
        match Self::read_usual(message.rest()) {
            Some(fields) => Ok((fields, false)),
            None => Self::read_any(message),
        }
    }

    /// Reads a whole field of the aggregate, tag and length included, as most producers write most of them; what is behind it
    /// comes back, too. What this leaves, [`read`](Self::read) reads.
    #[inline]
    pub(crate) fn read_usual_field(fields: &'a [u8]) -> Option<(Self, &'a [u8])> {
        if usize::BITS != u64::BITS {
            let (message, rest) = short_len_field(fields, aggregated_record::RECORDS)?;
            return Some((Self::read_usual(message)?, rest));
        }
        let head = u64::from_le_bytes(*fields.first_chunk()?);
        if Shape::SHORT.is_of(head) {
            return Shape::SHORT.read(head, fields);
        }
        if Shape::LONG_DATA.is_of(head) {
            return Shape::LONG_DATA.read(head, fields);
        }
        if Shape::LONG_INDEX.is_of(head) {
            return Shape::LONG_INDEX.read(head, fields);
        }
        None
    }

    /// Reads the message as every known producer writes it: the indices, the data, and nothing else.
    #[inline]
    fn read_usual(message: &'a [u8]) -> Option<Self> {
        let (partition_key, rest) = short_varint_field(message, record::PARTITION_KEY_INDEX)?;
        let (explicit_hash_key, rest) = match short_varint_field(rest, record::EXPLICIT_HASH_KEY_INDEX) {
            Some((index, rest)) => (Some(u64::from(index)), rest),
            None => (None, rest),
        };
        let (data, rest) = short_len_field(rest, record::DATA)?;
        let fields = Self { partition_key: u64::from(partition_key), explicit_hash_key, data };
        rest.is_empty().then_some(fields)
    }

    #[inline(never)]
    fn read_any(message: Reader<'a>) -> Result<(Self, bool), ParseError> {
        let mut fields = message;
        let mut partition_key = None;
        let mut explicit_hash_key = None;
        let mut data = None;
        let mut has_tags = false;
        loop {
            let offset = fields.offset();
            match fields.read_tag()? {
                Some(record::PARTITION_KEY_INDEX) => partition_key = Some(fields.read_varint()?),
                Some(record::EXPLICIT_HASH_KEY_INDEX) => explicit_hash_key = Some(fields.read_varint()?),
                Some(record::DATA) => data = Some(fields.read_len()?),
                Some(record::TAGS) => {
                    fields.read_len()?;
                    has_tags = true;
                }
                Some(unknown) => fields = fields.skip(unknown, offset)?,
                None => break,
            }
        }
        match (partition_key, data) {
            (Some(partition_key), Some(data)) => {
                Ok((Self { partition_key, explicit_hash_key, data }, has_tags))
            }
            (None, _) => Err(message.error(ParseErrorKind::PartitionKeyIndexMissing)),
            (_, None) => Err(message.error(ParseErrorKind::DataMissing)),
        }
    }
}

/// How what lies before the data of a user record without explicit hash key can lie in one word, least byte first:
///
/// ```text
///   tag  message length  tag  partition key index  tag  data length
/// ```
struct Shape {
    /// The bits that tell it from others: tags, and whether a varint goes on.
    mask: u64,
    /// Their values.
    tags: u64,
    /// Bytes of either length, 1 or 2.
    length_bytes: u32,
    /// Bytes of the index, 1 or 2.
    index_bytes: u32,
}

impl Shape {
    const SHORT: Self = Self {
        mask: u64::from_le_bytes([0xFF, 0x80, 0xFF, 0x80, 0xFF, 0x80, 0, 0]),
        tags: u64::from_le_bytes([0x1A, 0, 0x08, 0, 0x1A, 0, 0, 0]),
        length_bytes: 1,
        index_bytes: 1,
    };
    const LONG_DATA: Self = Self {
        mask: u64::from_le_bytes([0xFF, 0x80, 0x80, 0xFF, 0x80, 0xFF, 0x80, 0x80]),
        tags: u64::from_le_bytes([0x1A, 0x80, 0, 0x08, 0, 0x1A, 0x80, 0]),
        length_bytes: 2,
        index_bytes: 1,
    };
    const LONG_INDEX: Self = Self {
        mask: u64::from_le_bytes([0xFF, 0x80, 0xFF, 0x80, 0x80, 0xFF, 0x80, 0]),
        tags: u64::from_le_bytes([0x1A, 0, 0x08, 0x80, 0, 0x1A, 0, 0]),
        length_bytes: 1,
        index_bytes: 2,
    };

    #[inline(always)]
    fn is_of(&self, head: u64) -> bool {
        head & self.mask == self.tags
    }

    /// Takes apart what begins with `head`, which has this shape. `None` where the two lengths do not agree, or reach past
    /// the end.
    #[inline(always)]
    fn read<'a>(&self, head: u64, fields: &'a [u8]) -> Option<(RecordFields<'a>, &'a [u8])> {
        let index_at = self.length_bytes.wrapping_add(2);
        let data_length_at = index_at.wrapping_add(self.index_bytes).wrapping_add(1);
        let data_at = data_length_at.wrapping_add(self.length_bytes);
        let message_at = self.length_bytes.wrapping_add(1);

        let message_len = varint(head, 1, self.length_bytes);
        let data_len = varint(head, data_length_at, self.length_bytes);
        if message_len != data_len.wrapping_add(u64::from(data_at.wrapping_sub(message_at))) {
            return None;
        }
        let behind = fields.get(usize::try_from(data_at).ok()?..)?;
        let (data, rest) = behind.split_at_checked(usize::try_from(data_len).ok()?)?;
        let partition_key = varint(head, index_at, self.index_bytes);
        Some((RecordFields { partition_key, explicit_hash_key: None, data }, rest))
    }
}

/// The varint of one or two bytes that begins with byte `at` of a word.
#[inline]
fn varint(word: u64, at: u32, bytes: u32) -> u64 {
    let word = word.wrapping_shr(at.wrapping_mul(u8::BITS));
    match bytes {
        1 => word & 0x7F,
        _ => (word & 0x7F) | (word >> 1 & 0x7F << 7),
    }
}
