//! One aggregate for each shard.

use core::marker::PhantomData;

use crate::aggregate::aggregator::Aggregator;
use crate::aggregate::error::{
    AddError, AddFlushingError, AggregatorsError, ExtendFlushingError, ShardedAddError,
};
use crate::aggregate::memory::{Buffer, KeySlots};
use crate::aggregate::owned_record::OwnedKinesisRecord;
use crate::aggregate::owner::Owner;
use crate::gathered::split_off;
use crate::hash_key::{HashKey, HashKeyError, HashKeys};
use crate::key_rules::{KeyError, check_keys};
use crate::md5_engine::{Md5Engine, TOGETHER};
use crate::printing::print_as;
use crate::record::{KinesisRecord, UserRecord};
use crate::shard_map::{HashKeyRange, ShardMap};

/// Keeps one aggregate for each shard, in aggregators that the caller supplies.
///
/// A consumer that uses KCL silently drops a whole aggregate if one of its user records belongs to another
/// shard than the one that it reads. A `ShardedAggregator` makes no such aggregate: all user records of an
/// aggregate belong to one shard. So do its outer keys, which are those of the first user record.
///
/// - `R` has the ranges of the shards, see [`ShardMap`]. Take a `Vec` or a slice if shards may be split or
///   merged, since their number changes.
/// - `A` has the aggregators, at least one for each shard: an array, a `Vec` or a slice.
/// - `T` is the type of one [`Aggregator`].
///
/// ```
/// use kinesis_agg::{Aggregator, HashKeyRange, KinesisRecord, UserRecord};
/// use kinesis_agg::{ShardMap, ShardedAggregator};
///
/// let shards = ShardMap::even_split(vec![HashKeyRange::FULL; 4])?;
/// let mut aggregator = ShardedAggregator::new(shards, vec![Aggregator::new([0; 1024]); 4])?;
/// for sensor in ["a", "b", "c", "d", "e"] {
///     aggregator.add(&UserRecord::new(sensor, b"21.5"))?;
/// }
/// aggregator.flush_all(|shard: usize, record: KinesisRecord| {
///     println!("shard {shard}: {} user records", record.user_records);
///     Ok::<(), std::io::Error>(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct ShardedAggregator<R, A, T> {
    pub(crate) shards: ShardMap<R>,
    pub(crate) aggregators: A,
    aggregator: PhantomData<fn() -> T>,
}

/// A [`ShardedAggregator`] of arrays, for `SHARDS` shards and with `BUFFER_LEN` bytes for each.
///
/// ```
/// use kinesis_agg::{Aggregator, ArrayShardedAggregator, HashKeyRange, ShardMap, UserRecord};
///
/// let shards = ShardMap::even_split([HashKeyRange::FULL; 2])?;
/// let aggregators = [const { Aggregator::new([0; 256]) }; 2];
/// let mut sharded: ArrayShardedAggregator<2, 256> =
///     ArrayShardedAggregator::new(shards, aggregators)?;
/// sharded.add(&UserRecord::new("sensor-7", "21.5"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type ArrayShardedAggregator<const SHARDS: usize, const BUFFER_LEN: usize> = ShardedAggregator<
    [HashKeyRange; SHARDS],
    [Aggregator<[u8; BUFFER_LEN]>; SHARDS],
    Aggregator<[u8; BUFFER_LEN]>,
>;

impl<R, A, B, K, M> ShardedAggregator<R, A, Aggregator<B, K, M>>
where
    R: AsRef<[HashKeyRange]>,
    A: AsRef<[Aggregator<B, K, M>]> + AsMut<[Aggregator<B, K, M>]>,
    B: Buffer,
    K: KeySlots,
    M: Md5Engine,
{
    /// Makes a sharded aggregator of these shards and aggregators.
    ///
    /// Each aggregator is empty, or has user records of the shard with its index, as
    /// [`into_parts`](Self::into_parts) returns them.
    ///
    /// # Errors
    /// There are fewer aggregators than shards, or one has user records of another shard. The error returns
    /// both.
    pub fn new(shards: ShardMap<R>, mut aggregators: A) -> Result<Self, AggregatorsError<R, A>> {
        let too_few = aggregators.as_ref().len() < shards.ranges().len();
        let owners = aggregators.as_mut().iter_mut().map(|aggregator| Owner::of(aggregator, &shards));
        let misplaced = owners
            .enumerate()
            .position(|(index, owner)| ![Ok(Owner::Nobody), Ok(Owner::One(index))].contains(&owner));
        if too_few || misplaced.is_some() {
            let misplaced = misplaced.filter(|_| !too_few);
            return Err(AggregatorsError { misplaced, shards, aggregators });
        }
        Ok(Self { shards, aggregators, aggregator: PhantomData })
    }

    /// Adds a user record to the aggregate of its shard, or changes nothing. Returns the index of the shard.
    ///
    /// # Errors
    /// - [`ShardedAddError::Full`]: the user record fits after the aggregate of this shard was flushed.
    /// - Any other error: the user record can never be added.
    pub fn add(&mut self, record: &UserRecord<'_>) -> Result<usize, ShardedAddError> {
        let shard = self.shard_of(record)?;
        self.add_to(shard, record)
    }

    fn add_to(&mut self, shard: usize, record: &UserRecord<'_>) -> Result<usize, ShardedAddError> {
        let aggregator = self.get_mut(shard).ok_or(ShardedAddError::Full { shard })?;
        match aggregator.add(record) {
            Ok(()) => Ok(shard),
            Err(AddError::Full) => Err(ShardedAddError::Full { shard }),
            Err(error) => Err(ShardedAddError::Refused(error)),
        }
    }

    /// Returns the index of the shard that owns a user record.
    ///
    /// # Errors
    /// The service would refuse its keys, or no shard owns its hash key.
    pub fn shard_of(&mut self, record: &UserRecord<'_>) -> Result<usize, ShardedAddError> {
        let engine = self.aggregators.as_mut().first_mut().map(Aggregator::engine_mut);
        let (partition_key, explicit_hash_key) = (record.partition_key, record.explicit_hash_key);
        let hash_key = engine.map(|engine| HashKey::of_record_with(partition_key, explicit_hash_key, engine));
        shard_owning(&self.shards, record, hash_key)
    }

    /// Adds a user record. If the aggregate of its shard is full, it is sent and cleared first.
    ///
    /// Returns the index of the shard. `send` gets the index too.
    ///
    /// # Errors
    /// - [`AddFlushingError::Add`]: the user record can never be added; nothing was sent.
    /// - [`AddFlushingError::Send`]: `send` failed with this error. The aggregator still has the aggregate,
    ///   sealed. The user record is not in it.
    pub fn add_flushing<E>(
        &mut self,
        record: &UserRecord<'_>,
        send: impl FnOnce(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<usize, AddFlushingError<ShardedAddError, E>> {
        let shard = self.shard_of(record);
        self.add_to_flushing(shard, record, send)
    }

    fn add_to_flushing<E>(
        &mut self,
        shard: Result<usize, ShardedAddError>,
        record: &UserRecord<'_>,
        send: impl FnOnce(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<usize, AddFlushingError<ShardedAddError, E>> {
        let mut answer = shard.and_then(|shard| self.add_to(shard, record));
        if let Err(ShardedAddError::Full { shard }) = answer {
            self.flush(shard, |full| send(shard, full)).map_err(AddFlushingError::Send)?;
            answer = self.add_to(shard, record);
        }
        answer.map_err(AddFlushingError::Add)
    }

    /// Adds user records in order, each as [`add_flushing`](Self::add_flushing) does. With the feature
    /// `md5-lanes`, their hash keys are computed together.
    ///
    /// # Errors
    /// The first error that `add_flushing` would have returned. The user records before that one are added;
    /// that one and those after it are not. [`ExtendFlushingError::added`] is the number of added ones.
    pub fn extend_flushing<E>(
        &mut self,
        records: &[UserRecord<'_>],
        mut send: impl FnMut(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), ExtendFlushingError<E>> {
        let mut added = 0_usize;
        let mut last = HashKeys::default();
        let mut left = records;
        while !left.is_empty() {
            let records = split_off(&mut left, TOGETHER);
            let engine = self.aggregators.as_mut().first_mut().map(Aggregator::engine_mut);
            let keys = records.iter().map(|record| (record.partition_key, record.explicit_hash_key));
            let hash_keys = engine.map(|engine| last.of_next(keys, engine)).unwrap_or_default();
            for (record, hash_key) in records.iter().zip(&hash_keys) {
                let shard = shard_owning(&self.shards, record, Some(*hash_key));
                self.add_to_flushing(shard, record, &mut send)
                    .map_err(|error| ExtendFlushingError { added, error })?;
                added = added.saturating_add(1);
            }
        }
        Ok(())
    }

    /// Sends the aggregate of one shard and clears it, unless it is empty.
    ///
    /// # Errors
    /// `send` failed with this error. The aggregator still has the aggregate, sealed.
    pub fn flush<E>(
        &mut self,
        shard: usize,
        send: impl FnOnce(KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.get_mut(shard).map_or(Ok(()), |aggregator| aggregator.flush(send))
    }

    /// Sends the aggregates of all shards, in the order of the shards, and clears each after it was sent.
    ///
    /// # Errors
    /// `send` failed with this error. The aggregates that were not sent are unchanged, and the call can be
    /// repeated.
    pub fn flush_all<E>(
        &mut self,
        mut send: impl FnMut(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        for (shard, aggregator) in self.aggregators.as_mut().iter_mut().enumerate() {
            aggregator.flush(|record| send(shard, record))?;
        }
        Ok(())
    }

    /// Calls [`Aggregator::finish`] for one shard.
    pub fn finish(&mut self, shard: usize) -> Option<KinesisRecord<'_>> {
        self.get_mut(shard)?.finish()
    }

    /// Calls [`Aggregator::finish_plain_if_single`] for one shard.
    pub fn finish_plain_if_single(&mut self, shard: usize) -> Option<KinesisRecord<'_>> {
        self.get_mut(shard)?.finish_plain_if_single()
    }

    /// Calls [`Aggregator::replace_buffer`] for one shard.
    ///
    /// # Errors
    /// The aggregate of this shard is empty, or there is no such shard: the error is `next`.
    pub fn replace_buffer(&mut self, shard: usize, next: B) -> Result<OwnedKinesisRecord<B>, B> {
        match self.get_mut(shard) {
            Some(aggregator) => aggregator.replace_buffer(next),
            None => Err(next),
        }
    }

    /// Calls [`Aggregator::clear`] for one shard.
    pub fn clear(&mut self, shard: usize) {
        if let Some(aggregator) = self.get_mut(shard) {
            aggregator.clear();
        }
    }

    fn get_mut(&mut self, shard: usize) -> Option<&mut Aggregator<B, K, M>> {
        self.aggregators.as_mut().get_mut(shard)
    }

    /// Returns the aggregator of one shard.
    pub fn aggregator(&self, shard: usize) -> Option<&Aggregator<B, K, M>> {
        self.aggregators.as_ref().get(shard)
    }

    /// Returns the shards.
    pub fn shards(&self) -> &ShardMap<R> {
        &self.shards
    }

    /// Returns the number of user records in all aggregates together.
    pub fn user_record_count(&self) -> usize {
        self.aggregators.as_ref().iter().map(Aggregator::user_record_count).fold(0, usize::saturating_add)
    }

    /// Whether all aggregates are empty.
    pub fn is_empty(&self) -> bool {
        self.user_record_count() == 0
    }

    /// Returns the shards and the aggregators, with their user records.
    pub fn into_parts(self) -> (ShardMap<R>, A) {
        (self.shards, self.aggregators)
    }
}

/// Returns the index of the shard that owns a user record, if the service would accept its keys.
fn shard_owning<R: AsRef<[HashKeyRange]>>(
    shards: &ShardMap<R>,
    record: &UserRecord<'_>,
    hash_key: Option<Result<HashKey, HashKeyError>>,
) -> Result<usize, ShardedAddError> {
    let refused = |error| ShardedAddError::Refused(AddError::Key(error));
    check_keys(record.partition_key, record.explicit_hash_key).map_err(refused)?;
    let hash_key = hash_key.and_then(Result::ok).ok_or(refused(KeyError::ExplicitHashKey))?;
    shards.shard_of(hash_key).ok_or(ShardedAddError::NoShard { hash_key })
}

print_as!([R: AsRef<[HashKeyRange]>, A: AsRef<[Aggregator<B, K, M>]>, B, K, M] ShardedAggregator<R, A, Aggregator<B, K, M>>, self =>
    "ShardedAggregator {{ shards: {:?}, aggregators: {:?} }}",
    self.shards, self.aggregators.as_ref());
