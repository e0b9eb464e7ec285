//! What reading and building cost beside the digest alone, which nobody can do without: `cargo bench --bench ratios`.
//!
//! Every figure is a ratio of two times taken in turn, in one run, so that it holds on a machine whose speed drifts. The
//! ratio printed is the median of many pairs.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, missing_docs)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use kinesis_agg::{AggregatedRecord, Aggregator, KeyEntry, KeySlot, UserRecord, schema};
use md5::{Digest, Md5};

/// User records of a size, and how many partition keys they share in turn.
struct Workload {
    name: &'static str,
    data_len: usize,
    keys: usize,
}

const WORKLOADS: [Workload; 6] = [
    Workload { name: "100 bytes, 1 key", data_len: 100, keys: 1 },
    Workload { name: "100 bytes, 8 keys", data_len: 100, keys: 8 },
    Workload { name: "100 bytes, 50 keys", data_len: 100, keys: 50 },
    Workload { name: "100 bytes, all keys distinct", data_len: 100, keys: 500 },
    Workload { name: "20 bytes, 50 keys", data_len: 20, keys: 50 },
    Workload { name: "5 KiB, 8 keys", data_len: 5120, keys: 8 },
];

fn main() {
    println!("50 KiB aggregates; the time of each over that of MD5 of the same bytes, median of pairs");
    println!(
        "{:<30} {:>8} {:>16} {:>16} {:>10}",
        "user records", "count", "parse + iterate", "with lent index", "build"
    );
    for workload in &WORKLOADS {
        let keys: Vec<String> = (0..workload.keys).map(|n| format!("sensor-{n:08}")).collect();
        let payload = vec![0x5A; workload.data_len];
        let records: Vec<UserRecord<'_>> =
            keys.iter().cycle().map(|key| UserRecord::new(key, &payload)).take(5000).collect();
        let mut aggregator =
            Aggregator::with_key_slots(vec![0; schema::KPL_SIZE_LIMIT], vec![KeySlot::EMPTY; 2048]);
        let count = fill(&mut aggregator, &records);
        let data = aggregator.finish().unwrap().data.to_vec();
        let message = &data[4..data.len() - 16];
        let mut index = vec![KeyEntry::EMPTY; 1024];

        let read = ratio(|| digest(message), || read(&data));
        let read_indexed = ratio(|| digest(message), || read_with_index(&data, &mut index));
        let build = ratio(
            || digest(message),
            || {
                aggregator.clear();
                black_box(fill(&mut aggregator, &records));
                black_box(aggregator.finish());
            },
        );
        println!("{:<30} {count:>8} {read:>16.3} {read_indexed:>16.3} {build:>10.3}", workload.name);
    }
}

fn fill(aggregator: &mut Aggregator<Vec<u8>, Vec<KeySlot>>, records: &[UserRecord<'_>]) -> usize {
    records.iter().take_while(|record| aggregator.add(record).is_ok()).count()
}

fn digest(message: &[u8]) {
    black_box(Md5::digest(black_box(message)));
}

fn read(data: &[u8]) {
    for record in AggregatedRecord::parse(black_box(data)).unwrap().user_records() {
        black_box(record);
    }
}

fn read_with_index<'a>(data: &'a [u8], index: &mut [KeyEntry<'a>]) {
    for record in AggregatedRecord::parse_with_index(black_box(data), index).unwrap().user_records() {
        black_box(record);
    }
}

/// The time of `work` over that of `unit`: the median over pairs taken in turn.
fn ratio(mut unit: impl FnMut(), mut work: impl FnMut()) -> f64 {
    const PAIRS: usize = 400;
    let mut ratios: Vec<f64> = (0..PAIRS)
        .map(|_| {
            let unit = time(&mut unit);
            time(&mut work).as_secs_f64() / unit.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    ratios[PAIRS / 2]
}

fn time(work: &mut impl FnMut()) -> Duration {
    const TIMES: usize = 5;
    let start = Instant::now();
    for _ in 0..TIMES {
        work();
    }
    start.elapsed()
}
