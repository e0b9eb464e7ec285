//! `protobuf`, Google's, on its C library. `generate` made the generated code.

#[allow(warnings, clippy::all)]
#[rustfmt::skip]
mod generated;

use generated::{AggregatedRecord, Record};
use kinesis_agg::UserRecord;
use protobuf::{Parse as _, Serialize as _};

use super::{Peer, Table, at};

pub struct Google;

impl Peer for Google {
    const NAME: &str = "protobuf";

    fn read(message: &[u8], mut sink: impl FnMut(&str, Option<&str>, &[u8])) -> Option<()> {
        let aggregated = AggregatedRecord::parse(message).ok()?;
        // This runtime does not check strings of proto2. They are checked here, each once.
        let partition_keys = keys(aggregated.partition_key_table())?;
        let explicit_hash_keys = keys(aggregated.explicit_hash_key_table())?;
        for record in aggregated.records() {
            let partition_key = partition_keys.get(at(record.partition_key_index()))?;
            let explicit_hash_key = match record.explicit_hash_key_index_opt() {
                Some(index) => Some(*explicit_hash_keys.get(at(index))?),
                None => None,
            };
            sink(partition_key, explicit_hash_key, record.data());
        }
        Some(())
    }

    fn decode(message: &[u8]) -> Option<usize> {
        AggregatedRecord::parse(message).ok().map(|aggregated| aggregated.records().len())
    }

    fn build(user_records: &[UserRecord<'_>], out: &mut Vec<u8>) {
        let (mut partition_keys, mut explicit_hash_keys) = (Table::default(), Table::default());
        let mut aggregated = AggregatedRecord::new();
        for record in user_records {
            let mut message = Record::new();
            message.set_partition_key_index(partition_keys.number(record.partition_key));
            if let Some(key) = record.explicit_hash_key {
                message.set_explicit_hash_key_index(explicit_hash_keys.number(key));
            }
            message.set_data(record.data);
            aggregated.records_mut().push(message);
        }
        partition_keys.keys.into_iter().for_each(|key| aggregated.partition_key_table_mut().push(key));
        explicit_hash_keys
            .keys
            .into_iter()
            .for_each(|key| aggregated.explicit_hash_key_table_mut().push(key));
        out.extend(aggregated.serialize().expect("every required field is there"));
    }
}

fn keys<'a>(table: protobuf::RepeatedView<'a, protobuf::ProtoString>) -> Option<Vec<&'a str>> {
    table.into_iter().map(|key| key.to_str().ok()).collect()
}
