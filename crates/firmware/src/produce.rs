//! The producer: packs samples into one static buffer while the other is being sent.

use kinesis_agg::{AddError, Aggregator, KeySlot, Md5Engine};
use samples::Samples;
use static_cell::ConstStaticCell;

use crate::host_file::HostFile;
use crate::transport::Transport;
use crate::{Failure, plant};

/// The length of each buffer in bytes, which is the greatest size of an aggregate.
const BUFFER_LEN: usize = 1024;

static FIRST: ConstStaticCell<[u8; BUFFER_LEN]> = ConstStaticCell::new([0; BUFFER_LEN]);
static SECOND: ConstStaticCell<[u8; BUFFER_LEN]> = ConstStaticCell::new([0; BUFFER_LEN]);

/// Packs and sends every sample.
pub fn produce(engine: impl Md5Engine) -> Result<(), Failure> {
    plant::flash();
    let first = FIRST.try_take().ok_or(Failure::Busy)?;
    let mut spare = SECOND.try_take();
    let mut aggregator = Aggregator::new_with(first, [KeySlot::EMPTY; 16], engine);
    let mut transport = Transport::new(HostFile::create(c"records")?);
    for sample in Samples::default().take(samples::COUNT) {
        let record = sample.user_record();
        if aggregator.add(&record) == Err(AddError::Full) {
            // The other buffer is free by now, unless samples come faster than they can be sent.
            let next = spare.take().or(transport.complete()?).ok_or(Failure::Busy)?;
            let full = aggregator.replace_buffer(next).map_err(|_| Failure::Busy)?;
            #[cfg(feature = "defmt")]
            defmt::info!("sends {}", full);
            transport.start(full);
            aggregator.add(&record).map_err(Failure::Add)?;
        }
        plant::panic_at(aggregator.user_record_count());
        spare = spare.or(transport.step()?);
    }
    let next = spare.take().or(transport.complete()?).ok_or(Failure::Busy)?;
    if let Ok(last) = aggregator.replace_buffer(next) {
        transport.start(last);
        transport.complete()?;
    }
    Ok(())
}
