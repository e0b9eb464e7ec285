//! The options of a consumer.

use std::time::Duration;

use kinesis_agg::{HashKeyRange, RangeFilter};

use crate::consumer::position::Position;

/// How a consumer reads. The defaults lose nothing and stay within the limits of the service for one reader
/// of a shard.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsumerOptions {
    /// Where to begin a shard without a position: at its oldest record.
    pub start: Position,
    /// Which user records to drop silently: none.
    pub filter: Filter,
    /// The most Kinesis records in one answer: 10,000, the service's limit.
    pub records_per_request: i32,
    /// The shortest time between two requests for one shard: 200 ms, since the service takes five a second.
    pub request_interval: Duration,
    /// The wait after an empty answer at the tip of the shard: 1 s.
    pub idle_interval: Duration,
    /// The first wait after a failed request: 100 ms, plus a random part of up to the same length. It doubles
    /// each time.
    pub backoff_min: Duration,
    /// The longest such wait: 5 s, plus a random part of up to the same length.
    pub backoff_max: Duration,
    /// How long to wait for an answer before the request is repeated: 30 s.
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

/// Which user records to drop because their hash key is outside the shard on which they were read. Plain
/// records are never dropped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// None.
    #[default]
    Nothing,
    /// As KCL does: if one user record is out of range, its whole aggregate is dropped.
    Kcl,
    /// Only the user records that are out of range.
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
