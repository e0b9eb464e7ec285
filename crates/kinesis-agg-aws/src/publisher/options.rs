//! What a publisher is told.

use std::time::Duration;

use kinesis_agg::schema::{DEFAULT_RECORD_LIMIT, KPL_SIZE_LIMIT};

/// How a [`Publisher`](crate::publisher::Publisher) aggregates, sends and tries again. The defaults suit a stream as it is created.
///
/// ```
/// use kinesis_agg_aws::publisher::{Order, PublisherOptions};
///
/// let options = PublisherOptions { order: Order::WithinShard, ..PublisherOptions::default() };
/// assert_eq!(options.aggregate_bytes, 51_200);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct PublisherOptions {
    /// The size in bytes at which an aggregate is closed: 51,200, as the Kinesis Producer Library has it.
    pub aggregate_bytes: usize,
    /// How many user records close an aggregate: as many as fit.
    pub aggregate_records: usize,
    /// How long a user record waits for others at most: 100 ms.
    pub max_delay: Duration,
    /// The limit on a Kinesis record in bytes, data and partition key together: 1 MiB, up to 10 MiB where the stream is configured so.
    pub record_limit: usize,
    /// Kinesis records in a request: 500, which is the service's limit.
    pub request_records: usize,
    /// Bytes in a request, data and partition keys: 5 MiB, which every server takes. The service takes 10 MiB.
    pub request_bytes: usize,
    /// Requests in flight at once: 8.
    pub requests_in_flight: usize,
    /// How long an answer is waited for before the request counts as lost: 30 s.
    pub request_timeout: Duration,
    /// User records that are not answered yet, in bytes, [`UNANSWERED_OVERHEAD`] for each included: 64 MiB. Publishing waits for room.
    pub buffer_bytes: usize,
    /// Whether the order within a shard is kept: no.
    pub order: Order,
    /// Whether user records are aggregated: as the stream allows.
    pub aggregation: Aggregation,
    /// What is done about an aggregate that landed on another shard than predicted: all of it is sent again.
    pub foreign: ForeignPolicy,
    /// A limit on what is sent to a shard: none.
    pub shard_rate: Option<ShardRate>,
    /// The first wait before something is tried again: 50 ms, plus up to as much again by chance. It doubles each time.
    pub backoff_min: Duration,
    /// The longest such wait: 5 s, plus up to as much again by chance.
    pub backoff_max: Duration,
    /// How long a user record is tried before it is given up with an error: for ever.
    pub deadline: Option<Duration>,
    /// How often the shards are listed: every minute. They also are when something lands on another shard than predicted.
    pub refresh_interval: Duration,
}

/// What a user record that is not answered yet counts towards [`PublisherOptions::buffer_bytes`] beside its keys and data, in bytes:
/// its place in the aggregate, and the way back to whoever waits for the answer.
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
    /// Requests overtake each other, and what failed comes later.
    #[default]
    None,
    /// They do, and so do those of one partition key, also across splits and merges. One Kinesis record of a shard is in flight at a
    /// time, so a shard takes one aggregate for each round trip.
    WithinShard,
}

/// Whether user records are aggregated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aggregation {
    /// Unless the record distribution of the stream is `AUTO`: it ignores the keys, so that an aggregate may land on any shard,
    /// and a consumer that uses KCL would drop it.
    #[default]
    Auto,
    /// Always, also where the stream ignores the keys: for readers that filter nothing.
    Always,
    /// Never: each user record is a Kinesis record.
    Never,
}

/// What is done about an aggregate that landed on a shard that does not own all of its user records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ForeignPolicy {
    /// All of its user records are sent again, apart by owner. A consumer that uses KCL has dropped the first; one that filters
    /// nothing reads them twice.
    #[default]
    SendAllAgain,
    /// Those that the shard does not own are sent again, as the Kinesis Producer Library does. A consumer that uses KCL loses
    /// the others; it is for readers that filter each user record.
    SendForeignAgain,
}

/// A limit on what is sent to one shard in any second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardRate {
    /// Kinesis records.
    pub records: usize,
    /// Bytes of data and partition keys.
    pub bytes: usize,
}

impl Default for ShardRate {
    /// What the service takes: 1,000 records and 1 MiB.
    fn default() -> Self {
        Self { records: 1000, bytes: 1 << 20 }
    }
}
