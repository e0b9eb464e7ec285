//! Without faults, each user record is once on the shard that owns it, and the receipts say where.

use std::collections::HashMap;

use kinesis_agg_aws::publisher::{Order, Publisher, PublisherOptions};

use crate::gate::PATIENCE;
use crate::oracle::{assert_in_order, assert_none_lost, foreign, read_all};
use crate::records::{Owned, records};
use crate::server::Server;

async fn publish_100_000(order: Order, aggregate_bytes: usize) {
    let server = Server::start().await;
    server.stream("stream", 4).await;
    let options =
        PublisherOptions { order, aggregate_bytes, request_timeout: PATIENCE, ..PublisherOptions::default() };
    let publisher = Publisher::start(server.client.clone(), "stream", options).await.unwrap();
    let published = records(100_000);
    let mut receipts = Vec::new();
    for record in &published {
        receipts.push(publisher.publish(&record.as_user_record()).await.unwrap());
    }
    let metrics = publisher.close().await;

    let found = read_all(&server.client, "stream").await;
    assert_eq!(assert_none_lost(found.iter().map(|found| found.record.clone()), &published), 0);
    assert_eq!(foreign(&server.client, "stream", &found).await.len(), 0);
    if order == Order::WithinShard {
        assert_in_order(found.iter().map(|found| &found.record));
    }
    let places: HashMap<Owned, _> = found.into_iter().map(|found| (found.record.clone(), found)).collect();
    for (record, receipt) in published.iter().zip(receipts) {
        let (answer, place) = (receipt.await.unwrap(), &places[record]);
        assert_eq!(*answer.shard_id, *place.shard_id);
        assert_eq!(*answer.sequence_number, *place.sequence_number);
        assert_eq!(answer.sub_sequence_number, place.sub_sequence_number);
        assert_eq!(answer.aggregated, place.aggregated);
    }
    assert_eq!(metrics.user_records, 100_000);
    assert_eq!(metrics.published, 100_000);
    assert_eq!(metrics.aggregated_user_records + metrics.plain_records, 100_000);
    assert_eq!((metrics.failed, metrics.retries, metrics.doubled, metrics.maybe_doubled), (0, 0, 0, 0));
    assert_eq!(metrics.unanswered_bytes, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_user_record_arrives_once_where_it_belongs() {
    publish_100_000(Order::None, 51_200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_user_record_arrives_in_order_where_that_is_asked() {
    publish_100_000(Order::WithinShard, 16_384).await;
}
