//! Filters that drop user records of other shards.

use core::iter::FusedIterator;

use heapless::Vec;

use crate::decimal::DecimalString;
use crate::gathered::gather;
use crate::hash_key::HashKeys;
use crate::md5_engine::{Md5, Md5Engine, TOGETHER};
use crate::printing::{display_texts, print_as};
use crate::record::DeaggregatedRecord;
use crate::shard_map::HashKeyRange;

/// Chooses the user records to drop, given the hash key range of the shard that was read.
///
/// Only user records of an aggregate are filtered, never a plain record. A user record counts as in range if
/// its explicit hash key is not a valid hash key: not a number, below 0, or 2^128 or more. KCL differs here:
/// if an explicit hash key is not a number, it stops there and drops the rest of the aggregate; if one is
/// below 0, or 2^128 or more, it drops the whole aggregate.
///
/// ```
/// use kinesis_agg::{HashKeyRange, RangeFilter, deaggregate};
///
/// let shard: HashKeyRange = "0:170141183460469231731687303715884105727".parse()?;
/// let filter = RangeFilter::Kcl(shard);
/// for user_record in deaggregate("sensor-7", b"aggregated or plain").filtered(filter) {
///     println!("{}: {:?}", user_record.partition_key, user_record.data);
/// }
/// # Ok::<(), kinesis_agg::HashKeyRangeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RangeFilter {
    /// Drops the whole aggregate if one of its user records is out of range, as KCL does.
    Kcl(HashKeyRange),
    /// Drops the user records that are out of range, and no others.
    UserRecord(HashKeyRange),
}

display_texts!([] RangeFilter,
    Self::Kcl(range) => "whole aggregates in {range}";
    Self::UserRecord(range) => "user records in {range}";
);

/// Iterates over the user records of one Kinesis record that a [`RangeFilter`] keeps.
///
/// The sub-sequence numbers are unchanged. [`UserRecords::filtered`](crate::UserRecords::filtered) makes it.
///
/// ```
/// use kinesis_agg::{HashKeyRange, RangeFilter, deaggregate};
///
/// let user_records = deaggregate("sensor-7", b"plain");
/// let filter = RangeFilter::UserRecord(HashKeyRange::FULL);
/// let mut resumed = user_records.filtered(filter).skip_to(1); // the checkpoint is 0
/// assert!(resumed.next().is_none());
/// ```
#[derive(Clone)]
#[must_use = "iterators are lazy"]
pub struct Filtered<'a, I, M = Md5> {
    user_records: I,
    filter_state: FilterState<'a>,
    engine: M,
    sub_sequence_number: u64,
}

impl<'a, I, M> Filtered<'a, I, M> {
    pub(crate) fn new(user_records: I, filter_state: FilterState<'a>, engine: M) -> Self {
        Self { user_records, filter_state, engine, sub_sequence_number: 0 }
    }

    /// Continues at this sub-sequence number, where a consumer resumes, and never goes back.
    ///
    /// The filter still considers the user records before it.
    pub fn skip_to(mut self, sub_sequence_number: u64) -> Self {
        self.sub_sequence_number = self.sub_sequence_number.max(sub_sequence_number);
        self
    }
}

impl<'a, I: Iterator<Item = DeaggregatedRecord<'a>>, M: Md5Engine> Iterator for Filtered<'a, I, M> {
    type Item = DeaggregatedRecord<'a>;

    fn next(&mut self) -> Option<DeaggregatedRecord<'a>> {
        loop {
            let record = self.filter_state.next(&mut self.user_records, &mut self.engine)?;
            if record.sub_sequence_number >= self.sub_sequence_number {
                return Some(record);
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let most = self.user_records.size_hint().1;
        (0, most.and_then(|most| most.checked_add(self.filter_state.kept.len())))
    }
}

impl<'a, I: FusedIterator<Item = DeaggregatedRecord<'a>>, M: Md5Engine> FusedIterator for Filtered<'a, I, M> {}

print_as!([I, M] Filtered<'_, I, M>, self => "Filtered {{ from: {:?}, .. }}", DecimalString::of(u128::from(self.sub_sequence_number)));

/// The state of a [`RangeFilter`] over the user records of one aggregate.
#[derive(Clone)]
pub(crate) struct FilterState<'a> {
    verdict: Verdict,
    hash_keys: HashKeys<'a>,
    /// User records that were judged together and will be kept. The next one comes last.
    kept: Vec<DeaggregatedRecord<'a>, TOGETHER>,
}

#[derive(Clone, Copy)]
enum Verdict {
    KeepAll,
    DropAll,
    KeepThoseIn(HashKeyRange),
}

impl<'a> FilterState<'a> {
    /// Drops nothing: for a plain record, or if there is no filter.
    pub(crate) fn open() -> Self {
        Self { verdict: Verdict::KeepAll, hash_keys: HashKeys::default(), kept: Vec::new() }
    }

    /// Drops the user records that `filter` rejects, judged by the remaining ones.
    pub(crate) fn new(
        filter: RangeFilter,
        mut user_records: impl Iterator<Item = DeaggregatedRecord<'a>>,
        engine: &mut impl Md5Engine,
    ) -> Self {
        let mut filter_state = Self::open();
        filter_state.verdict = match filter {
            RangeFilter::UserRecord(range) => Verdict::KeepThoseIn(range),
            RangeFilter::Kcl(range) => loop {
                let judged = judge(&mut user_records, range, &mut filter_state.hash_keys, engine);
                if judged.is_empty() {
                    break Verdict::KeepAll;
                }
                if judged.iter().any(|(_, keep)| !keep) {
                    break Verdict::DropAll;
                }
            },
        };
        filter_state
    }

    /// Returns the next user record to keep.
    #[inline]
    pub(crate) fn next(
        &mut self,
        mut user_records: impl Iterator<Item = DeaggregatedRecord<'a>>,
        engine: &mut impl Md5Engine,
    ) -> Option<DeaggregatedRecord<'a>> {
        match self.verdict {
            Verdict::KeepAll => user_records.next(),
            Verdict::DropAll => None,
            Verdict::KeepThoseIn(range) => loop {
                if let Some(record) = self.kept.pop() {
                    return Some(record);
                }
                let judged = judge(&mut user_records, range, &mut self.hash_keys, engine);
                if judged.is_empty() {
                    return None;
                }
                let kept = judged.iter().rev().filter(|(_, keep)| *keep);
                self.kept = gather(kept.map(|(record, _)| *record));
            },
        }
    }
}

/// Returns the next user records, and whether to keep each.
fn judge<'a>(
    user_records: &mut impl Iterator<Item = DeaggregatedRecord<'a>>,
    range: HashKeyRange,
    hash_keys: &mut HashKeys<'a>,
    engine: &mut impl Md5Engine,
) -> Vec<(DeaggregatedRecord<'a>, bool), TOGETHER> {
    let together = gather::<_, TOGETHER>(user_records);
    let keys = together.iter().map(|record| (record.partition_key, record.explicit_hash_key));
    let hash_keys = hash_keys.of_next(keys, engine);
    let in_range =
        hash_keys.iter().map(|hash_key| hash_key.map_or(true, |hash_key| range.contains(hash_key)));
    gather(&mut together.iter().copied().zip(in_range))
}
