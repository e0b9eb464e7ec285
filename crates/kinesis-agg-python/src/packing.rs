//! All calls of the codec that pack.

use std::cell::Cell;

use kinesis_agg::schema::{DEFAULT_RECORD_LIMIT, MAGIC, MAX_RECORD_LIMIT};
use kinesis_agg::{
    AddError, HashKey, HashKeyRange, KinesisRecord, Md5, Md5Engine as _, ShardMap, ShardedAddError,
    ShardedAggregator, UserRecord, VecAggregator, VecShardedAggregator, deaggregate,
};
use pyo3::PyErr;

use crate::errors;

/// The keys and the data of a user record.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    pub(crate) partition_key: &'a str,
    pub(crate) explicit_hash_key: Option<&'a str>,
    pub(crate) data: &'a [u8],
}

impl<'a> Parts<'a> {
    fn user_record(self) -> UserRecord<'a> {
        UserRecord::new(self.partition_key, self.data).with_explicit_hash_key(self.explicit_hash_key)
    }
}

/// A Kinesis record to put.
pub(crate) struct Finished<'a> {
    pub(crate) partition_key: &'a str,
    pub(crate) explicit_hash_key: Option<&'a str>,
    pub(crate) data: &'a [u8],
    pub(crate) user_records: usize,
}

impl<'a> From<KinesisRecord<'a>> for Finished<'a> {
    fn from(record: KinesisRecord<'a>) -> Self {
        Self {
            partition_key: record.partition_key,
            explicit_hash_key: record.explicit_hash_key,
            data: record.data,
            user_records: record.user_records,
        }
    }
}

/// Makes an aggregator for aggregates of at most `max_size` bytes. The Kinesis record, with its partition
/// key, has at most 1 MiB, or `max_size` bytes if that is more.
fn buffered(max_size: usize) -> VecAggregator {
    let slots = (max_size / BYTES_PER_SLOT).max(MIN_SLOTS);
    VecAggregator::allocate(max_size, slots).with_record_limit(max_size.max(DEFAULT_RECORD_LIMIT))
}

/// Gives four slots to a user record of 64 bytes with a key of its own.
const BYTES_PER_SLOT: usize = 16;

const MIN_SLOTS: usize = 32;

/// The size of the greatest Kinesis record that a stream can be configured for.
pub(crate) const MAX_SIZE: usize = MAX_RECORD_LIMIT;

/// More shards than any stream has. Without a limit, a mistyped number could take all memory.
const MAX_SHARDS: usize = 100_000;

/// Builds one aggregate after another.
pub(crate) struct Packer(VecAggregator);

thread_local! {
    /// The last packer that was recycled. It saves programs that make an aggregator for each event from
    /// touching new memory, which takes a tenth of the time of building 5,000 user records.
    static SPARE: Cell<Option<Packer>> = const { Cell::new(None) };
}

impl Packer {
    pub(crate) fn new(max_size: usize) -> Self {
        let max_size = max_size.min(MAX_SIZE);
        let spare = SPARE.try_with(Cell::take).ok().flatten();
        match spare.filter(|spare| spare.max_size() == max_size) {
            Some(mut packer) => {
                packer.clear();
                packer
            }
            None => Self(buffered(max_size)),
        }
    }

    pub(crate) fn max_size(&self) -> usize {
        self.0.capacity()
    }

    /// Keeps the memory for the next packer.
    pub(crate) fn recycle(self) {
        // At the end of a thread the cell is gone already; the packer is then dropped.
        let _ = SPARE.try_with(|spare| spare.set(Some(self)));
    }

    /// Adds the user records of an aggregate.
    pub(crate) fn add_all_of(&mut self, aggregate: &[u8]) -> Result<(), PyErr> {
        deaggregate("", aggregate).try_for_each(|record| self.0.add(&record.into()).map_err(errors::of_add))
    }

    /// Adds a user record; `false` if the aggregate is full.
    pub(crate) fn add(&mut self, parts: Parts<'_>) -> Result<bool, PyErr> {
        match self.0.add(&parts.user_record()) {
            Ok(()) => Ok(true),
            Err(AddError::Full) => Ok(false),
            Err(error) => Err(errors::of_add(error)),
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.0.user_record_count()
    }

    pub(crate) fn size(&self) -> usize {
        self.0.size()
    }

    pub(crate) fn finish(&mut self) -> Option<Finished<'_>> {
        self.0.finish().map(Finished::from)
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

/// An aggregate without user records.
pub(crate) fn empty_aggregate() -> [u8; 20] {
    let mut bytes = [0; 20];
    let (magic, digest) = bytes.split_at_mut(MAGIC.len());
    magic.copy_from_slice(&MAGIC);
    digest.copy_from_slice(&Md5.digest(b""));
    bytes
}

/// The hash key ranges of shards.
pub(crate) struct Shards(ShardMap<Vec<HashKeyRange>>);

impl Shards {
    pub(crate) fn even_split(shards: usize) -> Result<Self, PyErr> {
        if shards > MAX_SHARDS {
            return Err(errors::shard_map(format!("{shards} shards where at most {MAX_SHARDS} are allowed")));
        }
        ShardMap::even_split(vec![HashKeyRange::FULL; shards]).map(Self).map_err(errors::of_shard_map)
    }

    /// Makes shards of the first and the last hash key of each.
    pub(crate) fn of_ranges(ranges: Vec<(u128, u128)>) -> Result<Self, PyErr> {
        let range = |(start, end)| HashKeyRange::new(HashKey::from_u128(start), HashKey::from_u128(end));
        ShardMap::new(ranges.into_iter().map(range).collect()).map(Self).map_err(errors::of_shard_map)
    }

    pub(crate) fn shard_of(&self, hash_key: u128) -> Option<usize> {
        self.0.shard_of(HashKey::from_u128(hash_key))
    }

    pub(crate) fn ranges(&self) -> Vec<(u128, u128)> {
        ranges_of(&self.0)
    }
}

fn ranges_of(shards: &ShardMap<Vec<HashKeyRange>>) -> Vec<(u128, u128)> {
    shards.ranges().iter().map(|range| (range.start.to_u128(), range.end.to_u128())).collect()
}

/// One aggregate for each shard.
pub(crate) struct ShardedPacker(VecShardedAggregator);

impl ShardedPacker {
    pub(crate) fn new(shards: Shards, max_size: usize) -> Result<Self, PyErr> {
        let aggregators = shards.0.ranges().iter().map(|_| buffered(max_size)).collect();
        let sharded = ShardedAggregator::new(shards.0, aggregators);
        sharded.map(Self).map_err(|refused| errors::shard_map(refused.to_string()))
    }

    /// Adds a user record. If the aggregate of its shard is full, `send` gets it first. Returns the result of
    /// `send`.
    pub(crate) fn add<T>(
        &mut self,
        parts: Parts<'_>,
        send: impl FnOnce(usize, Finished<'_>) -> Result<T, PyErr>,
    ) -> Result<Option<T>, PyErr> {
        let record = parts.user_record();
        let shard = match self.0.add(&record) {
            Ok(_) => return Ok(None),
            Err(ShardedAddError::Full { shard }) => shard,
            Err(error) => return Err(errors::of_sharded_add(error)),
        };
        let mut sent = None;
        self.0.flush(shard, |full| {
            sent = Some(send(shard, full.into())?);
            Ok::<(), PyErr>(())
        })?;
        self.0.add(&record).map_err(errors::of_sharded_add)?;
        Ok(sent)
    }

    /// Gives the aggregate of every shard to `send` and clears it.
    pub(crate) fn flush(
        &mut self,
        mut send: impl FnMut(usize, Finished<'_>) -> Result<(), PyErr>,
    ) -> Result<(), PyErr> {
        self.0.flush_all(|shard, record| send(shard, record.into()))
    }

    pub(crate) fn shard_of(&mut self, parts: Parts<'_>) -> Result<usize, PyErr> {
        self.0.shard_of(&parts.user_record()).map_err(errors::of_sharded_add)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.user_record_count()
    }

    pub(crate) fn ranges(&self) -> Vec<(u128, u128)> {
        ranges_of(self.0.shards())
    }
}
