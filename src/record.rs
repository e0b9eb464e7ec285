//! User records and Kinesis records.

use crate::decimal::DecimalString;
use crate::hash_key::{HashKey, HashKeyError};
use crate::message::Tags;
use crate::printing::{Escaped, print_as};

/// A user record to pack: keys, data and tags, all borrowed.
///
/// ```
/// use kinesis_agg::UserRecord;
///
/// let record = UserRecord::new("sensor-7", b"21.5").with_explicit_hash_key("42");
/// assert_eq!(record.explicit_hash_key, Some("42"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserRecord<'a> {
    /// The partition key: 1 to 256 Unicode code points. Its MD5 decides to which shard the user record
    /// belongs.
    pub partition_key: &'a str,
    /// The explicit hash key: a decimal from 0 to 2^128 - 1. It decides about the shard instead of the
    /// partition key.
    pub explicit_hash_key: Option<&'a str>,
    /// The payload.
    pub data: &'a [u8],
    /// Key-value pairs. The format defines them, but no known producer writes them.
    pub tags: Tags<'a>,
}

impl<'a> UserRecord<'a> {
    /// Makes a user record without explicit hash key and without tags.
    pub fn new(partition_key: &'a str, data: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { partition_key, explicit_hash_key: None, data: data.as_ref(), tags: Tags::default() }
    }

    /// Sets the explicit hash key, or none.
    #[must_use]
    pub fn with_explicit_hash_key(self, explicit_hash_key: impl Into<Option<&'a str>>) -> Self {
        Self { explicit_hash_key: explicit_hash_key.into(), ..self }
    }

    /// Sets the tags: a slice of them, or those of a [`DeaggregatedRecord`].
    #[must_use]
    pub fn with_tags(self, tags: impl Into<Tags<'a>>) -> Self {
        Self { tags: tags.into(), ..self }
    }

    /// Returns the effective hash key, which decides to which shard the user record belongs.
    ///
    /// # Errors
    /// The explicit hash key is not a decimal below 2^128.
    pub fn hash_key(&self) -> Result<HashKey, HashKeyError> {
        HashKey::of_record(self.partition_key, self.explicit_hash_key)
    }
}

/// A user record that was unpacked from a Kinesis record. Its keys and data are slices of that record.
///
/// ```
/// use kinesis_agg::{UserRecord, deaggregate};
///
/// let mut user_records = deaggregate("sensor-7", b"plain");
/// let user_record = user_records.next().unwrap();
/// assert_eq!((user_record.sub_sequence_number, user_record.aggregated), (0, false));
/// let again = UserRecord::from(user_record); // to pack it
/// assert_eq!(again.data, b"plain");
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeaggregatedRecord<'a> {
    /// The partition key of the user record, or of the Kinesis record if that was plain.
    pub partition_key: &'a str,
    /// The explicit hash key as the producer wrote it. It may not be a number.
    pub explicit_hash_key: Option<&'a str>,
    /// The payload.
    pub data: &'a [u8],
    /// Key-value pairs.
    pub tags: Tags<'a>,
    /// The position in the aggregate, from 0. Together with the sequence number of the Kinesis record it
    /// identifies the user record.
    pub sub_sequence_number: u64,
    /// Whether it was unpacked from an aggregate. If not, it is the Kinesis record itself, unchanged.
    pub aggregated: bool,
}

impl<'a> DeaggregatedRecord<'a> {
    /// Returns the effective hash key: the explicit hash key if there is one, otherwise the hash key of the
    /// partition key.
    ///
    /// # Errors
    /// The explicit hash key is not a decimal below 2^128.
    pub fn hash_key(&self) -> Result<HashKey, HashKeyError> {
        HashKey::of_record(self.partition_key, self.explicit_hash_key)
    }
}

/// Takes the keys, data and tags, to pack them again.
impl<'a> From<DeaggregatedRecord<'a>> for UserRecord<'a> {
    fn from(record: DeaggregatedRecord<'a>) -> Self {
        let DeaggregatedRecord { partition_key, explicit_hash_key, data, tags, .. } = record;
        Self { partition_key, explicit_hash_key, data, tags }
    }
}

/// A Kinesis record to send with `PutRecord` or as an entry of `PutRecords`.
///
/// ```
/// use kinesis_agg::{Aggregator, UserRecord};
///
/// let mut aggregator = Aggregator::new([0; 64]);
/// aggregator.add(&UserRecord::new("sensor-7", "21.5"))?;
/// let record = aggregator.finish().unwrap();
/// assert_eq!((record.partition_key, record.user_records), ("sensor-7", 1));
/// assert_eq!(record.size(), record.data.len() + "sensor-7".len());
/// # Ok::<(), kinesis_agg::AddError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KinesisRecord<'a> {
    /// The outer partition key.
    pub partition_key: &'a str,
    /// The outer explicit hash key.
    pub explicit_hash_key: Option<&'a str>,
    /// The data blob.
    pub data: &'a [u8],
    /// The number of user records in it.
    pub user_records: usize,
}

impl KinesisRecord<'_> {
    /// Returns the size that the service counts towards its limit: data and outer partition key together, in
    /// bytes.
    pub fn size(&self) -> usize {
        self.data.len().saturating_add(self.partition_key.len())
    }
}

print_as!([] UserRecord<'_>, self =>
    "UserRecord {{ partition_key: {:?}, explicit_hash_key: {:?}, data: {:?} bytes, tags: {:?} }}",
    Escaped(self.partition_key), self.explicit_hash_key.map(Escaped), self.data.len(), self.tags);

print_as!([] DeaggregatedRecord<'_>, self =>
    "DeaggregatedRecord {{ partition_key: {:?}, explicit_hash_key: {:?}, data: {:?} bytes, tags: {:?}, \
     sub_sequence_number: {:?}, aggregated: {:?} }}",
    Escaped(self.partition_key), self.explicit_hash_key.map(Escaped), self.data.len(), self.tags,
    DecimalString::of(u128::from(self.sub_sequence_number)), self.aggregated);

print_as!([] KinesisRecord<'_>, self =>
    "KinesisRecord {{ partition_key: {:?}, explicit_hash_key: {:?}, data: {:?} bytes, user_records: {:?} }}",
    Escaped(self.partition_key), self.explicit_hash_key.map(Escaped), self.data.len(), self.user_records);
