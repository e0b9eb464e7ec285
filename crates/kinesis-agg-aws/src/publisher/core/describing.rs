//! Schedules when the stream is described.

use tokio::time::Instant;

use crate::publisher::options::PublisherOptions;
use crate::publisher::waits::{Waits, after};

/// Schedules when the stream is described.
#[derive(Debug)]
pub(super) struct Describing {
    is_under_way: bool,
    at: Instant,
    /// Prevents a burst of strays from describing the stream all the time.
    not_before: Instant,
    waits: Waits,
}

impl Describing {
    /// A stream that was just described.
    pub(super) fn new(now: Instant, options: &PublisherOptions) -> Self {
        Self {
            is_under_way: false,
            at: after(now, options.refresh_interval),
            not_before: now,
            waits: Waits::default(),
        }
    }

    /// Whether a description is due. If so, it counts as in progress from now on.
    pub(super) fn begin(&mut self, now: Instant) -> bool {
        let is_due = !self.is_under_way && now >= self.at;
        self.is_under_way |= is_due;
        is_due
    }

    /// When the next description is due, unless one is in progress.
    pub(super) fn next(&self) -> Option<Instant> {
        (!self.is_under_way).then_some(self.at)
    }

    pub(super) fn succeeded(&mut self, now: Instant, options: &PublisherOptions) {
        self.is_under_way = false;
        self.at = after(now, options.refresh_interval);
        self.not_before = after(now, options.backoff_min);
    }

    pub(super) fn failed(&mut self, now: Instant, options: &PublisherOptions) {
        self.is_under_way = false;
        self.later(now, options);
    }

    /// Schedules a description after a wait, which is longer each time.
    pub(super) fn later(&mut self, now: Instant, options: &PublisherOptions) {
        self.at = after(now, self.waits.next(options));
        self.not_before = self.at;
    }

    /// Schedules a description as soon as allowed.
    pub(super) fn soon(&mut self, now: Instant) {
        self.at = self.at.min(self.not_before.max(now));
    }

    /// Resets the wait to the shortest.
    pub(super) fn forget_waits(&mut self) {
        self.waits = Waits::default();
    }
}
