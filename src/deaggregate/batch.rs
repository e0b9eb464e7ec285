//! Many Kinesis records at once, as a `GetRecords` answer or a Lambda event holds them.

use core::fmt;
use core::iter::FusedIterator;

use crate::deaggregate::key_tables::KeyEntry;
use crate::deaggregate::lenient::Source;
use crate::deaggregate::range_filter::{RangeFilter, Verdict};
use crate::digest::{Digest, Md5};
use crate::record::DeaggregatedRecord;

/// The user records of many Kinesis records, each given by its partition key and data, lazily and in order.
///
/// Every user record comes with the position of its Kinesis record, from 0, so that sequence number and arrival time can be
/// looked up there. Collect it for the bulk form. Each Kinesis record is read as [`deaggregate`](crate::deaggregate) reads it; keys are
/// found by the lent index: one of as many entries as an aggregate has keys makes the time linear.
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
        opened: 0,
        source: None,
        index,
        digest,
        filter: None,
        verdict: Verdict::KeepAll,
    }
}

/// Iterates over the user records of many Kinesis records; made by [`deaggregate_batch`].
#[must_use = "iterators are lazy"]
pub struct Batch<'a, 'i, I, D = Md5> {
    kinesis_records: I,
    opened: usize,
    source: Option<Source<'a>>,
    index: &'i mut [KeyEntry<'a>],
    digest: D,
    filter: Option<RangeFilter>,
    verdict: Verdict<'a>,
}

impl<I, D> Batch<'_, '_, I, D> {
    /// Drops what `filter` drops of every Kinesis record that was not begun yet.
    pub fn filtered(mut self, filter: RangeFilter) -> Self {
        self.filter = Some(filter);
        self
    }
}

impl<'a, I: Iterator<Item = (&'a str, &'a [u8])>, D: Digest> Iterator for Batch<'a, '_, I, D> {
    type Item = (usize, DeaggregatedRecord<'a>);

    fn next(&mut self) -> Option<(usize, DeaggregatedRecord<'a>)> {
        loop {
            while let Some(record) = self.source.as_mut().and_then(|source| source.next(self.index)) {
                if self.verdict.keeps(&record, &mut self.digest) {
                    return Some((self.opened.saturating_sub(1), record));
                }
            }
            let (partition_key, data) = self.kinesis_records.next()?;
            self.opened = self.opened.saturating_add(1);
            let digest = |message: &[u8]| self.digest.digest(message);
            let source = Source::open(partition_key, data, digest, self.index);
            self.source = Some(source);
            if let Some(filter) = self.filter {
                let mut ahead = source;
                let records = core::iter::from_fn(|| ahead.next(self.index));
                self.verdict = filter.judge(records, &mut self.digest);
            }
        }
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
