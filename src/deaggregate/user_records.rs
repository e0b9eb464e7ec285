//! Iteration over the user records of a message that was checked.

use core::fmt;
use core::iter::FusedIterator;

use crate::deaggregate::contents::{Contents, read_record};
use crate::deaggregate::key_index::{INDEX_LEN, KeyEntry};
use crate::deaggregate::key_tables::{CachedKeys, KeyTables};
use crate::deaggregate::range_filter::{FilterState, Filtered, RangeFilter};
use crate::digest::{Digest, Md5};
use crate::message::fast;
use crate::message::items::{self, Item};
use crate::message::number::to_u64;
use crate::message::reader::Reader;
use crate::message::tags::Tags;
use crate::record::DeaggregatedRecord;

/// Keys, data and tags of a user record.
type Parts<'a> = (&'a str, Option<&'a str>, &'a [u8], Tags<'a>);

#[inline]
fn put_together<'a>(parts: Parts<'a>, sub_sequence_number: u64) -> DeaggregatedRecord<'a> {
    let (partition_key, explicit_hash_key, data, tags) = parts;
    DeaggregatedRecord { partition_key, explicit_hash_key, data, tags, sub_sequence_number, aggregated: true }
}

/// Where an iteration over user records stands. The index lies beside it and is given to every call.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    data: &'a [u8],
    at: usize,
    user_records: usize,
    left: usize,
    tables: KeyTables<'a>,
    cached: CachedKeys<'a>,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(contents: &Contents<'a>) -> Self {
        Self {
            data: contents.data,
            at: contents.first,
            user_records: contents.user_records,
            left: contents.user_records,
            tables: contents.tables,
            cached: CachedKeys::default(),
        }
    }

    /// How many user records are to come.
    pub(crate) fn left(&self) -> usize {
        self.left
    }

    /// Goes past a user record, to the field that begins at `next`.
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

    /// Passes user records over without looking into them.
    pub(crate) fn skip(&mut self, user_records: u64) {
        let mut reader = Reader::new(self.data, self.at);
        for _ in 0..user_records {
            if self.next_field(&mut reader).is_none() {
                return;
            }
        }
    }

    /// Passes over the user records before this sub-sequence number.
    pub(crate) fn skip_to(&mut self, sub_sequence_number: u64) {
        self.skip(sub_sequence_number.saturating_sub(self.sub_sequence_number()));
    }

    #[inline]
    pub(crate) fn next(&mut self, index: &[KeyEntry<'a>]) -> Option<DeaggregatedRecord<'a>> {
        let sub_sequence_number = self.sub_sequence_number();
        // Put together in one place, of parts, so that these can live in registers.
        let parts = match self.next_in_order(self.at, index) {
            Some((parts, next)) => {
                self.pass(next);
                parts
            }
            None => self.next_any(index)?,
        };
        Some(put_together(parts, sub_sequence_number))
    }

    /// Gives the user records that are to come to `f` in turn.
    #[inline]
    pub(crate) fn fold<T>(
        mut self,
        index: &[KeyEntry<'a>],
        init: T,
        mut f: impl FnMut(T, DeaggregatedRecord<'a>) -> T,
    ) -> T {
        let mut folded = init;
        loop {
            if self.tables.keeps_every_key() {
                // Copies that nobody else sees, so that they can live in registers.
                let (mut at, mut number) = (self.at, self.sub_sequence_number());
                while let Some((parts, next)) = self.next_in_order(at, index) {
                    folded = f(folded, put_together(parts, number));
                    (at, number) = (next, number.wrapping_add(1));
                }
                self.go_to(at, number);
            }
            let sub_sequence_number = self.sub_sequence_number();
            match self.next_any(index) {
                Some(parts) => folded = f(folded, put_together(parts, sub_sequence_number)),
                None => return folded,
            }
        }
    }

    /// Goes on at this offset with this sub-sequence number.
    #[inline]
    fn go_to(&mut self, at: usize, number: u64) {
        let passed = usize::try_from(number).unwrap_or(usize::MAX);
        (self.at, self.left) = (at, self.user_records.saturating_sub(passed));
    }

    /// Fast path for the user record at this offset, and where the next field begins: its partition key has
    /// an entry of the index.
    #[inline]
    fn next_in_order(&self, at: usize, index: &[KeyEntry<'a>]) -> Option<(Parts<'a>, usize)> {
        let (record, next) = fast::inline_user_record(self.data, at)?;
        if record.explicit_hash_key.is_some() || record.has_tags {
            return None;
        }
        let partition_key = self.tables.kept_partition_key(record.partition_key, index)?;
        Some(((partition_key, None, record.data, Tags::default()), next))
    }

    /// The next user record, however it is written.
    #[inline(never)]
    fn next_any(&mut self, index: &[KeyEntry<'a>]) -> Option<Parts<'a>> {
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
        let (partition_key, explicit_hash_key) = self.tables.keys_of(&record, &mut self.cached, index)?;
        let tags = if record.has_tags { Tags::encoded(message) } else { Tags::default() };
        Some((partition_key, explicit_hash_key, record.data, tags))
    }

    /// That of the next user record.
    fn sub_sequence_number(&self) -> u64 {
        to_u64(self.user_records.saturating_sub(self.left))
    }
}

/// Iterates over the user records of an aggregate, in the order in which they were added.
///
/// Nothing can fail any more: [`AggregatedRecord::parse`](crate::AggregatedRecord::parse) has checked
/// everything. `for_each`, `fold` and what is made of them take a tenth fewer instructions than a loop does.
#[derive(Clone)]
#[must_use = "iterators are lazy"]
pub struct UserRecords<'a, X = [KeyEntry<'a>; INDEX_LEN]> {
    cursor: Cursor<'a>,
    index: X,
}

impl<'a, X: AsRef<[KeyEntry<'a>]>> UserRecords<'a, X> {
    pub(crate) fn new(contents: &Contents<'a>, index: X) -> Self {
        Self { cursor: Cursor::new(contents), index }
    }

    /// Goes on at this sub-sequence number, where a consumer resumes; passes over what lies before it without
    /// looking into it, and never goes back.
    pub fn skip_to(mut self, sub_sequence_number: u64) -> Self {
        self.cursor.skip_to(sub_sequence_number);
        self
    }

    /// Drops what `filter` drops of what is still to come. KCL's filter judges by what is still to come, too:
    /// to resume inside an aggregate, filter first and then [skip](Filtered::skip_to).
    pub fn filtered(self, filter: RangeFilter) -> Filtered<'a, Self>
    where
        X: Clone,
    {
        self.filtered_with(filter, Md5)
    }

    /// [`filtered`](Self::filtered) with another implementation of MD5 for the hash keys.
    pub fn filtered_with<D: Digest>(self, filter: RangeFilter, mut digest: D) -> Filtered<'a, Self, D>
    where
        X: Clone,
    {
        let filter_state = FilterState::new(filter, self.clone(), &mut digest);
        Filtered::new(self, filter_state, digest)
    }
}

impl<'a, X: AsRef<[KeyEntry<'a>]>> Iterator for UserRecords<'a, X> {
    type Item = DeaggregatedRecord<'a>;

    #[inline]
    fn next(&mut self) -> Option<DeaggregatedRecord<'a>> {
        self.cursor.next(self.index.as_ref())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.cursor.left(), Some(self.cursor.left()))
    }

    fn fold<T, F: FnMut(T, DeaggregatedRecord<'a>) -> T>(self, init: T, f: F) -> T {
        self.cursor.fold(self.index.as_ref(), init, f)
    }

    fn nth(&mut self, n: usize) -> Option<DeaggregatedRecord<'a>> {
        self.cursor.skip(to_u64(n));
        self.next()
    }
}

impl<'a, X: AsRef<[KeyEntry<'a>]>> ExactSizeIterator for UserRecords<'a, X> {}

impl<'a, X: AsRef<[KeyEntry<'a>]>> FusedIterator for UserRecords<'a, X> {}

impl<X> fmt::Debug for UserRecords<'_, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRecords").field("left", &self.cursor.left()).finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<'a, X: AsRef<[KeyEntry<'a>]>> defmt::Format for UserRecords<'a, X> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "UserRecords({=usize} left)", self.cursor.left());
    }
}
