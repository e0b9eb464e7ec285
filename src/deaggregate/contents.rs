//! The strict reading of a Kinesis record's data: framing, structure, every index and every key.

use crate::deaggregate::key_tables::{KeyEntry, KeyTables, Order, Table, check_key};
use crate::deaggregate::record_fields::RecordFields;
use crate::digest::Digest;
use crate::parse_error::{ParseError, ParseErrorKind};
use crate::schema::{DIGEST_LEN, MAGIC, MIN_LEN, aggregated_record, record};
use crate::tags::Tags;
use crate::wire::{Reader, to_u32};

/// What a message holds, checked.
#[derive(Clone, Copy)]
pub(crate) struct Contents<'a> {
    /// The fields among which the user records are, from the first one on.
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
        let mut contents =
            Self { fields: message, user_records: 0, tables: KeyTables::new(message, Order::OldestFirst) };
        let mut ends = IndexEnds::default();
        let mut passed = 0_usize;
        let mut passed_to_last_key = 0_usize;
        let mut rest = message.rest();
        loop {
            let mut fields = message.with_rest(rest);
            passed = passed.saturating_add(1);
            // As writers write it; whatever else comes is read below.
            if let Some((record, tail)) = RecordFields::read_usual_field(rest) {
                contents.count(fields);
                ends.include(&record);
                rest = tail;
                continue;
            }
            if let Some((keys, tail)) = contents.tables.push_run(fields, index) {
                passed = passed.saturating_add(keys).saturating_sub(1);
                passed_to_last_key = passed;
                rest = tail;
                continue;
            }
            let start = fields;
            let Some(tag) = fields.read_tag()? else { break };
            if tag == aggregated_record::RECORDS {
                let message = fields.read_message()?;
                let (record, has_tags) = RecordFields::read(message)?;
                if has_tags {
                    Tags::check(message)?;
                }
                contents.count(start);
                ends.include(&record);
            } else if let Some(table) = Table::of_tag(tag) {
                let bytes = fields.read_len()?;
                contents.tables.push(table, check_key(bytes, fields.offset())?, index);
                passed_to_last_key = passed;
            } else {
                fields = fields.skip(tag, start.offset())?;
            }
            rest = fields.rest();
        }
        contents.check_indices(ends)?;
        contents.tables.complete(passed_to_last_key, index);
        Ok(contents)
    }

    /// Counts one more user record, whose field begins at `start`.
    #[inline]
    fn count(&mut self, start: Reader<'a>) {
        if self.user_records == 0 {
            self.fields = start;
        }
        self.user_records = self.user_records.saturating_add(1);
    }

    /// Checks that every index lies in its table. The tables may come after the user records, so this comes last.
    fn check_indices(&self, ends: IndexEnds) -> Result<(), ParseError> {
        let partition_keys = self.tables.len(Table::PartitionKeys);
        let explicit_hash_keys = self.tables.len(Table::ExplicitHashKeys);
        match ends.partition_key <= partition_keys && ends.explicit_hash_key <= explicit_hash_keys {
            true => Ok(()),
            false => self.first_index_outside(),
        }
    }

    /// The error of the first index that is outside its table.
    #[cold]
    fn first_index_outside(&self) -> Result<(), ParseError> {
        let mut fields = self.fields;
        loop {
            let offset = fields.offset();
            let Some(tag) = fields.read_tag()? else { return Ok(()) };
            match tag {
                aggregated_record::RECORDS => self.check_indices_of(fields.read_message()?)?,
                _ => fields = fields.skip(tag, offset)?,
            }
        }
    }

    /// Checks the indices of one user record, where the last of each is the one that counts.
    fn check_indices_of(&self, message: Reader<'a>) -> Result<(), ParseError> {
        let mut fields = message;
        let mut partition_key = Ok(());
        let mut explicit_hash_key = Ok(());
        loop {
            let offset = fields.offset();
            let check = |index: u64, table| {
                let table_len = self.tables.len(table);
                match (index < u64::from(table_len), table) {
                    (true, _) => Ok(()),
                    (_, Table::PartitionKeys) => {
                        Err(ParseErrorKind::PartitionKeyIndex { index, table_len }.at(offset))
                    }
                    _ => Err(ParseErrorKind::ExplicitHashKeyIndex { index, table_len }.at(offset)),
                }
            };
            match fields.read_tag()? {
                Some(record::PARTITION_KEY_INDEX) => {
                    partition_key = check(fields.read_varint()?, Table::PartitionKeys)
                }
                Some(record::EXPLICIT_HASH_KEY_INDEX) => {
                    explicit_hash_key = check(fields.read_varint()?, Table::ExplicitHashKeys);
                }
                Some(other) => fields = fields.skip(other, offset)?,
                None => return partition_key.and(explicit_hash_key),
            }
        }
    }
}

/// One more than the greatest index into each table.
#[derive(Clone, Copy, Debug, Default)]
struct IndexEnds {
    partition_key: u32,
    explicit_hash_key: u32,
}

impl IndexEnds {
    #[inline]
    fn include(&mut self, record: &RecordFields<'_>) {
        self.partition_key = self.partition_key.max(record.partition_key.saturating_add(1));
        if let Some(index) = record.explicit_hash_key {
            self.explicit_hash_key = self.explicit_hash_key.max(index.saturating_add(1));
        }
    }
}
