//! What waits for one shard.

use std::collections::VecDeque;

use tokio::time::Instant;

use crate::publisher::entry::Entry;
use crate::publisher::rate::RateWindow;

/// The Kinesis records that wait for one shard, in order.
#[derive(Debug, Default)]
pub(crate) struct Lane {
    queue: VecDeque<Entry>,
    /// How many were taken and are not settled: in flight, or landed where they do not belong.
    pub(crate) unsettled: usize,
    /// After a failure, when to go on.
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

    /// Puts one back to the front, where it came from.
    pub(crate) fn push_first(&mut self, entry: Entry) {
        self.queue.push_front(entry);
    }

    /// Waits at least until then.
    pub(crate) fn wait_until(&mut self, then: Instant) {
        self.not_before = self.not_before.max(Some(then));
    }

    /// When the first one may be sent: `now`, or later. `None` if there is none, or if it is not its turn: in the ordered mode
    /// the one before it has to be settled.
    pub(crate) fn ready_at(&mut self, ordered: bool, now: Instant) -> Option<Instant> {
        let first = self.queue.front().filter(|_| !ordered || self.unsettled == 0)?;
        let allowed = self.rate.as_mut().map_or(now, |rate| rate.ready_at(first.size(), now));
        Some(self.not_before.map_or(allowed, |not_before| not_before.max(allowed)))
    }

    pub(crate) fn first(&self) -> Option<&Entry> {
        self.queue.front()
    }

    /// Takes the first one, to be sent.
    pub(crate) fn take_first(&mut self, now: Instant) -> Option<Entry> {
        let entry = self.queue.pop_front()?;
        self.unsettled = self.unsettled.saturating_add(1);
        if let Some(rate) = &mut self.rate {
            rate.sent(entry.size(), now);
        }
        Some(entry)
    }

    /// One that was taken is answered for good, or back in the queue.
    pub(crate) fn settle(&mut self) {
        self.unsettled = self.unsettled.saturating_sub(1);
    }

    /// Takes out of the front what was accepted before `then`.
    pub(crate) fn expired(&mut self, then: Instant) -> Option<Entry> {
        self.queue.pop_front_if(|entry| entry.accepted().is_some_and(|accepted| accepted < then))
    }

    pub(crate) fn drain(&mut self) -> impl Iterator<Item = Entry> {
        self.queue.drain(..)
    }
}
