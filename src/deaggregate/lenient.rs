//! The lenient way out: whatever a Kinesis record holds, its user records, and never less than what was sent.

use core::fmt;
use core::iter::{self, FusedIterator};

use crate::deaggregate::contents::Contents;
use crate::deaggregate::key_index::{INDEX_LEN, KeyEntry};
use crate::deaggregate::range_filter::{FilterState, Filtered, RangeFilter};
use crate::deaggregate::user_records::Cursor;
use crate::digest::{Digest, Md5};
use crate::parse_error::ParseError;
use crate::record::DeaggregatedRecord;

/// The user records of a Kinesis record: those of the aggregate that it is, or else the Kinesis record itself, unchanged.
///
/// Nothing is ever lost: data that is no aggregate, or one with any fault, comes out as it is. Only a valid aggregate
/// without user records yields nothing.
///
/// ```
/// use kinesis_agg::deaggregate;
///
/// let mut user_records = deaggregate("sensor-7", b"not an aggregate");
/// assert_eq!(user_records.next().unwrap().data, b"not an aggregate");
/// ```
///
/// Keys are found by an index of [`INDEX_LEN`] entries, which is right for a device and for aggregates of up to so many keys. A
/// server that reads what anybody may write wants [`deaggregate_with_index`]: without it, a hostile Kinesis record of 1 MiB
/// can take a second, and on a target of 32 bits several. See [`AggregatedRecord`](crate::AggregatedRecord) for the two
/// grades.
pub fn deaggregate<'a>(partition_key: &'a str, data: &'a [u8]) -> Deaggregated<'a> {
    deaggregate_with(partition_key, data, Md5)
}

/// [`deaggregate`] with another implementation of MD5.
pub fn deaggregate_with<'a>(partition_key: &'a str, data: &'a [u8], digest: impl Digest) -> Deaggregated<'a> {
    let mut index = [KeyEntry::EMPTY; INDEX_LEN];
    let source = Source::open(partition_key, data, digest, &mut index);
    Deaggregated { source, index }
}

/// [`deaggregate`] with a lent index: with one entry for each key, the time is linear in the length of the data,
/// whatever is in it.
pub fn deaggregate_with_index<'a, 'i>(
    partition_key: &'a str,
    data: &'a [u8],
    index: &'i mut [KeyEntry<'a>],
) -> Deaggregated<'a, &'i [KeyEntry<'a>]> {
    let source = Source::open(partition_key, data, Md5, index);
    Deaggregated { source, index }
}

/// What one Kinesis record yields. The index lies beside it.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    /// The Kinesis record itself until it was given out, and why it is no aggregate.
    Plain(Option<DeaggregatedRecord<'a>>, ParseError),
    Aggregated(Cursor<'a>),
}

impl<'a> Source<'a> {
    /// What is to come of a Kinesis record.
    pub(crate) fn open(
        partition_key: &'a str,
        data: &'a [u8],
        digest: impl Digest,
        index: &mut [KeyEntry<'a>],
    ) -> Self {
        match Contents::parse(data, digest, index) {
            Ok(contents) => Self::Aggregated(Cursor::new(&contents)),
            Err(error) => Self::Plain(Some(DeaggregatedRecord::plain(partition_key, data)), error),
        }
    }

    fn error(&self) -> Option<ParseError> {
        match self {
            Self::Plain(_, error) => Some(*error),
            Self::Aggregated(_) => None,
        }
    }

    pub(crate) fn left(&self) -> usize {
        match self {
            Self::Plain(record, _) => usize::from(record.is_some()),
            Self::Aggregated(cursor) => cursor.left(),
        }
    }

    #[inline]
    pub(crate) fn next(&mut self, index: &[KeyEntry<'a>]) -> Option<DeaggregatedRecord<'a>> {
        match self {
            Self::Plain(record, _) => record.take(),
            Self::Aggregated(cursor) => cursor.next(index),
        }
    }

    /// Gives every user record that is to come to `f` in turn.
    #[inline]
    pub(crate) fn fold<T>(
        self,
        index: &[KeyEntry<'a>],
        init: T,
        mut f: impl FnMut(T, DeaggregatedRecord<'a>) -> T,
    ) -> T {
        match self {
            Self::Plain(Some(record), _) => f(init, record),
            Self::Plain(None, _) => init,
            Self::Aggregated(cursor) => cursor.fold(index, init, f),
        }
    }

    /// What `filter` makes of the user records that are to come.
    pub(crate) fn filter_state(
        mut self,
        filter: RangeFilter,
        index: &[KeyEntry<'a>],
        digest: &mut impl Digest,
    ) -> FilterState<'a> {
        match self {
            Self::Plain(..) => FilterState::open(),
            Self::Aggregated(_) => FilterState::new(filter, iter::from_fn(|| self.next(index)), digest),
        }
    }

    fn skip_to(&mut self, sub_sequence_number: u64) {
        match self {
            Self::Plain(record, _) => *record = record.filter(|_| sub_sequence_number == 0),
            Self::Aggregated(cursor) => cursor.skip_to(sub_sequence_number),
        }
    }
}

/// Iterates over the user records of a Kinesis record, whatever it holds; made by [`deaggregate`].
#[derive(Clone)]
#[must_use = "iterators are lazy"]
pub struct Deaggregated<'a, X = [KeyEntry<'a>; INDEX_LEN]> {
    source: Source<'a>,
    index: X,
}

impl<'a, X: AsRef<[KeyEntry<'a>]>> Deaggregated<'a, X> {
    /// Whether the Kinesis record is an aggregate.
    pub fn is_aggregated(&self) -> bool {
        self.error().is_none()
    }

    /// Why the Kinesis record is no aggregate: mostly because it was never one, which is
    /// [`ParseErrorKind::NotAggregated`](crate::ParseErrorKind::NotAggregated). Any other kind is worth counting.
    pub fn error(&self) -> Option<ParseError> {
        self.source.error()
    }

    /// Goes on at this sub-sequence number, where a consumer resumes; a plain record has number 0.
    pub fn skip_to(mut self, sub_sequence_number: u64) -> Self {
        self.source.skip_to(sub_sequence_number);
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
        let filter_state = self.source.filter_state(filter, self.index.as_ref(), &mut digest);
        Filtered::new(self, filter_state, digest)
    }
}

impl<'a, X: AsRef<[KeyEntry<'a>]>> Iterator for Deaggregated<'a, X> {
    type Item = DeaggregatedRecord<'a>;

    fn next(&mut self) -> Option<DeaggregatedRecord<'a>> {
        self.source.next(self.index.as_ref())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.source.left(), Some(self.source.left()))
    }

    fn fold<T, F: FnMut(T, DeaggregatedRecord<'a>) -> T>(self, init: T, f: F) -> T {
        self.source.fold(self.index.as_ref(), init, f)
    }
}

impl<'a, X: AsRef<[KeyEntry<'a>]>> ExactSizeIterator for Deaggregated<'a, X> {}

impl<'a, X: AsRef<[KeyEntry<'a>]>> FusedIterator for Deaggregated<'a, X> {}

impl<X> fmt::Debug for Deaggregated<'_, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deaggregated")
            .field("aggregated", &self.source.error().is_none())
            .field("left", &self.source.left())
            .finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl<'a, X: AsRef<[KeyEntry<'a>]>> defmt::Format for Deaggregated<'a, X> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "Deaggregated({=usize} left)", self.source.left());
    }
}
