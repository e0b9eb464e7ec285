//! Reads a stream with only the SDK and the codec, and checks what must be true of it.

use std::collections::{HashMap, HashSet};

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::types::ShardIteratorType;
use kinesis_agg::{AggregatedRecord, deaggregate};
use kinesis_agg_aws::shards::list_shards;

use crate::records::Owned;

/// A user record and its place.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) shard_id: String,
    pub(crate) sequence_number: String,
    pub(crate) sub_sequence_number: u64,
    pub(crate) aggregated: bool,
    pub(crate) record: Owned,
}

/// Everything in a stream, parents before their children, each shard in order.
pub(crate) async fn read_all(client: &Client, stream: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for shard in list_shards(client, stream).await.unwrap() {
        let request = client.get_shard_iterator().stream_name(stream).shard_id(&*shard.id);
        let answer = request.shard_iterator_type(ShardIteratorType::TrimHorizon).send().await.unwrap();
        let mut iterator = answer.shard_iterator;
        while let Some(next) = iterator.take() {
            let answer = client.get_records().shard_iterator(next).send().await.unwrap();
            if answer.records.is_empty() {
                break;
            }
            iterator = answer.next_shard_iterator;
            for kinesis_record in &answer.records {
                let data = kinesis_record.data.as_ref();
                let aggregated = AggregatedRecord::parse(data).is_ok();
                found.extend(deaggregate(kinesis_record.partition_key().unwrap(), data).map(|record| {
                    Found {
                        shard_id: shard.id.to_string(),
                        sequence_number: kinesis_record.sequence_number.clone(),
                        sub_sequence_number: record.sub_sequence_number,
                        aggregated,
                        record: Owned {
                            partition_key: record.partition_key.to_owned(),
                            explicit_hash_key: record.explicit_hash_key.map(str::to_owned),
                            data: record.data.to_vec(),
                        },
                    }
                }));
            }
        }
    }
    found
}

/// Checks that the shard of each user record owns its hash key. Returns those that are elsewhere.
pub(crate) async fn foreign(client: &Client, stream: &str, found: &[Found]) -> Vec<Found> {
    let shards = list_shards(client, stream).await.unwrap();
    let ranges: HashMap<_, _> = shards.iter().map(|shard| (&*shard.id, shard.range)).collect();
    let foreign = found.iter().filter(|found| !ranges[&*found.shard_id].contains(found.record.hash_key()));
    foreign.cloned().collect()
}

/// Checks that every user record is there, byte for byte, and nothing else. Returns how many are doubled,
/// counted each time.
pub(crate) fn assert_none_lost(found: impl IntoIterator<Item = Owned>, published: &[Owned]) -> usize {
    let mut copies: HashMap<Owned, usize> = HashMap::new();
    for record in found {
        *copies.entry(record).or_default() += 1;
    }
    let mut doubles = 0;
    for record in published {
        let copies =
            copies.remove(record).unwrap_or_else(|| panic!("user record {} is lost", record.number()));
        doubles += copies - 1;
    }
    assert!(copies.is_empty(), "{} user records were never published", copies.len());
    doubles
}

/// Checks that user records of the same keys are in the order in which they were published. If one is there
/// several times, the first copy counts.
pub(crate) fn assert_in_order<'a>(found: impl IntoIterator<Item = &'a Owned>) {
    let mut last: HashMap<_, u32> = HashMap::new();
    let mut seen = HashSet::new();
    for record in found {
        if seen.insert(record.number()) {
            let keys = (&*record.partition_key, record.explicit_hash_key.as_deref());
            let last = last.entry(keys).or_insert(record.number());
            assert!(*last <= record.number(), "user record {} comes after {last}", record.number());
            *last = record.number();
        }
    }
}
