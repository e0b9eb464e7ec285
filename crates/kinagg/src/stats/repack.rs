//! What records cost now, and what they would cost if all were aggregated.

use kinesis_agg::{
    HashKeyRange, ShardMap, ShardedAddError, ShardedAggregator, UserRecord, VecAggregator,
    VecShardedAggregator,
};
use serde::Serialize;

/// A PUT payload unit in bytes. The price list counts 40 of them in 1 MB, so a KB has 1,000 bytes there.
pub(super) const UNIT: usize = 25_000;

/// Records, and the number of units that putting them costs.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(super) struct Puts {
    pub(super) records: u64,
    pub(super) payload_units: u64,
}

impl Puts {
    /// `len` is the length of data and partition key.
    pub(super) fn add(&mut self, len: usize) {
        let units = u64::try_from(len.div_ceil(UNIT).max(1)).unwrap_or(u64::MAX);
        self.records = self.records.saturating_add(1);
        self.payload_units = self.payload_units.saturating_add(units);
    }
}

/// Packs user records as `kinagg pack` would, and keeps only the counts.
pub(super) struct Repack {
    aggregates: VecShardedAggregator,
    puts: Puts,
}

impl Repack {
    /// Bytes for all shards together. With more shards, their aggregates are smaller than they could be.
    const MOST_MEMORY: usize = 1 << 30;

    pub(super) fn new(ranges: &[HashKeyRange], size_limit: usize) -> Result<Self, String> {
        let share = Self::MOST_MEMORY.checked_div(ranges.len()).unwrap_or(Self::MOST_MEMORY);
        let capacity = size_limit.min(share);
        let aggregator = || VecAggregator::allocate(capacity, 1024);
        let map = ShardMap::new(ranges.to_vec()).map_err(|error| error.to_string())?;
        let aggregators = ranges.iter().map(|_| aggregator()).collect();
        let aggregates = ShardedAggregator::new(map, aggregators).map_err(|error| error.to_string())?;
        Ok(Self { aggregates, puts: Puts::default() })
    }

    pub(super) fn add(&mut self, record: &UserRecord<'_>) {
        let mut answer = self.aggregates.add(record);
        if let Err(ShardedAddError::Full { shard }) = answer {
            self.finish(shard);
            answer = self.aggregates.add(record);
        }
        // A user record that fits no aggregate is sent alone.
        if answer.is_err() {
            self.puts.add(record.data.len().saturating_add(record.partition_key.len()));
        }
    }

    fn finish(&mut self, shard: usize) {
        let record = self.aggregates.finish_plain_if_single(shard);
        if let Some(record) = record {
            self.puts.add(record.data.len().saturating_add(record.partition_key.len()));
            self.aggregates.clear(shard);
        }
    }

    pub(super) fn puts(mut self) -> Puts {
        for shard in 0..self.aggregates.shards().ranges().len() {
            self.finish(shard);
        }
        self.puts
    }
}
