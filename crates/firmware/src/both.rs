//! Both ways: samples into a static aggregator, and out again.

use kinesis_agg::{AddOrSendError, Aggregator, Digest, KeySlot, KinesisRecord, deaggregate_with};
use samples::Samples;
use static_cell::ConstStaticCell;

use crate::host_file::HostFile;
use crate::transport::Frame;
use crate::{Failure, plant};

/// A whole aggregator as a `static`: buffer, key slots and digest. It lies in .bss.
pub type StaticAggregator<D> = ConstStaticCell<Aggregator<[u8; 1024], [KeySlot; 16], D>>;

/// Sends every sample, after a look whether it comes out again as it went in.
pub fn both<D: Digest>(
    aggregator: &'static StaticAggregator<D>,
    mut digest: impl Digest,
) -> Result<(), Failure> {
    plant::flash();
    let aggregator = aggregator.try_take().ok_or(Failure::Busy)?;
    let mut output = HostFile::create(c"records")?;
    let mut expected = Samples::default();
    for sample in Samples::default().take(samples::COUNT) {
        let record = sample.user_record();
        plant::panic_at(aggregator.user_record_count());
        let send = |full: KinesisRecord<'_>| send(full, &mut output, &mut expected, &mut digest);
        aggregator.add_or_send(&record, send).map_err(|error| match error {
            AddOrSendError::Add(error) => Failure::Add(error),
            AddOrSendError::Send(failure) => failure,
        })?;
    }
    aggregator.flush(|last| send(last, &mut output, &mut expected, &mut digest))
}

#[inline(never)]
fn send(
    record: KinesisRecord<'_>,
    output: &mut HostFile,
    expected: &mut Samples,
    digest: &mut impl Digest,
) -> Result<(), Failure> {
    Frame::from(record).write(output)?;
    let digest = |message: &[u8]| digest.digest(message);
    for record in deaggregate_with(record.partition_key, record.data, digest) {
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
