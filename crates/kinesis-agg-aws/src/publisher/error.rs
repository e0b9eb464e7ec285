//! Why a user record was not published.

use kinesis_agg::{AddError, HashKey};

use crate::shards::ShardsError;

/// The final word on a user record that was not published, or not for sure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// It fits no Kinesis record, or the service would refuse its keys. It was not taken.
    #[error(transparent)]
    Invalid(#[from] AddError),
    /// No shard owns its hash key. It was not taken.
    #[error("no shard owns the hash key {hash_key}")]
    NoShard {
        /// The hash key.
        hash_key: HashKey,
    },
    /// It would go out plain and its data is an aggregate, which every reader would take apart.
    #[error("the data is itself an aggregated record, which readers of a plain record would take apart")]
    AlreadyAggregated,
    /// It would go out plain, and a plain record carries no tags.
    #[error("a plain record carries no tags")]
    Tags,
    /// The service does not take it, and would not however often it was tried.
    #[error("the service refused it: {code}: {message}")]
    Refused {
        /// The service's word for it, such as `AccessDeniedException`.
        code: String,
        /// Its explanation.
        message: String,
        /// Whether an earlier request held it whose answer was lost, so that it may be in the stream all the same.
        maybe_written: bool,
    },
    /// The deadline passed before the service took it.
    #[error("the deadline passed; last failure: {}", last_failure.as_deref().unwrap_or("none"))]
    Expired {
        /// Why the last attempt failed, if there was one.
        last_failure: Option<String>,
        /// Whether a request held it whose answer was lost, so that it may be in the stream all the same.
        maybe_written: bool,
    },
    /// The publisher was closed before it was answered, or before it was taken.
    #[error("the publisher is closed")]
    Closed {
        /// Whether a request held it that was not answered, so that it may be in the stream all the same.
        maybe_written: bool,
    },
}

/// Why [`try_publish`](crate::publisher::Publisher::try_publish) did not take a user record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TryPublishError {
    /// There is no room for it now: too much is not answered yet.
    #[error("too many bytes are not answered yet")]
    NoRoom,
    /// It can never be published.
    #[error(transparent)]
    Publish(#[from] PublishError),
}

/// Why a publisher could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The shards of the stream are not known.
    #[error(transparent)]
    Shards(#[from] ShardsError),
    /// An option that cannot be: what it is called, and why.
    #[error("option {option}: {reason}")]
    Option {
        /// The name of the field.
        option: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
}
