//! The aggregator: takes user records, returns full aggregates or passes them to callbacks.

use std::io;
use std::sync::Arc;

use kinesis_agg::schema::{DEFAULT_RECORD_LIMIT, MAX_RECORD_LIMIT};
use kinesis_agg::{AddError, UserRecord, VecAggregator};

use super::aggregate::Aggregate;
use super::callback::Callback;
use super::error::AddUserRecordError;
use super::undelivered::{CallbackError, Undelivered, UndeliveredList};

/// Packs user records into aggregates. Full aggregates are returned and passed to callbacks.
///
/// All its user records must belong to one shard: a consumer that uses KCL drops a whole aggregate if one of
/// its user records belongs to another shard. For several shards use [`kinesis_agg::ShardedAggregator`] or
/// the publisher of this crate.
///
/// ```
/// use kinesis_agg::UserRecord;
/// use kinesis_agg_aws::RecordAggregator;
///
/// let mut aggregator = RecordAggregator::with_max_size(1024);
/// let mut sent = 0;
/// for sample in 0..1000_u32 {
///     if let Some(full) = aggregator.add_user_record(&UserRecord::new("sensor-7", &sample.to_be_bytes()))? {
///         sent += full.user_record_count; // put `full.data` here
///     }
/// }
/// sent += aggregator.clear_and_get().map_or(0, |last| last.user_record_count);
/// assert_eq!(sent, 1000);
/// # Ok::<(), kinesis_agg_aws::AddUserRecordError>(())
/// ```
///
/// # Callbacks
///
/// A callback gets every full aggregate, in the order in which they became full. It runs on the calling
/// thread ([`on_record_complete`](Self::on_record_complete)) or on its own thread
/// ([`on_record_complete_in_worker`](Self::on_record_complete_in_worker)). If the queue of a slow callback is
/// full, [`add_user_record`](Self::add_user_record) waits. If a callback fails or panics, its aggregate is
/// [kept](Self::take_undelivered), and it is called again with the next one.
///
/// Dropping the aggregator waits until the workers have emptied their queues. It discards the open aggregate
/// and the undelivered ones. [`finish`](Self::finish) delivers the open aggregate and returns the undelivered
/// ones.
#[derive(Debug)]
pub struct RecordAggregator {
    aggregator: VecAggregator,
    callbacks: Vec<Callback>,
    undelivered: UndeliveredList,
    undelivered_limit: usize,
}

impl RecordAggregator {
    /// An empty aggregator. Its aggregates fit a Kinesis record of 1 MiB, the default limit of the service.
    pub fn new() -> Self {
        Self::with_max_size(DEFAULT_RECORD_LIMIT)
    }

    /// An empty aggregator whose aggregates have at most so many bytes, without the outer partition key; at
    /// most 10 MiB.
    ///
    /// Above 1 MiB, the stream must be configured for it.
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

    /// The number of undelivered aggregates at which [`add_user_record`](Self::add_user_record) refuses; 64
    /// by default.
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

    /// Calls `callback` with each full aggregate, on its own thread. Up to `queue_len` aggregates wait for
    /// it; beyond that, [`add_user_record`](Self::add_user_record) waits.
    ///
    /// # Errors
    /// The operating system could not start a thread.
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

    /// Adds a user record. If it does not fit, the full aggregate is passed to the callbacks and returned,
    /// and the user record is the first of the next one.
    ///
    /// # Errors
    /// Nothing has changed, and no callback was called.
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

    /// Passes the open aggregate to the callbacks as if it were full, and returns it. `None` if it is empty.
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

    /// [Flushes](Self::flush), waits for the workers, and returns the undelivered aggregates.
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

    /// The number of undelivered aggregates. Each is counted for each callback that did not take it.
    pub fn undelivered_count(&self) -> usize {
        self.undelivered.len()
    }

    /// Takes the undelivered aggregates, with the reasons.
    #[must_use = "these aggregates have not been delivered"]
    pub fn take_undelivered(&mut self) -> Vec<Undelivered> {
        self.undelivered.take()
    }
}

/// Bytes of buffer for each key slot: four slots for a user record of 64 bytes with its own key.
const BYTES_PER_SLOT: usize = 16;

const MIN_SLOTS: usize = 32;

const DEFAULT_UNDELIVERED_LIMIT: usize = 64;

impl Default for RecordAggregator {
    fn default() -> Self {
        Self::new()
    }
}
