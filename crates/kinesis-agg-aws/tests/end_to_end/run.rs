//! Publishes many user records and reads them with our consumer.

use std::time::Duration;

use aws_sdk_kinesis::Client;
use kinesis_agg_aws::consumer::{Checkpoint, ConsumedRecord, ConsumerOptions, Filter, StreamConsumer};
use kinesis_agg_aws::publisher::{PublishError, Published, Publisher, PublisherOptions, Receipt};

use crate::gate::{PATIENCE, within_patience};
use crate::records::Owned;
use crate::server::{Ends, Server};

/// Publisher options with short waits. The shards are listed when something has landed elsewhere, never by
/// the clock.
pub(crate) fn quick() -> PublisherOptions {
    PublisherOptions {
        aggregate_bytes: 8192,
        max_delay: Duration::from_millis(20),
        backoff_min: Duration::from_millis(2),
        backoff_max: Duration::from_millis(50),
        request_timeout: PATIENCE,
        refresh_interval: Duration::MAX,
        ..PublisherOptions::default()
    }
}

/// Consumer options with short waits.
pub(crate) fn eager(filter: Filter) -> ConsumerOptions {
    ConsumerOptions {
        filter,
        records_per_request: 500,
        request_interval: Duration::from_millis(1),
        idle_interval: Duration::from_millis(50),
        backoff_min: Duration::from_millis(2),
        backoff_max: Duration::from_millis(50),
        request_timeout: PATIENCE,
        ..ConsumerOptions::default()
    }
}

pub(crate) async fn start(client: &Client, options: PublisherOptions) -> Publisher {
    Publisher::start(client.clone(), "stream", options).await.unwrap()
}

pub(crate) async fn publish(publisher: &Publisher, records: &[Owned]) -> Vec<Receipt> {
    let mut receipts = Vec::new();
    for record in records {
        receipts.push(publisher.publish(&record.as_user_record()).await.unwrap());
    }
    receipts
}

pub(crate) async fn answers(receipts: Vec<Receipt>) -> Vec<Result<Published, PublishError>> {
    let mut answers = Vec::new();
    for receipt in receipts {
        answers.push(within_patience("an answer to a user record", receipt).await);
    }
    answers
}

pub(crate) fn owned(record: &ConsumedRecord) -> Owned {
    Owned {
        partition_key: record.partition_key.to_string(),
        explicit_hash_key: record.explicit_hash_key.as_ref().map(ToString::to_string),
        data: record.data.to_vec(),
    }
}

/// The next user record before these ends; `None` when all ends were reached.
pub(crate) async fn next(consumer: &mut StreamConsumer, ends: &mut Ends) -> Option<ConsumedRecord> {
    while !ends.are_reached() {
        let record = within_patience("a user record", consumer.next()).await.unwrap();
        if !ends.take(&record) {
            return Some(record);
        }
    }
    None
}

/// Everything that a consumer with this filter reads of the current stream.
pub(crate) async fn consume(server: &Server, filter: Filter) -> Vec<ConsumedRecord> {
    let client = server.client.clone();
    let consumer = StreamConsumer::open(client, "stream", Checkpoint::new(), eager(filter));
    let mut consumer = consumer.await.unwrap();
    let mut ends = server.mark_ends("stream").await;
    let mut records = Vec::new();
    while let Some(record) = next(&mut consumer, &mut ends).await {
        records.push(record);
    }
    records
}
