//! Both ways: samples into a static aggregator, and out again.

use kinesis_agg::{AddError, Aggregator, Digest, KeySlot, UserRecord, deaggregate_with};
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
    let mut send = |aggregator: &mut Aggregator<_, _, _>| {
        let Some(full) = aggregator.finish() else { return Ok(()) };
        Frame::from(full).write(&mut output)?;
        for record in deaggregate_with(full.partition_key, full.data, |message: &[u8]| digest.digest(message))
        {
            let sample = expected.next().ok_or(Failure::Different)?;
            if UserRecord::from(record) != sample.user_record() {
                return Err(Failure::Different);
            }
        }
        aggregator.clear();
        Ok(())
    };
    for sample in Samples::default().take(samples::COUNT) {
        if aggregator.add(&sample.user_record()) == Err(AddError::Full) {
            send(aggregator)?;
            aggregator.add(&sample.user_record()).map_err(Failure::Add)?;
        }
    }
    send(aggregator)
}
