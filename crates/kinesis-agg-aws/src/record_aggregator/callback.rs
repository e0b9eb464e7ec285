//! Callbacks, and the threads of some of them.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::{fmt, io};

use super::aggregate::Aggregate;
use super::undelivered::{CallbackError, Undelivered, UndeliveredList};

/// A callback panicked, with this message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackPanic {
    message: Option<String>,
}

impl CallbackPanic {
    fn new(payload: &(dyn Any + Send)) -> Self {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        Self { message: text.or_else(|| payload.downcast_ref::<String>().cloned()) }
    }
}

impl fmt::Display for CallbackPanic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => write!(f, "the callback panicked: {message}"),
            None => f.write_str("the callback panicked"),
        }
    }
}

impl std::error::Error for CallbackPanic {}

type Function = Box<dyn FnMut(&Aggregate) -> Result<(), CallbackError> + Send>;

pub(super) enum Callback {
    OnCallingThread(Function),
    InWorker(Worker),
}

impl Callback {
    pub(super) fn on_calling_thread(
        function: impl FnMut(&Aggregate) -> Result<(), CallbackError> + Send + 'static,
    ) -> Self {
        Self::OnCallingThread(Box::new(function))
    }

    pub(super) fn in_worker(
        function: impl FnMut(&Aggregate) -> Result<(), CallbackError> + Send + 'static,
        queue_len: usize,
        undelivered: UndeliveredList,
    ) -> io::Result<Self> {
        Worker::start(Box::new(function), queue_len, undelivered).map(Self::InWorker)
    }

    /// Passes the aggregate to the callback or to its worker. Waits while the worker's queue is full.
    pub(super) fn call(&mut self, aggregate: &Arc<Aggregate>) -> Result<(), CallbackError> {
        match self {
            Self::OnCallingThread(function) => guarded(function, aggregate),
            Self::InWorker(worker) => worker.send(Arc::clone(aggregate)),
        }
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OnCallingThread(_) => "OnCallingThread",
            Self::InWorker(_) => "InWorker",
        })
    }
}

/// Turns a panic into an error. The function cannot change the aggregate, and its own state is its own
/// responsibility.
fn guarded(function: &mut Function, aggregate: &Aggregate) -> Result<(), CallbackError> {
    catch_unwind(AssertUnwindSafe(|| function(aggregate)))
        .unwrap_or_else(|payload| Err(CallbackPanic::new(payload.as_ref()).into()))
}

/// A thread with a queue.
pub(super) struct Worker {
    /// Both are `Some` until it is dropped.
    queue: Option<SyncSender<Arc<Aggregate>>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    fn start(function: Function, queue_len: usize, undelivered: UndeliveredList) -> io::Result<Self> {
        let (queue, aggregates) = sync_channel(queue_len);
        let name = "record-aggregator-callback".to_owned();
        let thread =
            thread::Builder::new().name(name).spawn(move || run(function, &aggregates, &undelivered))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    fn send(&self, aggregate: Arc<Aggregate>) -> Result<(), CallbackError> {
        match &self.queue {
            Some(queue) => queue.send(aggregate).map_err(|_| "the callback's thread has ended".into()),
            None => Err("the callback's thread was ended".into()),
        }
    }
}

/// The thread ends when the queue is closed and empty.
fn run(mut function: Function, aggregates: &Receiver<Arc<Aggregate>>, undelivered: &UndeliveredList) {
    for aggregate in aggregates {
        if let Err(error) = guarded(&mut function, &aggregate) {
            undelivered.push(Undelivered { aggregate, error });
        }
    }
}

/// Waits until the callback has received everything in the queue.
impl Drop for Worker {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // Panics of the callback do not get here.
            let _ended = thread.join();
        }
    }
}
