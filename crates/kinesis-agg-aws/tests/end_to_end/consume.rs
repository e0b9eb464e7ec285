//! The consumer survives any answer of the service, and always makes progress.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_sdk_kinesis::primitives::Blob;
use axum::http::StatusCode;
use kinesis_agg::{Aggregator, HashKeyRange, UserRecord};
use kinesis_agg_aws::consumer::{
    Checkpoint, ConsumeError, ConsumerOptions, Filter, Position, ShardConsumer, StreamConsumer,
};
use kinesis_agg_aws::shards::list_shards;
use serde_json::json;

use crate::gate::{Gate, within_patience};
use crate::oracle::assert_none_lost;
use crate::records::{Owned, records};
use crate::run::{answers, consume, eager, next, owned, publish, quick, start};
use crate::server::{Fault, Server};

async fn published(server: &Server, count: u32) -> Vec<Owned> {
    server.stream("stream", 2).await;
    let publisher = start(&server.client, quick()).await;
    let published = records(count);
    let receipts = publish(&publisher, &published).await;
    publisher.close().await;
    assert!(answers(receipts).await.iter().all(Result::is_ok));
    published
}

#[tokio::test(flavor = "multi_thread")]
async fn expired_iterators_throttling_errors_and_empty_answers_are_survived() {
    let server = Server::start().await;
    let published = published(&server, 20_000).await;
    let mut count = 0;
    server.door(move |asked, body| {
        count += 1;
        match (asked, count % 9) {
            ("GetRecords", 1) => Fault::Answer(
                StatusCode::BAD_REQUEST,
                json!({ "__type": "ExpiredIteratorException", "message": "Iterator expired." }),
            ),
            ("GetRecords", 3) => {
                let iterator = body["ShardIterator"].clone();
                let answer =
                    json!({ "Records": [], "NextShardIterator": iterator, "MillisBehindLatest": 5000 });
                Fault::Answer(StatusCode::OK, answer)
            }
            (_, 5) => Fault::Throttled,
            (_, 6) => Fault::ErrorBefore,
            (_, 7) => Fault::CutAfter,
            _ => Fault::None,
        }
    });
    let options = ConsumerOptions { records_per_request: 7, ..eager(Filter::Nothing) };
    let consumer = StreamConsumer::open(server.client.clone(), "stream", Checkpoint::new(), options);
    let mut consumer = consumer.await.unwrap();
    let mut read = Vec::new();
    while read.len() < published.len() {
        read.push(owned(&within_patience("a user record", consumer.next()).await.unwrap()));
    }
    assert_eq!(assert_none_lost(read, &published), 0);
}

/// Puts aggregates of two user records each on a shard that owns none of them, or only the first.
async fn put_foreign(server: &Server, owned: bool) {
    let shards = list_shards(&server.client, "stream").await.unwrap();
    let in_shard = |range: HashKeyRange| range.start.to_string();
    let (here, there) = (in_shard(shards[0].range), in_shard(shards[1].range));
    for _ in 0..3 {
        let mut aggregator = Aggregator::new([0; 256]);
        let first = if owned { &here } else { &there };
        aggregator.add(&UserRecord::new("a", "first").with_explicit_hash_key(&**first)).unwrap();
        aggregator.add(&UserRecord::new("b", "second").with_explicit_hash_key(&*there)).unwrap();
        let data = Blob::new(aggregator.finish().unwrap().data);
        let request = server.client.put_record().stream_name("stream").partition_key("a");
        request.explicit_hash_key(&here).data(data).send().await.unwrap();
    }
}

/// Lets the consumer have one answer without user records to deliver. It has processed that answer when it
/// asks for the next one.
async fn assert_gives_nothing(server: &Server, consumer: &mut ShardConsumer) {
    let second = Gate::closed();
    let held = second.clone();
    let mut count = 0;
    server.door(move |asked, _| {
        count += u32::from(asked == "GetRecords");
        if count < 2 { Fault::None } else { Fault::HeldBefore(held.clone()) }
    });
    tokio::select! {
        record = consumer.next() => panic!("{record:?}"),
        () = second.arrived(1) => {}
    }
    server.door(|_, _| Fault::None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_aggregate_of_which_the_filter_leaves_nothing_advances_the_position() {
    let server = Server::start().await;
    server.stream("stream", 2).await;
    put_foreign(&server, false).await;
    for filter in [Filter::Kcl, Filter::UserRecord] {
        let open = |position| {
            let shard = "shardId-000000000000";
            ShardConsumer::open(server.client.clone(), "stream", shard, position, eager(filter))
        };
        let mut consumer = open(Position::TrimHorizon).await.unwrap();
        assert_gives_nothing(&server, &mut consumer).await;
        let Position::KinesisRecord { sequence_number } = consumer.position() else {
            panic!("{} with {filter:?}", consumer.position());
        };
        // It is past the last one, so nothing is left to read from there without a filter.
        let position = Position::KinesisRecord { sequence_number: Arc::clone(sequence_number) };
        let shard = "shardId-000000000000";
        let client = server.client.clone();
        let unfiltered = ShardConsumer::open(client, "stream", shard, position, eager(Filter::Nothing)).await;
        assert_gives_nothing(&server, &mut unfiltered.unwrap()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_dropped_unless_it_is_asked_for_by_name() {
    let server = Server::start().await;
    server.stream("stream", 2).await;
    put_foreign(&server, true).await;
    for (filter, expected) in [(Filter::Nothing, 6), (Filter::UserRecord, 3), (Filter::Kcl, 0)] {
        assert_eq!(consume(&server, filter).await.len(), expected, "{filter:?}");
    }
    assert_eq!(ConsumerOptions::default().filter, Filter::Nothing);
}

#[tokio::test(flavor = "multi_thread")]
async fn latest_reads_what_comes_after() {
    let server = Server::start().await;
    let _before = published(&server, 100).await;
    let options = ConsumerOptions { start: Position::Latest, ..eager(Filter::Nothing) };
    let consumer = StreamConsumer::open(server.client.clone(), "stream", Checkpoint::new(), options);
    let mut consumer = consumer.await.unwrap();
    // A consumer finds the latest position of a shard before it asks for records. Both positions are known
    // when something is published.
    let gate = Gate::closed();
    let held = gate.clone();
    server.door(move |asked, _| match asked {
        "GetRecords" => Fault::HeldBefore(held.clone()),
        _ => Fault::None,
    });
    tokio::select! {
        record = consumer.next() => panic!("{record:?}"),
        () = gate.arrived(2) => {}
    }
    let publisher = start(&server.client, quick()).await;
    let after: Vec<Owned> = records(200).split_off(100);
    let receipts = publish(&publisher, &after).await;
    publisher.close().await;
    assert!(answers(receipts).await.iter().all(Result::is_ok));
    gate.open();
    let mut ends = server.mark_ends("stream").await;
    let mut read = Vec::new();
    while let Some(record) = next(&mut consumer, &mut ends).await {
        read.push(owned(&record));
    }
    assert_eq!(assert_none_lost(read, &after), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_waiting_helps_against_is_an_error_and_the_next_call_goes_on() {
    let server = Server::start().await;
    let published = published(&server, 100).await;
    let denied = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&denied);
    server.door(move |asked, _| match asked {
        "GetRecords" if count.fetch_add(1, Ordering::Relaxed) < 2 => Fault::Answer(
            StatusCode::BAD_REQUEST,
            json!({ "__type": "AccessDeniedException", "message": "no" }),
        ),
        _ => Fault::None,
    });
    let consumer =
        StreamConsumer::open(server.client.clone(), "stream", Checkpoint::new(), eager(Filter::Nothing));
    let mut consumer = consumer.await.unwrap();
    let (mut errors, mut read) = (0, Vec::new());
    while read.len() < published.len() {
        match within_patience("a user record", consumer.next()).await {
            Ok(record) => read.push(owned(&record)),
            Err(ConsumeError::Records { .. }) => errors += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(errors, 2);
    assert_eq!(assert_none_lost(read, &published), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn shards_are_listed_page_after_page() {
    let server = Server::start().await;
    server.door(|asked, body| match asked {
        "ListShards" => {
            assert!(body["StreamName"].is_null() || body["NextToken"].is_null(), "the service takes either");
            let page = body["NextToken"].as_str().map_or(0, |token| token.parse::<usize>().unwrap());
            let shards: Vec<_> = (page * 3..(page * 3 + 3).min(8))
                .map(|index| {
                    let range = HashKeyRange::of_even_split(index, 8).unwrap();
                    json!({
                        "ShardId": format!("shardId-{index:012}"),
                        "HashKeyRange": {
                            "StartingHashKey": range.start.to_string(), "EndingHashKey": range.end.to_string(),
                        },
                        "SequenceNumberRange": { "StartingSequenceNumber": "1" },
                    })
                })
                .collect();
            let mut answer = json!({ "Shards": shards });
            if page < 2 {
                answer["NextToken"] = json!((page + 1).to_string());
            }
            Fault::Answer(StatusCode::OK, answer)
        }
        _ => Fault::None,
    });
    let shards = list_shards(&server.client, "stream").await.unwrap();
    let ids: Vec<_> = shards.iter().map(|shard| &*shard.id).collect();
    assert_eq!(ids, (0..8).map(|index| format!("shardId-{index:012}")).collect::<Vec<_>>());
}
