//! `micropb`, with vectors and strings as its containers.

use kinesis_agg::UserRecord;
use micropb::{MessageDecode as _, MessageEncode as _, PbEncoder};

use super::{Peer, Table, at};

#[allow(warnings, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/micropb.rs"));
}
use generated::aggregated_::{AggregatedRecord, Record};

pub struct Micropb;

fn decode(message: &[u8]) -> Option<AggregatedRecord> {
    let mut aggregated = AggregatedRecord::default();
    aggregated.decode_from_bytes(message).ok()?;
    Some(aggregated)
}

impl Peer for Micropb {
    const NAME: &str = "micropb";

    fn read(message: &[u8], mut sink: impl FnMut(&str, Option<&str>, &[u8])) -> Option<()> {
        let aggregated = decode(message)?;
        for record in &aggregated.r#records {
            let partition_key = aggregated.partition_key_table.get(at(*record.partition_key_index()?))?;
            let explicit_hash_key = match record.explicit_hash_key_index() {
                Some(index) => Some(aggregated.explicit_hash_key_table.get(at(*index))?.as_str()),
                None => None,
            };
            sink(partition_key, explicit_hash_key, record.data()?);
        }
        Some(())
    }

    fn decode(message: &[u8]) -> Option<usize> {
        decode(message).map(|aggregated| aggregated.records.len())
    }

    fn build(user_records: &[UserRecord<'_>], out: &mut Vec<u8>) {
        let (mut partition_keys, mut explicit_hash_keys) = (Table::default(), Table::default());
        let records = user_records.iter().map(|record| {
            let message = Record::default()
                .init_partition_key_index(partition_keys.number(record.partition_key))
                .init_data(record.data.to_vec());
            match record.explicit_hash_key {
                Some(key) => message.init_explicit_hash_key_index(explicit_hash_keys.number(key)),
                None => message,
            }
        });
        let records = records.collect();
        let owned = |table: Table<'_>| table.keys.into_iter().map(str::to_owned).collect();
        let aggregated = AggregatedRecord {
            records,
            partition_key_table: owned(partition_keys),
            explicit_hash_key_table: owned(explicit_hash_keys),
        };
        aggregated.encode(&mut PbEncoder::new(out)).expect("a vector grows");
    }
}
