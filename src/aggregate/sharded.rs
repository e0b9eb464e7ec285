//! One aggregate for each shard.

use core::fmt;
use core::marker::PhantomData;

use crate::aggregate::aggregator::Aggregator;
use crate::aggregate::error::{AddAllError, AddError, AddOrSendError, RefusedAggregators, ShardedAddError};
use crate::aggregate::key_slots::KeySlot;
use crate::aggregate::owned_record::OwnedKinesisRecord;
use crate::aggregate::owner::check_aggregators;
use crate::digest::{Digest, TOGETHER};
use crate::hash_key::{HashKey, HashKeyError, HashKeys};
use crate::key_rules::{KeyError, check_keys};
use crate::record::{KinesisRecord, UserRecord};
use crate::shard_map::{HashKeyRange, ShardMap};

/// Keeps one aggregate for each shard, in aggregators that the caller supplies, so that every user record travels with others
/// of its own shard only.
///
/// A consumer that uses KCL drops a whole aggregate, silently, if one of its user records belongs to another shard than the one
/// that it was read from. Here none does, and the outer keys, those of the first user record, lie in the shard too.
///
/// - `R` holds the ranges of the shards, see [`ShardMap`]: a `Vec` or a slice where the shards may be split or merged, since these
///   change in number.
/// - `A` holds the aggregators, at least one for each shard: an array, a `Vec`, a slice of [`Aggregator`]s, `T`.
///
/// ```
/// use kinesis_agg::{Aggregator, HashKeyRange, KinesisRecord, ShardMap, ShardedAggregator, UserRecord};
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

impl<R, A, B, K, D> ShardedAggregator<R, A, Aggregator<B, K, D>>
where
    R: AsRef<[HashKeyRange]>,
    A: AsRef<[Aggregator<B, K, D>]> + AsMut<[Aggregator<B, K, D>]>,
    B: AsRef<[u8]> + AsMut<[u8]>,
    K: AsRef<[KeySlot]> + AsMut<[KeySlot]>,
    D: Digest,
{
    /// Aggregates for these shards: aggregators that are empty, or that hold user records of the shard with their index, as
    /// [`into_parts`](Self::into_parts) gives them back.
    ///
    /// # Errors
    /// There are fewer aggregators than shards, or one holds user records of another shard. Both come back.
    pub fn new(shards: ShardMap<R>, mut aggregators: A) -> Result<Self, RefusedAggregators<R, A>> {
        match check_aggregators(&shards, aggregators.as_mut()) {
            Ok(()) => Ok(Self { shards, aggregators, aggregator: PhantomData }),
            Err(error) => Err(RefusedAggregators { error, shards, aggregators }),
        }
    }

    /// Adds a user record to the aggregate of its shard, or changes nothing. Answers with the index of the shard.
    ///
    /// # Errors
    /// - [`ShardedAddError::Full`]: it fits when the aggregate of this shard was flushed.
    /// - Any other: it can never be added.
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

    /// The index of the shard that owns a user record.
    ///
    /// # Errors
    /// The service would refuse its keys, or no shard owns its hash key.
    pub fn shard_of(&mut self, record: &UserRecord<'_>) -> Result<usize, ShardedAddError> {
        let digest = self.aggregators.as_mut().first_mut().map(Aggregator::digest_mut);
        let hash_key = digest.map(|digest| record.hash_key_with(|message: &[u8]| digest.digest(message)));
        shard_owning(&self.shards, record, hash_key)
    }

    /// Adds a user record, after sending what its shard holds if that is full. Answers with the index of the shard,
    /// which `send` is given too.
    ///
    /// # Errors
    /// - [`AddOrSendError::Add`]: the user record can never be added; nothing was sent.
    /// - [`AddOrSendError::Send`]: `send` failed with this. The aggregate is still held, sealed, and the user record is not in
    ///   it.
    pub fn add_or_send<E>(
        &mut self,
        record: &UserRecord<'_>,
        send: impl FnOnce(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<usize, AddOrSendError<ShardedAddError, E>> {
        let shard = self.shard_of(record);
        self.add_to_or_send(shard, record, send)
    }

    fn add_to_or_send<E>(
        &mut self,
        shard: Result<usize, ShardedAddError>,
        record: &UserRecord<'_>,
        send: impl FnOnce(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<usize, AddOrSendError<ShardedAddError, E>> {
        let answer = match shard.and_then(|shard| self.add_to(shard, record)) {
            Err(ShardedAddError::Full { shard }) => {
                self.flush(shard, |full| send(shard, full)).map_err(AddOrSendError::Send)?;
                self.add_to(shard, record)
            }
            answer => answer,
        };
        answer.map_err(AddOrSendError::Add)
    }

    /// Adds user records in order, each as [`add_or_send`](Self::add_or_send) does. With the feature `md5-lanes` their hash keys
    /// are computed together.
    ///
    /// # Errors
    /// The first that `add_or_send` would have answered with. The user records before it are added, it and those after it are
    /// not; [`AddAllError::added`] says how many that is.
    pub fn add_all_or_send<E>(
        &mut self,
        records: &[UserRecord<'_>],
        mut send: impl FnMut(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), AddAllError<E>> {
        let mut added = 0_usize;
        let mut last = HashKeys::default();
        let mut left = records;
        while let Some((records, behind)) =
            left.split_at_checked(left.len().min(TOGETHER)).filter(|(records, _)| !records.is_empty())
        {
            left = behind;
            let digest = self.aggregators.as_mut().first_mut().map(Aggregator::digest_mut);
            let keys = records.iter().map(|record| (record.partition_key, record.explicit_hash_key));
            let hash_keys = digest.map(|digest| last.of_next(keys, digest)).unwrap_or_default();
            for (record, hash_key) in records.iter().zip(&hash_keys) {
                let shard = shard_owning(&self.shards, record, Some(*hash_key));
                self.add_to_or_send(shard, record, &mut send)
                    .map_err(|error| AddAllError { added, error })?;
                added = added.saturating_add(1);
            }
        }
        Ok(())
    }

    /// Sends what one shard holds, if it holds anything, and clears it.
    ///
    /// # Errors
    /// `send` failed with this. The aggregate is still held, sealed.
    pub fn flush<E>(
        &mut self,
        shard: usize,
        send: impl FnOnce(KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.get_mut(shard).map_or(Ok(()), |aggregator| aggregator.flush(send))
    }

    /// Sends what every shard holds, in the order of the shards, and clears each after it was sent.
    ///
    /// # Errors
    /// `send` failed with this. What was not sent is still held, and the call can be repeated.
    pub fn flush_all<E>(
        &mut self,
        mut send: impl FnMut(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        for (shard, aggregator) in self.aggregators.as_mut().iter_mut().enumerate() {
            aggregator.flush(|record| send(shard, record))?;
        }
        Ok(())
    }

    /// [`Aggregator::finish`] for one shard.
    pub fn finish(&mut self, shard: usize) -> Option<KinesisRecord<'_>> {
        self.get_mut(shard)?.finish()
    }

    /// [`Aggregator::finish_or_plain`] for one shard.
    pub fn finish_or_plain(&mut self, shard: usize) -> Option<KinesisRecord<'_>> {
        self.get_mut(shard)?.finish_or_plain()
    }

    /// [`Aggregator::replace_buffer`] for one shard.
    ///
    /// # Errors
    /// The shard holds nothing: `next` comes back.
    pub fn replace_buffer(&mut self, shard: usize, next: B) -> Result<OwnedKinesisRecord<B>, B> {
        match self.get_mut(shard) {
            Some(aggregator) => aggregator.replace_buffer(next),
            None => Err(next),
        }
    }

    /// [`Aggregator::clear`] for one shard.
    pub fn clear(&mut self, shard: usize) {
        if let Some(aggregator) = self.get_mut(shard) {
            aggregator.clear();
        }
    }

    fn get_mut(&mut self, shard: usize) -> Option<&mut Aggregator<B, K, D>> {
        self.aggregators.as_mut().get_mut(shard)
    }

    /// The aggregator of one shard, to look at what it holds.
    pub fn aggregator(&self, shard: usize) -> Option<&Aggregator<B, K, D>> {
        self.aggregators.as_ref().get(shard)
    }

    /// The shards.
    pub fn shards(&self) -> &ShardMap<R> {
        &self.shards
    }

    /// How many user records all shards together hold.
    pub fn user_record_count(&self) -> usize {
        self.aggregators.as_ref().iter().map(Aggregator::user_record_count).fold(0, usize::saturating_add)
    }

    /// Whether no shard holds anything.
    pub fn is_empty(&self) -> bool {
        self.user_record_count() == 0
    }

    /// Gives shards and aggregators back, with what these hold.
    pub fn into_parts(self) -> (ShardMap<R>, A) {
        (self.shards, self.aggregators)
    }
}

/// The index of the shard that owns a user record, if the service would take its keys.
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

impl<R: fmt::Debug, A: AsRef<[T]>, T: fmt::Debug> fmt::Debug for ShardedAggregator<R, A, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShardedAggregator")
            .field("shards", &self.shards)
            .field("aggregators", &self.aggregators.as_ref())
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<R: AsRef<[HashKeyRange]>, A: AsRef<[T]>, T: defmt::Format> defmt::Format for ShardedAggregator<R, A, T> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "ShardedAggregator({}, {=[?]})", self.shards, self.aggregators.as_ref());
    }
}
