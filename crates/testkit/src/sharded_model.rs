//! What a [`ShardedAggregator`] should do: it delivers every accepted user record once, to its own shard.

use std::cell::{Cell, RefCell};

use kinesis_agg::{
    AddFlushingError, Aggregator, HashKey, HashKeyRange, KeySlot, KinesisRecord, ReplaceShardsError,
    ShardMap, ShardedAddError, ShardedAggregator,
};

use crate::record::OwnedRecord;
use crate::reference;

#[derive(Clone, Debug)]
pub enum Operation {
    Add(OwnedRecord),
    AddOrSend(OwnedRecord),
    Finish(usize),
    FinishOrPlain(usize),
    Flush(usize),
    FlushAll,
    ReplaceBuffer(usize),
    /// The split points of the hash key space for the next map, in 16ths. With fewer than two the space stays
    /// whole.
    Replace(Vec<u8>),
    /// The number of sends that succeed, then the number that fail.
    Fail {
        after: u32,
        times: u32,
    },
}

/// Consecutive ranges that begin at these 16ths of the hash key space, or at 0.
pub fn ranges(mut starts: Vec<u8>) -> Vec<HashKeyRange> {
    starts.push(0);
    starts.sort_unstable();
    starts.dedup();
    let starts: Vec<u128> = starts.into_iter().map(|start| u128::from(start) << 124).collect();
    let ends = starts.iter().skip(1).map(|start| start - 1).chain([u128::MAX]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| HashKeyRange::new(HashKey::from_u128(*start), HashKey::from_u128(end)))
        .collect()
}

/// A stream that accepts records or fails, and checks each record that it accepts.
#[derive(Default)]
struct Stream {
    passes: Cell<u32>,
    failures: Cell<u32>,
    delivered: RefCell<Vec<OwnedRecord>>,
}

#[derive(Debug, PartialEq)]
pub struct NoNetwork;

impl Stream {
    fn put(&self, range: HashKeyRange, record: KinesisRecord<'_>) -> Result<(), NoNetwork> {
        if self.passes.get() > 0 {
            self.passes.set(self.passes.get() - 1);
        } else if self.failures.get() > 0 {
            self.failures.set(self.failures.get() - 1);
            return Err(NoNetwork);
        }
        self.take(range, record);
        Ok(())
    }

    fn take(&self, range: HashKeyRange, record: KinesisRecord<'_>) {
        assert!(record.size() <= RECORD_LIMIT, "{} bytes are sent", record.size());
        let user_records = reference::user_records(record.data);
        assert_eq!(user_records.len(), record.user_records);
        let mut outer = OwnedRecord::new(record.partition_key, b"");
        outer.explicit_hash_key = record.explicit_hash_key.map(str::to_owned);
        for record in user_records.iter().chain([&outer]) {
            let hash_key = HashKey::from_u128(record.hash_key().unwrap());
            assert!(range.contains(hash_key), "{record:?} of {hash_key} was sent to {range}");
        }
        self.delivered.borrow_mut().extend(user_records);
    }
}

type Held = Aggregator<Vec<u8>, [KeySlot; 8]>;

pub type Sharded = ShardedAggregator<Vec<HashKeyRange>, Vec<Held>, Held>;

pub const SHARDS: usize = 6;
const BUFFER_LEN: usize = 700;
/// Larger by so little that long outer partition keys matter.
const RECORD_LIMIT: usize = 760;

pub fn aggregators(len: usize) -> Vec<Held> {
    let aggregator =
        || Aggregator::new_in(vec![0; BUFFER_LEN], [KeySlot::EMPTY; 8]).with_record_limit(RECORD_LIMIT);
    (0..len).map(|_| aggregator()).collect()
}

fn check_held(sharded: &Sharded) {
    for (shard, range) in sharded.shards().ranges().iter().enumerate() {
        let aggregator = sharded.aggregator(shard).unwrap();
        for record in aggregator.user_records() {
            assert!(range.contains(record.hash_key().unwrap()), "{record:?} is held by shard {shard}");
        }
        let outer = aggregator.user_records().next().map_or(0, |first| first.partition_key.len());
        let limit = BUFFER_LEN.min(RECORD_LIMIT - outer);
        let room = if aggregator.is_sealed() { 0 } else { limit - aggregator.size().max(20) };
        assert_eq!(aggregator.room(), room, "the outer partition key of shard {shard} has {outer} bytes");
    }
    for spare in sharded.shards().ranges().len()..SHARDS {
        assert!(sharded.aggregator(spare).unwrap().is_empty());
    }
}

pub fn run(operations: Vec<Operation>) {
    let mut sharded = Sharded::new(ShardMap::new(ranges(vec![])).unwrap(), aggregators(SHARDS)).unwrap();
    // Room for any user record, but not for all that an aggregate may hold of one shard.
    let mut scratch = Aggregator::new([0; 500]);
    let stream = Stream::default();
    let mut taken: Vec<OwnedRecord> = Vec::new();
    for operation in operations {
        let map = sharded.shards().clone();
        let put = |shard: usize, record: KinesisRecord<'_>| stream.put(map.ranges()[shard], record);
        match operation {
            Operation::Add(record) => {
                let tags = record.tags();
                let owner = map.shard_of(HashKey::from_u128(record.hash_key().unwrap())).unwrap();
                match sharded.add(&record.with(&tags)) {
                    Ok(shard) => {
                        assert_eq!(shard, owner);
                        taken.push(record);
                    }
                    Err(error) => assert_eq!(error, ShardedAddError::Full { shard: owner }),
                }
            }
            Operation::AddOrSend(record) => {
                let tags = record.tags();
                match sharded.add_flushing(&record.with(&tags), put) {
                    Ok(_) => taken.push(record),
                    Err(error) => assert_eq!(error, AddFlushingError::Send(NoNetwork)),
                }
            }
            Operation::Finish(shard) => {
                let held = sharded.aggregator(shard).unwrap().user_record_count();
                assert_eq!(sharded.finish(shard).map_or(0, |record| record.user_records), held);
            }
            Operation::FinishOrPlain(shard) => {
                let held: Vec<OwnedRecord> =
                    sharded.aggregator(shard).unwrap().user_records().map(OwnedRecord::from).collect();
                let record = sharded.finish_plain_if_single(shard);
                assert_eq!(record.is_some(), !held.is_empty());
                if let (Some(record), [lone]) = (record, held.as_slice())
                    && lone.tags.is_empty()
                {
                    let plain = (record.partition_key, record.explicit_hash_key, record.data);
                    assert_eq!(
                        plain,
                        (
                            lone.partition_key.as_str(),
                            lone.explicit_hash_key.as_deref(),
                            lone.data.as_slice()
                        )
                    );
                }
            }
            Operation::Flush(shard) => {
                let _ = sharded.flush(shard, |record| put(shard, record));
            }
            Operation::FlushAll => {
                if sharded.flush_all(put).is_ok() {
                    assert!(sharded.is_empty());
                }
            }
            Operation::ReplaceBuffer(shard) => {
                if let Ok(full) = sharded.replace_buffer(shard, vec![0; BUFFER_LEN]) {
                    stream.take(map.ranges()[shard], full.as_record().unwrap());
                }
            }
            Operation::Replace(starts) => {
                let mut new = ShardMap::new(ranges(starts)).unwrap();
                let target = new.clone();
                let put =
                    |shard: usize, record: KinesisRecord<'_>| stream.put(target.ranges()[shard], record);
                match sharded.replace_shards(&mut new, &mut scratch, put) {
                    Ok(()) => assert_eq!((sharded.shards(), &new), (&target, &map)),
                    Err(error) => {
                        assert_eq!(error, ReplaceShardsError::Send(NoNetwork));
                        assert_eq!((sharded.shards(), &new), (&map, &target));
                    }
                }
                assert!(scratch.is_empty());
            }
            Operation::Fail { after, times } => {
                stream.passes.set(after);
                stream.failures.set(times);
            }
        }
        check_held(&sharded);
        assert_eq!(stream.delivered.borrow().len() + sharded.user_record_count(), taken.len());
    }
    stream.failures.set(0);
    let map = sharded.shards().clone();
    sharded.flush_all(|shard, record| stream.put(map.ranges()[shard], record)).unwrap();
    check_delivered(&taken, &stream.delivered.borrow());
}

/// Checks for the same user records, with those of equal hash keys in the same order.
pub fn check_delivered(taken: &[OwnedRecord], delivered: &[OwnedRecord]) {
    let sorted = |records: &[OwnedRecord]| {
        let mut records = records.to_vec();
        records.sort_by_key(OwnedRecord::hash_key);
        records
    };
    assert_eq!(sorted(taken), sorted(delivered));
}
