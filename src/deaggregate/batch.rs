//! Many Kinesis records at once, as a `GetRecords` answer or a Lambda event holds them.

use core::fmt;
use core::iter::{self, FusedIterator};

use crate::deaggregate::contents::unframe;
use crate::deaggregate::gathered::{Gathered, gather};
use crate::deaggregate::key_index::KeyEntry;
use crate::deaggregate::lenient::Source;
use crate::deaggregate::range_filter::{FilterState, RangeFilter};
use crate::digest::{Digest, Md5};
use crate::message::schema::DIGEST_LEN;
use crate::record::DeaggregatedRecord;

/// The user records of many Kinesis records, each given by its partition key and data, lazily and in order.
///
/// Every user record comes with the position of its Kinesis record, from 0, so that sequence number and arrival time can be
/// looked up there. Collect it for the bulk form. Each Kinesis record is read as [`deaggregate`](crate::deaggregate) reads it; keys are
/// found by the lent index: one of as many entries as an aggregate has keys makes the time linear.
///
/// `for_each`, `fold` and what is made of them take a quarter fewer instructions than a loop does.
///
/// With the feature `md5-lanes`, up to 128 Kinesis records are taken at a time, and their digests are checked together: the
/// answers are the same, sooner.
///
/// ```
/// use kinesis_agg::{KeyEntry, deaggregate_batch};
///
/// let records: [(&str, &[u8]); 2] = [("a", b"plain"), ("b", b"also plain")];
/// let mut index = [KeyEntry::EMPTY; 64];
/// let user_records: Vec<_> = deaggregate_batch(records, &mut index).collect();
/// assert_eq!(user_records[1].0, 1);
/// assert_eq!(user_records[1].1.data, b"also plain");
/// ```
pub fn deaggregate_batch<'a, 'i, I>(
    kinesis_records: I,
    index: &'i mut [KeyEntry<'a>],
) -> Batch<'a, 'i, I::IntoIter>
where
    I: IntoIterator<Item = (&'a str, &'a [u8])>,
{
    deaggregate_batch_with(kinesis_records, index, Md5)
}

/// [`deaggregate_batch`] with another implementation of MD5.
pub fn deaggregate_batch_with<'a, 'i, I, D>(
    kinesis_records: I,
    index: &'i mut [KeyEntry<'a>],
    digest: D,
) -> Batch<'a, 'i, I::IntoIter, D>
where
    I: IntoIterator<Item = (&'a str, &'a [u8])>,
    D: Digest,
{
    Batch {
        kinesis_records: kinesis_records.into_iter(),
        ahead: Ahead::NONE,
        opened: 0,
        source: None,
        index,
        digest,
        filter: None,
        filter_state: FilterState::open(),
    }
}

/// Iterates over the user records of many Kinesis records; made by [`deaggregate_batch`].
#[must_use = "iterators are lazy"]
pub struct Batch<'a, 'i, I, D = Md5> {
    kinesis_records: I,
    ahead: Ahead<'a>,
    opened: usize,
    source: Option<Source<'a>>,
    index: &'i mut [KeyEntry<'a>],
    digest: D,
    filter: Option<RangeFilter>,
    filter_state: FilterState<'a>,
}

impl<I, D> Batch<'_, '_, I, D> {
    /// Drops what `filter` drops of every Kinesis record that was not begun yet.
    pub fn filtered(mut self, filter: RangeFilter) -> Self {
        self.filter = Some(filter);
        self
    }
}

impl<'a, I: Iterator<Item = (&'a str, &'a [u8])>, D: Digest> Batch<'a, '_, I, D> {
    /// Begins the next Kinesis record, if there is one.
    fn open_next(&mut self) -> Option<()> {
        if self.ahead.kinesis_records.left() == 0 {
            self.ahead.refill(&mut self.kinesis_records, &mut self.digest);
        }
        let (partition_key, data) = self.ahead.kinesis_records.next()?;
        self.opened = self.opened.saturating_add(1);
        let digest = |_: &[u8]| self.ahead.next_digest();
        let source = Source::open(partition_key, data, digest, self.index);
        self.source = Some(source);
        if let Some(filter) = self.filter {
            self.filter_state = source.filter_state(filter, self.index, &mut self.digest);
        }
        Some(())
    }
}

impl<'a, I: Iterator<Item = (&'a str, &'a [u8])>, D: Digest> Iterator for Batch<'a, '_, I, D> {
    type Item = (usize, DeaggregatedRecord<'a>);

    #[inline]
    fn next(&mut self) -> Option<(usize, DeaggregatedRecord<'a>)> {
        loop {
            if let Some(source) = &mut self.source {
                let user_records = iter::from_fn(|| source.next(self.index));
                if let Some(record) = self.filter_state.next(user_records, &mut self.digest) {
                    return Some((self.opened.saturating_sub(1), record));
                }
            }
            self.open_next()?;
        }
    }

    #[inline]
    fn fold<T, F: FnMut(T, (usize, DeaggregatedRecord<'a>)) -> T>(mut self, init: T, mut f: F) -> T {
        let mut folded = init;
        if self.filter.is_some() {
            for record in self {
                folded = f(folded, record);
            }
            return folded;
        }
        loop {
            if let Some(source) = self.source.take() {
                let position = self.opened.saturating_sub(1);
                folded = source.fold(self.index, folded, |folded, record| f(folded, (position, record)));
            }
            if self.open_next().is_none() {
                return folded;
            }
        }
    }
}

/// How many Kinesis records are taken at a time, so that their digests can be computed together.
const AHEAD: usize = if cfg!(feature = "md5-lanes") { 128 } else { 1 };

/// Kinesis records that were taken and not opened yet, and the digests of those that can be aggregates, in order.
struct Ahead<'a> {
    kinesis_records: Gathered<(&'a str, &'a [u8]), AHEAD>,
    digests: [[u8; DIGEST_LEN]; AHEAD],
    digests_given: usize,
}

impl<'a> Ahead<'a> {
    const NONE: Self =
        Self { kinesis_records: Gathered::none(), digests: [[0; DIGEST_LEN]; AHEAD], digests_given: 0 };

    /// Takes the next Kinesis records, in place: this is large.
    fn refill(
        &mut self,
        kinesis_records: &mut impl Iterator<Item = (&'a str, &'a [u8])>,
        digest: &mut impl Digest,
    ) {
        self.kinesis_records.refill(kinesis_records);
        let data = self.kinesis_records.all().iter().map(|(_, data)| *data);
        let mut messages = data.filter_map(unframe).map(|(message, _)| message);
        digest.digest_all(&gather::<_, AHEAD>(&mut messages), &mut self.digests);
        self.digests_given = 0;
    }

    /// The digest of the next Kinesis record that can be an aggregate.
    fn next_digest(&mut self) -> [u8; DIGEST_LEN] {
        let digest = self.digests.get(self.digests_given).copied().unwrap_or_default();
        self.digests_given = self.digests_given.saturating_add(1);
        digest
    }
}

impl<'a, I: FusedIterator<Item = (&'a str, &'a [u8])>, D: Digest> FusedIterator for Batch<'a, '_, I, D> {}

impl<I, D> fmt::Debug for Batch<'_, '_, I, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("opened", &self.opened)
            .field("left", &self.source.map_or(0, |source| source.left()))
            .field("filter", &self.filter)
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<I, D> defmt::Format for Batch<'_, '_, I, D> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "Batch({=usize} opened, {=usize} left)",
            self.opened,
            self.source.map_or(0, |source| source.left())
        );
    }
}
