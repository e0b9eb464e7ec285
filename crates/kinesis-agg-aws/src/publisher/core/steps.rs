//! Decides the next step: what to send, what to give up, when to describe the stream.

use std::time::Duration;

use tokio::time::Instant;

use super::state::{Core, RequestId};
use crate::publisher::batch::next_batch;
use crate::publisher::entry::PutEntry;
use crate::publisher::error::PublishError;
use crate::publisher::lane::Lane;
use crate::publisher::metrics::grow;
use crate::publisher::options::Order;
use crate::publisher::packer::Packed;
use crate::publisher::waits::after;

/// What to do now, and when to ask again.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) requests: Vec<(RequestId, Vec<PutEntry>)>,
    /// Describe the stream.
    pub(crate) describe: bool,
    pub(crate) wake: Option<Instant>,
    /// Closed and drained.
    pub(crate) done: bool,
}

impl Core {
    /// Decides what to do now.
    pub(crate) fn step(&mut self, now: Instant) -> Step {
        self.seal_due(now);
        self.expire(now);
        if self.requests.is_empty()
            && let Some(topology) = self.next_topology.take()
        {
            self.reshard(topology, now);
        }
        let mut requests = Vec::new();
        while self.may_send() {
            let batch = next_batch(&mut self.lanes, self.turn, &self.options, now);
            if batch.is_empty() {
                break;
            }
            requests.push(self.begin_request(batch));
        }
        let describe = self.describing.begin(now);
        Step { requests, describe, wake: self.wake_at(now), done: self.closed && self.is_idle() }
    }

    fn seal_due(&mut self, now: Instant) {
        if let Some(due) = now.checked_sub(self.options.max_delay) {
            let mut ready = Vec::new();
            self.packer.seal_due(due, &mut ready);
            self.enqueue(ready);
        }
    }

    fn expire(&mut self, now: Instant) {
        let Some(then) = self.options.deadline.and_then(|deadline| now.checked_sub(deadline)) else { return };
        let mut expired = Vec::new();
        for lane in &mut self.lanes {
            while let Some(entry) = lane.expired(then) {
                expired.push(entry);
            }
        }
        for entry in expired {
            let failure = entry.last_failure.as_ref();
            let last_failure = failure.map(|failure| format!("{}: {}", failure.code, failure.message));
            self.fail(entry, |maybe_written| PublishError::Expired {
                last_failure: last_failure.clone(),
                maybe_written,
            });
        }
    }

    fn begin_request(&mut self, batch: Vec<Packed>) -> (RequestId, Vec<PutEntry>) {
        self.turn = batch
            .last()
            .map_or(0, |(index, _)| index.saturating_add(1))
            .checked_rem(self.lanes.len())
            .unwrap_or(0);
        self.last_request = self.last_request.saturating_add(1);
        grow(&mut self.metrics.requests, 1);
        let id = RequestId(self.last_request);
        let entries = batch.iter().map(|(_, entry)| PutEntry::from(entry)).collect();
        self.requests.insert(id, batch);
        (id, entries)
    }

    /// When the next step is due, as far as known.
    fn wake_at(&mut self, now: Instant) -> Option<Instant> {
        let seal = self.packer.oldest().map(|accepted| after(accepted, self.options.max_delay));
        let describe = self.describing.next();
        let ordered = self.ordered();
        let may_send = self.may_send();
        let send =
            self.lanes.iter_mut().filter(|_| may_send).filter_map(|lane| lane.ready_at(ordered, now)).min();
        let expire = self.options.deadline.and_then(|deadline| {
            let oldest = self.lanes.iter().filter_map(|lane| lane.first()?.accepted()).min()?;
            Some(after(after(oldest, deadline), Duration::from_millis(1)))
        });
        [seal, describe, send, expire].into_iter().flatten().min()
    }

    fn may_send(&self) -> bool {
        self.next_topology.is_none() && self.requests.len() < self.options.requests_in_flight.max(1)
    }

    fn is_idle(&self) -> bool {
        self.packer.is_empty()
            && self.lanes.iter().all(Lane::is_empty)
            && self.requests.is_empty()
            && self.strays.is_empty()
    }

    fn ordered(&self) -> bool {
        self.options.order == Order::WithinShard
    }
}
