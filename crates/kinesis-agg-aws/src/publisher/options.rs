//! The options of a publisher.

use std::time::Duration;

use kinesis_agg::schema::{DEFAULT_RECORD_LIMIT, KPL_SIZE_LIMIT};

/// How a [`Publisher`](crate::publisher::Publisher) aggregates, sends and tries again. The defaults suit a
/// stream with the default settings.
///
/// ```
/// use kinesis_agg_aws::publisher::{Order, PublisherOptions};
///
/// let options = PublisherOptions { order: Order::WithinShard, ..PublisherOptions::default() };
/// assert_eq!(options.aggregate_bytes, 51_200);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PublisherOptions {
    /// The size in bytes at which an aggregate is closed: 51,200, as in the Kinesis Producer Library.
    pub aggregate_bytes: usize,
    /// The number of user records at which an aggregate is closed: as many as fit.
    pub aggregate_records: usize,
    /// The longest time that a user record waits for others: 100 ms.
    pub max_delay: Duration,
    /// The size limit of a Kinesis record in bytes, data and partition key together: 1 MiB. Up to 10 MiB if
    /// the stream is configured for it.
    pub record_limit: usize,
    /// Kinesis records in a request: 500, the service's limit.
    pub request_records: usize,
    /// Bytes in a request, data and partition keys: 5 MiB, which every server takes. The service takes 10
    /// MiB.
    pub request_bytes: usize,
    /// Requests in flight at once: 8.
    pub requests_in_flight: usize,
    /// How long to wait for an answer before the request counts as lost: 30 s.
    pub request_timeout: Duration,
    /// The limit on unanswered user records, in bytes, including [`UNANSWERED_OVERHEAD`] for each: 64 MiB.
    /// Publishing waits for room.
    pub buffer_bytes: usize,
    /// Whether to keep the order within a shard: no.
    pub order: Order,
    /// Whether to aggregate user records: as the stream allows.
    pub aggregation: Aggregation,
    /// What to do about an aggregate that landed on another shard than predicted: send all of it again.
    pub foreign: ForeignPolicy,
    /// A rate limit for each shard: none.
    pub shard_rate: Option<ShardRate>,
    /// The first wait before the next try: 50 ms, plus a random part of up to the same length. It doubles
    /// each time.
    pub backoff_min: Duration,
    /// The longest such wait: 5 s, plus a random part of up to the same length.
    pub backoff_max: Duration,
    /// How long to try a user record before it is given up with an error: for ever.
    pub deadline: Option<Duration>,
    /// How often to list the shards: every minute. They are also listed when a record lands on another shard
    /// than predicted.
    pub refresh_interval: Duration,
}

/// The bytes that an unanswered user record counts towards [`PublisherOptions::buffer_bytes`] in addition to
/// its keys and data: for its place in the aggregate and for its receipt.
pub const UNANSWERED_OVERHEAD: usize = 512;

impl Default for PublisherOptions {
    fn default() -> Self {
        Self {
            aggregate_bytes: KPL_SIZE_LIMIT,
            aggregate_records: usize::MAX,
            max_delay: Duration::from_millis(100),
            record_limit: DEFAULT_RECORD_LIMIT,
            request_records: 500,
            request_bytes: 5 << 20,
            requests_in_flight: 8,
            request_timeout: Duration::from_secs(30),
            buffer_bytes: 64 << 20,
            order: Order::default(),
            aggregation: Aggregation::default(),
            foreign: ForeignPolicy::default(),
            shard_rate: None,
            backoff_min: Duration::from_millis(50),
            backoff_max: Duration::from_secs(5),
            deadline: None,
            refresh_interval: Duration::from_secs(60),
        }
    }
}

/// Whether user records of one shard arrive in the order in which they were published.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// No: requests overtake each other, and failed records come later.
    #[default]
    None,
    /// Yes. User records of one partition key also keep their order across splits and merges. One Kinesis
    /// record of a shard is in flight at a time, so a shard takes one aggregate in each round trip.
    WithinShard,
}

/// Whether user records are aggregated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aggregation {
    /// Yes, unless the record distribution of the stream is `AUTO`. Such a stream ignores the keys, so an
    /// aggregate may land on any shard, and a consumer that uses KCL would drop it.
    #[default]
    Auto,
    /// Always, even if the stream ignores the keys: for readers that do not filter.
    Always,
    /// Never: each user record is a Kinesis record.
    Never,
}

/// What to do about an aggregate that landed on a shard that does not own all of its user records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForeignPolicy {
    /// Send all of its user records again, separated by owner. A consumer that uses KCL has dropped the first
    /// copy. A consumer without a filter reads them twice.
    #[default]
    SendAllAgain,
    /// Send again only those that the shard does not own, as the Kinesis Producer Library does. A consumer
    /// that uses KCL loses the others. Use it with readers that filter each user record.
    SendForeignAgain,
}

/// A rate limit for one shard in any second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardRate {
    /// Kinesis records.
    pub records: usize,
    /// Bytes of data and partition keys.
    pub bytes: usize,
}

impl Default for ShardRate {
    /// The service's limit: 1,000 records and 1 MiB.
    fn default() -> Self {
        Self { records: 1000, bytes: 1 << 20 }
    }
}
