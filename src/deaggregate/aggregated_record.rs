//! The strict way out: a checked view over the data of a Kinesis record.

use crate::deaggregate::contents::Contents;
use crate::deaggregate::key_index::{DEFAULT_INDEX_LEN, KeyIndexEntry};
use crate::deaggregate::user_records::UserRecords;
use crate::message::Table;
use crate::printing::print_as;

/// An aggregated record, checked: magic, digest, structure, every index and every key.
///
/// A view over borrowed bytes; nothing is copied. [`AggregatedRecord::parse`] makes it.
/// [`Decoder`](crate::Decoder) makes it with another MD5 or another index.
///
/// ```
/// use kinesis_agg::AggregatedRecord;
///
/// # let mut aggregator = kinesis_agg::Aggregator::new([0; 64]);
/// # aggregator.add(&kinesis_agg::UserRecord::new("sensor-7", b"21.5"))?;
/// # let sent = aggregator.finish().unwrap();
/// # let data = sent.data;
/// let aggregated = AggregatedRecord::parse(data)?;
/// assert_eq!(aggregated.user_record_count(), 1);
/// for user_record in &aggregated {
///     println!("{}: {:?}", user_record.partition_key, user_record.data);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Keys by number
///
/// A user record names its keys by their numbers, and there is no allocator to keep a list of them. An index,
/// the type `X`, finds them:
///
/// - [`parse`](Self::parse) keeps an index of [`DEFAULT_INDEX_LEN`] entries inside the view. While there are
///   at most so many keys, each has an entry. Where there are more, a look-up walks over at most one N-th of
///   the message's fields, for N entries. Keys that are used in the order of their table are found from the
///   last one. This is right for a device, and for aggregates of a few keys.
/// - [`Decoder::with_index`](crate::Decoder::with_index) takes an index that the caller lends. With an entry
///   for each key, no look-up walks, whatever is in the data. This is right for a server.
///
/// On targets of 64 bits an entry holds its key, and a look-up is one access. On smaller targets it says
/// where the key is: an entry takes 12 bytes, and a look-up searches the entries by halves and reads the key
/// again, unless it is the last one.
#[derive(Clone, Copy)]
pub struct AggregatedRecord<'a, X = [KeyIndexEntry<'a>; DEFAULT_INDEX_LEN]> {
    contents: Contents<'a>,
    index: X,
}

impl<'a, X: AsRef<[KeyIndexEntry<'a>]>> AggregatedRecord<'a, X> {
    #[inline]
    pub(crate) fn new(contents: Contents<'a>, index: X) -> Self {
        Self { contents, index }
    }

    /// Iterates over the user records, in the order in which they were added. They borrow the data alone and
    /// outlive the view.
    pub fn user_records(&self) -> UserRecords<'a, X>
    where
        X: Clone,
    {
        UserRecords::of(&self.contents, self.index.clone())
    }

    /// How many user records there are.
    pub fn user_record_count(&self) -> usize {
        self.contents.user_records
    }

    /// How many keys the two tables have, used or not: the entries of an index that makes every look-up one
    /// access.
    pub fn key_count(&self) -> usize {
        self.contents.tables.total()
    }

    /// How many entries the table of partition keys has, used or not.
    pub fn partition_key_count(&self) -> usize {
        self.contents.tables.count(Table::PartitionKeys)
    }

    /// How many entries the table of explicit hash keys has, used or not.
    pub fn explicit_hash_key_count(&self) -> usize {
        self.contents.tables.count(Table::ExplicitHashKeys)
    }
}

impl<'a, X: AsRef<[KeyIndexEntry<'a>]>> IntoIterator for AggregatedRecord<'a, X> {
    type Item = <UserRecords<'a, X> as Iterator>::Item;
    type IntoIter = UserRecords<'a, X>;

    fn into_iter(self) -> UserRecords<'a, X> {
        UserRecords::of(&self.contents, self.index)
    }
}

impl<'a, X: AsRef<[KeyIndexEntry<'a>]> + Clone> IntoIterator for &AggregatedRecord<'a, X> {
    type Item = <UserRecords<'a, X> as Iterator>::Item;
    type IntoIter = UserRecords<'a, X>;

    fn into_iter(self) -> UserRecords<'a, X> {
        self.user_records()
    }
}

print_as!(['a, X: AsRef<[KeyIndexEntry<'a>]>] AggregatedRecord<'a, X>, self =>
    "AggregatedRecord {{ user_records: {:?}, partition_keys: {:?}, explicit_hash_keys: {:?} }}",
    self.user_record_count(), self.partition_key_count(), self.explicit_hash_key_count());
