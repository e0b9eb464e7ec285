//! What happens to the aggregates of a stream when its shards are split or merged.

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
    /// Replaces the shards by `new`, after a split or a merge. On success `new` holds the old ones.
    ///
    /// An aggregate whose user records all belong to one new shard goes on as that shard's. One whose user
    /// records belong to several is sent, split by new shard; so is the second of two that fall to one new
    /// shard. `scratch`, empty before and after, is where the parts are put together; `send` is given the
    /// index of the new shard. No user record is lost, sent twice, or sent with those of another shard;
    /// within each new shard they keep the order in which an aggregate held them.
    ///
    /// # Errors
    /// Whatever the error, the old shards stay in force, what was not sent is still held, and the call can be
    /// repeated, with the same new shards or others. Until it has succeeded, nothing should be flushed by
    /// hand: an aggregate may still hold user records of several new shards.
    ///
    /// - Before anything was sent: there are fewer aggregators than new shards, a user record that is held
    ///   would belong to none of them, or `scratch` is not empty.
    /// - [`ReplaceShardsError::Scratch`]: a user record does not fit `scratch` even alone: it needs a buffer
    ///   and limits no smaller than the aggregators' own.
    /// - [`ReplaceShardsError::Send`]: `send` failed with this.
    ///
    /// ```
    /// use kinesis_agg::{Aggregator, HashKeyRange, KinesisRecord, ShardMap, ShardedAggregator, UserRecord};
    ///
    /// let one = ShardMap::even_split(vec![HashKeyRange::FULL; 1])?;
    /// let mut aggregator = ShardedAggregator::new(one, vec![Aggregator::new([0; 512]); 8])?;
    /// for sensor in ["a", "b", "c", "d"] {
    ///     aggregator.add(&UserRecord::new(sensor, b"21.5"))?;
    /// }
    /// // The shard was split: what is held for it is sent, in two parts.
    /// let mut shards = ShardMap::even_split(vec![HashKeyRange::FULL; 2])?;
    /// let mut scratch = Aggregator::new([0; 512]);
    /// aggregator.replace_shards(&mut shards, &mut scratch, |shard: usize, record: KinesisRecord| {
    ///     println!("shard {shard}: {} user records", record.user_records);
    ///     Ok::<(), std::io::Error>(())
    /// })?;
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
        // Shards and aggregates are both in the order of their hash keys, so those that fall to one shard are
        // neighbours.
        let mut previous = None;
        for aggregator in &mut *aggregators {
            if Owner::of(aggregator, new) == Ok(Owner::Several) {
                while split_off(aggregator, new, scratch, &mut send)? {}
                if let Ok(Owner::One(shard)) = Owner::of(aggregator, new) {
                    aggregator.flush(|record| send(shard, record)).map_err(ReplaceShardsError::Send)?;
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

/// Sends user records of one shard that is not the first one's, as many as fit `scratch`, and takes them out.
/// Says whether there were any.
///
/// The first user record stays. If a send fails, the outer partition key and with it the limit on what is
/// left stay the same.
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

/// Adds user records of one shard that is not the first one's, as many as fit. Says which shard that is;
/// `None` if all belong to one shard.
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

/// Brings every aggregate, each of which has one owner that no other has, to the place of that shard.
fn move_to_owners<B: Buffer, K, M: Md5Engine>(
    aggregators: &mut [Aggregator<B, K, M>],
    shards: &ShardMap<impl AsRef<[HashKeyRange]>>,
) {
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
