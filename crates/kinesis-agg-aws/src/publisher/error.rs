//! Why a user record was not published.

use kinesis_agg::{AddError, HashKey};

use crate::shards::ShardsError;

/// The final result for a user record that was not published, or may not have been.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// It fits no Kinesis record, or the service would refuse its keys. It was not accepted.
    #[error(transparent)]
    Invalid(#[from] AddError),
    /// No shard owns its hash key. It was not accepted.
    #[error("no shard owns the hash key {hash_key}")]
    NoShard {
        /// The hash key.
        hash_key: HashKey,
    },
    /// It would be sent plain, but its data is an aggregate, which every reader would unpack.
    #[error("the data is itself an aggregated record, which readers of a plain record would unpack")]
    AlreadyAggregated,
    /// It would be sent plain, but a plain record cannot have tags.
    #[error("a plain record carries no tags")]
    Tags,
    /// The service refuses it, and would refuse it again.
    #[error("the service refused it: {code}: {message}")]
    Refused {
        /// The service's name for the reason, such as `AccessDeniedException`.
        code: String,
        /// Its explanation.
        message: String,
        /// Whether an earlier request with a lost answer contained it, so that it may be in the stream
        /// anyway.
        maybe_written: bool,
    },
    /// The deadline passed before the service stored it.
    #[error("the deadline passed; last failure: {}", last_failure.as_deref().unwrap_or("none"))]
    Expired {
        /// Why the last attempt failed, if there was one.
        last_failure: Option<String>,
        /// Whether a request with a lost answer contained it, so that it may be in the stream anyway.
        maybe_written: bool,
    },
    /// The publisher was closed before it was answered, or before it was accepted.
    #[error("the publisher is closed")]
    Closed {
        /// Whether an unanswered request contained it, so that it may be in the stream anyway.
        maybe_written: bool,
    },
}

/// Why [`try_publish`](crate::publisher::Publisher::try_publish) did not accept a user record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TryPublishError {
    /// There is no room now: too much is unanswered.
    #[error("too many bytes are unanswered")]
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
    /// An invalid option: its name, and what is wrong.
    #[error("option {option}: {reason}")]
    Option {
        /// The name of the field.
        option: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
}
