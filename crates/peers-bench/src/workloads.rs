//! The workloads, with each Kinesis record in its own allocation. A record that is read again and again would
//! stay in the nearest cache, which favours vector registers.

use std::ops::RangeInclusive;

use kinesis_agg::{Aggregator, KeyIndexEntry, KeySlot, schema};
use testkit::{OwnedRecord, shapes};

/// Kinesis records and the user records in them.
pub struct Workload {
    pub name: String,
    pub kinesis_records: Vec<Vec<u8>>,
    /// The user records of the first Kinesis record.
    pub user_records: Vec<OwnedRecord>,
    /// Bytes of data of a user record, unless they differ.
    pub data_len: Option<usize>,
    /// The number of partition keys in an aggregate.
    pub keys: usize,
}

/// When an aggregate is full.
#[derive(Clone, Copy)]
enum Until {
    Count(usize),
    Size(usize),
}

impl Workload {
    fn new(name: &str, kinesis_records: usize, until: Until, data_len: usize, keys: usize) -> Self {
        let (count, size) = match until {
            Until::Count(count) => (count, schema::DEFAULT_RECORD_LIMIT),
            Until::Size(size) => (usize::MAX, size),
        };
        let mut aggregator =
            Aggregator::new_in(vec![0; schema::DEFAULT_RECORD_LIMIT], vec![KeySlot::EMPTY; 4096])
                .with_size_limit(size);
        let mut workload = Self {
            name: name.to_owned(),
            kinesis_records: Vec::new(),
            user_records: Vec::new(),
            data_len: Some(data_len),
            keys,
        };
        for number in 0..kinesis_records {
            for n in 0..count {
                let key = format!("sensor-{:08}", n % keys);
                let record = OwnedRecord::new(&key, &bytes(data_len, number * 7919 + n));
                if aggregator.add(&record.with(&[])).is_err() {
                    break;
                }
                if number == 0 {
                    workload.user_records.push(record);
                }
            }
            workload.kinesis_records.push(aggregator.finish().expect("user records").data.to_vec());
            aggregator.clear();
        }
        workload
    }

    pub fn user_record_count(&self) -> usize {
        self.user_records.len() * self.kinesis_records.len()
    }

    /// An index with an entry for each partition key.
    pub fn index<'a>(&self) -> Vec<KeyIndexEntry<'a>> {
        vec![KeyIndexEntry::EMPTY; if self.keys == 0 { 256 << 10 } else { self.keys }]
    }

    /// The bytes that are digested.
    pub fn messages(&self) -> Vec<&[u8]> {
        self.kinesis_records.iter().map(|data| &data[4..data.len() - schema::DIGEST_LEN]).collect()
    }
}

/// Read one Kinesis record at a time.
pub fn single() -> Vec<Workload> {
    vec![
        Workload::new("500 x 100 B, 1 key", 20, Until::Count(500), 100, 1),
        Workload::new("500 x 100 B, 50 keys", 20, Until::Count(500), 100, 50),
        Workload::new("500 x 100 B, 500 keys", 20, Until::Count(500), 100, 500),
        Workload::new("5,000 x 20 B, 50 keys", 10, Until::Count(5000), 20, 50),
        Workload::new("10 x 5 KiB, 10 keys", 20, Until::Count(10), 5 << 10, 10),
        // As many as an answer of `GetRecords` holds.
        Workload::new("1 MiB of 100 B, 50 keys", 10, Until::Size(1_000_000), 100, 50),
        Workload::new("1 MiB of 5 KiB, 50 keys", 10, Until::Size(1_000_000), 5 << 10, 50),
    ]
}

/// Read all at once.
pub fn batches() -> Vec<Workload> {
    let kib_50 = Until::Size(schema::KPL_SIZE_LIMIT);
    vec![
        Workload::new("200 x 50 KiB of 100 B", 200, kib_50, 100, 50),
        Workload::new("200 x 50 KiB of 5 KiB", 200, kib_50, 5 << 10, 10),
        Workload::new("100 x 2 KiB of 100 B", 100, Until::Size(2048), 100, 10),
    ]
}

/// All workloads that are not hostile.
pub fn honest() -> Vec<Workload> {
    single().into_iter().chain(batches()).collect()
}

/// Made by somebody who wants to slow a reader down.
pub fn hostile() -> Vec<Workload> {
    let shape = |shape: &shapes::Shape| Workload {
        name: shape.name.to_owned(),
        kinesis_records: (0..4).map(|_| (shape.data)(128 << 10)).collect(),
        user_records: Vec::new(),
        data_len: None,
        keys: 0,
    };
    shapes::SHAPES.iter().map(shape).collect()
}

/// Partition keys of 5 to 40 bytes.
pub fn keys(count: usize) -> Vec<String> {
    let letters =
        |n: usize| (0..5 + shapes::random(n as u64) as usize % 36).map(move |at| letter(n + at * 31));
    (0..count).map(|n| letters(n).collect()).collect()
}

/// Messages of so many bytes, the same in every run.
pub fn messages(count: usize, len: RangeInclusive<usize>) -> Vec<Vec<u8>> {
    let lens = len.end() - len.start() + 1;
    (0..count).map(|n| bytes(len.start() + shapes::random(n as u64) as usize % lens, n)).collect()
}

/// Messages of very unequal lengths: log-uniform from 1 KiB to 1 MiB, the same in every run.
pub fn unequal_messages(count: usize) -> Vec<Vec<u8>> {
    let unit = |n: usize| (shapes::random(n as u64) >> 11) as f64 / (1_u64 << 53) as f64;
    (0..count).map(|n| bytes((1024.0 * 2_f64.powf(10.0 * unit(n))) as usize, n)).collect()
}

pub fn bytes(len: usize, seed: usize) -> Vec<u8> {
    (0..len).map(|at| (shapes::random((seed * 1_000_003 + at) as u64) >> 32) as u8).collect()
}

fn letter(n: usize) -> char {
    char::from(b'a' + (shapes::random(n as u64) % 26) as u8)
}
