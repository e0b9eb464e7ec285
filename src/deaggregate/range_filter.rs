//! What a consumer of one shard drops of what it reads there.

use core::fmt;
use core::iter::FusedIterator;

use crate::digest::Md5;
use crate::hash_key::HashKeys;
use crate::record::DeaggregatedRecord;
use crate::shard_map::HashKeyRange;

/// Which user records to drop, given the hash key range of the shard that was read.
///
/// Only what came out of an aggregate is filtered, never a plain record; a user record whose explicit hash key is no number
/// counts as in range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RangeFilter {
    /// As KCL does: one user record out of range takes its whole aggregate with it.
    Kcl(HashKeyRange),
    /// The user records that are out of range, and no other.
    UserRecord(HashKeyRange),
}

impl fmt::Display for RangeFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kcl(range) => write!(f, "whole aggregates in {range}"),
            Self::UserRecord(range) => write!(f, "user records in {range}"),
        }
    }
}

/// Iterates over what a [`RangeFilter`] leaves of the user records of one Kinesis record.
///
/// Sub-sequence numbers stay what they are.
#[derive(Clone)]
pub struct Filtered<'a, I> {
    user_records: I,
    verdict: Verdict<'a>,
    sub_sequence_number: u64,
}

impl<'a, I: Iterator<Item = DeaggregatedRecord<'a>> + Clone> Filtered<'a, I> {
    pub(crate) fn new(user_records: I, filter: RangeFilter) -> Self {
        let verdict = filter.judge(user_records.clone());
        Self { user_records, verdict, sub_sequence_number: 0 }
    }

    /// Goes on at this sub-sequence number, where a consumer resumes; what lies before it has still been judged.
    #[must_use]
    pub fn skip_to(mut self, sub_sequence_number: u64) -> Self {
        self.sub_sequence_number = sub_sequence_number;
        self
    }
}

impl<'a, I: Iterator<Item = DeaggregatedRecord<'a>>> Iterator for Filtered<'a, I> {
    type Item = DeaggregatedRecord<'a>;

    fn next(&mut self) -> Option<DeaggregatedRecord<'a>> {
        let Self { user_records, verdict, sub_sequence_number } = self;
        user_records
            .find(|record| record.sub_sequence_number >= *sub_sequence_number && verdict.keeps(record))
    }
}

impl<'a, I: FusedIterator<Item = DeaggregatedRecord<'a>>> FusedIterator for Filtered<'a, I> {}

impl<I: fmt::Debug> fmt::Debug for Filtered<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filtered").field("user_records", &self.user_records).finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<I: defmt::Format> defmt::Format for Filtered<'_, I> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Filtered({})", self.user_records);
    }
}

impl RangeFilter {
    /// Judges a Kinesis record by the user records that are to come of it.
    pub(crate) fn judge<'a>(
        self,
        mut user_records: impl Iterator<Item = DeaggregatedRecord<'a>>,
    ) -> Verdict<'a> {
        match self {
            Self::UserRecord(range) => Verdict::Each(Judge::new(range)),
            Self::Kcl(range) => {
                let mut judge = Judge::new(range);
                match user_records.all(|record| judge.keeps(&record)) {
                    true => Verdict::KeepAll,
                    false => Verdict::DropAll,
                }
            }
        }
    }
}

/// What a filter makes of one Kinesis record.
#[derive(Clone, Copy)]
pub(crate) enum Verdict<'a> {
    KeepAll,
    DropAll,
    Each(Judge<'a>),
}

impl<'a> Verdict<'a> {
    pub(crate) fn keeps(&mut self, record: &DeaggregatedRecord<'a>) -> bool {
        match self {
            Self::KeepAll => true,
            Self::DropAll => false,
            Self::Each(judge) => judge.keeps(record),
        }
    }
}

/// Judges user records one after another.
#[derive(Clone, Copy)]
pub(crate) struct Judge<'a> {
    range: HashKeyRange,
    hash_keys: HashKeys<'a>,
}

impl<'a> Judge<'a> {
    fn new(range: HashKeyRange) -> Self {
        Self { range, hash_keys: HashKeys::default() }
    }

    /// Whether the user record is to be kept.
    fn keeps(&mut self, record: &DeaggregatedRecord<'a>) -> bool {
        let mut hash_key = || self.hash_keys.of(record.partition_key, record.explicit_hash_key, &mut Md5);
        !record.aggregated || hash_key().map_or(true, |hash_key| self.range.contains(hash_key))
    }
}
