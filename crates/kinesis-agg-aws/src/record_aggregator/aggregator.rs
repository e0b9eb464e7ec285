//! The aggregator: user records in, whole aggregates out, by return or by callback.

use std::io;
use std::sync::Arc;

use kinesis_agg::schema::{DEFAULT_RECORD_LIMIT, MAX_RECORD_LIMIT};
use kinesis_agg::{AddError, UserRecord, VecAggregator};

use super::aggregate::Aggregate;
use super::callback::Callback;
use super::error::AddUserRecordError;
use super::undelivered::{CallbackError, Undelivered, UndeliveredList};

/// Packs user records into aggregates, and gives each full one back, and to callbacks.
///
/// All its user records must belong to one shard: a consumer that uses KCL drops a whole aggregate if one of
/// its user records does not belong to the shard that it was put on. For several shards there are
/// [`kinesis_agg::ShardedAggregator`] and the publisher of this crate.
///
/// ```
/// use kinesis_agg::UserRecord;
/// use kinesis_agg_aws::RecordAggregator;
///
/// let mut aggregator = RecordAggregator::with_max_size(1024);
/// let mut sent = 0;
/// for sample in 0..1000_u32 {
///     if let Some(full) = aggregator.add_user_record(&UserRecord::new("sensor-7", &sample.to_be_bytes()))? {
///         sent += full.user_record_count; // and here `full.data` is put
///     }
/// }
/// sent += aggregator.clear_and_get().map_or(0, |last| last.user_record_count);
/// assert_eq!(sent, 1000);
/// # Ok::<(), kinesis_agg_aws::AddUserRecordError>(())
/// ```
///
/// # Callbacks
///
/// A callback is given every full aggregate, on the calling thread
/// ([`on_record_complete`](Self::on_record_complete)) or on a thread of its own
/// ([`on_record_complete_in_worker`](Self::on_record_complete_in_worker)), in the order in which they became
/// full. A slow callback blocks [`add_user_record`](Self::add_user_record) once its queue is full. One that
/// fails or panics is called again with the next aggregate; the aggregate that it did not take is
/// [kept](Self::take_undelivered).
///
/// Dropping the aggregator waits until the workers have emptied their queues. It discards the open aggregate
/// and the undelivered ones: [`finish`](Self::finish) delivers the first and returns the others.
#[derive(Debug)]
pub struct RecordAggregator {
    aggregator: VecAggregator,
    callbacks: Vec<Callback>,
    undelivered: UndeliveredList,
    undelivered_limit: usize,
}

impl RecordAggregator {
    /// An empty aggregator, whose aggregates fit a Kinesis record of 1 MiB, the default limit of the service.
    pub fn new() -> Self {
        Self::with_max_size(DEFAULT_RECORD_LIMIT)
    }

    /// An empty aggregator whose aggregates have at most so many bytes, without the outer partition key; at
    /// most 10 MiB.
    ///
    /// Above 1 MiB, the stream must be configured to take it.
    pub fn with_max_size(bytes: usize) -> Self {
        let bytes = bytes.min(MAX_RECORD_LIMIT);
        let slots = (bytes / BYTES_PER_SLOT).max(MIN_SLOTS);
        let record_limit = bytes.max(DEFAULT_RECORD_LIMIT);
        Self {
            aggregator: VecAggregator::allocate(bytes, slots).with_record_limit(record_limit),
            callbacks: Vec::new(),
            undelivered: UndeliveredList::default(),
            undelivered_limit: DEFAULT_UNDELIVERED_LIMIT,
        }
    }

    /// The number of undelivered aggregates from which on [`add_user_record`](Self::add_user_record) refuses;
    /// 64 by default.
    #[must_use]
    pub fn with_undelivered_limit(self, aggregates: usize) -> Self {
        Self { undelivered_limit: aggregates, ..self }
    }

    /// Calls `callback` with each full aggregate, on the thread that adds user records.
    pub fn on_record_complete(
        &mut self,
        callback: impl FnMut(&Aggregate) -> Result<(), CallbackError> + Send + 'static,
    ) {
        self.callbacks.push(Callback::on_calling_thread(callback));
    }

    /// Calls `callback` with each full aggregate, on a thread of its own. Up to `queue_len` aggregates wait
    /// for it; then [`add_user_record`](Self::add_user_record) waits.
    ///
    /// # Errors
    /// The operating system gave no thread.
    pub fn on_record_complete_in_worker(
        &mut self,
        queue_len: usize,
        callback: impl FnMut(&Aggregate) -> Result<(), CallbackError> + Send + 'static,
    ) -> io::Result<()> {
        self.callbacks.push(Callback::in_worker(callback, queue_len, self.undelivered.clone())?);
        Ok(())
    }

    /// Removes the callbacks, after their workers have emptied their queues.
    pub fn clear_callbacks(&mut self) {
        self.callbacks.clear();
    }

    /// Adds a user record. If it no longer fits, this gives the full aggregate to the callbacks and returns
    /// it; the user record is then the first of the next one.
    ///
    /// # Errors
    /// Nothing has changed, and nothing was given to a callback.
    /// - [`AddUserRecordError::Refused`]: the user record can never be added.
    /// - [`AddUserRecordError::Undelivered`]: too many aggregates were not delivered.
    pub fn add_user_record(
        &mut self,
        record: &UserRecord<'_>,
    ) -> Result<Option<Arc<Aggregate>>, AddUserRecordError> {
        let undelivered = self.undelivered_count();
        if undelivered >= self.undelivered_limit {
            return Err(AddUserRecordError::Undelivered { aggregates: undelivered });
        }
        match self.aggregator.add(record) {
            Ok(()) => Ok(None),
            Err(AddError::Full) => {
                let full = self.flush();
                self.aggregator.add(record).map_err(AddUserRecordError::Refused)?;
                Ok(full)
            }
            Err(error) => Err(AddUserRecordError::Refused(error)),
        }
    }

    /// Gives the open aggregate to the callbacks as if it were full, and returns it. `None` if it is empty.
    pub fn flush(&mut self) -> Option<Arc<Aggregate>> {
        let aggregate = Arc::new(self.clear_and_get()?);
        for callback in &mut self.callbacks {
            if let Err(error) = callback.call(&aggregate) {
                let aggregate = Arc::clone(&aggregate);
                self.undelivered.push(Undelivered { aggregate, error });
            }
        }
        Some(aggregate)
    }

    /// Takes the open aggregate, full or not, without a callback. `None` if it is empty.
    pub fn clear_and_get(&mut self) -> Option<Aggregate> {
        let aggregate = self.aggregator.finish().map(Aggregate::from);
        self.aggregator.clear();
        aggregate
    }

    /// Discards the open aggregate.
    pub fn clear_record(&mut self) {
        self.aggregator.clear();
    }

    /// [Flushes](Self::flush), waits for the workers, and gives back what was not delivered.
    #[must_use = "these aggregates have not been delivered"]
    pub fn finish(mut self) -> Vec<Undelivered> {
        self.flush();
        self.clear_callbacks();
        self.take_undelivered()
    }

    /// How many user records are held.
    pub fn user_record_count(&self) -> usize {
        self.aggregator.user_record_count()
    }

    /// The exact size in bytes of the aggregate that [`clear_and_get`](Self::clear_and_get) would return; 0
    /// if it is empty.
    pub fn size(&self) -> usize {
        self.aggregator.size()
    }

    /// How many aggregates were not delivered, each counted for each callback that did not take it.
    pub fn undelivered_count(&self) -> usize {
        self.undelivered.len()
    }

    /// Takes the aggregates that were not delivered, with the reasons.
    #[must_use = "these aggregates have not been delivered"]
    pub fn take_undelivered(&mut self) -> Vec<Undelivered> {
        self.undelivered.take()
    }
}

/// Bytes of buffer for each slot in which a key is remembered: four slots for a user record of 64 bytes under
/// a key of its own.
const BYTES_PER_SLOT: usize = 16;

const MIN_SLOTS: usize = 32;

const DEFAULT_UNDELIVERED_LIMIT: usize = 64;

impl Default for RecordAggregator {
    fn default() -> Self {
        Self::new()
    }
}
