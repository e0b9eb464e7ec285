//! A user record as it was read.

use std::fmt;
use std::sync::Arc;

use aws_sdk_kinesis::primitives::DateTime;
use bytes::Bytes;
use bytestring::ByteString;

use crate::consumer::position::Position;

/// A user record as it was read. Keys and data share the memory of its Kinesis record.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ConsumedRecord {
    /// The shard.
    pub shard_id: Arc<str>,
    /// The sequence number of its Kinesis record.
    pub sequence_number: Arc<str>,
    /// Its position in the aggregate, from 0; 0 for a plain record.
    pub sub_sequence_number: u64,
    /// Whether it came out of an aggregate; if not, it is the Kinesis record itself, unchanged.
    pub aggregated: bool,
    /// Its partition key; empty for a plain record that was put without one, as a stream whose record distribution is `AUTO` allows.
    pub partition_key: ByteString,
    /// Its explicit hash key as its producer wrote it. The service does not tell that of a plain record.
    pub explicit_hash_key: Option<ByteString>,
    /// What its producer wanted to say.
    pub data: Bytes,
    /// Keys and values that the format defines and no known producer writes.
    pub tags: Vec<(ByteString, Option<ByteString>)>,
    /// When its Kinesis record arrived, about.
    pub approximate_arrival_timestamp: Option<DateTime>,
}

impl ConsumedRecord {
    /// The position after it: where reading goes on once it was dealt with.
    pub fn position(&self) -> Position {
        let (sequence_number, sub_sequence_number) =
            (Arc::clone(&self.sequence_number), self.sub_sequence_number);
        Position::UserRecord { sequence_number, sub_sequence_number }
    }
}

impl fmt::Debug for ConsumedRecord {
    // By hand: a derived one would show payloads.
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
