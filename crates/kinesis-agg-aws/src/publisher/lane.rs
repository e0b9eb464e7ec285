//! The queue of one shard.

use std::collections::VecDeque;

use tokio::time::Instant;

use crate::publisher::entry::Entry;
use crate::publisher::rate::RateWindow;

/// The Kinesis records that wait for one shard, in order.
#[derive(Debug, Default)]
pub(crate) struct Lane {
    queue: VecDeque<Entry>,
    /// How many are in flight.
    in_flight: usize,
    /// Whether there is an aggregate that landed on another shard and is not decided yet.
    pub(crate) has_stray: bool,
    /// When to continue after a failure.
    pub(crate) not_before: Option<Instant>,
    pub(crate) rate: Option<RateWindow>,
}

impl Lane {
    pub(crate) fn new(rate: Option<RateWindow>) -> Self {
        Self { rate, ..Self::default() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        self.queue.push_back(entry);
    }

    /// Puts a record back to the front, where it came from.
    pub(crate) fn push_first(&mut self, entry: Entry) {
        self.queue.push_front(entry);
    }

    /// Waits at least until then.
    pub(crate) fn wait_until(&mut self, then: Instant) {
        self.not_before = self.not_before.max(Some(then));
    }

    /// When the first record may be sent: `now` or later. `None` if there is none, or if it has to wait: for
    /// the list of shards after a stray, since it would go astray, too; in the ordered mode also for the
    /// answer to the record before it.
    pub(crate) fn ready_at(&mut self, ordered: bool, now: Instant) -> Option<Instant> {
        let waits = self.has_stray || (ordered && self.in_flight > 0);
        let first = self.queue.front().filter(|_| !waits)?;
        let allowed = self.rate.as_mut().map_or(now, |rate| rate.ready_at(first.size(), now));
        Some(self.not_before.map_or(allowed, |not_before| not_before.max(allowed)))
    }

    pub(crate) fn first(&self) -> Option<&Entry> {
        self.queue.front()
    }

    /// Takes the first record, to be sent.
    pub(crate) fn take_first(&mut self, now: Instant) -> Option<Entry> {
        let entry = self.queue.pop_front()?;
        self.in_flight = self.in_flight.saturating_add(1);
        if let Some(rate) = &mut self.rate {
            rate.sent(entry.size(), now);
        }
        Some(entry)
    }

    /// The request of one record in flight is answered.
    pub(crate) fn land(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    /// Takes those records out of the front that were accepted before `then`.
    pub(crate) fn expired(&mut self, then: Instant) -> Option<Entry> {
        self.queue.pop_front_if(|entry| entry.accepted().is_some_and(|accepted| accepted < then))
    }

    pub(crate) fn drain(&mut self) -> impl Iterator<Item = Entry> {
        self.queue.drain(..)
    }
}
