//! Names for aggregators on the heap: the feature `alloc`.

use alloc::vec;
use alloc::vec::Vec;

use crate::aggregate::aggregator::Aggregator;
use crate::aggregate::key_slots::KeySlot;
use crate::aggregate::sharded::ShardedAggregator;
use crate::shard_map::HashKeyRange;

/// An [`Aggregator`] whose buffer and key slots are on the heap.
///
/// ```
/// use kinesis_agg::{UserRecord, VecAggregator};
///
/// let mut aggregator = VecAggregator::allocate(51_200, 400);
/// aggregator.add(&UserRecord::new("sensor-7", "21.5"))?;
/// # Ok::<(), kinesis_agg::AddError>(())
/// ```
pub type VecAggregator = Aggregator<Vec<u8>, Vec<KeySlot>>;

/// A [`ShardedAggregator`] whose parts are all on the heap.
///
/// ```
/// use kinesis_agg::{HashKeyRange, ShardMap, ShardedAggregator, UserRecord};
/// use kinesis_agg::{VecAggregator, VecShardedAggregator};
///
/// struct Sink {
///     aggregators: VecShardedAggregator,
/// }
///
/// let shards = ShardMap::even_split(vec![HashKeyRange::FULL; 4])?;
/// // The limit of the Kinesis Producer Library, and four key slots for each of 100 keys.
/// let aggregators = (0..4).map(|_| VecAggregator::allocate(51_200, 400)).collect();
/// let mut sink = Sink { aggregators: ShardedAggregator::new(shards, aggregators)? };
/// sink.aggregators.add(&UserRecord::new("sensor-7", b"21.5"))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type VecShardedAggregator = ShardedAggregator<Vec<HashKeyRange>, Vec<VecAggregator>, VecAggregator>;

impl VecAggregator {
    /// Makes an empty aggregator with a buffer of `buffer_len` bytes and `key_slots` key slots of 8 bytes
    /// each.
    pub fn allocate(buffer_len: usize, key_slots: usize) -> Self {
        Self::new_in(vec![0; buffer_len], vec![KeySlot::EMPTY; key_slots])
    }
}
