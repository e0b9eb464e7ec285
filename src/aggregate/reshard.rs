//! What happens to the aggregates of a stream when its shards are split or merged.

use core::mem;

use crate::aggregate::aggregator::Aggregator;
use crate::aggregate::error::{AddError, ReplaceShardsError};
use crate::aggregate::key_slots::KeySlot;
use crate::aggregate::sharded::{ShardedAggregator, check_count};
use crate::digest::Digest;
use crate::hash_key::{HashKey, HashKeys};
use crate::record::{KinesisRecord, UserRecord};
use crate::shard_map::{HashKeyRange, ShardMap};

impl<R, A, B, K, D> ShardedAggregator<R, A, Aggregator<B, K, D>>
where
    R: AsRef<[HashKeyRange]>,
    A: AsRef<[Aggregator<B, K, D>]> + AsMut<[Aggregator<B, K, D>]>,
    B: AsRef<[u8]> + AsMut<[u8]>,
    K: AsRef<[KeySlot]> + AsMut<[KeySlot]>,
    D: Digest,
{
    /// Replaces the shards by `new`, after a split or a merge. On success `new` holds the old ones.
    ///
    /// An aggregate whose user records all belong to one new shard goes on as that shard's. One whose user records belong
    /// to several is sent, split by new shard; so is the second of two that fall to one new shard. `scratch`, empty
    /// before and after, is where the parts are put together; `send` is given the index of the new shard. No user record
    /// is lost, sent twice, or sent with those of another shard; within each new shard they keep the order in which an aggregate held them.
    ///
    /// # Errors
    /// Whatever the error, the old shards stay in force, what was not sent is still held, and the call can be repeated, with
    /// the same new shards or others.
    ///
    /// - Before anything was sent: there are fewer aggregators than new shards, a user record that is held would
    ///   belong to none of them, or `scratch` is not empty.
    /// - [`ReplaceShardsError::Scratch`]: a user record does not fit `scratch` even alone: it needs a buffer and limits no smaller than the
    ///   aggregators' own.
    /// - [`ReplaceShardsError::Send`]: `send` failed with this.
    pub fn replace_shards<E, B2, K2, D2>(
        &mut self,
        new: &mut ShardMap<R>,
        scratch: &mut Aggregator<B2, K2, D2>,
        mut send: impl FnMut(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), ReplaceShardsError<E>>
    where
        B2: AsRef<[u8]> + AsMut<[u8]>,
        K2: AsRef<[KeySlot]> + AsMut<[KeySlot]>,
        D2: Digest,
    {
        let aggregators = self.aggregators.as_mut();
        check_count(new.ranges(), aggregators).map_err(ReplaceShardsError::Aggregators)?;
        if !scratch.is_empty() {
            return Err(ReplaceShardsError::ScratchInUse);
        }
        for aggregator in &mut *aggregators {
            Owner::of(aggregator, new).map_err(|hash_key| ReplaceShardsError::NoShard { hash_key })?;
        }
        // Shards and aggregates are both in the order of their hash keys, so those that fall to one shard are neighbours.
        let mut previous = None;
        for aggregator in &mut *aggregators {
            while Owner::of(aggregator, new) == Ok(Owner::Several) {
                if !split_off(aggregator, new, scratch, &mut send)? {
                    break;
                }
            }
            if let Ok(Owner::One(shard)) = Owner::of(aggregator, new) {
                if previous == Some(shard) {
                    aggregator.flush(|record| send(shard, record)).map_err(ReplaceShardsError::Send)?;
                }
                previous = Some(shard);
            }
        }
        move_to_owners(aggregators, new);
        mem::swap(&mut self.shards, new);
        Ok(())
    }
}

/// Whose the user records of an aggregate are, and its outer keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    /// Nothing is held.
    Nobody,
    One(usize),
    Several,
}

impl Owner {
    /// # Errors
    /// The hash key of a user record that no shard owns.
    fn of<B, K, D, R>(aggregator: &mut Aggregator<B, K, D>, shards: &ShardMap<R>) -> Result<Self, HashKey>
    where
        B: AsRef<[u8]>,
        D: Digest,
        R: AsRef<[HashKeyRange]>,
    {
        let (outer_keys, user_records, digest) = aggregator.contents_and_digest();
        let mut hash_keys = HashKeys::default();
        let mut owner = Self::Nobody;
        for record in user_records {
            let hash_key =
                hash_keys.of(record.partition_key, record.explicit_hash_key, digest).unwrap_or_default();
            owner = owner.and(shards.shard_of(hash_key).ok_or(hash_key)?);
        }
        // User records that were split off may have left their keys behind as the outer ones.
        if let (Self::One(_), Some((partition_key, explicit_hash_key))) = (owner, outer_keys) {
            let hash_key = hash_keys.of(partition_key, explicit_hash_key, digest).unwrap_or_default();
            owner = shards.shard_of(hash_key).map_or(Self::Several, |shard| owner.and(shard));
        }
        Ok(owner)
    }

    fn and(self, shard: usize) -> Self {
        match self {
            Self::Nobody => Self::One(shard),
            Self::One(other) if other == shard => self,
            _ => Self::Several,
        }
    }
}

/// Sends the user records that belong to the same shard as the first one, as many as fit `scratch`, and takes them out.
/// Says whether there were any.
fn split_off<B, K, D, B2, K2, D2, R, E>(
    aggregator: &mut Aggregator<B, K, D>,
    shards: &ShardMap<R>,
    scratch: &mut Aggregator<B2, K2, D2>,
    send: &mut impl FnMut(usize, KinesisRecord<'_>) -> Result<(), E>,
) -> Result<bool, ReplaceShardsError<E>>
where
    B: AsRef<[u8]> + AsMut<[u8]>,
    K: AsRef<[KeySlot]> + AsMut<[KeySlot]>,
    D: Digest,
    B2: AsRef<[u8]> + AsMut<[u8]>,
    K2: AsRef<[KeySlot]> + AsMut<[KeySlot]>,
    D2: Digest,
    R: AsRef<[HashKeyRange]>,
{
    let (_, user_records, digest) = aggregator.contents_and_digest();
    let mut hash_keys = HashKeys::default();
    let mut owner = None;
    for record in user_records {
        let hash_key =
            hash_keys.of(record.partition_key, record.explicit_hash_key, digest).unwrap_or_default();
        let shard = shards.shard_of(hash_key);
        if shard != *owner.get_or_insert(shard) {
            continue;
        }
        match scratch.add(&UserRecord::from(record)) {
            Ok(()) => {}
            Err(AddError::Full) => break,
            Err(error) => {
                scratch.clear();
                return Err(ReplaceShardsError::Scratch(error));
            }
        }
    }
    let Some(Some(owner)) = owner else { return Ok(false) };
    let mut sent = scratch.user_record_count();
    let answer = scratch.finish().map_or(Ok(()), |record| send(owner, record));
    scratch.clear();
    answer.map_err(ReplaceShardsError::Send)?;
    aggregator.retain(|partition_key, explicit_hash_key, digest| {
        let hash_key = HashKey::effective_with(partition_key, explicit_hash_key, |message: &[u8]| {
            digest.digest(message)
        });
        let was_sent = sent > 0 && hash_key.is_ok_and(|hash_key| shards.shard_of(hash_key) == Some(owner));
        sent = sent.saturating_sub(usize::from(was_sent));
        !was_sent
    });
    Ok(true)
}

/// Brings every aggregate, each of which has one owner that no other has, to the place of that shard.
fn move_to_owners<B, K, D, R>(aggregators: &mut [Aggregator<B, K, D>], shards: &ShardMap<R>)
where
    B: AsRef<[u8]>,
    D: Digest,
    R: AsRef<[HashKeyRange]>,
{
    for place in 0..aggregators.len() {
        // Every exchange brings one aggregate home, so a chain is no longer than there are aggregators.
        for _ in 0..aggregators.len() {
            match aggregators.get_mut(place).map(|aggregator| Owner::of(aggregator, shards)) {
                Some(Ok(Owner::One(home))) => match aggregators.get_disjoint_mut([place, home]) {
                    Ok([here, there]) => mem::swap(here, there),
                    Err(_) => break,
                },
                _ => break,
            }
        }
    }
}
