//! Nothing is allocated once the caller's buffers exist, with the feature `md5-lanes` as well: `cargo test
//! --all-features --test allocations`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test that panics has failed"
)]

use std::hint::black_box;

use allocation_counter::measure;
use kinesis_agg::{
    AggregatedRecord, Aggregator, DeaggregatedRecord, Decoder, HashKey, HashKeyRange, KeyIndexEntry, KeySlot,
    KinesisRecord, RangeFilter, ShardMap, ShardedAggregator, Tag, UserRecord, deaggregate, deaggregate_batch,
    is_aggregated,
};
use testkit::wire::{frame, len_field, varint_field};

const KEYS: usize = 200;

/// Does the work and returns its result. It must not have allocated.
#[track_caller]
fn without_allocation<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let mut result = None;
    let counted = measure(|| result = Some(work()));
    assert_eq!((counted.count_total, counted.bytes_total), (0, 0), "{what} allocates");
    result.unwrap()
}

/// More partition keys than an aggregate remembers and than the built-in index holds.
fn keys() -> Vec<String> {
    (0..KEYS).map(|n| format!("sensor-{n}")).collect()
}

/// With and without explicit hash key and tags.
fn user_records<'a>(keys: &'a [String], tags: &'a [Tag<'a>]) -> Vec<UserRecord<'a>> {
    let user_record = |n: usize| {
        let record = UserRecord::new(&keys[n % KEYS], "data of a user record");
        let explicit_hash_key = ["0", "340282366920938463463374607431768211455"][n / 2 % 2];
        let record =
            if n.is_multiple_of(2) { record.with_explicit_hash_key(explicit_hash_key) } else { record };
        if n.is_multiple_of(7) { record.with_tags(tags) } else { record }
    };
    (0..3 * KEYS).map(user_record).collect()
}

const TAGS: [Tag<'_>; 2] = [Tag { key: "unit", value: Some("celsius") }, Tag { key: "raw", value: None }];

/// All fields of all user records.
fn spend<'a>(user_records: impl Iterator<Item = DeaggregatedRecord<'a>>) -> usize {
    let mut count = 0;
    for record in user_records {
        for tag in record.tags {
            black_box(tag);
        }
        let _ = black_box(record.hash_key());
        count += 1;
    }
    count
}

fn put(record: KinesisRecord<'_>) -> Result<(), ()> {
    black_box(record);
    Ok(())
}

#[test]
fn an_allocation_is_counted() {
    assert_eq!(measure(|| drop(black_box(Box::new(1_u64)))).count_total, 1);
    assert_eq!(measure(|| drop(black_box("text".to_owned()))).bytes_total, 4);
}

#[test]
#[should_panic(expected = "a planted allocation allocates")]
fn work_that_allocates_is_found() {
    without_allocation("a planted allocation", || drop(black_box(vec![1_u8; 3])));
}

#[test]
fn building() {
    let keys = keys();
    let user_records = user_records(&keys, &TAGS);
    let mut aggregator = Aggregator::new_in(vec![0; 4096], vec![KeySlot::EMPTY; 64]);
    let mut next = vec![0; 4096];
    let mut index = [KeyIndexEntry::EMPTY; 2 * KEYS];
    without_allocation("add, and what an aggregator says of itself", || {
        for record in &user_records {
            let _ = black_box((aggregator.would_fit(record), aggregator.max_data_len(record)));
            let _ = black_box(aggregator.add(record));
        }
        black_box((aggregator.size(), aggregator.room(), aggregator.user_record_count()));
    });
    assert!(aggregator.user_record_count() > 30);
    without_allocation("a refusal", || {
        assert!(aggregator.add(&user_records[0].with_explicit_hash_key("no hash key")).is_err());
        assert!(aggregator.add(&UserRecord::new("", "")).is_err());
        assert!(aggregator.add(&UserRecord::new("key", &[0; 5000])).is_err());
    });
    without_allocation("user_records", || spend(aggregator.user_records()));
    without_allocation("user_records, lent index", || {
        spend(aggregator.user_records().with_index(&mut index))
    });
    without_allocation("finish", || black_box(aggregator.finish()).is_some());
    without_allocation("finish_as", || {
        assert!(aggregator.finish_as("outer", Some("7")).is_ok());
    });
    without_allocation("add_flushing, flush", || {
        aggregator.clear();
        for record in &user_records {
            aggregator.add_flushing(record, put).unwrap();
        }
        aggregator.flush(put).unwrap();
    });
    without_allocation("finish_plain_if_single", || {
        aggregator.add(&user_records[1]).unwrap();
        black_box(aggregator.finish_plain_if_single());
    });
    let full = without_allocation("replace_buffer", || aggregator.replace_buffer(std::mem::take(&mut next)));
    assert!(full.is_ok());
    without_allocation("a plain record", || black_box(KinesisRecord::plain(&user_records[1])).is_some());
}

/// An aggregate of all user records, and other records, in their own allocations.
fn kinesis_records(user_records: &[UserRecord<'_>]) -> Vec<Vec<u8>> {
    let mut aggregator = Aggregator::new_in(vec![0; 1 << 16], vec![KeySlot::EMPTY; 1024]);
    user_records.iter().for_each(|record| aggregator.add(record).unwrap());
    let data = aggregator.finish().unwrap().data.to_vec();
    let index_outside = frame(&len_field(3, &[varint_field(1, 9), len_field(3, b"data")].concat()));
    let mut broken = data.clone();
    broken[10] ^= 1;
    vec![data.clone(), b"a plain record".to_vec(), index_outside, broken, data]
}

const FILTERS: [RangeFilter; 4] = [
    RangeFilter::Kcl(HashKeyRange::FULL),
    RangeFilter::Kcl(HashKeyRange { start: HashKey::MIN, end: HashKey::from_u128(u128::MAX / 2) }),
    RangeFilter::UserRecord(HashKeyRange::FULL),
    RangeFilter::UserRecord(HashKeyRange { start: HashKey::MIN, end: HashKey::from_u128(u128::MAX / 2) }),
];

#[test]
fn reading_one_at_a_time() {
    let keys = keys();
    let user_records = user_records(&keys, &TAGS);
    for data in &kinesis_records(&user_records) {
        let mut index = vec![KeyIndexEntry::EMPTY; 2 * KEYS];
        without_allocation("is_aggregated", || is_aggregated(data));
        without_allocation("parse", || {
            AggregatedRecord::parse(data).is_ok_and(|view| spend(view.user_records()) > 0)
        });
        without_allocation("parse, lent index", || {
            Decoder::new().with_index(&mut index).parse(data).is_ok_and(|view| spend(view.user_records()) > 0)
        });
        without_allocation("deaggregate", || spend(deaggregate("outer", data)));
        without_allocation("skip_to", || spend(deaggregate("outer", data).skip_to(300)));
        without_allocation("deaggregate, lent index", || {
            spend(Decoder::new().with_index(&mut index).deaggregate("outer", data))
        });
        for filter in FILTERS {
            without_allocation("filtered", || spend(deaggregate("outer", data).filtered(filter)));
            without_allocation("filtered, lent index", || {
                spend(Decoder::new().with_index(&mut index).deaggregate("outer", data).filtered(filter))
            });
        }
    }
}

#[test]
fn reading_a_batch() {
    let keys = keys();
    let user_records = user_records(&keys, &TAGS);
    let kinesis_records = kinesis_records(&user_records);
    // More than the batch takes at a time.
    let many = || kinesis_records.iter().cycle().take(300).map(|data| ("outer", data.as_slice()));
    let mut index = vec![KeyIndexEntry::EMPTY; 2 * KEYS];
    let count = without_allocation("deaggregate_batch", || {
        spend(deaggregate_batch(many(), &mut index).map(|(_, record)| record))
    });
    assert_eq!(count, 60 * (2 * user_records.len() + 3));
    for filter in FILTERS {
        without_allocation("deaggregate_batch, filtered", || {
            spend(deaggregate_batch(many(), &mut index).filtered(filter).map(|(_, record)| record))
        });
    }
}

#[test]
fn hash_keys() {
    let keys = keys();
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut hash_keys = vec![HashKey::MIN; KEYS];
    without_allocation("of_partition_keys", || HashKey::of_partition_keys(&keys, &mut hash_keys));
    without_allocation("of_partition_key, of_record, from and to decimal", || {
        for key in &keys {
            let hash_key = HashKey::of_partition_key(key);
            assert_eq!(hash_key.to_decimal().as_str().parse(), Ok(hash_key));
            assert_eq!(HashKey::of_record(key, Some(hash_key.to_decimal().as_str())), Ok(hash_key));
        }
    });
}

#[test]
fn shards() {
    let keys = keys();
    let user_records = user_records(&keys, &TAGS);
    let aggregators: Vec<_> = (0..8).map(|_| Aggregator::new(vec![0; 4096])).collect();
    let mut scratch = Aggregator::new(vec![0; 4096]);
    let map = |shards| ShardMap::even_split(vec![HashKeyRange::FULL; shards]).unwrap();
    let (four, mut three, mut eight) = (map(4), map(3), map(8));
    let mut next = vec![0; 4096];
    let put = |_: usize, record: KinesisRecord<'_>| put(record);

    let mut sharded = without_allocation("new", || ShardedAggregator::new(four, aggregators)).unwrap();
    without_allocation("add, shard_of", || {
        for record in &user_records[..50] {
            assert_eq!(sharded.shard_of(record), sharded.add(record));
        }
    });
    without_allocation("add_flushing", || {
        for record in &user_records {
            sharded.add_flushing(record, put).unwrap();
        }
    });
    without_allocation("extend_flushing", || sharded.extend_flushing(&user_records, put).unwrap());
    assert!(!sharded.is_empty());
    without_allocation("a split", || sharded.replace_shards(&mut eight, &mut scratch, put).unwrap());
    sharded.extend_flushing(&user_records, put).unwrap();
    without_allocation("a merge", || sharded.replace_shards(&mut three, &mut scratch, put).unwrap());
    sharded.extend_flushing(&user_records, put).unwrap();
    without_allocation("finish, clear", || {
        black_box(sharded.finish(0));
        sharded.clear(0);
        sharded.extend_flushing(&user_records[..9], put).unwrap();
    });
    let full = without_allocation("replace_buffer", || sharded.replace_buffer(0, std::mem::take(&mut next)));
    assert!(full.is_ok());
    without_allocation("flush_all", || sharded.flush_all(put).unwrap());
}
