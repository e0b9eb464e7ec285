//! Why reading a shard stopped.

use aws_sdk_kinesis::error::SdkError;
use aws_sdk_kinesis::operation::get_records::GetRecordsError;
use aws_sdk_kinesis::operation::get_shard_iterator::GetShardIteratorError;

use crate::shards::ShardsError;

/// An error that waiting does not fix. Reading can still be tried again: nothing is skipped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConsumeError {
    /// The shards of the stream are not known.
    #[error(transparent)]
    Shards(#[from] ShardsError),
    /// The stream has no such shard, or the service has forgotten it.
    #[error("the stream has no shard {id}")]
    NoShard {
        /// Its id.
        id: String,
    },
    /// The service refuses an iterator for the position, and would refuse it again.
    #[error("no iterator for shard {shard_id} at {position}")]
    Iterator {
        /// The shard.
        shard_id: String,
        /// The position.
        position: String,
        /// The reason.
        source: Box<SdkError<GetShardIteratorError>>,
    },
    /// The service refuses to return records, and would refuse again.
    #[error("no records of shard {shard_id}")]
    Records {
        /// The shard.
        shard_id: String,
        /// The reason.
        source: Box<SdkError<GetRecordsError>>,
    },
}
