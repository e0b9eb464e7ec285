//! The rate limit of one shard.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use crate::publisher::options::ShardRate;

const SECOND: Duration = Duration::from_secs(1);

/// The records sent to a shard in the last second.
#[derive(Clone, Debug)]
pub(crate) struct RateWindow {
    limit: ShardRate,
    /// The time, and the number of bytes.
    sent: VecDeque<(Instant, usize)>,
    bytes: usize,
}

impl RateWindow {
    pub(crate) fn new(limit: ShardRate) -> Self {
        Self { limit, sent: VecDeque::new(), bytes: 0 }
    }

    /// When a record of so many bytes may be sent: `now` or later. A record that exceeds the limit by itself
    /// is sent alone.
    pub(crate) fn ready_at(&mut self, bytes: usize, now: Instant) -> Instant {
        while let Some((_, len)) = self.sent.pop_front_if(|(sent, _)| sent.checked_add(SECOND) <= Some(now)) {
            self.bytes = self.bytes.saturating_sub(len);
        }
        let mut records_left = self.sent.len();
        let mut bytes_left = self.bytes;
        let mut ready = now;
        for &(sent, len) in &self.sent {
            if records_left < self.limit.records && bytes_left.saturating_add(bytes) <= self.limit.bytes {
                break;
            }
            ready = sent.checked_add(SECOND).unwrap_or(now);
            records_left = records_left.saturating_sub(1);
            bytes_left = bytes_left.saturating_sub(len);
        }
        ready
    }

    pub(crate) fn sent(&mut self, bytes: usize, now: Instant) {
        self.sent.push_back((now, bytes));
        self.bytes = self.bytes.saturating_add(bytes);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects, reason = "a test that panics has failed")]

    use super::*;

    /// Sends each as soon as allowed, and returns the times in milliseconds.
    fn send_all(limit: ShardRate, sizes: &[usize]) -> Vec<u128> {
        let start = Instant::now();
        let mut now = start;
        let mut window = RateWindow::new(limit);
        let mut times = Vec::new();
        for &size in sizes {
            now = window.ready_at(size, now);
            window.sent(size, now);
            times.push((now - start).as_millis());
        }
        times
    }

    #[test]
    fn no_second_has_more_records_than_allowed() {
        let times = send_all(ShardRate { records: 2, bytes: 1000 }, &[1; 5]);
        assert_eq!(times, [0, 0, 1000, 1000, 2000]);
    }

    #[test]
    fn no_second_has_more_bytes_than_allowed() {
        let times = send_all(ShardRate { records: 100, bytes: 1000 }, &[400, 400, 400, 600, 1000]);
        assert_eq!(times, [0, 0, 1000, 1000, 2000]);
    }

    #[test]
    fn what_is_too_large_for_any_second_is_sent_alone() {
        let times = send_all(ShardRate { records: 100, bytes: 1000 }, &[5000, 1, 5000]);
        assert_eq!(times, [0, 1000, 2000]);
    }
}
