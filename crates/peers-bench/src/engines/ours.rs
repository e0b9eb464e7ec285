//! The codec, in every way in which it reads, and its aggregator.

use kinesis_agg::{
    AggregatedRecord, Aggregator, DeaggregatedRecord, KeyEntry, KeySlot, UserRecord, deaggregate_batch,
};

/// One at a time, keys found by the built-in index.
pub fn read(data: &[u8], sink: impl FnMut(&str, Option<&str>, &[u8])) -> Option<()> {
    give(AggregatedRecord::parse(data).ok()?.user_records(), sink);
    Some(())
}

/// One at a time, keys found by a lent index.
pub fn read_with_index<'a>(
    data: &'a [u8],
    index: &mut [KeyEntry<'a>],
    sink: impl FnMut(&str, Option<&str>, &[u8]),
) -> Option<()> {
    give(AggregatedRecord::parse_with_index(data, index).ok()?.user_records(), sink);
    Some(())
}

/// All at once.
pub fn read_batch<'a>(
    kinesis_records: &'a [Vec<u8>],
    index: &mut [KeyEntry<'a>],
    sink: impl FnMut(&str, Option<&str>, &[u8]),
) {
    let kinesis_records = kinesis_records.iter().map(|data| ("outer", data.as_slice()));
    give(deaggregate_batch(kinesis_records, index).map(|(_, record)| record), sink);
}

fn give<'a>(
    user_records: impl Iterator<Item = DeaggregatedRecord<'a>>,
    mut sink: impl FnMut(&str, Option<&str>, &[u8]),
) {
    for record in user_records {
        sink(record.partition_key, record.explicit_hash_key, record.data);
    }
}

/// Without the digest, to see what the rest costs.
pub fn read_unverified(data: &[u8], sink: impl FnMut(&str, Option<&str>, &[u8])) -> Option<()> {
    give(AggregatedRecord::parse_unverified(data).ok()?.user_records(), sink);
    Some(())
}

pub fn read_unverified_with_index<'a>(
    data: &'a [u8],
    index: &mut [KeyEntry<'a>],
    sink: impl FnMut(&str, Option<&str>, &[u8]),
) -> Option<()> {
    give(AggregatedRecord::parse_unverified(data).ok()?.with_index(index).user_records(), sink);
    Some(())
}

pub type Builder = Aggregator<Vec<u8>, Vec<KeySlot>>;

/// With four slots for each partition key.
pub fn builder(size: usize, keys: usize) -> Builder {
    Aggregator::with_key_slots(vec![0; size], vec![KeySlot::EMPTY; (4 * keys).next_power_of_two()])
}

/// In a buffer that is used again and again.
pub fn build<'b>(builder: &'b mut Builder, user_records: &[UserRecord<'_>]) -> &'b [u8] {
    builder.clear();
    for record in user_records {
        builder.add(record).expect("there is room");
    }
    builder.finish().expect("user records").data
}
