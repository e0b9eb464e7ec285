//! How long reading and building take beside the bare digest, which nobody can do without: `cargo bench -p kinesis-agg --bench wall_time`.
//!
//! On a quiet machine. Ratios to other implementations, and to the digest, taken in turn in one run, are those of
//! `crates/peers-bench/compare`.
#![allow(clippy::expect_used, clippy::arithmetic_side_effects, missing_docs)]

mod workloads;

use std::fmt;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use kinesis_agg::{AggregatedRecord, HashKey, KeyEntry, Md5, deaggregate_batch};
use workloads::{
    B20_KEYS_50, B100_KEYS_1, B100_KEYS_50, B100_KEYS_500, KIB2_OF_B100, KIB5_KEYS_10, MIB1_OF_B100,
    Workload, aggregated_record, aggregator, unequal_keys, user_records,
};

fn main() {
    divan::main();
}

const WORKLOADS: [Workload; 6] =
    [B100_KEYS_1, B100_KEYS_50, B100_KEYS_500, B20_KEYS_50, KIB5_KEYS_10, MIB1_OF_B100];

/// So many user records at a time.
fn count(workload: Workload, kinesis_records: usize) -> ItemsCount {
    ItemsCount::new(workload.user_records * kinesis_records)
}

#[divan::bench(args = WORKLOADS)]
fn digest_alone(bencher: Bencher<'_, '_>, workload: Workload) {
    let data = aggregated_record(workload);
    bencher
        .counter(count(workload, 1))
        .counter(BytesCount::of_slice(&data))
        .bench_local(|| <md5::Md5 as md5::Digest>::digest(divan::black_box(&data)));
}

#[divan::bench(args = WORKLOADS)]
fn read(bencher: Bencher<'_, '_>, workload: Workload) {
    let data = aggregated_record(workload);
    bencher.counter(count(workload, 1)).bench_local(|| {
        let view = AggregatedRecord::parse(divan::black_box(&data)).expect("an aggregate");
        view.user_records().for_each(divan::black_box_drop)
    });
}

#[divan::bench(args = WORKLOADS)]
fn read_with_index(bencher: Bencher<'_, '_>, workload: Workload) {
    let data = aggregated_record(workload);
    let mut index = vec![KeyEntry::EMPTY; workload.keys];
    bencher.counter(count(workload, 1)).bench_local(|| {
        let view =
            AggregatedRecord::parse_with_index(divan::black_box(&data), &mut index).expect("an aggregate");
        view.user_records().for_each(divan::black_box_drop)
    });
}

#[divan::bench(args = WORKLOADS)]
fn build(bencher: Bencher<'_, '_>, workload: Workload) {
    let user_records = user_records(workload);
    let mut aggregator = aggregator(Md5);
    bencher.counter(count(workload, 1)).bench_local(|| {
        aggregator.clear();
        for record in &user_records {
            aggregator.add(divan::black_box(record)).expect("there is room");
        }
        aggregator.finish().map(|record| record.data.len())
    });
}

/// As many Kinesis records as an answer of `GetRecords` holds, or a Lambda event.
struct Batch(usize, Workload);

impl fmt::Display for Batch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.0, self.1)
    }
}

#[divan::bench(args = [Batch(200, B100_KEYS_50), Batch(200, KIB5_KEYS_10), Batch(100, KIB2_OF_B100)])]
fn read_batch(bencher: Bencher<'_, '_>, &Batch(kinesis_records, workload): &Batch) {
    // Each in an allocation of its own: one that is read again and again would be in the nearest cache.
    let records = vec![aggregated_record(workload); kinesis_records];
    let mut index = vec![KeyEntry::EMPTY; workload.keys];
    bencher.counter(count(workload, kinesis_records)).bench_local(|| {
        let records = records.iter().map(|data| ("partition key", data.as_slice()));
        deaggregate_batch(records, &mut index).for_each(divan::black_box_drop)
    });
}

#[divan::bench]
fn hash_keys_one_by_one(bencher: Bencher<'_, '_>) {
    let keys = unequal_keys(10_000);
    bencher.counter(ItemsCount::new(keys.len())).bench_local(|| {
        keys.iter().for_each(|key| {
            divan::black_box(HashKey::of(key));
        })
    });
}

#[divan::bench]
fn hash_keys_at_once(bencher: Bencher<'_, '_>) {
    let keys = unequal_keys(10_000);
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut hash_keys = vec![HashKey::MIN; keys.len()];
    bencher.counter(ItemsCount::new(keys.len())).bench_local(|| HashKey::of_all(&keys, &mut hash_keys));
}
