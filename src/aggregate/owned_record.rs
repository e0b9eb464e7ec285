//! A Kinesis record that owns the buffer in which it lies.

use crate::aggregate::layout::Layout;
use crate::printing::{DataLen, print_as};
use crate::record::KinesisRecord;

/// A Kinesis record with its buffer, which comes back when the record was sent: for an asynchronous sender,
/// or a transfer by hardware, that holds one buffer while an aggregator fills another.
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
    ///
    /// `None` if the buffer has become shorter than the record, which no array, slice, `Vec` or `Box` does.
    pub fn as_record(&self) -> Option<KinesisRecord<'_>> {
        self.layout.sealed_record(self.buffer.as_ref())
    }

    /// Gives the buffer back.
    pub fn into_buffer(self) -> B {
        self.buffer
    }
}

print_as!([B] OwnedKinesisRecord<B>, self =>
    "OwnedKinesisRecord {{ data: {:?}, user_records: {:?} }}",
    DataLen(self.layout.size()), self.layout.user_records);
