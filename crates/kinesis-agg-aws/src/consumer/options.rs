//! What a consumer is told.

use std::time::Duration;

use kinesis_agg::{HashKeyRange, RangeFilter};

use crate::consumer::position::Position;

/// How a consumer reads. The defaults lose nothing and keep to the limits of the service for one reader of a shard.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerOptions {
    /// Where a shard is begun that has no checkpoint: at its oldest record.
    pub start: Position,
    /// Which user records are dropped, silently: none.
    pub filter: Filter,
    /// Kinesis records in one answer at most: 10,000, which is the service's limit.
    pub records_per_request: i32,
    /// How long to wait at least between two requests for one shard: 200 ms, since the service takes five a second.
    pub request_interval: Duration,
    /// How long to wait after an answer that had nothing in it and was at the tip of the shard: 1 s.
    pub idle_interval: Duration,
    /// The first wait after a request that failed: 100 ms, plus up to as much again by chance. It doubles each time.
    pub backoff_min: Duration,
    /// The longest such wait: 5 s, plus up to as much again by chance.
    pub backoff_max: Duration,
    /// How long an answer is waited for before the request is made again: 30 s.
    pub request_timeout: Duration,
}

impl Default for ConsumerOptions {
    fn default() -> Self {
        Self {
            start: Position::TrimHorizon,
            filter: Filter::default(),
            records_per_request: 10_000,
            request_interval: Duration::from_millis(200),
            idle_interval: Duration::from_secs(1),
            backoff_min: Duration::from_millis(100),
            backoff_max: Duration::from_secs(5),
            request_timeout: Duration::from_secs(30),
        }
    }
}

/// Which user records are dropped since their hash key lies outside the shard on which they were read. Plain records never are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// None.
    #[default]
    Nothing,
    /// As a consumer that uses KCL does: one user record out of range takes its whole aggregate with it.
    Kcl,
    /// Those that are out of range, and no other.
    UserRecord,
}

impl Filter {
    pub(crate) fn of(self, range: HashKeyRange) -> Option<RangeFilter> {
        match self {
            Self::Nothing => None,
            Self::Kcl => Some(RangeFilter::Kcl(range)),
            Self::UserRecord => Some(RangeFilter::UserRecord(range)),
        }
    }
}
