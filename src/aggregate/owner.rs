//! The shard that owns the user records of an aggregate.

use crate::aggregate::aggregator::Aggregator;
use crate::aggregate::memory::Buffer;
use crate::hash_key::{HashKey, HashKeys};
use crate::md5_engine::Md5Engine;
use crate::shard_map::{HashKeyRange, ShardMap};

/// The owner of the user records of an aggregate.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    /// The aggregate is empty.
    Nobody,
    One(usize),
    Several,
}

impl Owner {
    /// Returns the owner of the user records.
    ///
    /// # Errors
    /// No shard owns a user record: the error is its hash key.
    pub(crate) fn of<B: Buffer, K, M: Md5Engine>(
        aggregator: &mut Aggregator<B, K, M>,
        shards: &ShardMap<impl AsRef<[HashKeyRange]>>,
    ) -> Result<Self, HashKey> {
        aggregator.inspect(|user_records, engine| {
            let mut hash_keys = HashKeys::default();
            let mut owner = Self::Nobody;
            for record in user_records {
                let hash_key = hash_keys
                    .of((record.partition_key, record.explicit_hash_key), engine)
                    .unwrap_or_default();
                let shard = shards.shard_of(hash_key).ok_or(hash_key)?;
                owner = match owner {
                    Self::Nobody => Self::One(shard),
                    Self::One(other) if other == shard => owner,
                    _ => Self::Several,
                };
            }
            Ok(owner)
        })
    }
}
