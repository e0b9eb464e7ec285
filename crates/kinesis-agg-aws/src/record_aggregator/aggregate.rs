//! An aggregate that owns its data.

use std::fmt;

use kinesis_agg::KinesisRecord;

/// An aggregated Kinesis record, ready to be put.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Aggregate {
    /// The outer partition key: that of the first user record.
    pub partition_key: String,
    /// The outer explicit hash key: that of the first user record.
    pub explicit_hash_key: Option<String>,
    /// The data blob.
    pub data: Vec<u8>,
    /// The number of user records in it.
    pub user_record_count: usize,
}

impl From<KinesisRecord<'_>> for Aggregate {
    fn from(record: KinesisRecord<'_>) -> Self {
        Self {
            partition_key: record.partition_key.to_owned(),
            explicit_hash_key: record.explicit_hash_key.map(str::to_owned),
            data: record.data.to_vec(),
            user_record_count: record.user_records,
        }
    }
}

impl fmt::Debug for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Aggregate")
            .field("partition_key", &self.partition_key)
            .field("explicit_hash_key", &self.explicit_hash_key)
            .field("data", &format_args!("{} bytes", self.data.len()))
            .field("user_record_count", &self.user_record_count)
            .finish()
    }
}
