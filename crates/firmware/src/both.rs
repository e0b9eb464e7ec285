//! Packs samples in a static aggregator and unpacks them again.

use kinesis_agg::{AddFlushingError, Aggregator, Decoder, KeySlot, KinesisRecord, Md5Engine};
use samples::Samples;
use static_cell::ConstStaticCell;

use crate::host_file::HostFile;
use crate::transport::Frame;
use crate::{Failure, plant};

/// A whole aggregator for a `static`: buffer, key slots and digest engine. It is in .bss.
pub type StaticAggregator<M> = ConstStaticCell<Aggregator<[u8; 1024], [KeySlot; 16], M>>;

/// Packs every sample. Unpacks each full aggregate, compares it with the samples, and sends it.
pub fn both<M: Md5Engine>(
    aggregator: &'static StaticAggregator<M>,
    mut engine: impl Md5Engine,
) -> Result<(), Failure> {
    plant::flash();
    let aggregator = aggregator.try_take().ok_or(Failure::Busy)?;
    let mut output = HostFile::create(c"records")?;
    let mut expected = Samples::default();
    for sample in Samples::default().take(samples::COUNT) {
        let record = sample.user_record();
        plant::panic_at(aggregator.user_record_count());
        let send = |full: KinesisRecord<'_>| send(full, &mut output, &mut expected, &mut engine);
        aggregator.add_flushing(&record, send).map_err(|error| match error {
            AddFlushingError::Add(error) => Failure::Add(error),
            AddFlushingError::Send(failure) => failure,
        })?;
    }
    aggregator.flush(|last| send(last, &mut output, &mut expected, &mut engine))
}

#[inline(never)]
fn send(
    record: KinesisRecord<'_>,
    output: &mut HostFile,
    expected: &mut Samples,
    engine: &mut impl Md5Engine,
) -> Result<(), Failure> {
    Frame::from(record).write(output)?;
    for record in Decoder::new().with_engine(engine).deaggregate(record.partition_key, record.data) {
        let sample = expected.next().ok_or(Failure::Different)?;
        let sample = sample.user_record();
        let same_keys = (sample.partition_key, sample.explicit_hash_key)
            == (record.partition_key, record.explicit_hash_key);
        if !same_keys || sample.data != record.data {
            return Err(Failure::Different);
        }
    }
    Ok(())
}
