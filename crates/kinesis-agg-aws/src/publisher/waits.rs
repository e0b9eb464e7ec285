//! Waits before another try.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::Instant;

use crate::publisher::options::PublisherOptions;

/// Waits that grow each time.
#[derive(Debug, Default)]
pub(crate) struct Waits(Option<ExponentialBackoff>);

impl Waits {
    pub(crate) fn next(&mut self, options: &PublisherOptions) -> Duration {
        let backoff = self.0.get_or_insert_with(|| {
            ExponentialBuilder::default()
                .with_min_delay(options.backoff_min)
                .with_max_delay(options.backoff_max)
                .without_max_times()
                .with_jitter()
                .build()
        });
        backoff.next().unwrap_or(options.backoff_max)
    }
}

/// The later instant, or the latest that can be represented.
pub(crate) fn after(instant: Instant, duration: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(31_557_600);
    instant.checked_add(duration).or_else(|| instant.checked_add(YEAR)).unwrap_or(instant)
}
