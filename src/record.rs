//! User records and Kinesis records: what goes in, what comes out.

use crate::decimal::DecimalString;
use crate::hash_key::{HashKey, HashKeyError};
use crate::message::Tags;
use crate::printing::{DataLen, Escaped, print_as};

/// A user record on its way in: keys, data and tags, all borrowed.
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
    /// Decides, by its MD5, to which shard the user record belongs: 1 to 256 Unicode code points.
    pub partition_key: &'a str,
    /// Decides in place of the partition key: a decimal from 0 to 2^128 - 1.
    pub explicit_hash_key: Option<&'a str>,
    /// What the producer wants to say.
    pub data: &'a [u8],
    /// Key-value pairs that the format defines and no known producer writes.
    pub tags: Tags<'a>,
}

impl<'a> UserRecord<'a> {
    /// A user record without explicit hash key and tags.
    pub fn new(partition_key: &'a str, data: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self { partition_key, explicit_hash_key: None, data: data.as_ref(), tags: Tags::default() }
    }

    /// The same with an explicit hash key, or with none.
    #[must_use]
    pub fn with_explicit_hash_key(self, explicit_hash_key: impl Into<Option<&'a str>>) -> Self {
        Self { explicit_hash_key: explicit_hash_key.into(), ..self }
    }

    /// The same with these tags: a slice of them, or those of a [`DeaggregatedRecord`].
    #[must_use]
    pub fn with_tags(self, tags: impl Into<Tags<'a>>) -> Self {
        Self { tags: tags.into(), ..self }
    }

    /// Its effective hash key, which decides to which shard it belongs.
    ///
    /// # Errors
    /// The explicit hash key is no decimal below 2^128.
    pub fn hash_key(&self) -> Result<HashKey, HashKeyError> {
        HashKey::of_record(self.partition_key, self.explicit_hash_key)
    }
}

/// A user record that came out of a Kinesis record; keys and data are slices of that record's.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeaggregatedRecord<'a> {
    /// Its partition key, or that of the Kinesis record if that was plain.
    pub partition_key: &'a str,
    /// Its explicit hash key as its producer wrote it, which may be no number.
    pub explicit_hash_key: Option<&'a str>,
    /// What the producer wanted to say.
    pub data: &'a [u8],
    /// Key-value pairs.
    pub tags: Tags<'a>,
    /// Its position in the aggregate, from 0: with the sequence number of the Kinesis record it names the
    /// user record.
    pub sub_sequence_number: u64,
    /// Whether it came out of an aggregate; if not, it is the Kinesis record itself, unchanged.
    pub aggregated: bool,
}

impl<'a> DeaggregatedRecord<'a> {
    /// Its effective hash key: the explicit hash key if it has one, else that of its partition key.
    ///
    /// # Errors
    /// The explicit hash key is no decimal below 2^128.
    pub fn hash_key(&self) -> Result<HashKey, HashKeyError> {
        HashKey::of_record(self.partition_key, self.explicit_hash_key)
    }
}

/// The same keys, data and tags on their way in again.
impl<'a> From<DeaggregatedRecord<'a>> for UserRecord<'a> {
    fn from(record: DeaggregatedRecord<'a>) -> Self {
        let DeaggregatedRecord { partition_key, explicit_hash_key, data, tags, .. } = record;
        Self { partition_key, explicit_hash_key, data, tags }
    }
}

/// A Kinesis record to be put: what `PutRecord` and the entries of `PutRecords` take.
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KinesisRecord<'a> {
    /// The outer partition key.
    pub partition_key: &'a str,
    /// The outer explicit hash key.
    pub explicit_hash_key: Option<&'a str>,
    /// The data blob.
    pub data: &'a [u8],
    /// How many user records are in it.
    pub user_records: usize,
}

impl KinesisRecord<'_> {
    /// What the service counts towards its limit: bytes of data and outer partition key together.
    pub fn size(&self) -> usize {
        self.data.len().saturating_add(self.partition_key.len())
    }
}

print_as!([] UserRecord<'_>, self =>
    "UserRecord {{ partition_key: {:?}, explicit_hash_key: {:?}, data: {:?}, tags: {:?} }}",
    Escaped(self.partition_key), self.explicit_hash_key.map(Escaped), DataLen(self.data.len()), self.tags);

print_as!([] DeaggregatedRecord<'_>, self =>
    "DeaggregatedRecord {{ partition_key: {:?}, explicit_hash_key: {:?}, data: {:?}, tags: {:?}, \
     sub_sequence_number: {:?}, aggregated: {:?} }}",
    Escaped(self.partition_key), self.explicit_hash_key.map(Escaped), DataLen(self.data.len()), self.tags,
    DecimalString::of(u128::from(self.sub_sequence_number)), self.aggregated);

print_as!([] KinesisRecord<'_>, self =>
    "KinesisRecord {{ partition_key: {:?}, explicit_hash_key: {:?}, data: {:?}, user_records: {:?} }}",
    Escaped(self.partition_key), self.explicit_hash_key.map(Escaped), DataLen(self.data.len()), self.user_records);
