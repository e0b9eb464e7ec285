//! A Kinesis record that owns its buffer.

use crate::aggregate::layout::Layout;
use crate::printing::print_as;
use crate::record::KinesisRecord;

/// A Kinesis record that owns its buffer.
///
/// An asynchronous sender or a hardware transfer keeps it while the aggregator fills another buffer.
/// [`into_buffer`](Self::into_buffer) returns the buffer after the send.
///
/// [`Aggregator::replace_buffer`](crate::Aggregator::replace_buffer) makes it.
///
/// ```
/// use kinesis_agg::{Aggregator, OwnedKinesisRecord, UserRecord};
///
/// fn send(full: OwnedKinesisRecord<Vec<u8>>) -> Vec<u8> {
///     if let Some(record) = full.as_record() {
///         println!("{}: {} bytes", record.partition_key, record.data.len());
///     }
///     full.into_buffer() // ready for the next `replace_buffer`
/// }
///
/// let mut aggregator = Aggregator::new(vec![0; 1024]);
/// aggregator.add(&UserRecord::new("sensor-7", "21.5"))?;
/// let spare = aggregator.replace_buffer(vec![0; 1024]).map(send).unwrap();
/// assert_eq!(spare.len(), 1024);
/// # Ok::<(), kinesis_agg::AddError>(())
/// ```
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

    /// Borrows the Kinesis record.
    ///
    /// `None` if the buffer has become shorter than the record. That cannot happen to an array, slice, `Vec`
    /// or `Box`.
    pub fn as_record(&self) -> Option<KinesisRecord<'_>> {
        self.layout.sealed_record(self.buffer.as_ref())
    }

    /// Returns the buffer.
    pub fn into_buffer(self) -> B {
        self.buffer
    }
}

print_as!([B] OwnedKinesisRecord<B>, self =>
    "OwnedKinesisRecord {{ data: {:?} bytes, user_records: {:?} }}",
    self.layout.size(), self.layout.user_records);
