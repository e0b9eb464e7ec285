//! The position of an iteration over the user records of one Kinesis record.

use core::iter;

use crate::deaggregate::contents::{Contents, read_record};
use crate::deaggregate::key_index::KeyIndexEntry;
use crate::deaggregate::key_tables::{CachedKeys, KeyTables};
use crate::deaggregate::range_filter::{FilterState, RangeFilter};
use crate::md5_engine::Md5Engine;
use crate::message::{Item, Reader, Tags, fast, items, to_u64};
use crate::parse_error::{ParseError, ParseErrorKind};
use crate::record::DeaggregatedRecord;

/// A user record without its sub-sequence number.
#[derive(Clone, Copy)]
struct Parts<'a> {
    keys: (&'a str, Option<&'a str>),
    data: &'a [u8],
    tags: Tags<'a>,
    aggregated: bool,
}

impl<'a> Parts<'a> {
    #[inline]
    fn numbered(self, sub_sequence_number: u64) -> DeaggregatedRecord<'a> {
        let Self { keys: (partition_key, explicit_hash_key), data, tags, aggregated } = self;
        DeaggregatedRecord { partition_key, explicit_hash_key, data, tags, sub_sequence_number, aggregated }
    }
}

/// The remaining user records. The index is passed to every call.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    /// The checked message of an aggregate; empty for a plain record.
    data: &'a [u8],
    at: usize,
    user_records: usize,
    left: usize,
    origin: Origin<'a>,
}

/// The source of the user records.
#[derive(Clone, Copy)]
enum Origin<'a> {
    Aggregate(KeyTables<'a>, CachedKeys<'a>),
    /// The Kinesis record itself, and why it is no aggregate.
    Plain {
        partition_key: &'a str,
        data: &'a [u8],
        error: ParseError,
    },
}

impl<'a> Cursor<'a> {
    /// Makes a cursor without user records.
    pub(crate) fn ended() -> Self {
        Self { left: 0, ..Self::new("", &[], Err(ParseErrorKind::NotAggregated.at(0))) }
    }

    /// Makes a cursor at the beginning of a Kinesis record, which was parsed as an aggregate or not.
    #[inline]
    pub(crate) fn new(
        partition_key: &'a str,
        data: &'a [u8],
        read: Result<Contents<'a>, ParseError>,
    ) -> Self {
        match read {
            Ok(contents) => Self::of(&contents),
            Err(error) => {
                let origin = Origin::Plain { partition_key, data, error };
                Self { data: &[], at: 0, user_records: 1, left: 1, origin }
            }
        }
    }

    /// Makes a cursor at the beginning of an aggregate.
    #[inline]
    pub(crate) fn of(contents: &Contents<'a>) -> Self {
        Self {
            data: contents.data,
            at: contents.first,
            user_records: contents.user_records,
            left: contents.user_records,
            origin: Origin::Aggregate(contents.tables, CachedKeys::default()),
        }
    }

    /// Returns a cursor at the same position that uses another index.
    pub(crate) fn reindexed(self, index: &mut [KeyIndexEntry<'a>]) -> Self {
        match &self.origin {
            Origin::Plain { .. } => self,
            Origin::Aggregate(tables, _) => {
                let origin = Origin::Aggregate(tables.reindexed(index), CachedKeys::default());
                Self { origin, ..self }
            }
        }
    }

    pub(crate) fn is_aggregated(&self) -> bool {
        matches!(self.origin, Origin::Aggregate(..))
    }

    /// Returns why the Kinesis record is no aggregate.
    pub(crate) fn error(&self) -> Option<ParseError> {
        match &self.origin {
            Origin::Plain { error, .. } => Some(*error),
            Origin::Aggregate(..) => None,
        }
    }

    /// Returns the number of remaining user records.
    pub(crate) fn left(&self) -> usize {
        self.left
    }

    /// Moves past a user record, to the field that begins at `next`.
    #[inline]
    fn pass(&mut self, next: usize) {
        self.at = next;
        self.left = self.left.saturating_sub(1);
    }

    /// Reads the field of the next user record.
    fn next_field(&mut self, reader: &mut Reader<'a>) -> Option<()> {
        loop {
            match items::next(reader)? {
                Item::UserRecord => {
                    self.pass(reader.at());
                    return Some(());
                }
                Item::End => return None,
                _ => {}
            }
        }
    }

    /// Skips user records without decoding them.
    pub(crate) fn skip(&mut self, user_records: u64) {
        let mut reader = Reader::new(self.data, self.at);
        if (0..user_records).any(|_| self.next_field(&mut reader).is_none()) {
            // There are no more user records, or it is a plain record, which has no field.
            self.left = 0;
        }
    }

    /// Makes the state of `filter` over the remaining user records.
    pub(crate) fn filter_state(
        mut self,
        filter: RangeFilter,
        index: &[KeyIndexEntry<'a>],
        engine: &mut impl Md5Engine,
    ) -> FilterState<'a> {
        match self.origin {
            Origin::Plain { .. } => FilterState::open(),
            Origin::Aggregate(..) => FilterState::new(filter, iter::from_fn(|| self.next(index)), engine),
        }
    }

    // Inlined everywhere, so that the result stays in registers.
    #[inline(always)]
    pub(crate) fn next(&mut self, index: &[KeyIndexEntry<'a>]) -> Option<DeaggregatedRecord<'a>> {
        let sub_sequence_number = self.sub_sequence_number();
        let key = |number| match &self.origin {
            Origin::Aggregate(tables, _) => tables.kept_partition_key(number, index),
            Origin::Plain { .. } => None,
        };
        let parts = match in_order(self.data, self.at, key) {
            Some((parts, next)) => {
                self.pass(next);
                parts
            }
            None => self.next_any(index)?,
        };
        Some(parts.numbered(sub_sequence_number))
    }

    /// Calls `f` with each of the remaining user records.
    #[inline]
    pub(crate) fn fold<T>(
        &mut self,
        index: &[KeyIndexEntry<'a>],
        init: T,
        mut f: impl FnMut(T, DeaggregatedRecord<'a>) -> T,
    ) -> T {
        let mut folded = init;
        loop {
            // Local copies can stay in registers.
            let (mut at, mut number) = (self.at, self.sub_sequence_number());
            if let Origin::Aggregate(tables, _) = &self.origin
                && tables.keeps_every_key()
            {
                let key = |number| tables.kept_partition_key(number, index);
                while let Some((parts, next)) = in_order(self.data, at, key) {
                    folded = f(folded, parts.numbered(number));
                    (at, number) = (next, number.wrapping_add(1));
                }
                self.go_to(at, number);
            }
            match self.next_any(index) {
                Some(parts) => folded = f(folded, parts.numbered(number)),
                None => return folded,
            }
        }
    }

    /// Continues at this offset with this sub-sequence number.
    #[inline]
    fn go_to(&mut self, at: usize, number: u64) {
        let passed = usize::try_from(number).unwrap_or(usize::MAX);
        (self.at, self.left) = (at, self.user_records.saturating_sub(passed));
    }

    /// Returns the next user record, in any encoding.
    #[inline(never)]
    fn next_any(&mut self, index: &[KeyIndexEntry<'a>]) -> Option<Parts<'a>> {
        if let Origin::Plain { partition_key, data, .. } = self.origin {
            self.left = self.left.checked_sub(1)?;
            let keys = (partition_key, None);
            return Some(Parts { keys, data, tags: Tags::default(), aggregated: false });
        }
        let (record, message) = match fast::user_record(self.data, self.at) {
            Some((record, next)) => {
                self.pass(next);
                (record, &[][..])
            }
            None => {
                let mut reader = Reader::new(self.data, self.at);
                self.next_field(&mut reader)?;
                let message = reader.content();
                (read_record(&mut reader)?, message)
            }
        };
        let Origin::Aggregate(tables, cached) = &mut self.origin else { return None };
        let keys = tables.keys_of(&record, cached, index)?;
        let tags = if record.has_tags { Tags::encoded(message) } else { Tags::default() };
        Some(Parts { keys, data: record.data, tags, aggregated: true })
    }

    /// Returns the sub-sequence number of the next user record.
    pub(crate) fn sub_sequence_number(&self) -> u64 {
        to_u64(self.user_records.saturating_sub(self.left))
    }
}

/// Fast path: returns the user record at this offset, and the offset of the next field. `key` returns the
/// partition key with a number, if the index keeps it.
#[inline(always)]
fn in_order<'a>(
    data: &'a [u8],
    at: usize,
    key: impl FnOnce(u32) -> Option<&'a str>,
) -> Option<(Parts<'a>, usize)> {
    let (record, next) = fast::inline_user_record(data, at)?;
    if record.explicit_hash_key.is_some() || record.has_tags {
        return None;
    }
    let partition_key = key(record.partition_key)?;
    let (keys, data) = ((partition_key, None), record.data);
    Some((Parts { keys, data, tags: Tags::default(), aggregated: true }, next))
}
