//! A user record from a stream.

use std::fmt;
use std::sync::Arc;

use aws_sdk_kinesis::primitives::DateTime;
use bytes::Bytes;
use bytestring::ByteString;

use crate::consumer::position::Position;

/// A user record from a stream. Keys and data are slices of its Kinesis record.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ConsumedRecord {
    /// The shard.
    pub shard_id: Arc<str>,
    /// The sequence number of its Kinesis record.
    pub sequence_number: Arc<str>,
    /// Its position in the aggregate, from 0; 0 for a plain record.
    pub sub_sequence_number: u64,
    /// Whether it comes from an aggregate. If not, it is the Kinesis record itself, unchanged.
    pub aggregated: bool,
    /// Its partition key. Empty for a plain record that was put without one, which a stream whose record
    /// distribution is `AUTO` allows.
    pub partition_key: ByteString,
    /// Its explicit hash key as its producer wrote it. The service does not reveal that of a plain record.
    pub explicit_hash_key: Option<ByteString>,
    /// The data of its producer.
    pub data: Bytes,
    /// Keys and values. The format defines them, but no known producer writes them.
    pub tags: Vec<(ByteString, Option<ByteString>)>,
    /// The approximate time of arrival of its Kinesis record.
    pub approximate_arrival_timestamp: Option<DateTime>,
}

impl ConsumedRecord {
    /// The position after it, from which reading continues once you have processed it.
    pub fn position(&self) -> Position {
        let (sequence_number, sub_sequence_number) =
            (Arc::clone(&self.sequence_number), self.sub_sequence_number);
        Position::UserRecord { sequence_number, sub_sequence_number }
    }
}

impl fmt::Debug for ConsumedRecord {
    // Not derived: a derived one would show the data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsumedRecord")
            .field("shard_id", &self.shard_id)
            .field("sequence_number", &self.sequence_number)
            .field("sub_sequence_number", &self.sub_sequence_number)
            .field("aggregated", &self.aggregated)
            .field("partition_key", &self.partition_key)
            .field("explicit_hash_key", &self.explicit_hash_key)
            .field("data", &format_args!("{} bytes", self.data.len()))
            .finish_non_exhaustive()
    }
}
