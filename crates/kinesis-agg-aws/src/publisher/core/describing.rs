//! When the stream is described.

use tokio::time::Instant;

use crate::publisher::options::PublisherOptions;
use crate::publisher::waits::{Waits, after};

/// When the stream is described next.
#[derive(Debug)]
pub(super) struct Describing {
    is_under_way: bool,
    at: Instant,
    /// However much lands elsewhere, the service is not asked all the time.
    not_before: Instant,
    waits: Waits,
}

impl Describing {
    /// The stream has been described.
    pub(super) fn new(now: Instant, options: &PublisherOptions) -> Self {
        Self {
            is_under_way: false,
            at: after(now, options.refresh_interval),
            not_before: now,
            waits: Waits::default(),
        }
    }

    /// Whether the stream is to be described now. Then it is under way.
    pub(super) fn begin(&mut self, now: Instant) -> bool {
        let is_due = !self.is_under_way && now >= self.at;
        self.is_under_way |= is_due;
        is_due
    }

    /// When the stream is to be described, unless that is under way.
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

    /// Has the stream described again after a wait, longer each time.
    pub(super) fn later(&mut self, now: Instant, options: &PublisherOptions) {
        self.at = after(now, self.waits.next(options));
        self.not_before = self.at;
    }

    /// Has the stream described as soon as may be.
    pub(super) fn soon(&mut self, now: Instant) {
        self.at = self.at.min(self.not_before.max(now));
    }

    /// The next wait is the shortest again.
    pub(super) fn forget_waits(&mut self) {
        self.waits = Waits::default();
    }
}
