//! The handle of a publisher.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use kinesis_agg::UserRecord;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::publisher::core::Core;
use crate::publisher::entry::user_bytes;
use crate::publisher::error::{PublishError, StartError, TryPublishError};
use crate::publisher::metrics::PublisherMetrics;
use crate::publisher::options::{PublisherOptions, UNANSWERED_OVERHEAD};
use crate::publisher::pump::{Shared, run};
use crate::publisher::receipt::{Receipt, Token};
use crate::publisher::topology::Topology;

/// Puts user records on a stream: it aggregates them for the shards that own them, sends them until they are
/// stored, and answers each one.
///
/// Share it by reference or in an `Arc`. If it is dropped, accepted user records are still sent in the
/// background; [`close`](Self::close) waits for them.
#[derive(Debug)]
pub struct Publisher {
    shared: Arc<Shared>,
    room: Arc<Semaphore>,
    room_bytes: u32,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Publisher {
    /// Lists the shards of a stream and starts. Call it in a tokio runtime.
    ///
    /// # Errors
    /// - [`StartError::Shards`]: the shards could not be listed, after the retries of the client.
    /// - [`StartError::Option`]: an option is invalid.
    pub async fn start(client: Client, stream: &str, options: PublisherOptions) -> Result<Self, StartError> {
        check(&options)?;
        let topology = Topology::describe(&client, stream).await?;
        let room_bytes = u32::try_from(options.buffer_bytes.min(Semaphore::MAX_PERMITS)).unwrap_or(u32::MAX);
        let timeout = options.request_timeout;
        let shared = Arc::new(Shared::new(Core::new(options, topology, Instant::now())));
        let task = tokio::spawn(run(Arc::clone(&shared), client, stream.into(), timeout));
        let room = Arc::new(Semaphore::new(room_bytes.try_into().unwrap_or(usize::MAX)));
        Ok(Self { shared, room, room_bytes, task: Mutex::new(Some(task)) })
    }

    /// Accepts a user record. Waits for room while [`PublisherOptions::buffer_bytes`] are unanswered. The
    /// receipt is the future answer. If it is cancelled while it waits, nothing was accepted.
    ///
    /// # Errors
    /// It can never be published, or the publisher is closed.
    pub async fn publish(&self, record: &UserRecord<'_>) -> Result<Receipt, PublishError> {
        let cost = self.cost(record);
        let room = match Arc::clone(&self.room).try_acquire_many_owned(cost) {
            Ok(room) => room,
            Err(_) => {
                // Otherwise the held user records would wait for others, and those would wait for room.
                self.flush();
                let room = Arc::clone(&self.room).acquire_many_owned(cost);
                room.await.map_err(|_| PublishError::Closed { maybe_written: false })?
            }
        };
        self.add(record, room)
    }

    /// Accepts a user record if there is room now.
    ///
    /// # Errors
    /// There is no room, it can never be published, or the publisher is closed.
    pub fn try_publish(&self, record: &UserRecord<'_>) -> Result<Receipt, TryPublishError> {
        match Arc::clone(&self.room).try_acquire_many_owned(self.cost(record)) {
            Ok(room) => Ok(self.add(record, room)?),
            Err(_) if self.shared.core().is_closed() => {
                Err(PublishError::Closed { maybe_written: false }.into())
            }
            Err(_) => {
                self.flush();
                Err(TryPublishError::NoRoom)
            }
        }
    }

    fn add(&self, record: &UserRecord<'_>, room: OwnedSemaphorePermit) -> Result<Receipt, PublishError> {
        let (token, receipt) = Token::new(Instant::now(), Some(room));
        let news = self.shared.core().add(record, token)?;
        if news {
            self.shared.news.notify_one();
        }
        Ok(receipt)
    }

    /// The share of the buffer that a user record takes. One that is larger than the buffer takes all of it.
    fn cost(&self, record: &UserRecord<'_>) -> u32 {
        let cost = user_bytes(record).saturating_add(UNANSWERED_OVERHEAD);
        u32::try_from(cost).unwrap_or(u32::MAX).min(self.room_bytes)
    }

    /// Sends the held user records without waiting for more. The receipts say when they were stored.
    pub fn flush(&self) {
        self.shared.core().flush();
        self.shared.news.notify_one();
    }

    /// Whether user records are sent plain: because the record distribution of the stream is `AUTO`, or
    /// because of the options.
    pub fn sends_plain_records(&self) -> bool {
        self.shared.core().is_plain()
    }

    /// Counters of its work so far.
    pub fn metrics(&self) -> PublisherMetrics {
        let metrics = self.shared.core().metrics();
        let all = usize::try_from(self.room_bytes).unwrap_or(usize::MAX);
        let unanswered = all.saturating_sub(self.room.available_permits());
        PublisherMetrics { unanswered_bytes: unanswered.try_into().unwrap_or(u64::MAX), ..metrics }
    }

    /// Accepts no more user records, and waits until every one is answered.
    pub async fn close(&self) -> PublisherMetrics {
        self.stop_taking();
        let mut task = self.task.lock().await;
        if let Some(task) = task.as_mut() {
            // It fails only if the runtime is stopped. The receipts report that.
            let _ = task.await;
        }
        *task = None;
        self.metrics()
    }

    /// Like [`close`](Self::close), but waits no longer than this. User records that are unanswered by then
    /// get [`PublishError::Closed`].
    pub async fn close_within(&self, limit: Duration) -> PublisherMetrics {
        if tokio::time::timeout(limit, self.close()).await.is_err() {
            if let Some(task) = self.task.lock().await.take() {
                task.abort();
            }
            self.shared.core().abandon();
        }
        self.metrics()
    }

    fn stop_taking(&self) {
        self.shared.core().close();
        self.room.close();
        self.shared.news.notify_one();
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.stop_taking();
    }
}

fn check(options: &PublisherOptions) -> Result<(), StartError> {
    use kinesis_agg::schema::{MAX_RECORD_LIMIT, MIN_USER_RECORD_LEN};
    let wrong = |option, reason| Err(StartError::Option { option, reason });
    match options {
        options if options.aggregate_bytes < MIN_USER_RECORD_LEN => {
            wrong("aggregate_bytes", "no user record fits")
        }
        options if options.aggregate_bytes > MAX_RECORD_LIMIT => {
            wrong("aggregate_bytes", "the service accepts at most 10 MiB")
        }
        options if options.record_limit > MAX_RECORD_LIMIT => {
            wrong("record_limit", "the service accepts at most 10 MiB")
        }
        options if options.buffer_bytes == 0 => wrong("buffer_bytes", "nothing fits"),
        options if options.shard_rate.is_some_and(|rate| rate.records == 0) => {
            wrong("shard_rate", "nothing may be sent")
        }
        _ => Ok(()),
    }
}
