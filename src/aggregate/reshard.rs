//! Moves aggregates to new shards after a split or a merge.

use core::mem;

use crate::aggregate::aggregator::Aggregator;
use crate::aggregate::error::{AddError, ReplaceShardsError};
use crate::aggregate::memory::{Buffer, KeySlots};
use crate::aggregate::owner::Owner;
use crate::aggregate::sharded::ShardedAggregator;
use crate::deaggregate::user_records::UserRecords;
use crate::hash_key::{HashKey, HashKeys};
use crate::md5_engine::Md5Engine;
use crate::record::{KinesisRecord, UserRecord};
use crate::shard_map::{HashKeyRange, ShardMap};

impl<R, A, B, K, M> ShardedAggregator<R, A, Aggregator<B, K, M>>
where
    R: AsRef<[HashKeyRange]>,
    A: AsRef<[Aggregator<B, K, M>]> + AsMut<[Aggregator<B, K, M>]>,
    B: Buffer,
    K: KeySlots,
    M: Md5Engine,
{
    /// Replaces the shards by `new`, after a split or a merge. On success, `new` has the old ones.
    ///
    /// If all user records of an aggregate belong to one new shard, that shard keeps the aggregate. If they
    /// belong to several, the aggregate is split by new shard, and the parts are sent. If two aggregates
    /// belong to one new shard, the second is sent.
    ///
    /// `scratch` is where the parts are built; it is empty before and after. `send` gets the index of the new
    /// shard. No user record is lost, sent twice, or sent with those of another shard. Within each new shard,
    /// user records keep the order that they had in their aggregate.
    ///
    /// # Errors
    /// On every error the old shards stay in use, the user records that were not sent stay in their
    /// aggregates, and the call can be repeated, with the same new shards or others. Until it succeeds, send
    /// nothing in another way, by `flush`, `add_flushing` or `extend_flushing`: an aggregate may still have
    /// user records of several new shards.
    ///
    /// - [`ReplaceShardsError::TooFewAggregators`], [`ReplaceShardsError::NoShard`] and
    ///   [`ReplaceShardsError::ScratchInUse`]: there are fewer aggregators than new shards, no new shard
    ///   would own one of the user records, or `scratch` is not empty. Nothing was sent.
    /// - [`ReplaceShardsError::Scratch`]: a user record does not fit `scratch` even alone. The buffer and the
    ///   limits of `scratch` must be at least those of the aggregators.
    /// - [`ReplaceShardsError::Send`]: `send` failed with this error.
    ///
    /// ```
    /// use kinesis_agg::{Aggregator, HashKeyRange, KinesisRecord, UserRecord};
    /// use kinesis_agg::{ShardMap, ShardedAggregator};
    ///
    /// let one = ShardMap::even_split(vec![HashKeyRange::FULL; 1])?;
    /// let mut aggregator = ShardedAggregator::new(one, vec![Aggregator::new([0; 512]); 8])?;
    /// for sensor in ["a", "b", "c", "d"] {
    ///     aggregator.add(&UserRecord::new(sensor, b"21.5"))?;
    /// }
    /// // The shard was split: its aggregate is sent, in two parts.
    /// let mut shards = ShardMap::even_split(vec![HashKeyRange::FULL; 2])?;
    /// let mut scratch = Aggregator::new([0; 512]);
    /// let send = |shard: usize, record: KinesisRecord<'_>| {
    ///     println!("shard {shard}: {} user records", record.user_records);
    ///     Ok::<(), std::io::Error>(())
    /// };
    /// aggregator.replace_shards(&mut shards, &mut scratch, send)?;
    /// assert_eq!(aggregator.shards().ranges().len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn replace_shards<E>(
        &mut self,
        new: &mut ShardMap<R>,
        scratch: &mut Aggregator<impl Buffer, impl KeySlots, impl Md5Engine>,
        mut send: impl FnMut(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), ReplaceShardsError<E>> {
        let aggregators = self.aggregators.as_mut();
        if aggregators.len() < new.ranges().len() {
            let (shards, aggregators) = (new.ranges().len(), aggregators.len());
            return Err(ReplaceShardsError::TooFewAggregators { shards, aggregators });
        }
        if !scratch.is_empty() {
            return Err(ReplaceShardsError::ScratchInUse);
        }
        for aggregator in &mut *aggregators {
            Owner::of(aggregator, new).map_err(|hash_key| ReplaceShardsError::NoShard { hash_key })?;
        }
        // Shards and aggregates are both in the order of their hash keys, so the aggregates that belong to
        // one new shard are neighbours.
        let mut previous = None;
        for aggregator in &mut *aggregators {
            let several = Owner::of(aggregator, new) == Ok(Owner::Several);
            while several && split_off(aggregator, new, scratch, &mut send)? {}
            match Owner::of(aggregator, new) {
                Ok(Owner::One(shard)) if several || previous == Some(shard) => {
                    aggregator.flush(|record| send(shard, record)).map_err(ReplaceShardsError::Send)?;
                }
                Ok(Owner::One(shard)) => previous = Some(shard),
                _ => {}
            }
        }
        move_to_owners(aggregators, new);
        mem::swap(&mut self.shards, new);
        Ok(())
    }
}

/// Sends and removes user records of one shard, other than the shard of the first user record, as many as fit
/// `scratch`. Returns whether there were any.
///
/// The first user record stays. If a send fails, the outer partition key is then unchanged, and so is the
/// limit on the remaining user records.
fn split_off<B: Buffer, K: KeySlots, M: Md5Engine, E>(
    aggregator: &mut Aggregator<B, K, M>,
    shards: &ShardMap<impl AsRef<[HashKeyRange]>>,
    scratch: &mut Aggregator<impl Buffer, impl KeySlots, impl Md5Engine>,
    send: &mut impl FnMut(usize, KinesisRecord<'_>) -> Result<(), E>,
) -> Result<bool, ReplaceShardsError<E>> {
    let gathered = aggregator.inspect(|user_records, engine| gather(user_records, engine, shards, scratch));
    let owner = gathered.map_err(|error| {
        scratch.clear();
        ReplaceShardsError::Scratch(error)
    })?;
    let Some(owner) = owner else { return Ok(false) };
    let mut sent = scratch.user_record_count();
    let answer = scratch.finish().map_or(Ok(()), |record| send(owner, record));
    scratch.clear();
    answer.map_err(ReplaceShardsError::Send)?;
    aggregator.retain(|partition_key, explicit_hash_key, engine| {
        let hash_key = HashKey::of_record_with(partition_key, explicit_hash_key, engine);
        let was_sent = sent > 0 && hash_key.is_ok_and(|hash_key| shards.shard_of(hash_key) == Some(owner));
        sent = sent.saturating_sub(usize::from(was_sent));
        !was_sent
    });
    Ok(true)
}

/// Adds user records of one shard, other than the shard of the first user record, as many as fit. Returns
/// that shard; `None` if all user records belong to one shard.
fn gather<'a>(
    user_records: UserRecords<'a>,
    engine: &mut impl Md5Engine,
    shards: &ShardMap<impl AsRef<[HashKeyRange]>>,
    into: &mut Aggregator<impl Buffer, impl KeySlots, impl Md5Engine>,
) -> Result<Option<usize>, AddError> {
    let mut hash_keys = HashKeys::default();
    let (mut first, mut owner) = (None, None);
    for record in user_records {
        let hash_key =
            hash_keys.of((record.partition_key, record.explicit_hash_key), engine).unwrap_or_default();
        let shard = shards.shard_of(hash_key);
        if shard == *first.get_or_insert(shard) || shard != *owner.get_or_insert(shard) {
            continue;
        }
        match into.add(&UserRecord::from(record)) {
            Ok(()) => {}
            Err(AddError::Full) => break,
            Err(error) => return Err(error),
        }
    }
    Ok(owner.flatten())
}

/// Moves every aggregate to the place of its shard. No two aggregates belong to the same shard.
fn move_to_owners<B: Buffer, K, M: Md5Engine>(
    aggregators: &mut [Aggregator<B, K, M>],
    shards: &ShardMap<impl AsRef<[HashKeyRange]>>,
) {
    for place in 0..aggregators.len() {
        // Every swap moves one aggregate to its place, so a chain has at most as many swaps as there are
        // aggregators.
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
