//! Why a user record or a key was not taken, and why shards were not replaced.

use core::fmt;

use crate::hash_key::HashKey;
use crate::key_rules::KeyError;
use crate::printing::{error_texts, print_as};
use crate::shard_map::{HashKeyRange, ShardMap};

/// Why a user record was not added. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum AddError {
    /// It does not fit now, or the aggregate is sealed. It fits after
    /// [`Aggregator::clear`](crate::Aggregator::clear).
    Full,
    /// It can never fit: alone in the aggregate it would still exceed a limit.
    TooLarge {
        /// What it would take, in bytes: an aggregate of it alone, and the outer partition key where the
        /// limit counts it.
        size: usize,
        /// The limit that it exceeds, in bytes.
        limit: usize,
        /// Whether it would fit a Kinesis record of its own, data and partition key, without aggregation and
        /// without tags to lose: [`KinesisRecord::plain`](crate::KinesisRecord::plain) makes one.
        fits_plain: bool,
    },
    /// The buffer could hold no user record whatever, or has become shorter than what it held.
    BufferTooSmall {
        /// Its length in bytes.
        len: usize,
        /// The length in bytes that it needs.
        needed: usize,
    },
    /// The service would refuse one of its keys.
    Key(KeyError),
}

error_texts!([] AddError,
    Self::Full => "the aggregate is full";
    Self::TooLarge { size, limit, fits_plain: false } => "user record takes {size} bytes where at most {limit} are allowed";
    Self::TooLarge { size, limit, fits_plain: true } =>
        "user record takes {size} bytes where at most {limit} are allowed; it fits a Kinesis record of its own";
    Self::BufferTooSmall { len, needed } => "buffer of {len} bytes where {needed} are needed";
    Self::Key(error) => "{error}";
);

impl From<KeyError> for AddError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

/// Why the outer keys that a caller gave were not taken. The aggregate holds what it held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum OuterKeyError {
    /// With this outer partition key the Kinesis record would be too large.
    TooLarge {
        /// Data and outer partition key together, in bytes.
        size: usize,
        /// The limit on them, in bytes.
        limit: usize,
    },
    /// The service would refuse one of the keys.
    Key(KeyError),
}

error_texts!([] OuterKeyError,
    Self::TooLarge { size, limit } => "Kinesis record takes {size} bytes where at most {limit} are allowed";
    Self::Key(error) => "{error}";
);

impl From<KeyError> for OuterKeyError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

/// Why [`add_flushing`](crate::Aggregator::add_flushing) did not add a user record. Nothing is lost: the
/// aggregate holds what it held, and the user record is not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AddFlushingError<A, E> {
    /// The user record was refused.
    Add(A),
    /// The full aggregate could not be sent.
    Send(E),
}

impl<A: fmt::Display, E> fmt::Display for AddFlushingError<A, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Add(error) => error.fmt(f),
            Self::Send(_) => f.write_str("the full aggregate could not be sent"),
        }
    }
}

impl<A: core::error::Error + 'static, E: core::error::Error + 'static> core::error::Error
    for AddFlushingError<A, E>
{
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Add(error) => error.source(),
            Self::Send(error) => Some(error),
        }
    }
}

/// Why [`extend_flushing`](crate::ShardedAggregator::extend_flushing) did not add all user records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ExtendFlushingError<E> {
    /// How many were added, which is the index of the first that was not.
    pub added: usize,
    /// Why that one was not.
    pub error: AddFlushingError<ShardedAddError, E>,
}

impl<E> fmt::Display for ExtendFlushingError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "user record {}: {}", self.added, self.error)
    }
}

impl<E: core::error::Error + 'static> core::error::Error for ExtendFlushingError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.error.source()
    }
}

/// Why a user record was not added to the aggregate of its shard. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ShardedAddError {
    /// It does not fit the aggregate of this shard now; it does once that is flushed.
    Full {
        /// The index of the shard.
        shard: usize,
    },
    /// No shard owns its hash key.
    NoShard {
        /// Its hash key.
        hash_key: HashKey,
    },
    /// It can never be added; never [`AddError::Full`].
    Refused(AddError),
}

error_texts!([] ShardedAddError,
    Self::Full { shard } => "the aggregate of shard {shard} is full";
    Self::NoShard { hash_key } => "no shard owns the hash key {hash_key}";
    Self::Refused(error) => "{error}";
);

/// Why aggregators cannot serve shards. Both come back, with what the aggregators hold.
#[derive(Clone)]
#[non_exhaustive]
pub struct AggregatorsError<R, A> {
    /// The index of an aggregator that holds user records of another shard than the one with this index;
    /// `None` if there are fewer aggregators than shards.
    pub misplaced: Option<usize>,
    /// The shards.
    pub shards: ShardMap<R>,
    /// The aggregators.
    pub aggregators: A,
}

error_texts!([R: AsRef<[HashKeyRange]>, A] AggregatorsError<R, A>,
    Self { misplaced: Some(index), .. } => "aggregator {index} holds user records of another shard";
    Self { shards, .. } => "there are fewer aggregators than the {} shards", shards.ranges().len();
);

print_as!([R, A] AggregatorsError<R, A>, self => "AggregatorsError {{ misplaced: {:?}, .. }}", self.misplaced);

/// Why a map of shards was not replaced. Nothing is lost: what was not sent is still held, and the call can
/// be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ReplaceShardsError<E> {
    /// The new map has more shards than there are aggregators.
    TooFewAggregators {
        /// Shards in the new map.
        shards: usize,
        /// Aggregators for them.
        aggregators: usize,
    },
    /// No shard of the new map owns the hash key of a user record that is held.
    NoShard {
        /// The hash key.
        hash_key: HashKey,
    },
    /// The scratch aggregator holds user records.
    ScratchInUse,
    /// The scratch aggregator cannot take a user record that is held; never [`AddError::Full`].
    Scratch(AddError),
    /// What was split off could not be sent.
    Send(E),
}

impl<E> fmt::Display for ReplaceShardsError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewAggregators { shards, aggregators } => {
                write!(f, "{shards} shards where there are aggregators for {aggregators}")
            }
            Self::NoShard { hash_key } => write!(f, "no shard of the new map owns the hash key {hash_key}"),
            Self::ScratchInUse => f.write_str("the scratch aggregator is not empty"),
            Self::Scratch(error) => write!(f, "scratch aggregator: {error}"),
            Self::Send(_) => f.write_str("what was split off could not be sent"),
        }
    }
}

impl<E: core::error::Error + 'static> core::error::Error for ReplaceShardsError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Send(error) => Some(error),
            _ => None,
        }
    }
}
