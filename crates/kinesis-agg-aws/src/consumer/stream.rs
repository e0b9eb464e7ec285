//! The user records of a whole stream.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_sdk_kinesis::Client;
use backon::ExponentialBackoff;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamFuture};
use futures_util::{Stream, StreamExt};

use crate::consumer::error::ConsumeError;
use crate::consumer::fetch::waits;
use crate::consumer::lineage::{Checkpoint, Lineage};
use crate::consumer::options::ConsumerOptions;
use crate::consumer::record::ConsumedRecord;
use crate::consumer::shard::ShardConsumer;
use crate::shards::{Shard, ShardsError, list_shards};

/// Reads the user records of all shards of a stream from a checkpoint on, without end. When shards are split
/// or merged, their children follow after the parents were read to the end.
///
/// An error does not end it: the next call continues. It holds the answer to at most one request for each
/// shard.
pub struct StreamConsumer {
    client: Client,
    stream: Arc<str>,
    options: Arc<ConsumerOptions>,
    lineage: Lineage,
    /// The shards that wait for an answer.
    waiting: FuturesUnordered<StreamFuture<Box<ShardConsumer>>>,
    /// The shards that may have user records in memory. They take turns.
    ready: VecDeque<Box<ShardConsumer>>,
    listing: Option<BoxFuture<'static, Result<Vec<Shard>, ShardsError>>>,
    list_waits: Option<ExponentialBackoff>,
}

impl StreamConsumer {
    /// Opens a stream. The checkpoint is an earlier one from [`checkpoint`](Self::checkpoint), or empty.
    ///
    /// # Errors
    /// The shards could not be listed.
    pub async fn open(
        client: Client,
        stream: &str,
        checkpoint: Checkpoint,
        options: ConsumerOptions,
    ) -> Result<Self, ConsumeError> {
        let shards = list_shards(&client, stream).await?;
        let lineage = Lineage::new(shards, checkpoint, &options.start);
        let mut consumer = Self {
            client,
            stream: stream.into(),
            options: Arc::new(options),
            lineage,
            waiting: FuturesUnordered::new(),
            ready: VecDeque::new(),
            listing: None,
            list_waits: None,
        };
        consumer.begin_ready();
        Ok(consumer)
    }

    /// The next user record of any shard. It can be cancelled without a loss.
    ///
    /// # Errors
    /// An error that waiting does not fix. It can still be called again.
    pub async fn next(&mut self) -> Result<ConsumedRecord, ConsumeError> {
        poll_fn(|context| self.poll(context)).await
    }

    /// How far each shard was read: everything up to there was delivered, or dropped by the filter. Store it
    /// once you have processed the user records so far.
    pub fn checkpoint(&self) -> Checkpoint {
        let mut checkpoint = self.lineage.positions().clone();
        for shard in self.waiting.iter().filter_map(StreamFuture::get_ref).chain(&self.ready) {
            checkpoint.insert(Arc::clone(&shard.shard().id), shard.position().clone());
        }
        checkpoint
    }

    fn begin_ready(&mut self) {
        for (shard, position) in self.lineage.take_ready() {
            tracing::debug!(shard = &*shard.id, %position, "reading begins");
            let (client, stream) = (self.client.clone(), Arc::clone(&self.stream));
            let shard = ShardConsumer::new(client, stream, shard, position, Arc::clone(&self.options));
            self.waiting.push(Box::new(shard).into_future());
        }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<ConsumedRecord, ConsumeError>> {
        loop {
            // First, so that an answer is taken even while other shards have user records.
            match self.waiting.poll_next_unpin(context) {
                Poll::Ready(Some((Some(next), shard))) => {
                    self.ready.push_back(shard);
                    return Poll::Ready(next);
                }
                Poll::Ready(Some((None, shard))) => {
                    let id = &shard.shard().id;
                    tracing::debug!(shard = &**id, "read to its end");
                    self.lineage.ended(id);
                    self.begin_ready();
                    continue;
                }
                Poll::Ready(None) | Poll::Pending => {}
            }
            if let Some(mut shard) = self.ready.pop_front() {
                if let Some(record) = shard.give() {
                    // Its turn lasts for a Kinesis record, whose memory is in the processor's cache.
                    match shard.is_within_kinesis_record() {
                        true => self.ready.push_front(shard),
                        false => self.ready.push_back(shard),
                    }
                    return Poll::Ready(Ok(record));
                }
                self.waiting.push(shard.into_future());
                continue;
            }
            if self.listing.is_none() && self.lineage.awaits_children() {
                let wait = self.list_waits.get_or_insert_with(|| waits(&self.options)).next();
                let wait = wait.unwrap_or(self.options.backoff_max);
                self.listing =
                    Some(Box::pin(list_after(wait, self.client.clone(), Arc::clone(&self.stream))));
            }
            let Some(listing) = &mut self.listing else { return Poll::Pending };
            let Poll::Ready(listed) = listing.as_mut().poll(context) else { return Poll::Pending };
            self.listing = None;
            match listed {
                Ok(shards) => {
                    self.lineage.learn(shards);
                    if !self.lineage.awaits_children() {
                        self.list_waits = None;
                    }
                    self.begin_ready();
                }
                Err(error) => return Poll::Ready(Err(error.into())),
            }
        }
    }
}

async fn list_after(wait: Duration, client: Client, stream: Arc<str>) -> Result<Vec<Shard>, ShardsError> {
    tokio::time::sleep(wait).await;
    list_shards(&client, &stream).await
}

impl Stream for StreamConsumer {
    type Item = Result<ConsumedRecord, ConsumeError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll(context).map(Some)
    }
}

impl fmt::Debug for StreamConsumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamConsumer")
            .field("stream", &self.stream)
            .field("lineage", &self.lineage)
            .finish_non_exhaustive()
    }
}
