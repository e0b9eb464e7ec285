//! The strict way out: a checked view over the data of a Kinesis record.

use core::fmt;

use crate::deaggregate::contents::{Contents, has_digest};
use crate::deaggregate::key_index::{INDEX_LEN, KeyEntry};
use crate::deaggregate::user_records::UserRecords;
use crate::digest::{Digest, Md5};
use crate::message::items::Table;
use crate::parse_error::ParseError;

/// An aggregated record, checked: magic, digest, structure, every index and every key.
///
/// A view over borrowed bytes; nothing is copied.
///
/// # Keys by number
///
/// A user record names its keys by their numbers, and there is no allocator to keep a list of them. So there are two
/// grades, by the type `X` of the index:
///
/// - [`parse`](Self::parse) keeps an index of [`INDEX_LEN`] entries inside the view, [`parse_sized`](Self::parse_sized) one of
///   any other size. While there are at most so many keys, each has an entry. Where there are more, a look-up walks over at
///   most one N-th of the message's fields, for N entries; keys used in the order of their table are found from the last
///   one. Right for a device, and for aggregates of a few keys.
/// - [`parse_with_index`](Self::parse_with_index) takes an index that the caller lends. With an entry for each key, no
///   look-up walks, whatever is in the data. Right for a server.
///
/// On targets of 64 bits an entry holds its key, and a look-up is one access. On smaller ones it says where the key is: an
/// entry takes 12 bytes, and a look-up searches the entries by halves and reads the key again, unless it is the last one.
///
/// ```
/// use kinesis_agg::{AggregatedRecord, KeyEntry};
///
/// # let mut aggregator = kinesis_agg::Aggregator::new([0; 64]);
/// # aggregator.add(&kinesis_agg::UserRecord::new("sensor-7", b"21.5"))?;
/// # let sent = aggregator.finish().unwrap();
/// # let data = sent.data;
/// let aggregated = AggregatedRecord::parse(data)?;
/// for user_record in aggregated.user_records() {
///     println!("{}: {:?}", user_record.partition_key, user_record.data);
/// }
///
/// let mut index = [KeyEntry::EMPTY; 500];
/// let aggregated = AggregatedRecord::parse_with_index(data, &mut index)?;
/// assert_eq!(aggregated.user_record_count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct AggregatedRecord<'a, X = [KeyEntry<'a>; INDEX_LEN]> {
    contents: Contents<'a>,
    index: X,
}

impl<'a> AggregatedRecord<'a> {
    /// Checks the data of a Kinesis record.
    ///
    /// # Errors
    /// The data is no aggregated record, whole and correct: see [`ParseErrorKind`](crate::ParseErrorKind).
    pub fn parse(data: &'a [u8]) -> Result<Self, ParseError> {
        Self::parse_with(data, Md5)
    }

    /// [`AggregatedRecord::parse`] with another implementation of MD5.
    ///
    /// # Errors
    /// As [`AggregatedRecord::parse`].
    pub fn parse_with(data: &'a [u8], digest: impl Digest) -> Result<Self, ParseError> {
        Self::build(|index| Contents::parse(data, digest, index))
    }

    /// [`AggregatedRecord::parse`] without a look at the digest, for data whose digest was checked already.
    ///
    /// # Errors
    /// As [`AggregatedRecord::parse`], but for a wrong digest.
    pub fn parse_unverified(data: &'a [u8]) -> Result<Self, ParseError> {
        Self::build(|index| Contents::parse_unverified(data, index))
    }

    /// [`AggregatedRecord::parse`] with an index of `N` entries in the view.
    ///
    /// # Errors
    /// As [`AggregatedRecord::parse`].
    ///
    /// ```
    /// let error = kinesis_agg::AggregatedRecord::parse_sized::<64>(b"plain").unwrap_err();
    /// assert_eq!(error.to_string(), "no magic of an aggregated record at byte 0");
    /// ```
    pub fn parse_sized<const N: usize>(
        data: &'a [u8],
    ) -> Result<AggregatedRecord<'a, [KeyEntry<'a>; N]>, ParseError> {
        AggregatedRecord::build(|index| Contents::parse(data, Md5, index))
    }
}

impl<'a, const N: usize> AggregatedRecord<'a, [KeyEntry<'a>; N]> {
    fn build(
        parse: impl FnOnce(&mut [KeyEntry<'a>]) -> Result<Contents<'a>, ParseError>,
    ) -> Result<Self, ParseError> {
        let mut index = [KeyEntry::EMPTY; N];
        parse(&mut index).map(|contents| Self { contents, index })
    }
}

impl<'a, 'i> AggregatedRecord<'a, &'i [KeyEntry<'a>]> {
    /// [`AggregatedRecord::parse`] with a lent index: with one entry for each key, the time is linear. With fewer, it
    /// still answers, as an index inside the view does.
    ///
    /// # Errors
    /// As [`AggregatedRecord::parse`].
    pub fn parse_with_index(data: &'a [u8], index: &'i mut [KeyEntry<'a>]) -> Result<Self, ParseError> {
        let contents = Contents::parse(data, Md5, index)?;
        Ok(Self { contents, index })
    }
}

impl<'a, X: AsRef<[KeyEntry<'a>]>> AggregatedRecord<'a, X> {
    /// Iterates over the user records, in the order in which they were added. They borrow the data alone and outlive the view.
    pub fn user_records(&self) -> UserRecords<'a, X>
    where
        X: Clone,
    {
        UserRecords::new(&self.contents, self.index.clone())
    }

    /// The same view with a lent index, where the first reading has shown that it has many keys:
    /// [`AggregatedRecord::key_count`] says how many entries it takes.
    pub fn with_index<'i>(&self, index: &'i mut [KeyEntry<'a>]) -> AggregatedRecord<'a, &'i [KeyEntry<'a>]> {
        let contents = self.contents.reindexed(index);
        AggregatedRecord { contents, index }
    }

    /// How many user records there are.
    pub fn user_record_count(&self) -> usize {
        self.contents.user_records
    }

    /// How many keys the two tables have, used or not: the entries of an index that makes every look-up one access.
    pub fn key_count(&self) -> usize {
        self.partition_key_count().saturating_add(self.explicit_hash_key_count())
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

impl<'a, X: AsRef<[KeyEntry<'a>]>> IntoIterator for AggregatedRecord<'a, X> {
    type Item = <UserRecords<'a, X> as Iterator>::Item;
    type IntoIter = UserRecords<'a, X>;

    fn into_iter(self) -> UserRecords<'a, X> {
        UserRecords::new(&self.contents, self.index)
    }
}

impl<'a, X: AsRef<[KeyEntry<'a>]> + Clone> IntoIterator for &AggregatedRecord<'a, X> {
    type Item = <UserRecords<'a, X> as Iterator>::Item;
    type IntoIter = UserRecords<'a, X>;

    fn into_iter(self) -> UserRecords<'a, X> {
        self.user_records()
    }
}

/// Whether readers would take `data` for an aggregated record: it has the magic, more than 16 bytes behind it, and the
/// right digest at its end.
///
/// Whoever sends plain records needs this: data that a user has aggregated already must not go out plain, or
/// readers take it apart. Whether what is between magic and digest makes sense, [`AggregatedRecord::parse`] says.
///
/// ```
/// assert!(!kinesis_agg::is_aggregated(b"plain"));
/// ```
pub fn is_aggregated(data: &[u8]) -> bool {
    is_aggregated_with(data, Md5)
}

/// [`is_aggregated`] with another implementation of MD5.
pub fn is_aggregated_with(data: &[u8], digest: impl Digest) -> bool {
    has_digest(data, digest) == Some(true)
}

impl<'a, X: AsRef<[KeyEntry<'a>]>> fmt::Debug for AggregatedRecord<'a, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AggregatedRecord")
            .field("user_records", &self.user_record_count())
            .field("partition_keys", &self.partition_key_count())
            .field("explicit_hash_keys", &self.explicit_hash_key_count())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<'a, X: AsRef<[KeyEntry<'a>]>> defmt::Format for AggregatedRecord<'a, X> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "AggregatedRecord({=usize} user records, {=usize} keys)",
            self.user_record_count(),
            self.key_count()
        );
    }
}
