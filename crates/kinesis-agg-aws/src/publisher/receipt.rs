//! The answer to one user record, and the way back to whoever waits for it.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::sync::{OwnedSemaphorePermit, oneshot};
use tokio::time::Instant;

use crate::publisher::error::PublishError;

/// Where a user record lies in the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// The shard.
    pub shard_id: Arc<str>,
    /// The sequence number of its Kinesis record.
    pub sequence_number: Arc<str>,
    /// Its position in the aggregate, from 0; 0 for a plain record.
    pub sub_sequence_number: u64,
    /// Whether it went out in an aggregate.
    pub aggregated: bool,
}

/// The answer to come to one user record. It can be awaited, or dropped by whoever does not care.
#[derive(Debug)]
#[must_use = "the answer says whether the user record was published"]
pub struct Receipt {
    answer: oneshot::Receiver<Result<Published, PublishError>>,
}

impl Future for Receipt {
    type Output = Result<Published, PublishError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let answer = ready!(Pin::new(&mut self.answer).poll(context));
        // Nobody is left to answer when the runtime was stopped; what was in flight may have arrived.
        Poll::Ready(answer.unwrap_or(Err(PublishError::Closed { maybe_written: true })))
    }
}

/// The other end of a [`Receipt`], held as long as the user record is not answered.
#[derive(Debug)]
pub(crate) struct Token {
    answer: oneshot::Sender<Result<Published, PublishError>>,
    /// When the user record was accepted.
    pub(crate) accepted: Instant,
    /// Whether a request held it whose answer was lost.
    pub(crate) maybe_written: bool,
    /// Its share of the buffer, given back with the answer.
    _room: Option<OwnedSemaphorePermit>,
}

impl Token {
    /// A token and its receipt.
    pub(crate) fn new(accepted: Instant, room: Option<OwnedSemaphorePermit>) -> (Self, Receipt) {
        let (sender, receiver) = oneshot::channel();
        (Self { answer: sender, accepted, maybe_written: false, _room: room }, Receipt { answer: receiver })
    }

    /// Gives the final answer. Whoever has dropped the receipt does not want it.
    pub(crate) fn answer(self, answer: Result<Published, PublishError>) {
        let _ = self.answer.send(answer);
    }
}
