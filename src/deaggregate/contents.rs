//! The checked contents of an aggregated record.

use crate::deaggregate::key_index::KeyIndexEntry;
use crate::deaggregate::key_tables::{KeyTables, read_key};
use crate::message::schema::{DIGEST_LEN, MAGIC, MIN_LEN, unframe};
use crate::message::{Item, PerTable, Reader, RecordFields, Tags, fast, items, record, to_u32};
use crate::parse_error::{ParseError, ParseErrorKind};

/// The checked contents of a message.
#[derive(Clone, Copy)]
pub(crate) struct Contents<'a> {
    /// The message, up to its end. The first user record begins at `first`.
    pub(crate) data: &'a [u8],
    pub(crate) first: usize,
    pub(crate) user_records: usize,
    pub(crate) tables: KeyTables<'a>,
}

/// Returns why data has no frame.
#[cold]
fn frame_error(data: &[u8]) -> ParseError {
    if !data.starts_with(&MAGIC) {
        ParseErrorKind::NotAggregated.at(0)
    } else if u32::try_from(data.len()).is_err() {
        ParseErrorKind::TooLong.at(0)
    } else {
        ParseErrorKind::TooShort { len: to_u32(data.len()), needed: to_u32(MIN_LEN) }.at(data.len())
    }
}

impl<'a> Contents<'a> {
    /// Reads the data of a Kinesis record. `is_digest` verifies the digest of the message.
    #[inline]
    pub(crate) fn parse(
        data: &'a [u8],
        is_digest: impl FnOnce(&[u8], &[u8; DIGEST_LEN]) -> bool,
        index: &mut [KeyIndexEntry<'a>],
    ) -> Result<Self, ParseError> {
        match unframe(data) {
            Some((message, digest)) if is_digest(message, digest) => Self::read(data, index),
            Some(_) => Err(ParseErrorKind::Digest.at(data.len().saturating_sub(DIGEST_LEN))),
            None => Err(frame_error(data)),
        }
    }

    /// Reads data whose frame was checked.
    #[inline(never)]
    fn read(data: &'a [u8], index: &mut [KeyIndexEntry<'a>]) -> Result<Self, ParseError> {
        let end = data.len().saturating_sub(DIGEST_LEN);
        let data = data.get(..end).unwrap_or_default();
        let first = MAGIC.len();
        let mut reader = Reader::new(data, first);
        let tables = KeyTables::new(data, first, true);
        let mut contents = Self { data, first, user_records: 0, tables };
        match contents.scan(&mut reader, index) {
            Some(()) => Ok(contents),
            None => Err(reader.error()),
        }
    }

    /// Reads every field. `None`: the reader has the error.
    fn scan(&mut self, reader: &mut Reader<'a>, index: &mut [KeyIndexEntry<'a>]) -> Option<()> {
        let data = self.data;
        let mut greatest = PerTable::<u32>::default();
        let (mut passed, mut passed_to_last_key) = (0_usize, 0_usize);
        loop {
            let mut start = reader.at();
            while let Some((record, next)) = fast::inline_user_record(data, start) {
                self.include(start, &record, &mut greatest);
                passed = passed.wrapping_add(1);
                start = next;
            }
            if let Some((keys, next)) = self.tables.push_run(data, start, index) {
                passed = passed.wrapping_add(keys);
                passed_to_last_key = passed;
                reader.go_to(next);
                continue;
            }
            reader.go_to(start);
            passed = passed.wrapping_add(1);
            match items::next(reader)? {
                Item::UserRecord => {
                    let record = read_record(reader)?;
                    if record.has_tags {
                        Tags::check(reader, start)?;
                    }
                    self.include(start, &record, &mut greatest);
                }
                Item::Key(table) => {
                    self.tables.push(start, table, read_key(reader)?, index);
                    passed_to_last_key = passed;
                }
                Item::Unknown => {}
                Item::End => break,
            }
        }
        // The tables may come after the user records, so check the indices last.
        let counts = self.tables.counts();
        let no_user_records = self.user_records == 0;
        if (greatest.partition_keys >= counts.partition_keys && !no_user_records)
            || greatest.explicit_hash_keys > counts.explicit_hash_keys
        {
            reader.go_to(self.first);
            return fail_at_first_index_outside(reader, counts);
        }
        self.tables.complete(passed_to_last_key, reader, index);
        Some(())
    }

    /// Counts a user record whose field begins at `start`. `greatest` has the greatest index of a partition
    /// key, and one more than the greatest index of an explicit hash key.
    #[inline]
    fn include(&mut self, start: usize, record: &RecordFields<'_>, greatest: &mut PerTable<u32>) {
        if self.user_records == 0 {
            self.first = start;
        }
        self.user_records = self.user_records.wrapping_add(1);
        greatest.partition_keys = greatest.partition_keys.max(record.partition_key);
        if let Some(index) = record.explicit_hash_key {
            greatest.explicit_hash_keys = greatest.explicit_hash_keys.max(index.saturating_add(1));
        }
    }
}

/// Reads the user record whose field was just read. `None`: the reader has the error.
#[inline]
pub(crate) fn read_record<'a>(reader: &mut Reader<'a>) -> Option<RecordFields<'a>> {
    match fast::fields(reader.content()) {
        Some(record) => Some(record),
        None => record::read(reader, None),
    }
}

/// Reads up to the first user record whose keys are not in tables of these sizes, and fails there.
#[cold]
fn fail_at_first_index_outside(reader: &mut Reader<'_>, tables: &PerTable<u32>) -> Option<()> {
    loop {
        match items::next(reader)? {
            Item::UserRecord => _ = record::read(reader, Some(tables))?,
            Item::End => return None,
            _ => {}
        }
    }
}
