//! User records out: read with the codec alone, consumed, and got by the SDK alone.

use std::hint::black_box;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use kinesis_agg::{HashKeyRange, ShardMap, UserRecord, VecAggregator, deaggregate};
use kinesis_agg_aws::consumer::{Checkpoint, ConsumerOptions, StreamConsumer};
use tokio::runtime::Runtime;

use crate::client::{SEQUENCE_NUMBER, Stream, shard_id};
use crate::counting::{Counted, Spent, count};
use crate::load::{DATA, Load};

/// Aggregates in an answer.
const AGGREGATES: usize = 4;

/// The Kinesis records of one answer for each shard.
struct Stored {
    shards: ShardMap<Vec<HashKeyRange>>,
    /// Partition keys and data.
    answers: Vec<Vec<(String, Vec<u8>)>>,
    /// User records in an answer.
    user_records: usize,
}

impl Stored {
    /// Fills the aggregates of all shards with the keys of the load, whichever shard owns them: the consumer
    /// does not filter.
    fn new(load: &Load) -> Self {
        let mut keys = load.keys().cycle();
        let mut user_records = usize::MAX;
        let mut answer = || {
            let aggregates: Vec<_> = (0..AGGREGATES).map(|_| full_aggregate(&mut keys)).collect();
            user_records = aggregates.iter().map(|(count, ..)| count).sum();
            aggregates.into_iter().map(|(_, key, data)| (key, data)).collect()
        };
        let answers = (0..load.shards).map(|_| answer()).collect();
        Self { shards: load.shard_map(), answers, user_records }
    }

    fn stream(&self) -> Stream {
        let records = self.answers.iter().enumerate().map(|(index, records)| {
            let records = records.iter().map(|(key, data)| {
                let data = BASE64_STANDARD.encode(data);
                format!(
                    r#"{{"SequenceNumber":"{SEQUENCE_NUMBER}","ApproximateArrivalTimestamp":1.763e9,"Data":"{data}","PartitionKey":"{key}"}}"#
                )
            });
            let records = records.collect::<Vec<_>>().join(",");
            let next = shard_id(index);
            format!(r#"{{"Records":[{records}],"NextShardIterator":"{next}","MillisBehindLatest":1}}"#).into_bytes()
        });
        Stream::new(self.shards.clone(), records.collect())
    }
}

fn full_aggregate<'a>(keys: &mut impl Iterator<Item = &'a str>) -> (usize, String, Vec<u8>) {
    let mut aggregator = VecAggregator::allocate(kinesis_agg::schema::KPL_SIZE_LIMIT, 2048);
    // All keys have the same length, and none is dropped from a full aggregate.
    while aggregator.room() > 2 * DATA.len() {
        let key = keys.next().expect("they cycle");
        aggregator.add(&UserRecord::new(key, DATA)).expect("it fits");
    }
    let record = aggregator.finish().expect("user records");
    (record.user_records, record.partition_key.to_owned(), record.data.to_vec())
}

/// User records in memory, to be read so often.
pub(crate) struct Consuming {
    stored: Stored,
    stream: Stream,
    rounds: usize,
}

impl Consuming {
    /// At least as many user records as the load has.
    pub(crate) fn new(load: &Load) -> Self {
        let stored = Stored::new(load);
        let rounds = load.count.div_ceil(load.shards * stored.user_records);
        Self { stream: stored.stream(), stored, rounds }
    }

    /// How many are read.
    pub(crate) fn count(&self) -> usize {
        self.in_memory() * self.rounds
    }

    /// User records in one answer for each shard.
    pub(crate) fn in_memory(&self) -> usize {
        self.stored.answers.len() * self.stored.user_records
    }

    /// Reads them with the codec alone.
    pub(crate) fn read(&self, counted: Counted) -> Spent {
        let mut read = 0;
        let spent = count(counted, &mut || {
            for (key, data) in (0..self.rounds).flat_map(|_| self.stored.answers.iter().flatten()) {
                read += deaggregate(key, data).map(black_box).count();
            }
        });
        assert_eq!(read, self.count());
        spent
    }

    /// Reads them from the stream.
    pub(crate) fn consume(&self, runtime: &Runtime, counted: Counted) -> Spent {
        let mut consumer = self.open(runtime);
        count(counted, &mut || {
            runtime.block_on(async {
                for _ in 0..self.count() {
                    let record = consumer.next().await.expect("a user record");
                    assert_eq!(black_box(record).data.len(), DATA.len());
                }
            });
        })
    }

    /// The bytes that the consumer holds after the first user record: the answer of each shard.
    pub(crate) fn hold(&self, runtime: &Runtime) -> usize {
        let mut consumer = self.open(runtime);
        let next = &mut || drop(runtime.block_on(consumer.next()).expect("a user record"));
        count(Counted::Allocations, next).held
    }

    fn open(&self, runtime: &Runtime) -> StreamConsumer {
        let options = ConsumerOptions { request_interval: Duration::ZERO, ..ConsumerOptions::default() };
        let open = StreamConsumer::open(self.stream.client(), "stream", Checkpoint::new(), options);
        runtime.block_on(open).expect("a consumer")
    }

    /// Gets the same answers, without unpacking the Kinesis records.
    pub(crate) fn get(&self, runtime: &Runtime, counted: Counted) -> Spent {
        let client = self.stream.client();
        count(counted, &mut || runtime.block_on(self.get_all(&client)))
    }

    async fn get_all(&self, client: &Client) {
        for index in (0..self.rounds).flat_map(|_| 0..self.stored.answers.len()) {
            let answer = client.get_records().shard_iterator(shard_id(index)).send().await;
            assert_eq!(black_box(answer.expect("an answer")).records.len(), AGGREGATES);
        }
    }
}
