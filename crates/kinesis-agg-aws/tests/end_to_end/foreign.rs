//! Aggregates that land on another shard than the publisher predicted.

use kinesis_agg_aws::consumer::Filter;
use kinesis_agg_aws::publisher::{ForeignPolicy, PublisherOptions};
use serde_json::{Value, json};

use crate::oracle::{assert_none_lost, read_all};
use crate::records::{Owned, records};
use crate::run::{answers, consume, owned, publish, quick, start};
use crate::server::{Fault, Server};

/// User records whose hash keys are in the lower or in the upper half.
fn of_half(upper: bool, count: u32) -> Vec<Owned> {
    let half = |record: &Owned| (record.hash_key().to_u128() > u128::MAX / 2) == upper;
    records(count).into_iter().filter(half).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aggregate_that_the_actual_shard_owns_is_a_success() {
    let server = Server::start().await;
    server.stream("stream", 1).await;
    let publisher = start(&server.client, quick()).await;
    server.split("stream", "shardId-000000000000").await;
    let published = of_half(true, 5000);
    let receipts = publish(&publisher, &published).await;
    let metrics = publisher.close().await;
    for answer in answers(receipts).await {
        assert_eq!(&*answer.unwrap().shard_id, "shardId-000000000002");
    }
    assert_eq!((metrics.foreign_aggregates, metrics.doubled), (0, 0));
    let found = read_all(&server.client, "stream").await;
    assert_eq!(assert_none_lost(found.into_iter().map(|found| found.record), &published), 0);
}

/// Publishes to a stream that was split after the publisher listed its shards. The publisher gets the new
/// list only after something has landed elsewhere.
async fn split_unseen(
    foreign: ForeignPolicy,
) -> (Server, Vec<Owned>, kinesis_agg_aws::publisher::PublisherMetrics) {
    let server = Server::start().await;
    server.stream("stream", 1).await;
    let options = PublisherOptions { foreign, max_delay: std::time::Duration::MAX, ..quick() };
    let publisher = start(&server.client, options).await;
    server.split("stream", "shardId-000000000000").await;
    let published = records(2000);
    let receipts = publish(&publisher, &published).await;
    let metrics = publisher.close().await;
    let found = read_all(&server.client, "stream").await;
    for (record, answer) in published.iter().zip(answers(receipts).await) {
        let answer = answer.unwrap();
        let place = found.iter().find(|found| {
            *found.sequence_number == *answer.sequence_number
                && found.sub_sequence_number == answer.sub_sequence_number
        });
        assert_eq!(place.unwrap().record, *record, "the receipt says where");
    }
    (server, published, metrics)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_aggregate_is_sent_again_whole() {
    let (server, published, metrics) = split_unseen(ForeignPolicy::SendAllAgain).await;
    assert!(metrics.foreign_aggregates > 0);
    let all: Vec<Owned> = consume(&server, Filter::Nothing).await.iter().map(owned).collect();
    assert_eq!(assert_none_lost(all, &published) as u64, metrics.doubled);
    let kcl: Vec<Owned> = consume(&server, Filter::Kcl).await.iter().map(owned).collect();
    assert_eq!(assert_none_lost(kcl, &published), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn by_name_only_the_foreign_user_records_are_sent_again() {
    let (server, published, metrics) = split_unseen(ForeignPolicy::SendForeignAgain).await;
    assert!(metrics.foreign_aggregates > 0);
    assert_eq!(metrics.doubled, 0);
    let each: Vec<Owned> = consume(&server, Filter::UserRecord).await.iter().map(owned).collect();
    assert_eq!(assert_none_lost(each, &published), 0);
    // The documentation of this policy says so: a consumer that uses KCL loses some.
    assert!(consume(&server, Filter::Kcl).await.len() < published.len());
}

/// The description of a stream that ignores keys, and where it puts records.
fn auto(asked: &str, body: &mut Value, count: &mut u64) -> Fault {
    match asked {
        "DescribeStreamSummary" => Fault::Answer(
            axum::http::StatusCode::OK,
            json!({ "StreamDescriptionSummary": {
                "StreamName": "stream", "StreamARN": "arn:aws:kinesis:us-east-1:000000000000:stream/stream",
                "StreamStatus": "ACTIVE", "RetentionPeriodHours": 24, "StreamCreationTimestamp": 1.7e9,
                "EnhancedMonitoring": [], "OpenShardCount": 4, "RecordDistributionStrategy": "AUTO",
            } }),
        ),
        "PutRecords" => {
            for record in body["Records"].as_array_mut().unwrap() {
                *count += 1;
                let anywhere = (u128::MAX / 4).wrapping_mul(u128::from(*count % 4));
                record["ExplicitHashKey"] = json!(anywhere.to_string());
            }
            Fault::None
        }
        _ => Fault::None,
    }
}

mod ignored_keys {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use kinesis_agg::{Aggregator, UserRecord};
    use kinesis_agg_aws::publisher::{Aggregation, PublishError};
    use tracing::span;

    use super::*;

    /// Counts warnings.
    #[derive(Clone, Default)]
    struct Warnings(std::sync::Arc<AtomicUsize>);

    impl tracing::Subscriber for Warnings {
        fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
            *metadata.level() == tracing::Level::WARN && metadata.target().starts_with("kinesis_agg_aws")
        }
        fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
            span::Id::from_u64(1)
        }
        fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
        fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
        fn event(&self, _: &tracing::Event<'_>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        fn enter(&self, _: &span::Id) {}
        fn exit(&self, _: &span::Id) {}
    }

    /// An aggregate that a user may have made.
    fn aggregate() -> Vec<u8> {
        let mut aggregator = Aggregator::new([0; 64]);
        aggregator.add(&UserRecord::new("a", "b")).unwrap();
        aggregator.finish().unwrap().data.to_vec()
    }

    #[tokio::test]
    async fn a_stream_that_ignores_keys_gets_plain_records_and_that_is_said_once() {
        let warnings = Warnings::default();
        let _guard = tracing::subscriber::set_default(warnings.clone());
        let server = Server::start().await;
        server.stream("stream", 4).await;
        let mut count = 0;
        server.door(move |asked, body| auto(asked, body, &mut count));
        let refresh_interval = std::time::Duration::from_millis(1);
        let publisher = start(&server.client, PublisherOptions { refresh_interval, ..quick() }).await;
        assert!(publisher.sends_plain_records());
        let published = records(5000);
        let receipts = publish(&publisher, &published).await;
        let data = aggregate();
        let refused = publisher.publish(&UserRecord::new("a", &data)).await;
        assert_eq!(refused.unwrap_err(), PublishError::AlreadyAggregated);
        let metrics = publisher.close().await;
        assert!(answers(receipts).await.into_iter().all(|answer| !answer.unwrap().aggregated));
        assert_eq!((metrics.aggregates, metrics.plain_records, metrics.doubled), (0, 5000, 0));
        let found = consume(&server, Filter::Kcl).await;
        // Readers do not see the explicit hash keys of plain records.
        let plain: Vec<_> =
            published.into_iter().map(|record| Owned { explicit_hash_key: None, ..record }).collect();
        assert_eq!(assert_none_lost(found.iter().map(owned), &plain), 0);
        assert_eq!(warnings.0.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn it_gets_aggregates_where_that_is_asked_and_none_is_foreign() {
        let server = Server::start().await;
        server.stream("stream", 4).await;
        let mut count = 0;
        server.door(move |asked, body| auto(asked, body, &mut count));
        let aggregation = Aggregation::Always;
        let publisher = start(&server.client, PublisherOptions { aggregation, ..quick() }).await;
        let published = records(5000);
        let receipts = publish(&publisher, &published).await;
        let data = aggregate();
        let nested = publisher.publish(&UserRecord::new("a", &data)).await.unwrap();
        let metrics = publisher.close().await;
        assert!(answers(receipts).await.iter().all(Result::is_ok));
        nested.await.unwrap();
        assert!(metrics.aggregates > 0);
        assert_eq!((metrics.foreign_aggregates, metrics.doubled), (0, 0));
        let mut found: Vec<_> = consume(&server, Filter::Nothing).await.iter().map(owned).collect();
        found.retain(|record| record.partition_key != "a");
        assert_eq!(assert_none_lost(found, &published), 0);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_user_record_that_is_an_aggregate_is_refused_wherever_it_would_go_out_plain() {
        let server = Server::start().await;
        server.stream("stream", 1).await;
        let data = aggregate();
        let record = UserRecord::new("a", &data);
        let never = PublisherOptions { aggregation: Aggregation::Never, ..quick() };
        let publisher = start(&server.client, never).await;
        assert_eq!(publisher.publish(&record).await.unwrap_err(), PublishError::AlreadyAggregated);
        // In an aggregate it is ordinary data, even if it is alone.
        let publisher = start(&server.client, quick()).await;
        let receipt = publisher.publish(&record).await.unwrap();
        publisher.close().await;
        assert!(receipt.await.unwrap().aggregated);
        let found = consume(&server, Filter::Nothing).await;
        assert_eq!(found.iter().map(|record| record.data.to_vec()).collect::<Vec<_>>(), [data]);
    }
}
