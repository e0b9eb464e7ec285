//! Why reading a shard stopped.

use aws_sdk_kinesis::error::SdkError;
use aws_sdk_kinesis::operation::get_records::GetRecordsError;
use aws_sdk_kinesis::operation::get_shard_iterator::GetShardIteratorError;

use crate::shards::ShardsError;

/// What no waiting helps against. Reading can be tried again all the same: nothing is passed over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsumeError {
    /// The shards of the stream are not known.
    #[error(transparent)]
    Shards(#[from] ShardsError),
    /// The stream has no such shard, or has forgotten it.
    #[error("the stream has no shard {id}")]
    NoShard {
        /// Its id.
        id: String,
    },
    /// The service gives no iterator for the position, and would not however often it was asked.
    #[error("no iterator for shard {shard_id} at {position}")]
    Iterator {
        /// The shard.
        shard_id: String,
        /// The position.
        position: String,
        /// Why.
        source: Box<SdkError<GetShardIteratorError>>,
    },
    /// The service gives no records, and would not however often it was asked.
    #[error("no records of shard {shard_id}")]
    Records {
        /// The shard.
        shard_id: String,
        /// Why.
        source: Box<SdkError<GetRecordsError>>,
    },
}
