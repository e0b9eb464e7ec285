//! Counts the instructions of reading and building, which `baseline.tsv` limits: `bash .ci/instructions`.
//!
//! valgrind's callgrind counts them, so a slowdown of some hundredths shows even on a busy machine. The
//! digest costs nothing here unless a benchmark names it, so that it cannot hide a slowdown.
#![allow(clippy::expect_used, clippy::arithmetic_side_effects, missing_docs, unused_qualifications)]

use std::hint::black_box;
use std::iter;

use gungraun::{Callgrind, LibraryBenchmarkConfig, library_benchmark, library_benchmark_group, main};
use kinesis_agg::{
    AggregatedRecord, Aggregator, DeaggregatedRecord, Decoder, HashKey, KeyIndexEntry, KeySlot, Md5Engine,
    UserRecord, md5_fn,
};
use testkit::workloads::{
    self, B20_KEYS_50, B100_HASH_KEYS_50, B100_KEYS_1, B100_KEYS_50, B100_KEYS_500, EMPTY, KIB5_KEYS_10,
    Workload, aggregated_record, unequal_keys, user_records,
};

/// With a loop, where [`each`] uses internal iteration.
fn spent<'a>(user_records: impl Iterator<Item = DeaggregatedRecord<'a>>) -> usize {
    let mut count = 0;
    for record in user_records {
        black_box((record.partition_key, record.explicit_hash_key, record.data));
        count += 1;
    }
    count
}

fn each<'a>(user_records: impl Iterator<Item = DeaggregatedRecord<'a>>) -> usize {
    let mut count = 0;
    user_records.for_each(|record| {
        black_box((record.partition_key, record.explicit_hash_key, record.data));
        count += 1;
    });
    count
}

// Benchmarks return what they are given, so that freeing it is not counted.

#[library_benchmark]
#[bench::b100_keys_1(aggregated_record(B100_KEYS_1))]
#[bench::b100_keys_50(aggregated_record(B100_KEYS_50))]
#[bench::b100_keys_500(aggregated_record(B100_KEYS_500))]
#[bench::b100_hash_keys_50(aggregated_record(B100_HASH_KEYS_50))]
#[bench::b20_keys_50(aggregated_record(B20_KEYS_50))]
#[bench::kib5_keys_10(aggregated_record(KIB5_KEYS_10))]
#[bench::empty(aggregated_record(EMPTY))]
fn read(data: Vec<u8>) -> (usize, Vec<u8>) {
    let view = Decoder::new().unverified().parse(&data).expect("an aggregate");
    (spent(view.user_records()), data)
}

// The planted slowdown: so many user records are read twice. 250 are for another compiler than that of the
// baseline, with wider limits.
#[library_benchmark]
#[bench::records_50(aggregated_record(B100_KEYS_50), 50)]
#[bench::records_250(aggregated_record(B100_KEYS_50), 250)]
fn read_again(data: Vec<u8>, again: usize) -> (usize, Vec<u8>) {
    let view = Decoder::new().unverified().parse(&data).expect("an aggregate");
    (spent(view.user_records()) + spent(view.user_records().take(again)), data)
}

#[library_benchmark]
#[bench::b100_keys_50(aggregated_record(B100_KEYS_50))]
#[bench::b100_keys_500(aggregated_record(B100_KEYS_500))]
fn read_each(data: Vec<u8>) -> (usize, Vec<u8>) {
    let view = Decoder::new().unverified().parse(&data).expect("an aggregate");
    (each(view.user_records()), data)
}

#[library_benchmark]
#[bench::b100_keys_50(aggregated_record(B100_KEYS_50))]
fn read_with_digest(data: Vec<u8>) -> (usize, Vec<u8>) {
    let view = AggregatedRecord::parse(&data).expect("an aggregate");
    (spent(view.user_records()), data)
}

type WithIndex = (usize, Vec<KeyIndexEntry<'static>>);

/// A key index with room for the keys of a workload.
fn index(workload: Workload) -> Vec<KeyIndexEntry<'static>> {
    vec![KeyIndexEntry::EMPTY; workload.keys * if workload.explicit_hash_keys { 2 } else { 1 }]
}

fn leaked(workload: Workload) -> &'static [u8] {
    aggregated_record(workload).leak()
}

#[library_benchmark]
#[bench::b100_keys_1(leaked(B100_KEYS_1), index(B100_KEYS_1))]
#[bench::b100_keys_50(leaked(B100_KEYS_50), index(B100_KEYS_50))]
#[bench::b100_keys_500(leaked(B100_KEYS_500), index(B100_KEYS_500))]
#[bench::b100_hash_keys_50(leaked(B100_HASH_KEYS_50), index(B100_HASH_KEYS_50))]
#[bench::b20_keys_50(leaked(B20_KEYS_50), index(B20_KEYS_50))]
#[bench::kib5_keys_10(leaked(KIB5_KEYS_10), index(KIB5_KEYS_10))]
fn read_with_index(data: &'static [u8], mut index: Vec<KeyIndexEntry<'static>>) -> WithIndex {
    let view = Decoder::new().unverified().parse(data).expect("an aggregate");
    (spent(view.user_records().with_index(&mut index)), index)
}

/// The same Kinesis record many times, without checking its digest.
fn batch<'i>(
    data: &'static [u8],
    index: &'i mut [KeyIndexEntry<'static>],
) -> impl Iterator<Item = DeaggregatedRecord<'static>> + use<'i> {
    let engine = md5_fn(|_: &[u8]| data.last_chunk().copied().expect("a digest"));
    let decoder = Decoder::new().with_engine(engine).with_index(index);
    decoder.deaggregate_batch(iter::repeat_n(("", data), 20)).map(|(_, record)| record)
}

#[library_benchmark]
#[bench::b100_keys_50(leaked(B100_KEYS_50), index(B100_KEYS_50))]
fn read_batch(data: &'static [u8], mut index: Vec<KeyIndexEntry<'static>>) -> WithIndex {
    (spent(batch(data, &mut index)), index)
}

#[library_benchmark]
#[bench::b100_keys_50(leaked(B100_KEYS_50), index(B100_KEYS_50))]
fn read_batch_each(data: &'static [u8], mut index: Vec<KeyIndexEntry<'static>>) -> WithIndex {
    (each(batch(data, &mut index)), index)
}

type Building<M> = (Aggregator<Vec<u8>, Vec<KeySlot>, M>, Vec<UserRecord<'static>>);

fn building(workload: Workload) -> Building<impl Md5Engine> {
    (workloads::aggregator(md5_fn(|_: &[u8]| [0; 16])), user_records(workload))
}

#[library_benchmark]
#[bench::b100_keys_1(building(B100_KEYS_1))]
#[bench::b100_keys_50(building(B100_KEYS_50))]
#[bench::b100_keys_500(building(B100_KEYS_500))]
#[bench::b100_hash_keys_50(building(B100_HASH_KEYS_50))]
#[bench::b20_keys_50(building(B20_KEYS_50))]
#[bench::kib5_keys_10(building(KIB5_KEYS_10))]
fn build<M: Md5Engine>((mut aggregator, user_records): Building<M>) -> Building<M> {
    for record in &user_records {
        aggregator.add(record).expect("there is room");
    }
    black_box(aggregator.finish());
    (aggregator, user_records)
}

#[library_benchmark]
#[bench::unequal(unequal_keys(10_000))]
fn hash_keys(keys: Vec<String>) -> (u128, Vec<String>) {
    (keys.iter().fold(0, |sum, key| sum ^ black_box(HashKey::of_partition_key(key)).to_u128()), keys)
}

library_benchmark_group!(
    name = instructions,
    benchmarks = [
        read,
        read_again,
        read_each,
        read_with_digest,
        read_with_index,
        read_batch,
        read_batch_each,
        build,
        hash_keys
    ]
);

main!(
    config = LibraryBenchmarkConfig::default().tool(Callgrind::with_args(["--cache-sim=no"])),
    library_benchmark_groups = instructions
);
