//! A Kinesis record that owns the buffer in which it lies.

use core::fmt;

use crate::aggregate::layout::Layout;
use crate::escape::DataLen;
use crate::record::KinesisRecord;

/// A Kinesis record with its buffer, which comes back when the record was sent: for an asynchronous sender, or a transfer
/// by hardware, that holds one buffer while an aggregator fills another.
///
/// Made by [`Aggregator::replace_buffer`](crate::Aggregator::replace_buffer).
#[derive(Clone)]
#[must_use = "it holds user records that are to be sent"]
pub struct OwnedKinesisRecord<B> {
    buffer: B,
    layout: Layout,
}

impl<B: AsRef<[u8]>> OwnedKinesisRecord<B> {
    pub(crate) fn new(buffer: B, layout: Layout) -> Self {
        Self { buffer, layout }
    }

    /// The Kinesis record, borrowed.
    pub fn as_record(&self) -> KinesisRecord<'_> {
        self.layout.sealed_record(self.buffer.as_ref()).unwrap_or(KinesisRecord::EMPTY)
    }

    /// Gives the buffer back.
    pub fn into_buffer(self) -> B {
        self.buffer
    }
}

impl<B> fmt::Debug for OwnedKinesisRecord<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedKinesisRecord")
            .field("data", &DataLen(self.layout.size()))
            .field("user_records", &self.layout.user_records)
            .finish()
    }
}

#[cfg(feature = "defmt")]
impl<B> defmt::Format for OwnedKinesisRecord<B> {
    // By hand: a derived one would log payloads.
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(
            f,
            "OwnedKinesisRecord({=usize} bytes, {=usize} user records)",
            self.layout.size(),
            self.layout.user_records
        );
    }
}
