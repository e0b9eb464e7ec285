//! The server refuses, fails, throttles and cuts connections. Nothing is lost, and every double is accounted
//! for.

use std::collections::HashSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use base64::prelude::{BASE64_STANDARD, Engine};
use kinesis_agg::deaggregate;
use kinesis_agg_aws::consumer::Filter;
use kinesis_agg_aws::publisher::{Aggregation, Order, PublishError, PublisherMetrics, PublisherOptions};
use serde_json::Value;

use crate::gate::Gate;
use crate::oracle::{assert_in_order, assert_none_lost, foreign, read_all};
use crate::records::{Owned, records};
use crate::run::{answers, consume, owned, publish, quick, start};
use crate::server::{Fault, Server};

/// A pseudo-random sequence of numbers, the same in every run.
fn numbers() -> impl FnMut(u64) -> u64 {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    }
}

/// Publishes 100,000 user records to a server with this door. Returns how many are doubled.
async fn publish_through(
    options: PublisherOptions,
    door: impl FnMut(&str, &mut Value) -> Fault + Send + 'static,
) -> (usize, PublisherMetrics, Vec<Owned>) {
    let server = Server::start().await;
    server.stream("stream", 4).await;
    let order = options.order;
    let publisher = start(&server.client, options).await;
    server.door(door);
    let published = records(100_000);
    let receipts = publish(&publisher, &published).await;
    let metrics = publisher.close().await;
    server.door(|_, _| Fault::None);
    for answer in answers(receipts).await {
        answer.unwrap();
    }
    assert_eq!((metrics.published, metrics.failed), (100_000, 0));
    let found = read_all(&server.client, "stream").await;
    let doubles = assert_none_lost(found.iter().map(|found| found.record.clone()), &published);
    assert_eq!(foreign(&server.client, "stream", &found).await.len(), 0);
    let consumed: Vec<Owned> = consume(&server, Filter::Kcl).await.iter().map(owned).collect();
    assert_eq!(consumed.len(), found.len(), "the consumer reads what is there");
    assert_none_lost(consumed.iter().cloned(), &published);
    if order == Order::WithinShard {
        assert_in_order(&consumed);
    }
    (doubles, metrics, consumed)
}

/// The positions of the refused entries in a request. Whether the nth entry is refused depends only on n.
fn a_third(body: &Value, number: &mut impl FnMut(u64) -> u64) -> Vec<usize> {
    let entries = body["Records"].as_array().unwrap().len();
    (0..entries).filter(|_| number(3) == 0).collect()
}

/// Publishes to a server that refuses a third of the entries.
async fn refuse_a_third(order: Order) {
    let refused = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&refused);
    let mut number = numbers();
    let options = PublisherOptions { order, ..quick() };
    let (doubles, metrics, _) = publish_through(options, move |asked, body| match asked {
        "PutRecords" => {
            let entries = a_third(body, &mut number);
            count.fetch_add(entries.len() as u64, Ordering::Relaxed);
            Fault::Entries(entries)
        }
        _ => Fault::None,
    })
    .await;
    assert_eq!((doubles, metrics.maybe_doubled), (0, 0));
    assert_eq!(metrics.retries, refused.load(Ordering::Relaxed));
    // The user records fill 1,600 aggregates, which take 2,400 entries when a third of these is refused.
    assert!(metrics.retries > 500, "{metrics:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_were_refused_are_sent_again_and_no_others() {
    refuse_a_third(Order::None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_is_kept_when_entries_are_refused() {
    refuse_a_third(Order::WithinShard).await;
}

/// Every kind of fault, on a good third of the requests. The data of requests with a lost answer is kept for
/// comparison.
async fn everything_fails(order: Order) {
    let unanswered: Arc<Mutex<Vec<String>>> = Arc::default();
    let aside = Arc::clone(&unanswered);
    let (mut fate, mut entry) = (numbers(), numbers());
    // The user records fill 400 aggregates, so there are at least 100 requests, and every fault happens.
    let options = PublisherOptions { order, aggregate_bytes: 32 << 10, request_records: 4, ..quick() };
    let (doubles, metrics, consumed) = publish_through(options, move |asked, body| {
        let fault = match (asked, fate(16)) {
            (_, 0) => Fault::ErrorBefore,
            (_, 1) => Fault::Throttled,
            (_, 2) => Fault::CutBefore,
            (_, 3) => Fault::ErrorAfter,
            (_, 4) => Fault::CutAfter,
            ("PutRecords", 5) => Fault::Entries(a_third(body, &mut entry)),
            _ => Fault::None,
        };
        if asked == "PutRecords" && matches!(fault, Fault::ErrorAfter | Fault::CutAfter) {
            let records = body["Records"].as_array().unwrap().iter();
            aside.lock().unwrap().extend(records.map(|record| record["Data"].as_str().unwrap().to_owned()));
        }
        fault
    })
    .await;
    let mut may_be_double = HashSet::new();
    for data in unanswered.lock().unwrap().iter() {
        let data = BASE64_STANDARD.decode(data).unwrap();
        may_be_double.extend(deaggregate("", &data).map(|record| record.data.to_vec()));
    }
    let mut seen = HashSet::new();
    let double: HashSet<_> = consumed.into_iter().filter(|record| !seen.insert(record.clone())).collect();
    assert!(double.iter().all(|record| may_be_double.contains(&record.data)));
    assert!(doubles > 0 && doubles as u64 <= metrics.maybe_doubled, "{doubles} doubles, {metrics:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_everything_fails_and_doubles_are_of_lost_answers_alone() {
    everything_fails(Order::None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_is_kept_when_everything_fails() {
    everything_fails(Order::WithinShard).await;
}

/// The server refuses a whole request because of one partition key, whose length it counts in bytes. The
/// service accepts the key.
#[tokio::test(flavor = "multi_thread")]
async fn a_user_record_that_the_server_refuses_takes_no_others_with_it() {
    let server = Server::start().await;
    server.stream("stream", 4).await;
    let options = PublisherOptions { aggregation: Aggregation::Never, ..quick() };
    let publisher = start(&server.client, options).await;
    let mut published = records(300);
    published[150].partition_key = "😀".repeat(256);
    let receipts = publish(&publisher, &published).await;
    let metrics = publisher.close().await;
    for (number, answer) in answers(receipts).await.into_iter().enumerate() {
        match answer {
            Err(PublishError::Refused { maybe_written: false, .. }) => assert_eq!(number, 150),
            answer => assert!(number != 150 && answer.is_ok(), "{number}: {answer:?}"),
        }
    }
    assert_eq!((metrics.published, metrics.failed), (299, 1));
}

/// The server accepts 1 MiB for a shard in a second, as the service does.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_at_the_limits_of_a_shard() {
    let server = Server::with_limits().await;
    server.stream("stream", 1).await;
    let options = PublisherOptions { aggregation: Aggregation::Never, requests_in_flight: 1, ..quick() };
    let publisher = start(&server.client, options).await;
    // 2.25 MB in two requests: the first has what was there when it was made, the second has the rest. So one
    // of them is larger than what the shard accepts in a second.
    let gate = Gate::closed();
    let held = gate.clone();
    server.door(move |_, _| Fault::HeldBefore(held.clone()));
    let mut published = records(450);
    published.iter_mut().for_each(|record| record.data.resize(5000, 0));
    let receipts = publish(&publisher, &published).await;
    gate.open();
    let metrics = publisher.close().await;
    assert!(answers(receipts).await.iter().all(Result::is_ok));
    assert!(metrics.retries > 0, "{metrics:?}");
    let found = read_all(&server.client, "stream").await;
    let plain: Vec<Owned> =
        published.into_iter().map(|record| Owned { explicit_hash_key: None, ..record }).collect();
    assert_eq!(assert_none_lost(found.into_iter().map(|found| found.record), &plain), 0);
}
