//! Publishing many user records and reading them with our consumer.

use std::time::Duration;

use aws_sdk_kinesis::Client;
use kinesis_agg_aws::consumer::{Checkpoint, ConsumedRecord, ConsumerOptions, Filter, StreamConsumer};
use kinesis_agg_aws::publisher::{PublishError, Published, Publisher, PublisherOptions, Receipt};

use crate::records::Owned;

/// Publisher options with which a test need not wait long.
pub(crate) fn quick() -> PublisherOptions {
    PublisherOptions {
        aggregate_bytes: 4096,
        max_delay: Duration::from_millis(20),
        backoff_min: Duration::from_millis(2),
        backoff_max: Duration::from_millis(50),
        request_timeout: Duration::from_secs(20),
        ..PublisherOptions::default()
    }
}

/// Consumer options with which a test need not wait long.
pub(crate) fn eager(filter: Filter) -> ConsumerOptions {
    ConsumerOptions {
        filter,
        records_per_request: 500,
        request_interval: Duration::from_millis(1),
        idle_interval: Duration::from_millis(5),
        backoff_min: Duration::from_millis(2),
        backoff_max: Duration::from_millis(50),
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
        answers.push(receipt.await);
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

/// The next user record; `None` when for a second there was none.
pub(crate) async fn next(consumer: &mut StreamConsumer) -> Option<ConsumedRecord> {
    tokio::time::timeout(Duration::from_secs(1), consumer.next()).await.ok().map(Result::unwrap)
}

/// Everything that a consumer with this filter reads, until nothing more comes.
pub(crate) async fn consume(client: &Client, filter: Filter) -> Vec<ConsumedRecord> {
    let consumer = StreamConsumer::open(client.clone(), "stream", Checkpoint::new(), eager(filter));
    let mut consumer = consumer.await.unwrap();
    let mut records = Vec::new();
    while let Some(record) = next(&mut consumer).await {
        records.push(record);
    }
    records
}
