//! The process is stopped. The consumer resumes from its checkpoint, and the unanswered user records of the
//! publisher are published again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use kinesis_agg_aws::consumer::{
    Checkpoint, ConsumerOptions, Filter, Position, ShardConsumer, StreamConsumer,
};
use kinesis_agg_aws::publisher::{Order, PublishError, PublisherOptions};

use crate::gate::Gate;
use crate::oracle::{assert_in_order, assert_none_lost, read_all};
use crate::records::{Owned, records};
use crate::run::{answers, eager, next, owned, publish, quick, start};
use crate::server::{Fault, Server};

/// A checkpoint as stored in a file.
fn through_text(checkpoint: &Checkpoint) -> Checkpoint {
    let text: BTreeMap<String, String> =
        checkpoint.iter().map(|(id, position)| (id.to_string(), position.to_string())).collect();
    text.iter().map(|(id, position)| (Arc::from(id.as_str()), position.parse().unwrap())).collect()
}

/// Reads everything, stopping and resuming after every `stride` user records.
async fn read_in_pieces(server: &Server, stride: usize, filter: Filter) -> (Vec<Owned>, Checkpoint) {
    let mut ends = server.mark_ends("stream").await;
    let mut checkpoint = Checkpoint::new();
    let mut read = Vec::new();
    loop {
        // A piece is about 8 aggregates.
        let options = ConsumerOptions { records_per_request: 5, ..eager(filter) };
        let consumer = StreamConsumer::open(server.client.clone(), "stream", checkpoint, options);
        let mut consumer = consumer.await.unwrap();
        for _ in 0..stride {
            let Some(record) = next(&mut consumer, &mut ends).await else {
                return (read, consumer.checkpoint());
            };
            read.push(owned(&record));
        }
        checkpoint = through_text(&consumer.checkpoint());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_is_stopped_anywhere_reads_each_user_record_once() {
    let server = Server::start().await;
    server.stream("stream", 4).await;
    let options = PublisherOptions { order: Order::WithinShard, aggregate_bytes: 16 << 10, ..quick() };
    let publisher = start(&server.client, options).await;
    let published = records(100_000);
    let mut receipts = publish(&publisher, &published[..50_000]).await;
    server.split("stream", "shardId-000000000002").await;
    server.merge("stream", "shardId-000000000000", "shardId-000000000001").await;
    receipts.extend(publish(&publisher, &published[50_000..]).await);
    publisher.close().await;
    for answer in answers(receipts).await {
        answer.unwrap();
    }
    let (read, checkpoint) = read_in_pieces(&server, 977, Filter::Kcl).await;
    assert_eq!(assert_none_lost(read.iter().cloned(), &published), 0);
    assert_in_order(&read);
    let ended = checkpoint.values().filter(|position| **position == Position::ShardEnd).count();
    assert_eq!((ended, checkpoint.len()), (3, 7), "{checkpoint:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_can_be_resumed_at_every_user_record_of_an_aggregate() {
    let server = Server::start().await;
    server.stream("stream", 1).await;
    let publisher = start(&server.client, PublisherOptions { order: Order::WithinShard, ..quick() }).await;
    let published = records(60);
    let receipts = publish(&publisher, &published).await;
    publisher.close().await;
    let first = answers(receipts).await[0].clone().unwrap();
    let client = || server.client.clone();
    let open = |position: Position| {
        ShardConsumer::open(client(), "stream", &first.shard_id, position, eager(Filter::Nothing))
    };

    let mut all = open(Position::TrimHorizon).await.unwrap();
    for number in 0..published.len() {
        let record = all.next().await.unwrap().unwrap();
        let positions = [record.position(), all.position().clone()];
        for position in positions {
            let mut resumed = open(position.to_string().parse().unwrap()).await.unwrap();
            for expected in published.iter().skip(number + 1).take(3) {
                assert_eq!(owned(&resumed.next().await.unwrap().unwrap()), *expected, "after {position}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_publisher_that_is_stopped_says_which_user_records_to_publish_again() {
    let server = Server::start().await;
    server.stream("stream", 4).await;
    let published = records(100_000);
    // 25,000 user records make about 400 aggregates, so there are more than 28 requests.
    let options = PublisherOptions { request_records: 10, ..quick() };
    let mut again = Vec::new();
    let mut maybe = 0;
    for part in published.chunks(25_000) {
        // 20 requests are answered. The following ones are not, and half of them are stored.
        let gate = Gate::closed();
        let held = gate.clone();
        let mut count = 0;
        server.door(move |asked, _| {
            count += u32::from(asked == "PutRecords");
            match asked {
                "PutRecords" if count <= 20 => Fault::None,
                "PutRecords" if count % 2 == 0 => Fault::HeldBefore(held.clone()),
                "PutRecords" => Fault::HeldAfter(held.clone()),
                _ => Fault::None,
            }
        });
        let now = [&again, part].concat();
        let publisher = start(&server.client, options.clone()).await;
        let receipts = publish(&publisher, &now).await;
        gate.arrived(options.requests_in_flight).await;
        publisher.close_within(Duration::ZERO).await;
        again.clear();
        for (record, answer) in now.iter().zip(answers(receipts).await) {
            match answer {
                Ok(_) => {}
                Err(PublishError::Closed { maybe_written }) => {
                    maybe += usize::from(maybe_written);
                    again.push(record.clone());
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
    server.door(|_, _| Fault::None);
    let publisher = start(&server.client, options).await;
    let receipts = publish(&publisher, &again).await;
    publisher.close().await;
    assert!(answers(receipts).await.iter().all(Result::is_ok));
    let found = read_all(&server.client, "stream").await;
    let doubles = assert_none_lost(found.into_iter().map(|found| found.record), &published);
    assert!(doubles > 0, "requests were stored whose answers nobody waited for");
    assert!(doubles <= maybe, "{doubles} doubles where {maybe} user records may have been written");
}
