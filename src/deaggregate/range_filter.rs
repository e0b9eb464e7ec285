//! What a consumer of one shard drops of what it reads there.

use core::fmt;
use core::iter::FusedIterator;

use crate::digest::{Digest, Md5};
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
#[must_use = "iterators are lazy"]
pub struct Filtered<'a, I, D = Md5> {
    user_records: I,
    verdict: Verdict<'a>,
    digest: D,
    sub_sequence_number: u64,
}

impl<'a, I: Iterator<Item = DeaggregatedRecord<'a>> + Clone, D: Digest> Filtered<'a, I, D> {
    pub(crate) fn new(user_records: I, filter: RangeFilter, mut digest: D) -> Self {
        let verdict = filter.judge(user_records.clone(), &mut digest);
        Self { user_records, verdict, digest, sub_sequence_number: 0 }
    }
}

impl<I, D> Filtered<'_, I, D> {
    /// Goes on at this sub-sequence number, where a consumer resumes, and never goes back. What lies before it has still been
    /// judged.
    pub fn skip_to(mut self, sub_sequence_number: u64) -> Self {
        self.sub_sequence_number = self.sub_sequence_number.max(sub_sequence_number);
        self
    }
}

impl<'a, I: Iterator<Item = DeaggregatedRecord<'a>>, D: Digest> Iterator for Filtered<'a, I, D> {
    type Item = DeaggregatedRecord<'a>;

    fn next(&mut self) -> Option<DeaggregatedRecord<'a>> {
        let Self { user_records, verdict, digest, sub_sequence_number } = self;
        user_records.find(|record| {
            record.sub_sequence_number >= *sub_sequence_number && verdict.keeps(record, digest)
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, self.user_records.size_hint().1)
    }
}

impl<'a, I: FusedIterator<Item = DeaggregatedRecord<'a>>, D: Digest> FusedIterator for Filtered<'a, I, D> {}

impl<I: fmt::Debug, D> fmt::Debug for Filtered<'_, I, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Filtered").field("user_records", &self.user_records).finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<I: defmt::Format, D> defmt::Format for Filtered<'_, I, D> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Filtered({})", self.user_records);
    }
}

impl RangeFilter {
    /// Judges a Kinesis record by the user records that are to come of it.
    pub(crate) fn judge<'a>(
        self,
        mut user_records: impl Iterator<Item = DeaggregatedRecord<'a>>,
        digest: &mut impl Digest,
    ) -> Verdict<'a> {
        match self {
            Self::UserRecord(range) => Verdict::Each(Judge::new(range)),
            Self::Kcl(range) => {
                let mut judge = Judge::new(range);
                match user_records.all(|record| judge.keeps(&record, digest)) {
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
    pub(crate) fn keeps(&mut self, record: &DeaggregatedRecord<'a>, digest: &mut impl Digest) -> bool {
        match self {
            Self::KeepAll => true,
            Self::DropAll => false,
            Self::Each(judge) => judge.keeps(record, digest),
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
    fn keeps(&mut self, record: &DeaggregatedRecord<'a>, digest: &mut impl Digest) -> bool {
        let mut hash_key = || self.hash_keys.of(record.partition_key, record.explicit_hash_key, digest);
        !record.aggregated || hash_key().map_or(true, |hash_key| self.range.contains(hash_key))
    }
}
