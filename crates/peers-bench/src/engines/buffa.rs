//! `buffa`, with its views, which borrow where possible. They do not tell whether a required field was
//! present.

use buffa::{MessageView as _, ViewEncode as _};
use kinesis_agg::UserRecord;

use super::{Peer, Table, at};

#[allow(warnings, clippy::all)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/buffa.rs"));
}
use generated::aggregated::__buffa::view::{AggregatedRecordView, RecordView};

pub struct Buffa;

impl Peer for Buffa {
    const NAME: &str = "buffa";

    fn read(message: &[u8], mut sink: impl FnMut(&str, Option<&str>, &[u8])) -> Option<()> {
        let aggregated = AggregatedRecordView::decode_view(message).ok()?;
        for record in aggregated.records.iter() {
            let partition_key = aggregated.partition_key_table.get(at(record.partition_key_index))?;
            let explicit_hash_key = match record.explicit_hash_key_index {
                Some(index) => Some(*aggregated.explicit_hash_key_table.get(at(index))?),
                None => None,
            };
            sink(partition_key, explicit_hash_key, record.data);
        }
        Some(())
    }

    fn decode(message: &[u8]) -> Option<usize> {
        let aggregated = AggregatedRecordView::decode_view(message);
        aggregated.ok().map(|aggregated| std::hint::black_box(&aggregated).records.len())
    }

    fn build(user_records: &[UserRecord<'_>], out: &mut Vec<u8>) {
        let (mut partition_keys, mut explicit_hash_keys) = (Table::default(), Table::default());
        let records = user_records.iter().map(|record| RecordView {
            partition_key_index: partition_keys.number(record.partition_key),
            explicit_hash_key_index: record.explicit_hash_key.map(|key| explicit_hash_keys.number(key)),
            data: record.data,
            ..RecordView::default()
        });
        let records = records.collect::<Vec<_>>().into();
        let aggregated = AggregatedRecordView {
            records,
            partition_key_table: partition_keys.keys.into(),
            explicit_hash_key_table: explicit_hash_keys.keys.into(),
        };
        aggregated.encode(out);
    }
}
