//! Strict decoding: a checked view over the data of a Kinesis record.

use crate::deaggregate::contents::Contents;
use crate::deaggregate::key_index::{DEFAULT_INDEX_LEN, KeyIndexEntry};
use crate::deaggregate::user_records::UserRecords;
use crate::message::Table;
use crate::printing::print_as;

/// A checked aggregated record: magic, digest, structure, every index and every key are correct.
///
/// It is a view over borrowed bytes; nothing is copied. [`AggregatedRecord::parse`] makes it, and
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
/// A user record names its keys by their numbers in a table. The decoder cannot allocate a list of the keys,
/// so it looks them up in an index, of the type `X`:
///
/// - [`parse`](Self::parse) keeps an index of [`DEFAULT_INDEX_LEN`] entries inside the view. If there are no
///   more keys than that, each has an entry. If there are more, a look-up with N entries walks over at most
///   one N-th of the fields of the message. Keys that are used in the order of their table are found from the
///   previous one. Use it on a device, and for aggregates of a few keys.
/// - [`Decoder::with_index`](crate::Decoder::with_index) takes an index that the caller lends. With an entry
///   for each key, no look-up walks, whatever the content of the data. Use it on a server.
///
/// On targets of 64 bits an entry has its key, and a look-up is one access. On smaller targets an entry has
/// the place of the key and takes 12 bytes. A look-up there is a binary search, and it decodes the key again
/// unless it is the last one found.
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

    /// Iterates over the user records, in the order in which they were added. They borrow only the data and
    /// can outlive the view.
    pub fn user_records(&self) -> UserRecords<'a, X>
    where
        X: Clone,
    {
        UserRecords::of(&self.contents, self.index.clone())
    }

    /// Returns the number of user records.
    pub fn user_record_count(&self) -> usize {
        self.contents.user_records
    }

    /// Returns the number of keys in both tables, used or not. An index with this many entries makes every
    /// look-up one access.
    pub fn key_count(&self) -> usize {
        self.contents.tables.total()
    }

    /// Returns the number of entries in the table of partition keys, used or not.
    pub fn partition_key_count(&self) -> usize {
        self.contents.tables.count(Table::PartitionKeys)
    }

    /// Returns the number of entries in the table of explicit hash keys, used or not.
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
