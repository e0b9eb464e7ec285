//! What the message of an aggregated record holds, checked.

use crate::deaggregate::key_index::KeyEntry;
use crate::deaggregate::key_tables::{KeyTables, Order, read_key};
use crate::digest::Digest;
use crate::message::fast;
use crate::message::items::{self, Item, KeyCounts};
use crate::message::number::to_u32;
use crate::message::reader::Reader;
use crate::message::record::{self, RecordFields};
use crate::message::schema::{DIGEST_LEN, MAGIC, MIN_LEN};
use crate::message::tags::Tags;
use crate::parse_error::{ParseError, ParseErrorKind};

/// What a message holds, checked.
#[derive(Clone, Copy)]
pub(crate) struct Contents<'a> {
    /// The user records are among the fields of this message, the first at `first`.
    pub(crate) data: &'a [u8],
    pub(crate) first: usize,
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
        Self::read(data, index)
    }

    /// Reads the data of a Kinesis record whose digest somebody else answers for.
    pub(crate) fn parse_unverified(data: &'a [u8], index: &mut [KeyEntry<'a>]) -> Result<Self, ParseError> {
        unframe(data)?;
        Self::read(data, index)
    }

    /// The same contents, their keys found by another index.
    pub(crate) fn reindexed(&self, index: &mut [KeyEntry<'a>]) -> Self {
        Self { tables: self.tables.reindexed(index), ..*self }
    }

    /// Reads data whose frame was checked.
    #[inline(never)]
    fn read(data: &'a [u8], index: &mut [KeyEntry<'a>]) -> Result<Self, ParseError> {
        let end = data.len().saturating_sub(DIGEST_LEN);
        let mut reader = Reader::new(data.get(..end).unwrap_or_default(), MAGIC.len());
        Self::scan(&mut reader, index).ok_or_else(|| reader.error())
    }

    fn scan(reader: &mut Reader<'a>, index: &mut [KeyEntry<'a>]) -> Option<Self> {
        let data = reader.data();
        let mut tables = KeyTables::new(data, reader.at(), Order::OldestFirst);
        let mut found = Found::default();
        let (mut passed, mut passed_to_last_key) = (0_usize, 0_usize);
        loop {
            let mut start = reader.at();
            while let Some((record, next)) = fast::user_record(data, start) {
                found.include(start, &record);
                passed = passed.saturating_add(1);
                start = next;
            }
            if let Some((keys, next)) = tables.push_run(data, start, index) {
                passed = passed.saturating_add(keys);
                passed_to_last_key = passed;
                reader.go_to(next);
                continue;
            }
            reader.go_to(start);
            passed = passed.saturating_add(1);
            match items::next(reader)? {
                Item::UserRecord => {
                    let record = read_record(reader)?;
                    if record.has_tags {
                        Tags::check(reader, start)?;
                    }
                    found.include(start, &record);
                }
                Item::Key(table) => {
                    tables.push(start, table, read_key(reader)?, index);
                    passed_to_last_key = passed;
                }
                Item::Unknown => {}
                Item::End => break,
            }
        }
        // The tables may come after the user records, so the indices are checked last.
        if !found.is_inside(tables.counts()) {
            reader.go_to(found.first);
            return fail_at_first_index_outside(reader, tables.counts());
        }
        tables.complete(passed_to_last_key, index);
        Some(Self { data, first: found.first, user_records: found.user_records, tables })
    }
}

/// Reads the user record whose field was just read. `None`: the reader says what is wrong.
#[inline]
pub(crate) fn read_record<'a>(reader: &mut Reader<'a>) -> Option<RecordFields<'a>> {
    match fast::fields(reader.content()) {
        Some(record) => Some(record),
        None => record::read(reader, None),
    }
}

/// The user records of a message.
#[derive(Default)]
struct Found {
    /// The offset of the first.
    first: usize,
    user_records: usize,
    /// The greatest index of a partition key.
    partition_key: u32,
    /// One more than the greatest index of an explicit hash key.
    explicit_hash_keys: u32,
}

impl Found {
    /// Counts a user record, whose field begins at `start`.
    #[inline]
    fn include(&mut self, start: usize, record: &RecordFields<'_>) {
        if self.user_records == 0 {
            self.first = start;
        }
        self.user_records = self.user_records.saturating_add(1);
        self.partition_key = self.partition_key.max(record.partition_key);
        if let Some(index) = record.explicit_hash_key {
            self.explicit_hash_keys = self.explicit_hash_keys.max(index.saturating_add(1));
        }
    }

    /// Whether every index lies in its table.
    fn is_inside(&self, tables: &KeyCounts) -> bool {
        let partition_keys = self.user_records == 0 || self.partition_key < tables.partition_keys;
        partition_keys && self.explicit_hash_keys <= tables.explicit_hash_keys
    }
}

/// Reads on to the first user record whose keys are not in tables of these sizes.
#[cold]
fn fail_at_first_index_outside<T>(reader: &mut Reader<'_>, tables: &KeyCounts) -> Option<T> {
    loop {
        match items::next(reader)? {
            Item::UserRecord => _ = record::read(reader, Some(tables))?,
            Item::End => return None,
            _ => {}
        }
    }
}
