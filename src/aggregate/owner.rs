//! Which shard the user records of an aggregate belong to.

use crate::aggregate::aggregator::Aggregator;
use crate::aggregate::error::AggregatorsError;
use crate::digest::Digest;
use crate::hash_key::{HashKey, HashKeys};
use crate::shard_map::{HashKeyRange, ShardMap};

/// Checks that there is an aggregator for each shard.
pub(crate) fn check_count<T>(
    shards: &ShardMap<impl AsRef<[HashKeyRange]>>,
    aggregators: &[T],
) -> Result<(), AggregatorsError> {
    let (shards, aggregators) = (shards.ranges().len(), aggregators.len());
    if shards > aggregators { Err(AggregatorsError::TooFew { shards, aggregators }) } else { Ok(()) }
}

/// Checks that there is an aggregator for each shard, and that each holds user records of its shard alone.
pub(crate) fn check_aggregators<B, K, D>(
    shards: &ShardMap<impl AsRef<[HashKeyRange]>>,
    aggregators: &mut [Aggregator<B, K, D>],
) -> Result<(), AggregatorsError>
where
    B: AsRef<[u8]> + AsMut<[u8]>,
    D: Digest,
{
    check_count(shards, aggregators)?;
    for (index, aggregator) in aggregators.iter_mut().enumerate() {
        match Owner::of(aggregator, shards) {
            Ok(Owner::Nobody) => {}
            Ok(Owner::One(shard)) if shard == index => {}
            _ => return Err(AggregatorsError::Misplaced { index }),
        }
    }
    Ok(())
}

/// Whose the user records of an aggregate are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Nothing is held.
    Nobody,
    One(usize),
    Several,
}

impl Owner {
    /// # Errors
    /// The hash key of a user record that no shard owns.
    pub(crate) fn of<B, K, D, R>(
        aggregator: &mut Aggregator<B, K, D>,
        shards: &ShardMap<R>,
    ) -> Result<Self, HashKey>
    where
        B: AsRef<[u8]> + AsMut<[u8]>,
        D: Digest,
        R: AsRef<[HashKeyRange]>,
    {
        aggregator.inspect(|user_records, digest| {
            let mut hash_keys = HashKeys::default();
            let mut owner = Self::Nobody;
            for record in user_records {
                let hash_key = hash_keys
                    .of((record.partition_key, record.explicit_hash_key), digest)
                    .unwrap_or_default();
                owner = owner.and(shards.shard_of(hash_key).ok_or(hash_key)?);
            }
            Ok(owner)
        })
    }

    fn and(self, shard: usize) -> Self {
        match self {
            Self::Nobody => Self::One(shard),
            Self::One(other) if other == shard => self,
            _ => Self::Several,
        }
    }
}
