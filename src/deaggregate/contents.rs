//! The strict reading of a Kinesis record's data: framing, structure, every index and every key.

use crate::deaggregate::key_tables::{KeyEntry, KeyTables, Order, Table, check_key};
use crate::deaggregate::record_fields::{KeyIndex, RecordFields};
use crate::digest::Digest;
use crate::parse_error::{ParseError, ParseErrorKind};
use crate::schema::{DIGEST_LEN, MAGIC, MIN_LEN, aggregated_record};
use crate::tags::Tags;
use crate::wire::{Reader, to_u32};

/// What a message holds, checked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contents<'a> {
    /// The fields among which the user records are.
    pub(crate) fields: Reader<'a>,
    pub(crate) user_records: usize,
    pub(crate) tables: KeyTables<'a>,
}

/// Takes the frame off: the message and the digest behind it.
pub(crate) fn unframe(data: &[u8]) -> Result<(&[u8], [u8; DIGEST_LEN]), ParseError> {
    let framed = data.strip_prefix(&MAGIC).ok_or(ParseErrorKind::NotAggregated.at(0))?;
    if u32::try_from(data.len()).is_err() {
        return Err(ParseErrorKind::TooLong.at(0));
    }
    match framed.split_last_chunk() {
        Some((message, digest)) if !message.is_empty() => Ok((message, *digest)),
        _ => {
            let kind = ParseErrorKind::TooShort { len: to_u32(data.len()), needed: to_u32(MIN_LEN) };
            Err(kind.at(data.len()))
        }
    }
}

impl<'a> Contents<'a> {
    /// Reads the data of a Kinesis record, digest included.
    pub(crate) fn parse(
        data: &'a [u8],
        mut digest: impl Digest,
        index: &mut [KeyEntry<'a>],
    ) -> Result<Self, ParseError> {
        let (message, expected) = unframe(data)?;
        if digest.digest(message) != expected {
            return Err(ParseErrorKind::Digest.at(data.len().saturating_sub(DIGEST_LEN)));
        }
        Self::read(Reader::new(message, MAGIC.len()), index)
    }

    /// Reads the data of a Kinesis record whose digest somebody else answers for.
    pub(crate) fn parse_unverified(data: &'a [u8], index: &mut [KeyEntry<'a>]) -> Result<Self, ParseError> {
        let (message, _) = unframe(data)?;
        Self::read(Reader::new(message, MAGIC.len()), index)
    }

    /// The same contents, their keys found by another index.
    pub(crate) fn reindexed(&self, index: &mut [KeyEntry<'a>]) -> Self {
        Self { tables: self.tables.reindexed(index), ..*self }
    }

    fn read(message: Reader<'a>, index: &mut [KeyEntry<'a>]) -> Result<Self, ParseError> {
        let mut fields = message;
        let mut tables = KeyTables::new(message, Order::OldestFirst);
        let mut user_records = 0_usize;
        let mut passed = 0_usize;
        let mut passed_to_last_key = 0;
        // The tables may come after the user records, so the greatest index of each is kept till the end.
        let mut partition_key = None;
        let mut explicit_hash_key = None;
        loop {
            let offset = fields.offset();
            let Some(tag) = fields.read_tag()? else { break };
            passed = passed.saturating_add(1);
            if tag == aggregated_record::RECORDS {
                let message = fields.read_message()?;
                let record = RecordFields::read(message)?;
                if !record.tags.is_empty() {
                    Tags::check(message)?;
                }
                keep_greatest(&mut partition_key, record.partition_key);
                if let Some(key) = record.explicit_hash_key {
                    keep_greatest(&mut explicit_hash_key, key);
                }
                user_records = user_records.saturating_add(1);
            } else if let Some(table) = Table::of_tag(tag) {
                let bytes = fields.read_len()?;
                tables.push(table, check_key(bytes, fields.offset())?, index);
                passed_to_last_key = passed;
            } else {
                fields.skip(tag, offset)?;
            }
        }
        check_index(partition_key, tables.len(Table::PartitionKeys), |index, table_len| {
            ParseErrorKind::PartitionKeyIndex { index, table_len }
        })?;
        check_index(explicit_hash_key, tables.len(Table::ExplicitHashKeys), |index, table_len| {
            ParseErrorKind::ExplicitHashKeyIndex { index, table_len }
        })?;
        tables.complete(passed_to_last_key, index);
        Ok(Self { fields: message, user_records, tables })
    }
}

fn keep_greatest(greatest: &mut Option<KeyIndex>, index: KeyIndex) {
    if greatest.is_none_or(|greatest| greatest.number < index.number) {
        *greatest = Some(index);
    }
}

fn check_index(
    greatest: Option<KeyIndex>,
    table_len: u32,
    error: impl FnOnce(u64, u32) -> ParseErrorKind,
) -> Result<(), ParseError> {
    match greatest {
        Some(KeyIndex { number, offset }) if number >= u64::from(table_len) => {
            Err(error(number, table_len).at(offset))
        }
        _ => Ok(()),
    }
}
