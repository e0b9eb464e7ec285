//! `prost`, with types as `prost-build` would write them.

use kinesis_agg::UserRecord;
use prost::Message as _;

use super::{Peer, Table, at};

#[derive(Clone, PartialEq, prost::Message)]
struct AggregatedRecord {
    #[prost(string, repeated, tag = "1")]
    partition_key_table: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    explicit_hash_key_table: Vec<String>,
    #[prost(message, repeated, tag = "3")]
    records: Vec<Record>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Record {
    #[prost(uint64, required, tag = "1")]
    partition_key_index: u64,
    #[prost(uint64, optional, tag = "2")]
    explicit_hash_key_index: Option<u64>,
    #[prost(bytes = "vec", required, tag = "3")]
    data: Vec<u8>,
    #[prost(message, repeated, tag = "4")]
    tags: Vec<Tag>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct Tag {
    #[prost(string, required, tag = "1")]
    key: String,
    #[prost(string, optional, tag = "2")]
    value: Option<String>,
}

pub struct Prost;

impl Peer for Prost {
    const NAME: &str = "prost";

    fn read(message: &[u8], mut sink: impl FnMut(&str, Option<&str>, &[u8])) -> Option<()> {
        let aggregated = AggregatedRecord::decode(message).ok()?;
        for record in &aggregated.records {
            let partition_key = aggregated.partition_key_table.get(at(record.partition_key_index))?;
            let explicit_hash_key = match record.explicit_hash_key_index {
                Some(index) => Some(aggregated.explicit_hash_key_table.get(at(index))?.as_str()),
                None => None,
            };
            sink(partition_key, explicit_hash_key, &record.data);
        }
        Some(())
    }

    fn decode(message: &[u8]) -> Option<usize> {
        AggregatedRecord::decode(message).ok().map(|aggregated| aggregated.records.len())
    }

    fn build(user_records: &[UserRecord<'_>], out: &mut Vec<u8>) {
        let (mut partition_keys, mut explicit_hash_keys) = (Table::default(), Table::default());
        let records = user_records.iter().map(|record| Record {
            partition_key_index: partition_keys.number(record.partition_key),
            explicit_hash_key_index: record.explicit_hash_key.map(|key| explicit_hash_keys.number(key)),
            data: record.data.to_vec(),
            tags: Vec::new(),
        });
        let records = records.collect();
        let owned = |table: Table<'_>| table.keys.into_iter().map(str::to_owned).collect();
        let aggregated = AggregatedRecord {
            records,
            partition_key_table: owned(partition_keys),
            explicit_hash_key_table: owned(explicit_hash_keys),
        };
        aggregated.encode(out).expect("a vector grows");
    }
}
