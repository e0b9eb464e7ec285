//! The task that executes the core's decisions: sends requests, describes the stream, waits.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_kinesis::Client;
use tokio::sync::Notify;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Duration, Instant};
use tracing::Instrument;

use crate::publisher::core::{Core, RequestId};
use crate::publisher::entry::PutEntry;
use crate::publisher::outcome::{Answer, Failure, Outcome};
use crate::publisher::put::put;
use crate::publisher::topology::Topology;
use crate::service_error::causes;

/// State shared by the task and the handles.
#[derive(Debug)]
pub(crate) struct Shared {
    core: Mutex<Core>,
    /// Wakes the task: something is due sooner than it expects.
    pub(crate) news: Notify,
}

impl Shared {
    pub(crate) fn new(core: Core) -> Self {
        Self { core: Mutex::new(core), news: Notify::new() }
    }

    /// Locks the core. A panic elsewhere leaves nothing in it half done.
    pub(crate) fn core(&self) -> MutexGuard<'_, Core> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The result of a subtask.
enum Done {
    Answered(Answer),
    Described(Option<Topology>),
}

/// Runs until the publisher is closed and every user record is answered.
pub(crate) async fn run(shared: Arc<Shared>, client: Client, stream: Arc<str>, timeout: Duration) {
    let mut tasks = JoinSet::new();
    let mut requests: HashMap<Id, RequestId> = HashMap::new();
    loop {
        let step = shared.core().step(Instant::now());
        if step.done {
            return;
        }
        for (request, entries) in step.requests {
            let span = span(&stream, &entries);
            let put = put(client.clone(), Arc::clone(&stream), entries, timeout);
            let task = tasks.spawn(async move { Done::Answered(put.await) }.instrument(span));
            requests.insert(task.id(), request);
        }
        if step.describe {
            tasks.spawn(describe(client.clone(), Arc::clone(&stream)));
        }
        let wake = async {
            match step.wake {
                Some(wake) => tokio::time::sleep_until(wake).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = shared.news.notified() => {}
            () = wake => {}
            Some(done) = tasks.join_next_with_id() => settle(&shared, &mut requests, done),
        }
    }
}

fn span(stream: &str, entries: &[PutEntry]) -> tracing::Span {
    let bytes: usize = entries.iter().map(PutEntry::len).sum();
    tracing::debug_span!("put_records", stream, records = entries.len(), bytes)
}

async fn describe(client: Client, stream: Arc<str>) -> Done {
    let topology = Topology::describe(&client, &stream).await;
    let topology = topology.inspect_err(|error| {
        tracing::warn!(stream = &*stream, error = causes(error), "the stream could not be described");
    });
    Done::Described(topology.ok())
}

fn settle(shared: &Shared, requests: &mut HashMap<Id, RequestId>, done: Result<(Id, Done), JoinError>) {
    let (id, done) = match done {
        Ok((id, done)) => (id, Some(done)),
        Err(error) => (error.id(), None),
    };
    let (mut core, now) = (shared.core(), Instant::now());
    match (requests.remove(&id), done) {
        (Some(request), Some(Done::Answered(answer))) => core.answered(request, answer, now),
        (Some(request), _) => {
            let lost = Outcome::Lost(Failure::new("Task", "the request ended without an answer"));
            core.answered(request, Answer::All(lost), now);
        }
        (None, Some(Done::Described(topology))) => core.described(topology, now),
        (None, _) => core.described(None, now),
    }
}
