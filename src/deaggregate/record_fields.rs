//! The message of one user record: indices into the key tables, data, tags.

use crate::deaggregate::record_head;
use crate::parse_error::{ParseError, ParseErrorKind};
use crate::schema::{aggregated_record, record};
use crate::wire::{Reader, short_len_field, short_varint_field};

/// What the message of a user record holds, its keys still as zero-based positions in the key tables. No table has as many
/// entries as 2^32 - 1, which stands for every greater position too.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordFields<'a> {
    pub(crate) partition_key: u32,
    pub(crate) explicit_hash_key: Option<u32>,
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
        let (partition_key, data, rest) = record_head::split_usual(fields)?;
        Some((Self { partition_key, explicit_hash_key: None, data }, rest))
    }

    /// Reads the message as every known producer writes it: the indices, the data, and nothing else.
    #[inline]
    fn read_usual(message: &'a [u8]) -> Option<Self> {
        let (partition_key, rest) = short_varint_field(message, record::PARTITION_KEY_INDEX)?;
        let (explicit_hash_key, rest) = match short_varint_field(rest, record::EXPLICIT_HASH_KEY_INDEX) {
            Some((index, rest)) => (Some(index), rest),
            None => (None, rest),
        };
        let (data, rest) = short_len_field(rest, record::DATA)?;
        let fields = Self { partition_key, explicit_hash_key, data };
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
                let partition_key = position(partition_key);
                let explicit_hash_key = explicit_hash_key.map(position);
                Ok((Self { partition_key, explicit_hash_key, data }, has_tags))
            }
            (None, _) => Err(message.error(ParseErrorKind::PartitionKeyIndexMissing)),
            (_, None) => Err(message.error(ParseErrorKind::DataMissing)),
        }
    }
}

fn position(index: u64) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
