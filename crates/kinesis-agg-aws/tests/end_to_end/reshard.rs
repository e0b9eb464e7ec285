//! The stream is resharded in the middle.

use std::time::Duration;

use kinesis_agg_aws::consumer::{Checkpoint, Filter, StreamConsumer};
use kinesis_agg_aws::publisher::{Order, PublisherOptions};

use crate::oracle::{assert_in_order, assert_none_lost, foreign, read_all};
use crate::records::{Owned, records};
use crate::run::{answers, consume, eager, next, owned, publish, quick, start};
use crate::server::{Fault, Server};

/// Publishes 100,000 user records while shards are split and merged, and a consumer reads along.
async fn reshard(order: Order, faults: bool) {
    let server = Server::start().await;
    server.stream("stream", 4).await;
    let publisher = start(&server.client, PublisherOptions { order, ..quick() }).await;
    let published = records(100_000);

    let client = server.client.clone();
    let count = published.len();
    let along = tokio::spawn(async move {
        let consumer = StreamConsumer::open(client, "stream", Checkpoint::new(), eager(Filter::Kcl));
        let mut consumer = consumer.await.unwrap();
        let mut read: Vec<Owned> = Vec::new();
        while read.len() < count {
            read.push(owned(&consumer.next().await.unwrap()));
        }
        while let Some(record) = next(&mut consumer).await {
            read.push(owned(&record));
        }
        read
    });

    if faults {
        let mut count = 0;
        server.door(move |asked, _| {
            count += 1;
            match (asked, count % 5) {
                ("PutRecords", 0) => Fault::Entries(vec![0, 2, 3]),
                ("PutRecords", 1) => Fault::ErrorBefore,
                ("ListShards", 2) => Fault::Throttled,
                _ => Fault::None,
            }
        });
    }
    let mut receipts = Vec::new();
    for (part, records) in published.chunks(20_000).enumerate() {
        match part {
            1 => server.split("stream", "shardId-000000000001").await, // into 4 and 5
            2 => {
                // Only the split can have been noticed, by an aggregate of the shard that was split.
                while publisher.metrics().reshards == 0 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                server.merge("stream", "shardId-000000000002", "shardId-000000000003").await; // into 6
            }
            3 => {
                server.split("stream", "shardId-000000000000").await; // into 7 and 8
                server.merge("stream", "shardId-000000000004", "shardId-000000000005").await; // into 9
            }
            4 => server.merge("stream", "shardId-000000000008", "shardId-000000000009").await, // into 10
            _ => {}
        }
        receipts.extend(publish(&publisher, records).await);
    }
    let metrics = publisher.close().await;
    for answer in answers(receipts).await {
        answer.unwrap();
    }
    assert!(metrics.reshards > 0, "{metrics:?}");

    let found = read_all(&server.client, "stream").await;
    let doubles = assert_none_lost(found.iter().map(|found| found.record.clone()), &published) as u64;
    assert_eq!(doubles, metrics.doubled, "doubles are of aggregates that landed on a foreign shard");
    assert!(metrics.foreign_aggregates > 0, "a reshard that nobody noticed shows nothing: {metrics:?}");
    assert!(doubles < 20_000, "{metrics:?}");
    let strangers = foreign(&server.client, "stream", &found).await;
    assert!(strangers.len() as u64 <= metrics.doubled);

    // A consumer that uses KCL has dropped what landed on a foreign shard, whole, and reads each once.
    let once = along.await.unwrap();
    assert_eq!(assert_none_lost(once.iter().cloned(), &published), 0);
    let everything: Vec<Owned> = consume(&server.client, Filter::Nothing).await.iter().map(owned).collect();
    assert_eq!(everything.len(), found.len());
    if order == Order::WithinShard {
        assert_in_order(&once);
        assert_in_order(&everything);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_user_record_arrives_once_for_kcl_while_shards_are_split_and_merged() {
    reshard(Order::None, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_is_kept_while_shards_are_split_and_merged() {
    reshard(Order::WithinShard, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_is_kept_while_shards_are_split_and_merged_and_the_server_fails() {
    reshard(Order::WithinShard, true).await;
}
