//! The answer to one user record, and its sender.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::Instant;

use crate::publisher::error::PublishError;

/// The place of a user record in the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// The shard.
    pub shard_id: Arc<str>,
    /// The sequence number of its Kinesis record.
    pub sequence_number: Arc<str>,
    /// Its position in the aggregate, from 0; 0 for a plain record.
    pub sub_sequence_number: u64,
    /// Whether it was sent in an aggregate.
    pub aggregated: bool,
}

/// The future answer to one user record. Await it, or drop it if you do not need it.
#[derive(Debug)]
#[must_use = "the answer says whether the user record was published"]
pub struct Receipt {
    answer: oneshot::Receiver<Result<Published, PublishError>>,
}

impl Future for Receipt {
    type Output = Result<Published, PublishError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(Pin::new(&mut self.answer).poll(context));
        // If the runtime was stopped, nobody answers. Records in flight may have been stored.
        Poll::Ready(answer.unwrap_or(Err(PublishError::Closed { maybe_written: true })))
    }
}

/// The sending end of a [`Receipt`], kept until the user record is answered.
#[derive(Debug)]
pub(crate) struct Token {
    answer: oneshot::Sender<Result<Published, PublishError>>,
    /// When the user record was accepted.
    pub(crate) accepted: Instant,
    /// Whether a request with a lost answer contained it.
    pub(crate) maybe_written: bool,
    /// Its share of the buffer.
    room: Option<OwnedSemaphorePermit>,
}

impl Token {
    /// A token and its receipt.
    pub(crate) fn new(accepted: Instant, room: Option<OwnedSemaphorePermit>) -> (Self, Receipt) {
        let (sender, receiver) = oneshot::channel();
        (Self { answer: sender, accepted, maybe_written: false, room }, Receipt { answer: receiver })
    }

    /// Sends the final answer. If the receipt was dropped, nobody needs it. Returns the share of the buffer,
    /// which is free again when the permit is dropped.
    pub(crate) fn answer(self, answer: Result<Published, PublishError>) -> Option<OwnedSemaphorePermit> {
        let _ = self.answer.send(answer);
        self.room
    }
}
