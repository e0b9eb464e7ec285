//! Errors of adding user records, of outer keys, and of replacing shards.

use core::fmt;

use crate::hash_key::HashKey;
use crate::key_rules::KeyError;
use crate::printing::{display_texts, error_texts, print_as};
use crate::shard_map::{HashKeyRange, ShardMap};

/// Why a user record was not added. The aggregator is unchanged.
///
/// ```
/// use kinesis_agg::{AddError, Aggregator, UserRecord};
///
/// let mut aggregator = Aggregator::new([0; 64]);
/// match aggregator.add(&UserRecord::new("camera-1", &[0; 500])) {
///     Ok(()) => {}
///     Err(AddError::Full) => println!("send the aggregate and try again"),
///     Err(error) => eprintln!("dropped: {error}"),
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum AddError {
    /// The user record does not fit now, or the aggregate is sealed. It fits after
    /// [`Aggregator::clear`](crate::Aggregator::clear).
    Full,
    /// The user record can never fit: even alone in the aggregate it would exceed a limit.
    TooLarge {
        /// The bytes that an aggregate of this user record alone would take, with the outer partition key if
        /// the limit counts it.
        size: usize,
        /// The limit that `size` exceeds, in bytes.
        limit: usize,
        /// Whether the user record would fit a Kinesis record of its own without aggregation: its data and
        /// partition key fit, and it has no tags, which would be lost.
        /// [`KinesisRecord::plain`](crate::KinesisRecord::plain) makes one.
        fits_plain: bool,
    },
    /// The buffer is too short for any user record, or it has become shorter than its content.
    BufferTooSmall {
        /// The length of the buffer in bytes.
        len: usize,
        /// The length in bytes that is needed.
        needed: usize,
    },
    /// The service would refuse a key of the user record.
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

/// Why the outer keys that the caller gave were refused. The aggregate is unchanged.
///
/// ```
/// use kinesis_agg::{Aggregator, KeyError, OuterKeyError, UserRecord};
///
/// let mut aggregator = Aggregator::new([0; 64]);
/// aggregator.add(&UserRecord::new("sensor-7", "21.5")).unwrap();
/// let error = aggregator.finish_as("", None).unwrap_err();
/// assert_eq!(error, OuterKeyError::Key(KeyError::PartitionKeyEmpty));
/// ```
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
/// aggregate still has its user records, and the refused one is not among them.
///
/// ```
/// use kinesis_agg::{AddFlushingError, Aggregator, KinesisRecord, UserRecord};
///
/// let send = |_: KinesisRecord| Err("no connection");
/// let mut aggregator = Aggregator::new([0; 64]);
/// aggregator.add(&UserRecord::new("sensor-7", &[0; 25])).unwrap();
/// match aggregator.add_flushing(&UserRecord::new("sensor-7", &[0; 25]), send) {
///     Ok(()) => {}
///     Err(AddFlushingError::Add(error)) => eprintln!("dropped: {error}"),
///     Err(AddFlushingError::Send(error)) => eprintln!("try again later: {error}"),
/// }
/// assert_eq!(aggregator.user_record_count(), 1);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AddFlushingError<A, E> {
    /// The user record was refused.
    Add(A),
    /// The full aggregate could not be sent.
    Send(E),
}

display_texts!([A: fmt::Display, E] AddFlushingError<A, E>,
    Self::Add(error) => "{error}";
    Self::Send(_) => "the full aggregate could not be sent";
);

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
///
/// ```
/// use kinesis_agg::{AddFlushingError, ExtendFlushingError, UserRecord};
///
/// fn not_added<'r, E>(
///     records: &'r [UserRecord<'r>],
///     error: &ExtendFlushingError<E>,
/// ) -> &'r [UserRecord<'r>] {
///     match error.error {
///         AddFlushingError::Add(_) => &records[error.added + 1..], // skip the refused one
///         AddFlushingError::Send(_) => &records[error.added..],
///     }
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ExtendFlushingError<E> {
    /// The number of user records that were added, which is the index of the first that was not.
    pub added: usize,
    /// Why that one was not added.
    pub error: AddFlushingError<ShardedAddError, E>,
}

display_texts!([E] ExtendFlushingError<E>, Self { added, error } => "user record {added}: {error}";);

impl<E: core::error::Error + 'static> core::error::Error for ExtendFlushingError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.error.source()
    }
}

/// Why a user record was not added to the aggregate of its shard. The aggregators are unchanged.
///
/// ```
/// use kinesis_agg::{Aggregator, HashKeyRange, ShardMap, ShardedAggregator};
/// use kinesis_agg::{ShardedAddError, UserRecord};
///
/// let shards = ShardMap::even_split([HashKeyRange::FULL; 2])?;
/// let mut aggregator = ShardedAggregator::new(shards, vec![Aggregator::new([0; 256]); 2])?;
/// match aggregator.add(&UserRecord::new("sensor-7", "21.5")) {
///     Ok(shard) => println!("added to shard {shard}"),
///     Err(ShardedAddError::Full { shard }) => println!("flush shard {shard} and try again"),
///     Err(error) => eprintln!("dropped: {error}"),
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ShardedAddError {
    /// The user record does not fit the aggregate of this shard now. It fits after that aggregate was
    /// flushed.
    Full {
        /// The index of the shard.
        shard: usize,
    },
    /// No shard owns the hash key of the user record.
    NoShard {
        /// The hash key.
        hash_key: HashKey,
    },
    /// The user record can never be added. The error is never [`AddError::Full`].
    Refused(AddError),
}

error_texts!([] ShardedAddError,
    Self::Full { shard } => "the aggregate of shard {shard} is full";
    Self::NoShard { hash_key } => "no shard owns the hash key {hash_key}";
    Self::Refused(error) => "{error}";
);

/// Why aggregators cannot be used for shards. It returns both, with the user records in the aggregators.
///
/// ```
/// use kinesis_agg::{Aggregator, HashKeyRange, ShardMap, ShardedAggregator};
///
/// let shards = ShardMap::even_split([HashKeyRange::FULL; 3])?;
/// let too_few = vec![Aggregator::new([0; 64]); 2];
/// let error = ShardedAggregator::new(shards, too_few).unwrap_err();
/// assert_eq!(error.to_string(), "there are fewer aggregators than the 3 shards");
/// assert_eq!(error.aggregators.len(), 2);
/// # Ok::<(), kinesis_agg::ShardMapError>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct AggregatorsError<R, A> {
    /// The index of an aggregator that has user records of another shard than the shard with this index.
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

/// Why the shards were not replaced. Nothing is lost: the aggregators still have all user records that were
/// not sent, and the call can be repeated.
///
/// ```
/// use kinesis_agg::ReplaceShardsError;
///
/// fn is_transient<E>(error: &ReplaceShardsError<E>) -> bool {
///     matches!(error, ReplaceShardsError::Send(_))
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ReplaceShardsError<E> {
    /// The new map has more shards than there are aggregators.
    TooFewAggregators {
        /// The number of shards in the new map.
        shards: usize,
        /// The number of aggregators.
        aggregators: usize,
    },
    /// No shard of the new map owns the hash key of a user record in the aggregates.
    NoShard {
        /// The hash key.
        hash_key: HashKey,
    },
    /// The scratch aggregator is not empty.
    ScratchInUse,
    /// The scratch aggregator refused a user record. The error is never [`AddError::Full`].
    Scratch(AddError),
    /// A part of an aggregate could not be sent.
    Send(E),
}

display_texts!([E] ReplaceShardsError<E>,
    Self::TooFewAggregators { shards, aggregators } =>
        "{shards} shards where there are aggregators for {aggregators}";
    Self::NoShard { hash_key } => "no shard of the new map owns the hash key {hash_key}";
    Self::ScratchInUse => "the scratch aggregator is not empty";
    Self::Scratch(error) => "scratch aggregator: {error}";
    Self::Send(_) => "what was split off could not be sent";
);

impl<E: core::error::Error + 'static> core::error::Error for ReplaceShardsError<E> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Send(error) => Some(error),
            _ => None,
        }
    }
}
