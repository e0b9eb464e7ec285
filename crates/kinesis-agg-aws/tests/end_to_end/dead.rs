//! The server is dead: memory stays bounded, publishing waits, nothing is lost, and user records that are
//! given up are reported.

use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use kinesis_agg_aws::publisher::{PublishError, PublisherOptions, TryPublishError, UNANSWERED_OVERHEAD};

use crate::gate::{Gate, within_patience};
use crate::oracle::{assert_none_lost, read_all};
use crate::records::records;
use crate::run::{answers, publish, quick, start};
use crate::server::{Fault, Server};

const BUFFER: usize = 1 << 20;

/// A server that cuts every connection until the gate opens.
async fn dead() -> (Server, Gate) {
    let server = Server::start().await;
    server.stream("stream", 4).await;
    let alive = Gate::closed();
    let lives = alive.clone();
    server.door(move |asked, _| match asked {
        "PutRecords" if !lives.is_open() => {
            lives.arrive();
            Fault::CutBefore
        }
        _ => Fault::None,
    });
    (server, alive)
}

#[tokio::test(flavor = "multi_thread")]
async fn publishing_waits_for_a_dead_server_in_bounded_memory_and_goes_on_when_it_lives() {
    let (server, alive) = dead().await;
    let publisher = start(&server.client, PublisherOptions { buffer_bytes: BUFFER, ..quick() }).await;
    let published = records(20_000);
    let mut receipts = Vec::new();
    let mut waiting = published.iter();
    let first_refused = loop {
        let record = waiting.next().unwrap();
        match publisher.try_publish(&record.as_user_record()) {
            Ok(receipt) => receipts.push(receipt),
            Err(TryPublishError::NoRoom) => break record,
            Err(error) => panic!("{error}"),
        }
    };
    // As many as the buffer has room for, exactly.
    let cost = |record: &crate::records::Owned| {
        let keys = record.partition_key.len() + record.explicit_hash_key.as_ref().map_or(0, String::len);
        record.data.len() + keys + UNANSWERED_OVERHEAD
    };
    let taken: usize = published[..receipts.len()].iter().map(cost).sum();
    assert!(taken <= BUFFER && taken + cost(first_refused) > BUFFER);
    assert_eq!(publisher.metrics().unanswered_bytes, taken as u64);

    // A caller that can wait does.
    let late = first_refused.as_user_record();
    let mut waits = pin!(publisher.publish(&late));
    assert!(waits.as_mut().now_or_never().is_none());
    alive.arrived(20).await;
    assert!(waits.as_mut().now_or_never().is_none());
    assert_eq!(publisher.metrics().user_records, receipts.len() as u64);

    alive.open();
    receipts.push(within_patience("room in the buffer", waits).await.unwrap());
    let rest: Vec<_> = waiting.cloned().collect();
    receipts.extend(publish(&publisher, &rest).await);
    let metrics = publisher.close().await;
    assert!(answers(receipts).await.iter().all(Result::is_ok));
    assert_eq!(metrics.unanswered_bytes, 0);
    let found = read_all(&server.client, "stream").await;
    // The connections were cut before anything was stored.
    assert_eq!(assert_none_lost(found.into_iter().map(|found| found.record), &published), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_deadline_gives_up_is_answered() {
    let (server, _) = dead().await;
    let deadline = Some(Duration::from_millis(200));
    let publisher = start(&server.client, PublisherOptions { deadline, ..quick() }).await;
    let receipts = publish(&publisher, &records(1000)).await;
    let metrics = publisher.close().await;
    assert_eq!((metrics.failed, metrics.published, metrics.unanswered_bytes), (1000, 0, 0));
    for answer in answers(receipts).await {
        assert!(matches!(answer, Err(PublishError::Expired { .. })), "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_need_not_wait_for_ever() {
    let (server, alive) = dead().await;
    let publisher = start(&server.client, quick()).await;
    let receipts = publish(&publisher, &records(1000)).await;
    alive.arrived(1).await;
    let metrics = publisher.close_within(Duration::ZERO).await;
    assert_eq!((metrics.failed, metrics.unanswered_bytes), (1000, 0));
    assert!(answers(receipts).await.iter().all(|answer| matches!(answer, Err(PublishError::Closed { .. }))));
    let late = publisher.publish(&records(1)[0].as_user_record()).await;
    assert_eq!(late.unwrap_err(), PublishError::Closed { maybe_written: false });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_will_never_take_is_answered_at_once() {
    let server = Server::start().await;
    server.stream("stream", 2).await;
    let publisher = start(&server.client, quick()).await;
    server.client.delete_stream().stream_name("stream").send().await.unwrap();
    let receipts = publish(&publisher, &records(100)).await;
    publisher.close().await;
    for answer in answers(receipts).await {
        let Err(PublishError::Refused { code, maybe_written, .. }) = answer else { panic!("{answer:?}") };
        assert_eq!((&*code, maybe_written), ("ResourceNotFoundException", false));
    }
}
