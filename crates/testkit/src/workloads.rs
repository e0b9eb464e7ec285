//! What the benches read and build.

use kinesis_agg::schema::DEFAULT_RECORD_LIMIT;
use kinesis_agg::{Aggregator, KeySlot, Md5, Md5Engine, UserRecord};

/// User records with data of one size, in bytes, that use the partition keys in turn.
#[derive(Clone, Copy)]
pub struct Workload {
    pub user_records: usize,
    pub data_len: usize,
    pub keys: usize,
    pub explicit_hash_keys: bool,
}

const fn workload(user_records: usize, data_len: usize, keys: usize) -> Workload {
    Workload { user_records, data_len, keys, explicit_hash_keys: false }
}

pub const B100_KEYS_1: Workload = workload(500, 100, 1);
pub const B100_KEYS_50: Workload = workload(500, 100, 50);
pub const B100_KEYS_500: Workload = workload(500, 100, 500);
/// An explicit hash key for each partition key.
pub const B100_HASH_KEYS_50: Workload = Workload { explicit_hash_keys: true, ..B100_KEYS_50 };
pub const B20_KEYS_50: Workload = workload(5000, 20, 50);
pub const KIB5_KEYS_10: Workload = workload(10, 5120, 10);
pub const EMPTY: Workload = workload(1, 0, 1);

/// `sensor-00000000` and so on.
pub fn keys(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("sensor-{n:08}")).collect()
}

/// Partition keys of 5 to 40 bytes, all distinct.
pub fn unequal_keys(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("{n:0>width$}", width = 5 + n * 7919 % 36)).collect()
}

/// Leaked, since a bench ends soon.
pub fn user_records(workload: Workload) -> Vec<UserRecord<'static>> {
    let keys: &'static [String] = keys(workload.keys).leak();
    let hash_keys: &'static [String] = (0..workload.keys).map(|n| n.to_string()).collect::<Vec<_>>().leak();
    let data: &'static [u8] = vec![0x5A; workload.data_len].leak();
    let keys = keys.iter().zip(hash_keys).cycle().take(workload.user_records);
    keys.map(|(key, hash_key)| {
        let mut record = UserRecord::new(key, data);
        record.explicit_hash_key = workload.explicit_hash_keys.then_some(hash_key);
        record
    })
    .collect()
}

/// An aggregator with room for every workload. Its buffer is as long as its limit, as those of publishers.
pub fn aggregator<M: Md5Engine>(engine: M) -> Aggregator<Vec<u8>, Vec<KeySlot>, M> {
    Aggregator::new_with(vec![0; DEFAULT_RECORD_LIMIT], vec![KeySlot::EMPTY; 2048], engine)
}

/// The Kinesis record of these user records.
pub fn aggregated_record(workload: Workload) -> Vec<u8> {
    let mut aggregator = aggregator(Md5);
    user_records(workload).iter().for_each(|record| aggregator.add(record).expect("there is room"));
    aggregator.finish().expect("user records").data.to_vec()
}
