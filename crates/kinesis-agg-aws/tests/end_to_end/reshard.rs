//! The stream is resharded while requests are in flight. The test controls the order of events.

use std::collections::HashSet;
use std::time::Duration;

use kinesis_agg_aws::consumer::{Checkpoint, Filter, StreamConsumer};
use kinesis_agg_aws::publisher::{Order, Publisher, PublisherMetrics, PublisherOptions};

use crate::gate::{Gate, within_patience};
use crate::oracle::{Found, assert_in_order, assert_none_lost, foreign, read_all};
use crate::records::{Owned, records};
use crate::run::{answers, consume, eager, next, owned, publish, quick, start};
use crate::server::{Fault, Server};

/// With these, a small part of 100,000 user records is in flight. Aggregates are sent when they are full or
/// flushed, never by the clock.
fn options(order: Order) -> PublisherOptions {
    PublisherOptions {
        order,
        aggregate_bytes: 32 << 10,
        requests_in_flight: 2,
        request_records: 2,
        max_delay: Duration::MAX,
        ..quick()
    }
}

/// The most requests, aggregates and bytes of aggregates in flight for one shard, which are sent again if it
/// is split. `docs/publishing.md` has the same formula.
fn in_flight(options: &PublisherOptions) -> (usize, usize, usize) {
    let request_bytes = options.request_bytes.min(options.request_records * options.aggregate_bytes);
    match options.order {
        Order::None => {
            let requests = options.requests_in_flight;
            (requests, requests * options.request_records, requests * request_bytes)
        }
        Order::WithinShard => (1, 1, options.aggregate_bytes),
    }
}

/// Checks what `splits` splits have doubled. Returns the number of aggregates that were sent again.
async fn assert_bounded(
    server: &Server,
    found: &[Found],
    published: &[Owned],
    (options, metrics): (&PublisherOptions, &PublisherMetrics),
    splits: usize,
) -> usize {
    let place = |found: &Found| (found.shard_id.clone(), found.sequence_number.clone());
    let strangers = foreign(&server.client, "stream", found).await;
    let aggregates: HashSet<_> = strangers.iter().map(place).collect();
    let sent_again: Vec<_> = found.iter().filter(|found| aggregates.contains(&place(found))).collect();
    assert_eq!(aggregates.len() as u64, metrics.foreign_aggregates);
    assert_eq!(sent_again.len() as u64, metrics.doubled);
    let doubles = assert_none_lost(found.iter().map(|found| found.record.clone()), published);
    assert_eq!(doubles as u64, metrics.doubled, "doubles are of aggregates that landed on a foreign shard");

    let (_, most, most_bytes) = in_flight(options);
    assert!(aggregates.len() <= splits * most, "{metrics:?}");
    // In an aggregate, a user record takes at least 6 bytes in addition to its data: two for each of three
    // fields.
    let bytes: usize = sent_again.iter().map(|found| found.record.data.len() + 6).sum();
    assert!(bytes <= splits * most_bytes, "{bytes} bytes were sent again: {metrics:?}");
    aggregates.len()
}

/// Publishes user records while the stream is resharded. The records in flight arrive afterwards, by the old
/// list of shards. The publisher gets the new list when everything for other shards is answered.
async fn publish_across(
    server: &Server,
    (publisher, options): (&Publisher, &PublisherOptions),
    records: &[Owned],
    faults: bool,
    reshard: impl Future<Output = ()>,
) {
    let (puts, lists) = (Gate::closed(), Gate::closed());
    let (held_puts, held_lists) = (puts.clone(), lists.clone());
    let mut count = 0;
    server.door(move |asked, _| {
        count += 1;
        match (asked, count % 5) {
            ("PutRecords", _) if !held_puts.is_open() => Fault::HeldBefore(held_puts.clone()),
            ("ListShards", _) if !held_lists.is_open() => Fault::HeldBefore(held_lists.clone()),
            ("PutRecords", 0) if faults => Fault::Entries(vec![0, 2, 3]),
            ("PutRecords", 1) if faults => Fault::ErrorBefore,
            ("ListShards", 2) if faults => Fault::Throttled,
            _ => Fault::None,
        }
    });
    let receipts = publish(publisher, records).await;
    publisher.flush();
    let (requests, ..) = in_flight(options);
    puts.arrived(requests).await;
    let before = server.open_shards("stream").await;
    reshard.await;
    puts.open();

    let after = server.open_shards("stream").await;
    let still_open = |record: &Owned| {
        let owner = before.iter().find(|shard| shard.range.contains(record.hash_key())).unwrap();
        after.contains(owner)
    };
    let (others, resharded): (Vec<_>, Vec<_>) =
        records.iter().zip(receipts).partition(|(record, _)| still_open(record));
    assert_answered(others).await;
    lists.open();
    assert_answered(resharded).await;
}

async fn assert_answered(receipts: Vec<(&Owned, kinesis_agg_aws::publisher::Receipt)>) {
    for answer in answers(receipts.into_iter().map(|(_, receipt)| receipt).collect()).await {
        answer.unwrap();
    }
}

/// Publishes 100,000 user records while shards are split and merged and a consumer reads at the same time.
async fn reshard(order: Order, faults: bool) {
    let server = Server::start().await;
    server.stream("stream", 4).await;
    let options = options(order);
    let publisher = start(&server.client, options.clone()).await;
    let published = records(100_000);

    let client = server.client.clone();
    let count = published.len();
    let along = tokio::spawn(async move {
        let consumer = StreamConsumer::open(client, "stream", Checkpoint::new(), eager(Filter::Kcl));
        let mut consumer = consumer.await.unwrap();
        let mut read: Vec<Owned> = Vec::new();
        while read.len() < count {
            read.push(owned(&within_patience("a user record", consumer.next()).await.unwrap()));
        }
        (consumer, read)
    });

    let (split, merge) =
        (|shard| server.split("stream", shard), |lower, upper| server.merge("stream", lower, upper));
    let publishing = (&publisher, &options);
    let parts: Vec<_> = published.chunks(20_000).collect();
    publish_across(&server, publishing, parts[0], faults, async {}).await;
    publish_across(&server, publishing, parts[1], faults, split("shardId-000000000001")).await; // into 4 and 5
    let merged = merge("shardId-000000000002", "shardId-000000000003"); // into 6
    publish_across(&server, publishing, parts[2], faults, merged).await;
    let both = async {
        split("shardId-000000000000").await; // into 7 and 8
        merge("shardId-000000000004", "shardId-000000000005").await; // into 9
    };
    publish_across(&server, publishing, parts[3], faults, both).await;
    let merged = merge("shardId-000000000008", "shardId-000000000009"); // into 10
    publish_across(&server, publishing, parts[4], faults, merged).await;
    let metrics = publisher.close().await;
    assert!(metrics.reshards > 0, "{metrics:?}");

    let found = read_all(&server.client, "stream").await;
    let sent_again = assert_bounded(&server, &found, &published, (&options, &metrics), 2).await;
    // The publisher learns of the first split from an aggregate of that shard alone, and that aggregate is
    // foreign.
    assert!(sent_again > 0, "a reshard that nobody noticed shows nothing: {metrics:?}");

    // A consumer that uses KCL has dropped foreign aggregates whole, and reads each user record once.
    let (mut consumer, mut once) = within_patience("the consumer", along).await.unwrap();
    let mut ends = server.mark_ends("stream").await;
    while let Some(record) = next(&mut consumer, &mut ends).await {
        once.push(owned(&record));
    }
    assert_eq!(assert_none_lost(once.iter().cloned(), &published), 0);
    let everything: Vec<Owned> = consume(&server, Filter::Nothing).await.iter().map(owned).collect();
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

/// Splits the only shard of a stream while the maximum is in flight. Returns the number of aggregates that
/// were sent again.
async fn split_at_full_flight(options: PublisherOptions) -> usize {
    let server = Server::start().await;
    server.stream("stream", 1).await;
    let publisher = start(&server.client, options.clone()).await;
    // The first requests have what was there when they were made. The following ones are full.
    let (first, full) = (Gate::closed(), Gate::closed());
    let (held_first, held_full) = (first.clone(), full.clone());
    server.door(move |asked, _| match asked {
        "PutRecords" if !held_first.is_open() => Fault::HeldBefore(held_first.clone()),
        "PutRecords" => Fault::HeldBefore(held_full.clone()),
        _ => Fault::None,
    });
    let published = records(5000);
    let receipts = publish(&publisher, &published).await;
    publisher.flush();
    let (requests, ..) = in_flight(&options);
    first.arrived(requests).await;
    first.open();
    full.arrived(requests).await;
    server.split("stream", "shardId-000000000000").await;
    full.open();
    for answer in answers(receipts).await {
        answer.unwrap();
    }
    let metrics = publisher.close().await;
    let found = read_all(&server.client, "stream").await;
    assert_bounded(&server, &found, &published, (&options, &metrics), 1).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_split_sends_again_what_was_in_flight_for_its_shard_and_no_more() {
    assert_eq!(split_at_full_flight(options(Order::None)).await, 4, "2 requests of 2 aggregates");
    assert_eq!(
        split_at_full_flight(options(Order::WithinShard)).await,
        1,
        "one aggregate of a shard at a time"
    );
    // Each request has three aggregates of 32 KiB with their keys, or four that are not quite full.
    let by_bytes =
        PublisherOptions { request_records: 500, request_bytes: 128 << 10, ..options(Order::None) };
    let sent_again = split_at_full_flight(by_bytes).await;
    assert!((6..=8).contains(&sent_again), "{sent_again}");
}
