//! Iteration over the user records of a message that was checked.

use core::fmt;
use core::iter::FusedIterator;

use crate::deaggregate::contents::Contents;
use crate::deaggregate::key_tables::{Cursors, INDEX_LEN, KeyEntry, KeyTables};
use crate::deaggregate::range_filter::{Filtered, RangeFilter, Sieve};
use crate::deaggregate::record_fields::RecordFields;
use crate::deaggregate::record_head;
use crate::digest::{Digest, Md5};
use crate::record::DeaggregatedRecord;
use crate::schema::aggregated_record;
use crate::tags::Tags;
use crate::wire::{Reader, short_len_field, to_u64};

/// Keys, data and tags of a user record.
type Parts<'a> = (&'a str, Option<&'a str>, &'a [u8], Tags<'a>);

#[inline]
fn put_together<'a>(parts: Parts<'a>, sub_sequence_number: u64) -> DeaggregatedRecord<'a> {
    let (partition_key, explicit_hash_key, data, tags) = parts;
    DeaggregatedRecord { partition_key, explicit_hash_key, data, tags, sub_sequence_number, aggregated: true }
}

/// Where an iteration over user records stands. The index lies beside it and is given to every call.
#[derive(Clone, Copy)]
pub(crate) struct Walk<'a> {
    fields: Reader<'a>,
    user_records: usize,
    left: usize,
    tables: KeyTables<'a>,
    cursors: Cursors<'a>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(contents: &Contents<'a>) -> Self {
        Self {
            fields: contents.fields,
            user_records: contents.user_records,
            left: contents.user_records,
            tables: contents.tables,
            cursors: Cursors::default(),
        }
    }

    /// How many user records are to come.
    pub(crate) fn left(&self) -> usize {
        self.left
    }

    /// Goes past a user record, to what is behind it.
    #[inline]
    fn pass(&mut self, rest: &'a [u8]) {
        self.fields = self.fields.with_rest(rest);
        self.left = self.left.saturating_sub(1);
    }

    /// The message of the next user record.
    #[inline]
    fn next_message(&mut self) -> Option<Reader<'a>> {
        match short_len_field(self.fields.rest(), aggregated_record::RECORDS) {
            Some((content, rest)) => {
                self.pass(rest);
                Some(self.fields.nested(content))
            }
            None => self.find_message(),
        }
    }

    #[inline(never)]
    fn find_message(&mut self) -> Option<Reader<'a>> {
        loop {
            let offset = self.fields.offset();
            let tag = self.fields.read_tag().ok()??;
            if tag == aggregated_record::RECORDS {
                self.left = self.left.saturating_sub(1);
                return self.fields.read_message().ok();
            }
            self.fields = self.fields.skip(tag, offset).ok()?;
        }
    }

    /// Passes user records over without looking into them.
    pub(crate) fn skip(&mut self, user_records: u64) {
        for _ in 0..user_records {
            if self.next_message().is_none() {
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
        let parts = match self.usual(self.fields.rest(), index) {
            Some((parts, rest)) => {
                self.pass(rest);
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
            if self.tables.every_key_has_an_entry() {
                // Copies that nobody else sees, so that they can live in registers.
                let (mut fields, mut left) = (self.fields.rest(), self.left);
                while let Some((parts, rest)) = self.usual(fields, index) {
                    folded = f(folded, put_together(parts, to_u64(self.user_records.saturating_sub(left))));
                    (fields, left) = (rest, left.saturating_sub(1));
                }
                (self.fields, self.left) = (self.fields.with_rest(fields), left);
            }
            let sub_sequence_number = self.sub_sequence_number();
            match self.next_any(index) {
                Some(parts) => folded = f(folded, put_together(parts, sub_sequence_number)),
                None => return folded,
            }
        }
    }

    /// The user record with which `fields` begin, and what is behind it, if it is written as most are and the target can spare the
    /// code.
    #[inline]
    fn usual(&self, fields: &'a [u8], index: &[KeyEntry<'a>]) -> Option<(Parts<'a>, &'a [u8])> {
        if usize::BITS != u64::BITS {
            return None;
        }
        let (partition_key, data, rest) = record_head::split_usual(fields)?;
        let partition_key = self.tables.usual_key(partition_key, index)?;
        Some(((partition_key, None, data, Tags::default()), rest))
    }

    /// The next user record, however it is written.
    #[inline(never)]
    fn next_any(&mut self, index: &[KeyEntry<'a>]) -> Option<Parts<'a>> {
        if usize::BITS == u64::BITS
            && let Some((partition_key, data, rest)) = record_head::split_usual(self.fields.rest())
        {
            self.pass(rest);
            let partition_key = self.tables.partition_key(partition_key, &mut self.cursors, index)?;
            return Some((partition_key, None, data, Tags::default()));
        }
        let message = self.next_message()?;
        let (record, has_tags) = RecordFields::read(message).ok()?;
        let (partition_key, explicit_hash_key) = self.tables.keys_of(record, &mut self.cursors, index)?;
        let tags = if has_tags { Tags::encoded(message.rest()) } else { Tags::default() };
        Some((partition_key, explicit_hash_key, record.data, tags))
    }

    /// That of the next user record.
    fn sub_sequence_number(&self) -> u64 {
        to_u64(self.user_records.saturating_sub(self.left))
    }
}

/// Iterates over the user records of an aggregate, in the order in which they were added.
///
/// Nothing can fail any more: [`AggregatedRecord::parse`](crate::AggregatedRecord::parse) has checked everything. `for_each`, `fold`
/// and what is made of them take a third fewer instructions than a loop does.
#[derive(Clone)]
#[must_use = "iterators are lazy"]
pub struct UserRecords<'a, X = [KeyEntry<'a>; INDEX_LEN]> {
    walk: Walk<'a>,
    index: X,
}

impl<'a, X: AsRef<[KeyEntry<'a>]>> UserRecords<'a, X> {
    pub(crate) fn new(contents: &Contents<'a>, index: X) -> Self {
        Self { walk: Walk::new(contents), index }
    }

    /// Goes on at this sub-sequence number, where a consumer resumes; passes over what lies before it without
    /// looking into it, and never goes back.
    pub fn skip_to(mut self, sub_sequence_number: u64) -> Self {
        self.walk.skip_to(sub_sequence_number);
        self
    }

    /// Drops what `filter` drops of what is still to come. KCL's filter judges by what is still to come, too: to resume
    /// inside an aggregate, filter first and then [skip](Filtered::skip_to).
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
        let sieve = Sieve::new(filter, self.clone(), &mut digest);
        Filtered::new(self, sieve, digest)
    }
}

impl<'a, X: AsRef<[KeyEntry<'a>]>> Iterator for UserRecords<'a, X> {
    type Item = DeaggregatedRecord<'a>;

    #[inline]
    fn next(&mut self) -> Option<DeaggregatedRecord<'a>> {
        self.walk.next(self.index.as_ref())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.walk.left(), Some(self.walk.left()))
    }

    fn fold<T, F: FnMut(T, DeaggregatedRecord<'a>) -> T>(self, init: T, f: F) -> T {
        self.walk.fold(self.index.as_ref(), init, f)
    }

    fn nth(&mut self, n: usize) -> Option<DeaggregatedRecord<'a>> {
        self.walk.skip(to_u64(n));
        self.next()
    }
}

impl<'a, X: AsRef<[KeyEntry<'a>]>> ExactSizeIterator for UserRecords<'a, X> {}

impl<'a, X: AsRef<[KeyEntry<'a>]>> FusedIterator for UserRecords<'a, X> {}

impl<X> fmt::Debug for UserRecords<'_, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRecords").field("left", &self.walk.left()).finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<'a, X: AsRef<[KeyEntry<'a>]>> defmt::Format for UserRecords<'a, X> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "UserRecords({=usize} left)", self.walk.left());
    }
}
