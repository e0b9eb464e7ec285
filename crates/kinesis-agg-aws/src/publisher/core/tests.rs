//! Tests of single decisions.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed"
)]
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "numbers of a test are small")]

use std::time::Duration;

use kinesis_agg::{HashKeyRange, UserRecord, deaggregate};
use tokio::time::Instant;

use super::Core;
use crate::publisher::entry::PutEntry;
use crate::publisher::error::PublishError;
use crate::publisher::options::{Aggregation, Order, PublisherOptions};
use crate::publisher::outcome::{Answer, Failure, Outcome};
use crate::publisher::receipt::{Receipt, Token};
use crate::publisher::topology::Topology;
use crate::shards::Shard;

/// Shards of an even split, with ids from `first` on.
pub(super) fn topology(first: usize, count: usize) -> Topology {
    let shards: Vec<Shard> = (0..count)
        .map(|index| Shard {
            id: format!("shard-{}", first + index).into(),
            range: HashKeyRange::of_even_split(index, count).unwrap(),
            parents: Vec::new(),
            open: true,
        })
        .collect();
    Topology::new(&shards, false).unwrap()
}

fn plain() -> PublisherOptions {
    PublisherOptions { aggregation: Aggregation::Never, ..PublisherOptions::default() }
}

fn core(options: PublisherOptions, shards: usize) -> (Core, Instant) {
    let now = Instant::now();
    (Core::new(options, topology(0, shards), now), now)
}

/// Adds a user record to the shard with this index, of an even split into four.
fn add(core: &mut Core, shard: usize, data: &[u8], now: Instant) -> Receipt {
    let hash_key = HashKeyRange::of_even_split(shard, 4).unwrap().start.to_string();
    let (token, receipt) = Token::new(now, None);
    core.add(&UserRecord::new("key", data).with_explicit_hash_key(&*hash_key), token).unwrap();
    receipt
}

fn stored(entries: &[PutEntry], shard: &str) -> Answer {
    let outcome = |number: usize| Outcome::Stored {
        shard_id: shard.into(),
        sequence_number: number.to_string().into(),
    };
    Answer::Each((0..entries.len()).map(outcome).collect())
}

fn throttled() -> Outcome {
    Outcome::Failed(Failure::new("ProvisionedThroughputExceededException", ""))
}

/// The data of user records in a request, in order.
fn data(entries: &[PutEntry]) -> Vec<Vec<u8>> {
    let user_records = entries.iter().flat_map(|entry| deaggregate("key", &entry.data));
    user_records.map(|record| record.data.to_vec()).collect()
}

fn now_or_never<T>(future: impl Future<Output = T>) -> Option<T> {
    futures_util::FutureExt::now_or_never(future)
}

#[test]
fn a_request_takes_as_many_records_as_the_options_say() {
    let (mut core, now) = core(PublisherOptions { request_records: 500, ..plain() }, 4);
    let _receipts: Vec<_> = (0..1200).map(|n| add(&mut core, n % 4, b"x", now)).collect();
    let lens: Vec<_> = core.step(now).requests.iter().map(|(_, entries)| entries.len()).collect();
    assert_eq!(lens, [500, 500, 200]);
}

#[test]
fn a_request_takes_as_many_bytes_as_the_options_say_and_one_record_whatever_its_size() {
    let (mut core, now) = core(PublisherOptions { request_bytes: 1000, ..plain() }, 1);
    // With its partition key, the largest exceeds the limit, and the two of 497 bytes reach it exactly.
    let _receipts: Vec<_> =
        [1500, 497, 497, 400, 600].into_iter().map(|len| add(&mut core, 0, &vec![0; len], now)).collect();
    let lens: Vec<Vec<_>> = core
        .step(now)
        .requests
        .iter()
        .map(|(_, entries)| entries.iter().map(|entry| entry.data.len()).collect())
        .collect();
    assert_eq!(lens, [vec![1500], vec![497, 497], vec![400], vec![600]]);
}

#[test]
fn no_more_requests_are_in_flight_than_the_options_say() {
    let options = PublisherOptions { request_records: 1, requests_in_flight: 3, ..plain() };
    let (mut core, now) = core(options, 4);
    let _receipts: Vec<_> = (0..10).map(|n| add(&mut core, n % 4, b"x", now)).collect();
    let step = core.step(now);
    assert_eq!(step.requests.len(), 3);
    assert!(core.step(now).requests.is_empty());
    let (id, entries) = &step.requests[0];
    core.answered(*id, stored(entries, "shard-0"), now);
    assert_eq!(core.step(now).requests.len(), 1);
}

#[test]
fn in_order_one_record_of_a_shard_is_in_flight() {
    let (mut core, now) = core(PublisherOptions { order: Order::WithinShard, ..plain() }, 4);
    let _receipts: Vec<_> = (0..8).map(|n| add(&mut core, n % 4, &[n as u8], now)).collect();
    let step = core.step(now);
    let [(id, entries)] = &step.requests[..] else { panic!("{step:?}") };
    assert_eq!(data(entries), [[0], [1], [2], [3]]);
    assert!(core.step(now).requests.is_empty());
    let outcome = |shard: usize| Outcome::Stored {
        shard_id: format!("shard-{shard}").into(),
        sequence_number: "1".into(),
    };
    core.answered(*id, Answer::Each(vec![outcome(0), throttled(), outcome(2), outcome(3)]), now);
    let step = core.step(now);
    assert_eq!(data(&step.requests[0].1), [[4], [6], [7]]);
    // A refused record is sent before those that follow it.
    let later = now + core.options.backoff_min * 2;
    assert_eq!(data(&core.step(later).requests[0].1), [[1]]);
}

#[test]
fn only_what_has_failed_is_sent_again_and_each_wait_is_longer() {
    let (mut core, mut now) = core(plain(), 1);
    let receipts = [add(&mut core, 0, b"a", now), add(&mut core, 0, b"b", now)];
    let step = core.step(now);
    let (id, entries) = &step.requests[0];
    let Answer::Each(mut outcomes) = stored(entries, "shard-0") else { panic!() };
    outcomes[1] = throttled();
    core.answered(*id, Answer::Each(outcomes), now);
    let [a, mut b] = receipts;
    assert!(now_or_never(a).unwrap().is_ok());
    assert!(now_or_never(&mut b).is_none());
    for attempt in 0..12 {
        let step = core.step(now);
        assert!(step.requests.is_empty());
        let wait = step.wake.unwrap() - now;
        // 50 ms, doubled each time up to 5 s. The jitter adds up to the same length.
        let least = (core.options.backoff_min * 2_u32.pow(attempt)).min(core.options.backoff_max);
        assert!(least <= wait && wait <= least * 2, "attempt {attempt}: {wait:?}");
        now += wait;
        let step = core.step(now);
        let (id, entries) = &step.requests[0];
        assert_eq!(data(entries), [b"b"]);
        core.answered(*id, Answer::Each(vec![throttled()]), now);
    }
    assert_eq!(core.metrics().retries, 13);
    assert_eq!(core.metrics().maybe_doubled, 0);
}

#[test]
fn a_refused_request_is_parted_until_the_culprit_is_alone() {
    let (mut core, now) = core(plain(), 1);
    let mut receipts: Vec<_> = (0..9).map(|n| add(&mut core, 0, &[n], now)).collect();
    let mut requests = 0;
    loop {
        let step = core.step(now);
        if step.requests.is_empty() {
            break;
        }
        for (id, entries) in step.requests {
            requests += 1;
            let refused = Outcome::Refused(Failure::new("InvalidArgumentException", "5"));
            let culprit = data(&entries).contains(&vec![5]);
            core.answered(id, if culprit { Answer::All(refused) } else { stored(&entries, "shard-0") }, now);
        }
    }
    assert!(requests < 18, "{requests} requests");
    let answers: Vec<_> = receipts.iter_mut().map(|receipt| now_or_never(receipt).unwrap().is_ok()).collect();
    assert_eq!(answers, [true, true, true, true, true, false, true, true, true]);
}

#[test]
fn a_lost_answer_counts_each_user_record_once_more() {
    let (mut core, now) = core(PublisherOptions::default(), 1);
    let receipts: Vec<_> = (0..10).map(|n| add(&mut core, 0, &[n], now)).collect();
    core.flush();
    let (id, _) = core.step(now).requests.remove(0);
    core.answered(id, Answer::All(Outcome::Lost(Failure::new("Timeout", ""))), now);
    assert_eq!((core.metrics().lost_answers, core.metrics().maybe_doubled), (1, 10));
    core.abandon();
    for receipt in receipts {
        assert_eq!(now_or_never(receipt), Some(Err(PublishError::Closed { maybe_written: true })));
    }
}

#[test]
fn an_answer_about_fewer_records_than_were_sent_is_a_lost_one() {
    let (mut core, now) = core(plain(), 1);
    let _receipts: Vec<_> = (0..3).map(|n| add(&mut core, 0, &[n], now)).collect();
    let (id, entries) = core.step(now).requests.remove(0);
    core.answered(id, stored(&entries[..2], "shard-0"), now);
    assert_eq!((core.metrics().published, core.metrics().maybe_doubled), (0, 3));
}

#[test]
fn a_user_record_waits_no_longer_than_the_options_say() {
    let (mut core, now) = core(PublisherOptions::default(), 4);
    let _receipt = add(&mut core, 0, b"x", now);
    let _later = add(&mut core, 1, b"y", now + Duration::from_millis(50));
    let step = core.step(now);
    assert!(step.requests.is_empty());
    assert_eq!(step.wake, Some(now + Duration::from_millis(100)));
    assert_eq!(data(&core.step(step.wake.unwrap()).requests[0].1), [b"x"]);
}

#[test]
fn an_aggregate_is_closed_by_size_and_by_count() {
    let (mut core, now) = core(PublisherOptions { aggregate_records: 10, ..PublisherOptions::default() }, 1);
    let mut receipts: Vec<_> = (0..25).map(|n| add(&mut core, 0, &[n], now)).collect();
    assert_eq!(core.step(now).requests[0].1.len(), 2);
    receipts.extend((0..4).map(|n| add(&mut core, 0, &[n; 20_000], now)));
    // An aggregate of 5 small and 2 large user records is closed when the third large one does not fit.
    let step = core.step(now);
    assert_eq!(data(&step.requests[0].1).len(), 7);
}

#[test]
fn what_is_too_large_for_an_aggregate_goes_alone_and_in_its_turn() {
    let (mut core, now) = core(PublisherOptions { aggregate_bytes: 200, ..PublisherOptions::default() }, 1);
    let receipts =
        [add(&mut core, 0, &[1], now), add(&mut core, 0, &[2; 1000], now), add(&mut core, 0, &[3], now)];
    core.flush();
    let entries = core.step(now).requests.remove(0).1;
    assert_eq!(data(&entries), [vec![1], vec![2; 1000], vec![3]]);
    let (token, _) = Token::new(now, None);
    let huge = vec![0; 2 << 20];
    let refused = core.add(&UserRecord::new("key", &huge), token);
    assert!(
        matches!(refused, Err(PublishError::Invalid(kinesis_agg::AddError::TooLarge { .. }))),
        "{refused:?}"
    );
    drop(receipts);
}

#[test]
fn what_the_deadline_has_passed_is_given_up() {
    let (mut core, now) = core(PublisherOptions { deadline: Some(Duration::from_secs(1)), ..plain() }, 1);
    let receipt = add(&mut core, 0, b"x", now);
    let (id, _) = core.step(now).requests.remove(0);
    core.answered(id, Answer::Each(vec![throttled()]), now);
    let later = now + Duration::from_millis(1001);
    assert!(core.step(later).requests.is_empty());
    let Some(Err(PublishError::Expired { last_failure: Some(failure), maybe_written: false })) =
        now_or_never(receipt)
    else {
        panic!()
    };
    assert!(failure.starts_with("ProvisionedThroughputExceededException"));
}

#[test]
fn other_shards_wait_for_what_is_in_flight_and_everything_is_packed_for_them() {
    let (mut core, now) =
        core(PublisherOptions { order: Order::WithinShard, ..PublisherOptions::default() }, 1);
    let mut receipts: Vec<_> = (0..8).map(|n| add(&mut core, n % 4, &[n as u8], now)).collect();
    core.flush();
    let (id, entries) = core.step(now).requests.remove(0);
    receipts.extend((8..16).map(|n| add(&mut core, n % 4, &[n as u8], now)));
    core.flush();
    core.described(Some(topology(10, 2)), now);
    assert!(core.step(now).requests.is_empty());
    core.answered(id, stored(&entries, "shard-0"), now);
    let requests = core.step(now).requests;
    let sent: Vec<_> = requests.iter().flat_map(|(_, entries)| data(entries)).collect();
    assert_eq!(sent, [8, 9, 12, 13, 10, 11, 14, 15].map(|n| vec![n]));
}

#[test]
fn what_follows_a_stray_waits_for_the_list_of_shards_and_other_shards_do_not() {
    let options =
        PublisherOptions { request_records: 1, requests_in_flight: 2, ..PublisherOptions::default() };
    let now = Instant::now();
    let mut core = Core::new(options, topology(0, 2), now);
    // Aggregates of two user records, from the first and the second quarter, so that a half shard never owns
    // both.
    let add_two = |core: &mut Core, half: usize, number: u8| {
        let receipts = [0, 1].map(|quarter| add(core, 2 * half + quarter, &[number], now));
        core.flush();
        receipts
    };
    let mut receipts = vec![add_two(&mut core, 0, 1), add_two(&mut core, 0, 2), add_two(&mut core, 0, 3)];
    receipts.push(add_two(&mut core, 1, 4));
    receipts.push(add_two(&mut core, 1, 5));
    let requests = core.step(now).requests;
    assert_eq!(requests.iter().map(|(_, entries)| data(entries)[0][0]).collect::<Vec<_>>(), [1, 4]);
    let [(stray, entries), (other, other_entries)] = &requests[..] else { panic!("{requests:?}") };
    core.answered(*stray, stored(entries, "shard-20"), now);
    core.answered(*other, stored(other_entries, "shard-1"), now);
    let step = core.step(now);
    assert!(step.describe);
    assert_eq!(step.requests.iter().map(|(_, entries)| data(entries)[0][0]).collect::<Vec<_>>(), [5]);
    // A list that does not have the shard yet changes nothing.
    core.described(Some(topology(0, 2)), now);
    let (other, other_entries) = &step.requests[0];
    core.answered(*other, stored(other_entries, "shard-1"), now);
    assert!(core.step(now).requests.is_empty());
    // In quarters, all of it is sent again, separated by owner. The records that waited follow.
    core.described(Some(topology(20, 4)), now);
    let sent: Vec<_> = core.step(now).requests.iter().map(|(_, entries)| data(entries)).collect();
    assert_eq!(sent, [vec![vec![1], vec![2], vec![3]], vec![vec![1], vec![2], vec![3]]]);
    assert_eq!((core.metrics().foreign_aggregates, core.metrics().doubled), (1, 2));
}

#[test]
fn no_shard_gets_more_than_its_rate() {
    let shard_rate = Some(crate::publisher::options::ShardRate { records: 10, bytes: 1 << 20 });
    let (mut core, now) = core(PublisherOptions { shard_rate, ..plain() }, 4);
    let _receipts: Vec<_> = (0..60).map(|n| add(&mut core, n % 2, b"x", now)).collect();
    assert_eq!(core.step(now).requests[0].1.len(), 20);
    let step = core.step(now);
    assert!(step.requests.is_empty());
    assert_eq!(step.wake, Some(now + Duration::from_secs(1)));
    assert_eq!(core.step(now + Duration::from_secs(1)).requests[0].1.len(), 20);
}
