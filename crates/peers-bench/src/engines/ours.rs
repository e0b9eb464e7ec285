//! The codec, with all its ways of reading, and its aggregator.

use kinesis_agg::schema::DEFAULT_RECORD_LIMIT;
use kinesis_agg::{
    AggregatedRecord, Aggregator, DeaggregatedRecord, Decoder, KeyIndexEntry, KeySlot, Md5, Md5Engine,
    UserRecord, md5_fn,
};
use md5_lanes::{Backend, digest_all_with};

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
    <md5::Md5 as md5::Digest>::digest(message).into()
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
    read_batch_with(kinesis_records, index, Md5, sink);
}

/// All at once, with the digests of an engine.
pub fn read_batch_with<'a>(
    kinesis_records: &'a [Vec<u8>],
    index: &mut [KeyIndexEntry<'a>],
    engine: impl Md5Engine,
    sink: impl FnMut(&str, Option<&str>, &[u8]),
) {
    let kinesis_records = kinesis_records.iter().map(|data| ("outer", data.as_slice()));
    let decoder = Decoder::new().with_engine(engine).with_index(index);
    give(decoder.deaggregate_batch(kinesis_records).map(|(_, record)| record), sink);
}

/// Digests in vectors of AVX2, as on processors without AVX-512.
pub struct Avx2(Backend);

impl Avx2 {
    /// The number of lanes of its three vectors.
    const LANES: usize = 24;

    /// None without AVX-512: there the codec uses AVX2 by itself.
    pub fn beside_avx512() -> Option<Self> {
        let narrower = Backend::all_available().find(|backend| backend.lanes() == Self::LANES)?;
        (narrower != Backend::best()).then_some(Self(narrower))
    }
}

impl Md5Engine for Avx2 {
    fn digest(&mut self, message: &[u8]) -> [u8; 16] {
        md5_lanes::digest(message)
    }

    fn digest_all(&mut self, messages: &[&[u8]], digests: &mut [[u8; 16]]) {
        digest_all_with(self.0, messages, digests);
    }
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

/// Only the first of the two passes over a message: every check, and the index of its keys.
pub fn parse_unverified<'a>(data: &'a [u8], index: &mut [KeyIndexEntry<'a>]) -> bool {
    Decoder::new().unverified().with_index(index).parse(data).is_ok()
}

pub fn read_unverified_with_index<'a>(
    data: &'a [u8],
    index: &mut [KeyIndexEntry<'a>],
    sink: impl FnMut(&str, Option<&str>, &[u8]),
) -> Option<()> {
    give(Decoder::new().unverified().parse(data).ok()?.user_records().with_index(index), sink);
    Some(())
}

pub type Builder<M = Md5> = Aggregator<Vec<u8>, Vec<KeySlot>, M>;

/// With four slots for each partition key, in a buffer as long as the limit, as publishers have.
pub fn builder(keys: usize) -> Builder {
    builder_by(keys, Md5)
}

/// The same with the digest of the codec without the feature `md5-lanes`.
pub fn builder_by_md5(keys: usize) -> Builder<impl Md5Engine> {
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
