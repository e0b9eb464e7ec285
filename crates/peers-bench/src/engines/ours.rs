//! The codec, with all its ways of reading, and its aggregator.

use kinesis_agg::schema::DEFAULT_RECORD_LIMIT;
use kinesis_agg::{
    AggregatedRecord, Aggregator, DeaggregatedRecord, Decoder, KeyIndexEntry, KeySlot, Md5Engine, Md5Fn,
    UserRecord, deaggregate_batch, md5_fn,
};
use md5::{Digest, Md5};

/// One at a time, with the built-in index.
pub fn read(data: &[u8], sink: impl FnMut(&str, Option<&str>, &[u8])) -> Option<()> {
    give(AggregatedRecord::parse(data).ok()?.user_records(), sink);
    Some(())
}

/// The same with the digest of the codec without the feature `md5-lanes`.
pub fn read_by_md5(data: &[u8], sink: impl FnMut(&str, Option<&str>, &[u8])) -> Option<()> {
    give(Decoder::new().with_engine(md5_fn(md5)).parse(data).ok()?.user_records(), sink);
    Some(())
}

/// The digest of every peer.
pub fn md5(message: &[u8]) -> [u8; 16] {
    Md5::digest(message).into()
}

/// One at a time, with a lent index.
pub fn read_with_index<'a>(
    data: &'a [u8],
    index: &mut [KeyIndexEntry<'a>],
    sink: impl FnMut(&str, Option<&str>, &[u8]),
) -> Option<()> {
    give(Decoder::new().with_index(index).parse(data).ok()?.user_records(), sink);
    Some(())
}

/// All at once.
pub fn read_batch<'a>(
    kinesis_records: &'a [Vec<u8>],
    index: &mut [KeyIndexEntry<'a>],
    sink: impl FnMut(&str, Option<&str>, &[u8]),
) {
    let kinesis_records = kinesis_records.iter().map(|data| ("outer", data.as_slice()));
    give(deaggregate_batch(kinesis_records, index).map(|(_, record)| record), sink);
}

fn give<'a>(
    user_records: impl Iterator<Item = DeaggregatedRecord<'a>>,
    mut sink: impl FnMut(&str, Option<&str>, &[u8]),
) {
    user_records.for_each(|record| sink(record.partition_key, record.explicit_hash_key, record.data));
}

/// Without the digest, to show what the rest costs.
pub fn read_unverified(data: &[u8], sink: impl FnMut(&str, Option<&str>, &[u8])) -> Option<()> {
    give(Decoder::new().unverified().parse(data).ok()?.user_records(), sink);
    Some(())
}

pub fn read_unverified_with_index<'a>(
    data: &'a [u8],
    index: &mut [KeyIndexEntry<'a>],
    sink: impl FnMut(&str, Option<&str>, &[u8]),
) -> Option<()> {
    give(Decoder::new().unverified().parse(data).ok()?.user_records().with_index(index), sink);
    Some(())
}

pub type Builder<M = kinesis_agg::Md5> = Aggregator<Vec<u8>, Vec<KeySlot>, M>;

/// With four slots for each partition key, in a buffer as long as the limit, as publishers have.
pub fn builder(keys: usize) -> Builder {
    builder_by(keys, kinesis_agg::Md5)
}

/// The same with the digest of the codec without the feature `md5-lanes`.
pub fn builder_by_md5(keys: usize) -> Builder<Md5Fn<fn(&[u8]) -> [u8; 16]>> {
    builder_by(keys, md5_fn(md5))
}

fn builder_by<M: Md5Engine>(keys: usize, engine: M) -> Builder<M> {
    let slots = vec![KeySlot::EMPTY; (4 * keys).next_power_of_two()];
    Aggregator::new_with(vec![0; DEFAULT_RECORD_LIMIT], slots, engine)
}

/// In a buffer that is reused.
pub fn build<'b, M: Md5Engine>(builder: &'b mut Builder<M>, user_records: &[UserRecord<'_>]) -> &'b [u8] {
    builder.clear();
    for record in user_records {
        builder.add(record).expect("there is room");
    }
    builder.finish().expect("user records").data
}
