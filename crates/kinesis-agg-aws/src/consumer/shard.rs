//! The user records of one shard.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use aws_sdk_kinesis::Client;
use futures_util::Stream;
use futures_util::future::BoxFuture;

use crate::consumer::digests::Digested;
use crate::consumer::error::ConsumeError;
use crate::consumer::fetch::{Fetched, Fetcher};
use crate::consumer::options::ConsumerOptions;
use crate::consumer::position::Position;
use crate::consumer::record::ConsumedRecord;
use crate::consumer::unpack::Unpacked;
use crate::shards::{Shard, list_shards};

/// Reads the user records of one shard from a position on, until the shard is closed and read to its end.
///
/// An error does not end it: the next call continues. It holds the answer to at most one request.
pub struct ShardConsumer {
    shard: Shard,
    options: Arc<ConsumerOptions>,
    /// Everything up to here was delivered, or dropped by the filter.
    position: Position,
    open: Option<Unpacked>,
    fetched: Digested,
    source: Source,
}

enum Source {
    Fetching(BoxFuture<'static, (Fetcher, Result<Fetched, ConsumeError>)>),
    Ended,
}

impl ShardConsumer {
    /// Opens a shard by its id.
    ///
    /// # Errors
    /// The shards could not be listed, or there is no such shard.
    pub async fn open(
        client: Client,
        stream: &str,
        shard_id: &str,
        position: Position,
        options: ConsumerOptions,
    ) -> Result<Self, ConsumeError> {
        let shards = list_shards(&client, stream).await?;
        let shard = shards.into_iter().find(|shard| &*shard.id == shard_id);
        let shard = shard.ok_or_else(|| ConsumeError::NoShard { id: shard_id.to_owned() })?;
        Ok(Self::new(client, stream.into(), shard, position, Arc::new(options)))
    }

    pub(crate) fn new(
        client: Client,
        stream: Arc<str>,
        shard: Shard,
        position: Position,
        options: Arc<ConsumerOptions>,
    ) -> Self {
        let source = match position {
            Position::ShardEnd => Source::Ended,
            _ => {
                let id = Arc::clone(&shard.id);
                let fetcher = Fetcher::new(client, stream, id, position.clone(), Arc::clone(&options));
                Source::Fetching(Box::pin(fetcher.fetch()))
            }
        };
        Self { shard, options, position, open: None, fetched: Digested::default(), source }
    }

    /// The next user record; `None` at the end of a closed shard. It can be cancelled without a loss.
    ///
    /// # Errors
    /// An error that waiting does not fix. It can still be called again.
    pub async fn next(&mut self) -> Option<Result<ConsumedRecord, ConsumeError>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The shard.
    pub fn shard(&self) -> &Shard {
        &self.shard
    }

    /// How far it was read: everything up to there was delivered, or dropped by the filter.
    pub fn position(&self) -> &Position {
        &self.position
    }

    /// Whether it has more user records of the same Kinesis record.
    pub(crate) fn is_within_kinesis_record(&self) -> bool {
        self.open.as_ref().is_some_and(|open| !open.is_empty())
    }

    /// The next user record of the current answer.
    pub(crate) fn give(&mut self) -> Option<ConsumedRecord> {
        loop {
            if let Some(open) = &mut self.open {
                let record = open.next();
                match &record {
                    Some(record) if !open.is_empty() => move_after(&mut self.position, record),
                    _ => {
                        let sequence_number = Arc::clone(open.sequence_number());
                        self.position = Position::KinesisRecord { sequence_number };
                    }
                }
                if record.is_some() {
                    return record;
                }
            }
            let (record, digest) = self.fetched.pop()?;
            let from = match &self.position {
                Position::UserRecord { sequence_number, sub_sequence_number }
                    if **sequence_number == record.sequence_number =>
                {
                    sub_sequence_number.saturating_add(1)
                }
                _ => 0,
            };
            let filter = self.options.filter.of(self.shard.range);
            self.open = Some(Unpacked::new(&self.shard.id, record, digest, filter, from));
        }
    }
}

/// Moves to the position after a user record, which mostly has the same Kinesis record as the last one.
fn move_after(position: &mut Position, record: &ConsumedRecord) {
    match position {
        Position::UserRecord { sequence_number, sub_sequence_number }
            if Arc::ptr_eq(sequence_number, &record.sequence_number) =>
        {
            *sub_sequence_number = record.sub_sequence_number;
        }
        _ => *position = record.position(),
    }
}

impl Stream for ShardConsumer {
    type Item = Result<ConsumedRecord, ConsumeError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(record) = self.give() {
                return Poll::Ready(Some(Ok(record)));
            }
            let Source::Fetching(fetching) = &mut self.source else {
                self.position = Position::ShardEnd;
                return Poll::Ready(None);
            };
            let (fetcher, answer) = ready!(fetching.as_mut().poll(context));
            let ended = answer.as_ref().is_ok_and(|fetched| fetched.ended);
            self.source = if ended { Source::Ended } else { Source::Fetching(Box::pin(fetcher.fetch())) };
            match answer {
                Ok(fetched) => self.fetched.extend(fetched.records),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}

impl fmt::Debug for ShardConsumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShardConsumer")
            .field("shard", &self.shard)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}
