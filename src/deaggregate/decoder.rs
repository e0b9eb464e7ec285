//! The functions that decode, and the decoder that configures them.

use core::mem::ManuallyDrop;

use crate::deaggregate::aggregated_record::AggregatedRecord;
use crate::deaggregate::batch::Batch;
use crate::deaggregate::contents::Contents;
use crate::deaggregate::cursor::Cursor;
use crate::deaggregate::key_index::{DEFAULT_INDEX_LEN, KeyIndex, KeyIndexEntry, OwnIndex};
use crate::deaggregate::user_records::UserRecords;
use crate::md5_engine::{Md5, Md5Engine};
use crate::message::schema::unframe;
use crate::parse_error::ParseError;
use crate::printing::print_as;

/// Decodes Kinesis records with another MD5, without one, or with another key index.
///
/// [`AggregatedRecord::parse`], [`deaggregate`], [`deaggregate_batch`] and [`is_aggregated`] are shorthands
/// for the methods of a decoder that [`Decoder::new`] made. These methods consume the decoder. The engine and
/// the index can be lent.
///
/// ```
/// use kinesis_agg::{Decoder, KeyIndexEntry, Md5, Md5Engine, md5_fn};
///
/// # let mut aggregator = kinesis_agg::Aggregator::new([0; 64]);
/// # aggregator.add(&kinesis_agg::UserRecord::new("sensor-7", b"21.5"))?;
/// # let sent = aggregator.finish().unwrap();
/// # let data = sent.data;
/// let mut hash_engine = md5_fn(|message: &[u8]| Md5.digest(message));
/// let mut index = [KeyIndexEntry::EMPTY; 500];
/// let decoder = Decoder::new().with_engine(&mut hash_engine).with_index(&mut index);
/// let aggregated = decoder.parse(data)?;
/// assert_eq!(aggregated.user_record_count(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
#[must_use = "a decoder does nothing until one of its verbs is called"]
pub struct Decoder<M = Md5, X = OwnIndex<DEFAULT_INDEX_LEN>> {
    // A `const fn` can move one of two fields out only if neither has a destructor. `into_parts` undoes the
    // `ManuallyDrop`.
    engine: ManuallyDrop<M>,
    index: ManuallyDrop<X>,
    verifies: bool,
}

impl Decoder {
    /// Makes a decoder that verifies digests with [`Md5`] and keeps an index of [`DEFAULT_INDEX_LEN`] entries
    /// in the view or iterator that it returns.
    pub const fn new() -> Self {
        Self { engine: ManuallyDrop::new(Md5), index: ManuallyDrop::new(OwnIndex), verifies: true }
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl<M, X> Decoder<M, X> {
    /// Sets another MD5, by value or lent.
    pub const fn with_engine<N>(self, engine: N) -> Decoder<N, X> {
        Decoder { engine: ManuallyDrop::new(engine), index: self.index, verifies: self.verifies }
    }

    /// Skips the check of the digest, for data whose digest was verified before.
    pub const fn unverified(self) -> Self {
        Self { verifies: false, ..self }
    }

    /// Keeps an index of `N` entries in the view or iterator that it returns.
    ///
    /// ```
    /// let decoder = kinesis_agg::Decoder::new().with_index_len::<16>();
    /// let error = decoder.parse(b"plain").unwrap_err();
    /// assert_eq!(error.to_string(), "no magic of an aggregated record at byte 0");
    /// ```
    pub const fn with_index_len<const N: usize>(self) -> Decoder<M, OwnIndex<N>> {
        Decoder { engine: self.engine, index: ManuallyDrop::new(OwnIndex), verifies: self.verifies }
    }

    /// Uses a lent index.
    ///
    /// With one entry for each key, the time is linear in the length of the data, whatever its content. With
    /// fewer entries the answers are the same, but look-ups can take longer, as with an index inside the
    /// view.
    pub const fn with_index<'i, 'a>(
        self,
        index: &'i mut [KeyIndexEntry<'a>],
    ) -> Decoder<M, &'i mut [KeyIndexEntry<'a>]> {
        Decoder { engine: self.engine, index: ManuallyDrop::new(index), verifies: self.verifies }
    }

    fn into_parts(self) -> (M, X, bool) {
        (ManuallyDrop::into_inner(self.engine), ManuallyDrop::into_inner(self.index), self.verifies)
    }
}

impl<M: Md5Engine, X> Decoder<M, X> {
    /// Checks the data of a Kinesis record: strict decoding.
    ///
    /// # Errors
    /// The data is not a complete and correct aggregated record: see
    /// [`ParseErrorKind`](crate::ParseErrorKind). An [unverified](Self::unverified) digest may be wrong.
    #[inline]
    pub fn parse<'a>(self, data: &'a [u8]) -> Result<AggregatedRecord<'a, X::Filled>, ParseError>
    where
        X: KeyIndex<'a>,
    {
        let (mut engine, index, verifies) = self.into_parts();
        let mut entries = index.entries();
        let is_digest = |message: &[u8], digest: &[u8; 16]| !verifies || engine.digest(message) == *digest;
        let contents = Contents::parse(data, is_digest, entries.as_mut())?;
        Ok(AggregatedRecord::new(contents, X::filled(entries)))
    }

    /// Iterates over the user records of a Kinesis record: lenient decoding. See [`deaggregate`].
    #[inline]
    pub fn deaggregate<'a>(self, partition_key: &'a str, data: &'a [u8]) -> UserRecords<'a, X::Filled>
    where
        X: KeyIndex<'a>,
    {
        let (mut engine, index, verifies) = self.into_parts();
        let mut entries = index.entries();
        let is_digest = |message: &[u8], digest: &[u8; 16]| !verifies || engine.digest(message) == *digest;
        let read = Contents::parse(data, is_digest, entries.as_mut());
        UserRecords::new(Cursor::new(partition_key, data, read), X::filled(entries))
    }

    /// Iterates over the user records of many Kinesis records. See [`deaggregate_batch`].
    pub fn deaggregate_batch<'a, I>(self, kinesis_records: I) -> Batch<'a, I::IntoIter, X, M>
    where
        X: KeyIndex<'a>,
        I: IntoIterator<Item = (&'a str, &'a [u8])>,
    {
        let (engine, index, verifies) = self.into_parts();
        Batch::new(kinesis_records.into_iter(), index, engine, verifies)
    }

    /// Whether readers would treat `data` as an aggregated record. See [`is_aggregated`].
    pub fn is_aggregated(self, data: &[u8]) -> bool {
        let (mut engine, _, verifies) = self.into_parts();
        unframe(data).is_some_and(|(message, digest)| !verifies || engine.digest(message) == *digest)
    }
}

print_as!([M, X] Decoder<M, X>, self => "Decoder {{ verifies: {:?}, .. }}", self.verifies);

impl<'a> AggregatedRecord<'a> {
    /// Checks the data of a Kinesis record.
    ///
    /// # Errors
    /// The data is not a complete and correct aggregated record: see
    /// [`ParseErrorKind`](crate::ParseErrorKind).
    pub fn parse(data: &'a [u8]) -> Result<Self, ParseError> {
        Decoder::new().parse(data)
    }
}

/// Iterates over the user records of a Kinesis record.
///
/// If the data is an aggregate, these are its user records. Otherwise it is one: the Kinesis record itself,
/// unchanged.
///
/// Nothing is ever lost: data that is no aggregate, or a faulty one, is returned as it is. Only a valid
/// aggregate without user records yields nothing.
///
/// ```
/// use kinesis_agg::deaggregate;
///
/// let mut user_records = deaggregate("sensor-7", b"not an aggregate");
/// assert_eq!(user_records.next().unwrap().data, b"not an aggregate");
/// ```
///
/// An index of [`DEFAULT_INDEX_LEN`] entries finds the keys. It is fast for aggregates with up to that many
/// keys. A server that reads untrusted input should lend an index, with [`Decoder::with_index`]: without one,
/// a hostile Kinesis record of 1 MiB can take a second, and several on targets of 32 bits.
/// [`AggregatedRecord`] compares both.
pub fn deaggregate<'a>(partition_key: &'a str, data: &'a [u8]) -> UserRecords<'a> {
    Decoder::new().deaggregate(partition_key, data)
}

/// Iterates lazily over the user records of many Kinesis records, in order.
///
/// Each Kinesis record is given by its partition key and data, and is decoded as [`deaggregate`] does it.
/// Every user record comes with the position of its Kinesis record, from 0, so that you can look up sequence
/// number and arrival time. The lent index finds the keys. The time is linear if the index has as many
/// entries as an aggregate has keys. Its entries borrow the data, so a loop over `GetRecords` makes an index
/// for each answer.
///
/// `for_each`, `fold` and methods based on them take a quarter fewer instructions than a loop.
///
/// With the feature `md5-lanes`, up to 128 Kinesis records are taken at a time, and their digests are
/// computed together. The answers are the same.
///
/// ```
/// use kinesis_agg::{KeyIndexEntry, deaggregate_batch};
///
/// let records: [(&str, &[u8]); 2] = [("a", b"plain"), ("b", b"also plain")];
/// let mut index = [KeyIndexEntry::EMPTY; 64];
/// let user_records: Vec<_> = deaggregate_batch(records, &mut index).collect();
/// assert_eq!(user_records[1].0, 1);
/// assert_eq!(user_records[1].1.data, b"also plain");
/// ```
pub fn deaggregate_batch<'a, 'i, I>(
    kinesis_records: I,
    index: &'i mut [KeyIndexEntry<'a>],
) -> Batch<'a, I::IntoIter, &'i mut [KeyIndexEntry<'a>]>
where
    I: IntoIterator<Item = (&'a str, &'a [u8])>,
{
    Decoder::new().with_index(index).deaggregate_batch(kinesis_records)
}

/// Whether readers would treat `data` as an aggregated record: it has the magic, more than 16 bytes after it,
/// and the right digest at its end.
///
/// Check this before you send data as a plain record: if a user has aggregated it already, readers would
/// unpack it. [`AggregatedRecord::parse`] also checks the message between magic and digest.
///
/// ```
/// assert!(!kinesis_agg::is_aggregated(b"plain"));
/// ```
pub fn is_aggregated(data: &[u8]) -> bool {
    Decoder::new().is_aggregated(data)
}
