//! User records in: built with the codec alone, published, and put by the SDK alone.

use std::collections::VecDeque;
use std::hint::black_box;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use futures_util::FutureExt;
use kinesis_agg::{
    HashKeyRange, KinesisRecord, ShardMap, ShardedAggregator, UserRecord, VecAggregator, VecShardedAggregator,
};
use kinesis_agg_aws::publisher::{Publisher, PublisherOptions};
use tokio::runtime::Runtime;

use crate::client::Stream;
use crate::counting::{Counted, Spent, count};
use crate::load::{DATA, Load};

/// User records between two looks at the answers.
const STRIDE: usize = 1000;

/// As the publisher allocates them.
const KEY_SLOTS: usize = 512;

fn options() -> PublisherOptions {
    // Only full aggregates, however slow the machine is.
    let max_delay = Duration::from_secs(3600);
    PublisherOptions { max_delay, ..PublisherOptions::default() }
}

/// Builds the aggregates of all shards, with the codec alone.
pub(crate) fn build(load: &Load, counted: Counted) -> Spent {
    let mut aggregators = aggregators(&load.shard_map());
    let send = |_, record: KinesisRecord<'_>| {
        black_box(record);
        Ok::<(), ()>(())
    };
    count(counted, &mut || {
        for key in load.keys() {
            aggregators.add_flushing(&UserRecord::new(key, DATA), send).expect("it fits");
        }
        aggregators.flush_all(send).expect("sending does not fail");
    })
}

fn aggregators(shards: &ShardMap<Vec<HashKeyRange>>) -> VecShardedAggregator {
    let bytes = options().aggregate_bytes;
    let aggregators = shards.ranges().iter().map(|_| VecAggregator::allocate(bytes, KEY_SLOTS)).collect();
    ShardedAggregator::new(shards.clone(), aggregators).expect("empty aggregators")
}

/// Publishes, and waits until everything is answered.
pub(crate) fn publish(load: &Load, runtime: &Runtime, counted: Counted) -> Spent {
    let publisher = start(load, runtime);
    let spent = count(counted, &mut || runtime.block_on(publish_all(&publisher, load)));
    let metrics = publisher.metrics();
    assert_eq!(metrics.published, load.count as u64, "{metrics:?}");
    assert_eq!((metrics.failed, metrics.retries, metrics.foreign_aggregates), (0, 0, 0), "{metrics:?}");
    spent
}

/// The number of requests in which the publisher sends it.
pub(crate) fn requests(load: &Load, runtime: &Runtime) -> usize {
    let publisher = start(load, runtime);
    runtime.block_on(publish_all(&publisher, load));
    publisher.metrics().requests as usize
}

fn start(load: &Load, runtime: &Runtime) -> Publisher {
    let stream = Stream::new(load.shard_map(), Vec::new());
    runtime.block_on(Publisher::start(stream.client(), "stream", options())).expect("a publisher")
}

async fn publish_all(publisher: &Publisher, load: &Load) {
    let mut receipts = VecDeque::new();
    for (number, key) in load.keys().enumerate() {
        receipts.push_back(publisher.publish(&UserRecord::new(key, DATA)).await.expect("accepted"));
        if number % STRIDE == STRIDE - 1 {
            tokio::task::yield_now().await;
            while let Some(answer) = receipts.front_mut().and_then(FutureExt::now_or_never) {
                answer.expect("published");
                receipts.pop_front();
            }
        }
    }
    publisher.flush();
    for receipt in receipts {
        receipt.await.expect("published");
    }
}

/// The bytes that accepted user records hold: in aggregates and in queues, with their receipts.
pub(crate) fn hold(load: &Load, runtime: &Runtime) -> usize {
    let publisher = start(load, runtime);
    let mut receipts = Vec::with_capacity(load.count);
    let spent = count(Counted::Allocations, &mut || {
        // The publisher's task does not run meanwhile.
        runtime.block_on(async {
            for key in load.keys() {
                receipts.push(publisher.publish(&UserRecord::new(key, DATA)).await.expect("accepted"));
            }
        });
    });
    spent.held + receipts.capacity() * size_of_val(&receipts[0])
}

/// Puts the same Kinesis records in so many requests, without a publisher.
pub(crate) fn put(load: &Load, requests: usize, runtime: &Runtime, counted: Counted) -> Spent {
    let client = Stream::new(load.shard_map(), Vec::new()).client();
    let mut entries = Vec::new();
    let mut aggregators = aggregators(&load.shard_map());
    let mut send = |_, record: KinesisRecord<'_>| {
        let entry = PutRecordsRequestEntry::builder()
            .partition_key(record.partition_key)
            .data(Blob::new(record.data));
        entries.push(entry.build().expect("an entry"));
        Ok::<(), ()>(())
    };
    for key in load.keys() {
        aggregators.add_flushing(&UserRecord::new(key, DATA), &mut send).expect("it fits");
    }
    aggregators.flush_all(send).expect("sending does not fail");
    let mut requests = shares(entries, requests);
    count(counted, &mut || runtime.block_on(put_all(&client, std::mem::take(&mut requests))))
}

async fn put_all(client: &Client, requests: Vec<Vec<PutRecordsRequestEntry>>) {
    for entries in requests {
        let count = entries.len();
        let request = client.put_records().stream_name("stream").set_records(Some(entries));
        assert_eq!(request.send().await.expect("an answer").records.len(), count);
    }
}

/// Divides entries into so many shares of equal length, as far as possible.
fn shares(entries: Vec<PutRecordsRequestEntry>, count: usize) -> Vec<Vec<PutRecordsRequestEntry>> {
    let len = entries.len();
    let mut entries = entries.into_iter();
    let ends = (1..=count).map(|share| share * len / count);
    let mut start = 0;
    ends.map(|end| {
        let share = entries.by_ref().take(end - start).collect();
        start = end;
        share
    })
    .filter(|share: &Vec<_>| !share.is_empty())
    .collect()
}
