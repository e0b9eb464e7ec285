//! What is counted.

use std::hint::black_box;

use kinesis_agg::{
    AggregatedRecord, Aggregator, DeaggregatedRecord, Digest, HashKey, KeyEntry, KeySlot, UserRecord,
};

use crate::callgrind::measured_part;

pub struct Work {
    pub name: &'static str,
    what: What,
    shape: Shape,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Read,
    ReadWithIndex,
    ReadWithDigest,
    Build,
    HashKeys,
}

/// User records of one size, which share partition keys in turn.
#[derive(Clone, Copy)]
struct Shape {
    count: usize,
    data_len: usize,
    keys: usize,
}

const B100_1: Shape = Shape { count: 500, data_len: 100, keys: 1 };
const B100_50: Shape = Shape { count: 500, data_len: 100, keys: 50 };
const B100_500: Shape = Shape { count: 500, data_len: 100, keys: 500 };
const B20_50: Shape = Shape { count: 5000, data_len: 20, keys: 50 };
const KIB5_10: Shape = Shape { count: 10, data_len: 5120, keys: 10 };
/// Partition keys of 5 to 40 bytes, and no data.
const KEYS: Shape = Shape { count: 10_000, data_len: 0, keys: 10_000 };

const fn work(name: &'static str, what: What, shape: Shape) -> Work {
    Work { name, what, shape }
}

pub const WORKS: [Work; 18] = [
    work("read, 500 x 100 B, 1 key", What::Read, B100_1),
    work("read, 500 x 100 B, 50 keys", What::Read, B100_50),
    work("read, 500 x 100 B, 500 keys", What::Read, B100_500),
    work("read, 5,000 x 20 B, 50 keys", What::Read, B20_50),
    work("read, 10 x 5 KiB, 10 keys", What::Read, KIB5_10),
    work("read with a lent index, 500 x 100 B, 1 key", What::ReadWithIndex, B100_1),
    work("read with a lent index, 500 x 100 B, 50 keys", What::ReadWithIndex, B100_50),
    work("read with a lent index, 500 x 100 B, 500 keys", What::ReadWithIndex, B100_500),
    work("read with a lent index, 5,000 x 20 B, 50 keys", What::ReadWithIndex, B20_50),
    work("read with a lent index, 10 x 5 KiB, 10 keys", What::ReadWithIndex, KIB5_10),
    work("read with the digest, 500 x 100 B, 50 keys", What::ReadWithDigest, B100_50),
    work("build, 500 x 100 B, 1 key", What::Build, B100_1),
    work("build, 500 x 100 B, 50 keys", What::Build, B100_50),
    work("build, 500 x 100 B, 500 keys", What::Build, B100_500),
    work("build, 5,000 x 20 B, 50 keys", What::Build, B20_50),
    work("build, 10 x 5 KiB, 10 keys", What::Build, KIB5_10),
    work("hash keys of one key after the other", What::HashKeys, KEYS),
    work("read, 1 user record without data", What::Read, Shape { count: 1, data_len: 0, keys: 1 }),
];

/// What slowdowns are planted in, and these: it is done, and then for some of its user records once more.
pub const PLANTED: &str = "read, 500 x 100 B, 50 keys";
pub const SLIGHTLY_SLOWER: &str = "slightly slower";
pub const MUCH_SLOWER: &str = "much slower";

#[derive(Clone, Copy)]
pub struct Size {
    pub user_records: usize,
    pub bytes: usize,
}

/// How much is done, to see what a user record and a byte take.
pub fn size(work: &Work) -> Size {
    let bytes = match work.what {
        What::HashKeys => keys(work.shape).iter().map(String::len).sum(),
        _ => data(work.shape).len(),
    };
    Size { user_records: work.shape.count, bytes }
}

/// Does the work of this name, its measured part under callgrind.
pub fn once(name: &str) {
    match name {
        SLIGHTLY_SLOWER => read_again(16),
        MUCH_SLOWER => read_again(250),
        _ => {
            let work = WORKS.iter().find(|work| work.name == name).expect("a work");
            match work.what {
                What::Build => build(work.shape),
                What::HashKeys => hash_keys(work.shape),
                what => read(what, work.shape),
            }
        }
    }
}

fn keys(shape: Shape) -> Vec<String> {
    (0..shape.keys)
        .map(|n| match shape.data_len {
            0 => format!("{n:0>width$}", width = 5 + n * 7919 % 36),
            _ => format!("sensor-{n:08}"),
        })
        .collect()
}

fn user_records<'a>(shape: Shape, keys: &'a [String], payload: &'a [u8]) -> Vec<UserRecord<'a>> {
    keys.iter().cycle().map(|key| UserRecord::new(key, payload)).take(shape.count).collect()
}

fn data(shape: Shape) -> Vec<u8> {
    let (keys, payload) = (keys(shape), vec![0x5A; shape.data_len]);
    let mut aggregator = Aggregator::with_key_slots(vec![0; 1 << 20], vec![KeySlot::EMPTY; 2048]);
    for record in user_records(shape, &keys, &payload) {
        aggregator.add(&record).expect("there is room");
    }
    aggregator.finish().expect("user records").data.to_vec()
}

/// A digest that costs nothing, so that nothing hides behind it.
fn no_digest() -> impl Digest {
    |_: &[u8]| [0; 16]
}

fn spent<'a>(user_records: impl Iterator<Item = DeaggregatedRecord<'a>>) -> u64 {
    let mut count = 0;
    for record in user_records {
        black_box(record);
        count += 1;
    }
    count
}

fn read(what: What, shape: Shape) {
    let data = data(shape);
    let mut index = vec![KeyEntry::EMPTY; shape.keys];
    measured_part(&mut || {
        match what {
            What::ReadWithDigest => AggregatedRecord::parse(&data).map(|view| spent(view.user_records())),
            What::ReadWithIndex => AggregatedRecord::parse_unverified(&data)
                .map(|view| spent(view.with_index(&mut index).user_records())),
            _ => AggregatedRecord::parse_unverified(&data).map(|view| spent(view.user_records())),
        }
        .expect("an aggregate")
    });
}

fn read_again(user_records: usize) {
    let data = data(B100_50);
    measured_part(&mut || {
        let view = AggregatedRecord::parse_unverified(&data).expect("an aggregate");
        spent(view.user_records()) + spent(view.user_records().take(user_records))
    });
}

fn build(shape: Shape) {
    let (keys, payload) = (keys(shape), vec![0x5A; shape.data_len]);
    let user_records = user_records(shape, &keys, &payload);
    let mut aggregator = Aggregator::with_digest(vec![0; 1 << 20], vec![KeySlot::EMPTY; 2048], no_digest());
    measured_part(&mut || {
        for record in &user_records {
            aggregator.add(record).expect("there is room");
        }
        black_box(aggregator.finish()).map_or(0, |record| record.user_records as u64)
    });
}

fn hash_keys(shape: Shape) {
    let keys = keys(shape);
    measured_part(&mut || keys.iter().fold(0, |sum, key| sum ^ black_box(HashKey::of(key)).0 as u64));
}
