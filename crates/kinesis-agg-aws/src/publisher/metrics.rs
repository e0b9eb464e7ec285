//! Counters of a publisher.

/// Counts since the start. All but the last two only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublisherMetrics {
    /// User records accepted.
    pub user_records: u64,
    /// Bytes of their data, keys and tags.
    pub user_bytes: u64,
    /// User records answered as stored.
    pub published: u64,
    /// User records answered with an error.
    pub failed: u64,
    /// Aggregates stored by the service, including those that are sent again because they landed on a foreign
    /// shard.
    pub aggregates: u64,
    /// User records in these aggregates.
    pub aggregated_user_records: u64,
    /// Bytes of these aggregates.
    pub aggregate_bytes: u64,
    /// Plain Kinesis records stored by the service.
    pub plain_records: u64,
    /// Bytes of data of these.
    pub plain_bytes: u64,
    /// `PutRecords` requests sent.
    pub requests: u64,
    /// Requests with a lost answer. Their Kinesis records may have been stored, and are sent again.
    pub lost_answers: u64,
    /// User records in these, counted each time. At most this many are in the stream twice for that reason.
    pub maybe_doubled: u64,
    /// Kinesis records that were refused for now and are tried again, counted each time.
    pub retries: u64,
    /// Aggregates that landed on a shard which does not own all of their user records.
    pub foreign_aggregates: u64,
    /// User records sent again for that reason. Each of them is in the stream twice.
    pub doubled: u64,
    /// The number of changes of the stream's shards.
    pub reshards: u64,
    /// The size in bytes at which an aggregate is closed, to compute how full aggregates are.
    pub aggregate_limit: u64,
    /// Bytes of unanswered user records, including the overhead of each.
    pub unanswered_bytes: u64,
}

impl PublisherMetrics {
    /// How full aggregates were on average. 1.0 is the size limit. `None` before the first one.
    #[expect(clippy::as_conversions, reason = "a ratio needs no more precision than a float has")]
    pub fn fill(&self) -> Option<f64> {
        let room = self.aggregates.saturating_mul(self.aggregate_limit);
        (room > 0).then(|| self.aggregate_bytes as f64 / room as f64)
    }

    /// Kinesis records stored by the service, aggregates and plain ones.
    pub fn kinesis_records(&self) -> u64 {
        self.aggregates.saturating_add(self.plain_records)
    }
}

/// Counts up, without overflow.
pub(crate) fn grow(count: &mut u64, by: usize) {
    *count = count.saturating_add(by.try_into().unwrap_or(u64::MAX));
}
