//! Owned user records, to compare those of the codec, of the reference and of the vectors.

use std::fmt;

use kinesis_agg::{DeaggregatedRecord, Tag, UserRecord};

/// Key and value of a tag.
pub type OwnedTag = (String, Option<String>);

/// A user record, before packing and after unpacking.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnedRecord {
    pub partition_key: String,
    pub explicit_hash_key: Option<String>,
    pub data: Vec<u8>,
    pub tags: Vec<OwnedTag>,
}

impl OwnedRecord {
    /// Without explicit hash key and tags.
    pub fn new(partition_key: &str, data: &[u8]) -> Self {
        let (partition_key, data) = (partition_key.to_owned(), data.to_vec());
        Self { partition_key, explicit_hash_key: None, data, tags: Vec::new() }
    }

    /// The tags, for [`OwnedRecord::with`].
    pub fn tags(&self) -> Vec<Tag<'_>> {
        self.tags.iter().map(|(key, value)| Tag { key, value: value.as_deref() }).collect()
    }

    /// The user record, with the tags from [`OwnedRecord::tags`].
    pub fn with<'a>(&'a self, tags: &'a [Tag<'a>]) -> UserRecord<'a> {
        UserRecord::new(&self.partition_key, &self.data)
            .with_explicit_hash_key(self.explicit_hash_key.as_deref())
            .with_tags(tags)
    }
}

impl fmt::Debug for OwnedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition_key, explicit_hash_key, data, tags } = self;
        write!(f, "({partition_key:?}, {explicit_hash_key:?}, {} bytes, {tags:?})", data.len())
    }
}

impl From<DeaggregatedRecord<'_>> for OwnedRecord {
    fn from(record: DeaggregatedRecord<'_>) -> Self {
        Self {
            partition_key: record.partition_key.to_owned(),
            explicit_hash_key: record.explicit_hash_key.map(str::to_owned),
            data: record.data.to_vec(),
            tags: record.tags.iter().map(|tag| (tag.key.to_owned(), tag.value.map(str::to_owned))).collect(),
        }
    }
}

/// A user record with its position and origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivered {
    pub user_record: OwnedRecord,
    pub sub_sequence_number: u64,
    pub aggregated: bool,
}

impl Delivered {
    /// The expected result for a Kinesis record that is no aggregate.
    pub fn plain(partition_key: &str, data: &[u8]) -> Self {
        let user_record = OwnedRecord::new(partition_key, data);
        Self { user_record, sub_sequence_number: 0, aggregated: false }
    }

    /// The expected result for a user record of an aggregate.
    pub fn aggregated(sub_sequence_number: u64, user_record: OwnedRecord) -> Self {
        Self { user_record, sub_sequence_number, aggregated: true }
    }
}

impl From<DeaggregatedRecord<'_>> for Delivered {
    fn from(record: DeaggregatedRecord<'_>) -> Self {
        Self {
            sub_sequence_number: record.sub_sequence_number,
            aggregated: record.aggregated,
            user_record: record.into(),
        }
    }
}
