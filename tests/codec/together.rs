//! Digesting many Kinesis records or many keys together gives the same answers as one at a time, in the same
//! order.

use kinesis_agg::{
    AddError, AddFlushingError, Aggregator, Decoder, ExtendFlushingError, HashKey, HashKeyRange, KeyError,
    KeyIndexEntry, Md5, Md5Engine, RangeFilter, ShardMap, ShardedAddError, ShardedAggregator, UserRecord,
    deaggregate, deaggregate_batch, md5_fn,
};
use testkit::{Delivered, vectors};

/// The Kinesis records of the vectors, each followed by plain ones, so that aggregates are at irregular
/// distances.
fn kinesis_records() -> Vec<Vec<u8>> {
    let mut records = Vec::new();
    for (number, vector) in vectors::lines("deaggregation.jsonl").iter().enumerate() {
        records.push(vectors::bytes(vector, "blob_b64"));
        records.extend((0..number % 3).map(|plain| vec![plain as u8; number % 7]));
    }
    assert!(records.len() > 1000);
    records
}

const HALVES: [HashKeyRange; 2] = [
    HashKeyRange::new(HashKey::MIN, HashKey::from_u128(u128::MAX / 2)),
    HashKeyRange::new(HashKey::from_u128(u128::MAX / 2 + 1), HashKey::MAX),
];

#[test]
fn a_long_batch_is_its_kinesis_records_one_by_one() {
    let data = kinesis_records();
    let outer: Vec<String> = (0..data.len()).map(|number| format!("outer {number}")).collect();
    let batch = || outer.iter().map(String::as_str).zip(data.iter().map(Vec::as_slice));
    let numbered =
        |number: usize, records: Vec<Delivered>| records.into_iter().map(move |record| (number, record));
    let one_by_one: Vec<(usize, Delivered)> = batch()
        .enumerate()
        .flat_map(|(number, (outer, data))| {
            numbered(number, deaggregate(outer, data).map(Delivered::from).collect())
        })
        .collect();
    let mut index = [KeyIndexEntry::EMPTY; 100];
    let together: Vec<_> = deaggregate_batch(batch(), &mut index)
        .map(|(number, record)| (number, Delivered::from(record)))
        .collect();
    assert!(together == one_by_one);

    for filter in HALVES.into_iter().flat_map(|half| [RangeFilter::Kcl(half), RangeFilter::UserRecord(half)])
    {
        let one_by_one: Vec<(usize, Delivered)> = batch()
            .enumerate()
            .flat_map(|(number, (outer, data))| {
                // Decided by the hash key of each alone.
                let records: Vec<_> = deaggregate(outer, data).collect();
                let in_range = |record: &kinesis_agg::DeaggregatedRecord<'_>| {
                    let (RangeFilter::Kcl(range) | RangeFilter::UserRecord(range)) = filter else { panic!() };
                    !record.aggregated || record.hash_key().map_or(true, |hash_key| range.contains(hash_key))
                };
                let keep_all = matches!(filter, RangeFilter::UserRecord(_)) || records.iter().all(in_range);
                let kept = records.into_iter().filter(|record| keep_all && in_range(record));
                numbered(number, kept.map(Delivered::from).collect())
            })
            .collect();
        let together: Vec<_> = deaggregate_batch(batch(), &mut index)
            .filtered(filter)
            .map(|(number, record)| (number, Delivered::from(record)))
            .collect();
        assert!(together == one_by_one, "{filter}");
        let alone: Vec<_> = batch()
            .enumerate()
            .flat_map(|(number, (outer, data))| {
                numbered(number, deaggregate(outer, data).filtered(filter).map(Delivered::from).collect())
            })
            .collect();
        assert!(alone == one_by_one, "{filter}, one Kinesis record at a time");
    }
}

/// Counts the messages that it digests.
#[derive(Default)]
struct Counting {
    messages: usize,
}

impl Md5Engine for Counting {
    fn digest(&mut self, message: &[u8]) -> [u8; 16] {
        self.messages += 1;
        Md5.digest(message)
    }
}

#[test]
fn a_batch_digests_each_aggregate_once_and_nothing_else() {
    let data = kinesis_records();
    let framed =
        data.iter().filter(|data| data.starts_with(&[0xF3, 0x89, 0x9A, 0xC2]) && data.len() > 20).count();
    let mut counting = Counting::default();
    let batch = data.iter().map(|data| ("outer", data.as_slice()));
    Decoder::new().with_engine(&mut counting).deaggregate_batch(batch).for_each(drop);
    assert_eq!(counting.messages, framed);
}

#[test]
fn hash_keys_of_many_keys_are_those_of_each() {
    let vectors = vectors::lines("effective_hash_key.jsonl");
    let keys: Vec<&str> = vectors.iter().map(|vector| vectors::text(vector, "pk")).collect();
    assert!(keys.len() > 49);
    for count in [0, 1, 2, 47, 48, 49, keys.len()] {
        let keys = &keys[..count];
        for places in [0, 1, keys.len(), keys.len() + 1] {
            let mut hash_keys = vec![HashKey::from_u128(7); places];
            HashKey::of_partition_keys(keys, &mut hash_keys);
            let expected: Vec<HashKey> = (0..places)
                .map(|n| keys.get(n).map_or(HashKey::from_u128(7), |key| HashKey::of_partition_key(key)))
                .collect();
            assert_eq!(hash_keys, expected, "{count} keys, {places} places");
        }
    }
    let mut hash_keys = [HashKey::MAX; 2];
    HashKey::of_partition_keys_with(&["a", "b"], &mut hash_keys, md5_fn(|_: &[u8]| [0; 16]));
    assert_eq!(hash_keys, [HashKey::MIN; 2]);
}

/// User records with repeated and distinct keys, some with explicit hash keys.
fn mixed(count: usize) -> Vec<(String, Option<String>, Vec<u8>)> {
    (0..count)
        .map(|n| {
            let explicit_hash_key = match n % 5 {
                3 => Some((u128::MAX / count as u128 * n as u128).to_string()),
                _ => None,
            };
            (format!("key {}", n / (1 + n % 3)), explicit_hash_key, vec![n as u8; n % 90])
        })
        .collect()
}

type Sent = Vec<(usize, Vec<u8>)>;
type Sharded = ShardedAggregator<Vec<HashKeyRange>, Vec<Aggregator<[u8; 512]>>, Aggregator<[u8; 512]>>;

fn sharded(gap: bool) -> Sharded {
    let mut ranges = vec![HashKeyRange::FULL; 4];
    let shards = ShardMap::even_split(&mut ranges).unwrap().into_ranges().to_vec();
    let shards =
        shards.into_iter().enumerate().filter(|(shard, _)| !(gap && *shard == 2)).map(|(_, range)| range);
    ShardedAggregator::new(ShardMap::new(shards.collect()).unwrap(), vec![Aggregator::new([0; 512]); 4])
        .unwrap()
}

#[test]
fn adding_all_is_adding_each() {
    let owned = mixed(700);
    let records: Vec<UserRecord<'_>> = owned
        .iter()
        .map(|(key, explicit, data)| UserRecord::new(key, data).with_explicit_hash_key(explicit.as_deref()))
        .collect();
    let (mut one_by_one, mut together): (Sent, Sent) = Default::default();
    let (mut each, mut all) = (sharded(false), sharded(false));
    for record in &records {
        each.add_flushing(record, |shard, full| {
            one_by_one.push((shard, full.data.to_vec()));
            Ok::<(), ()>(())
        })
        .unwrap();
    }
    all.extend_flushing(&records, |shard, full| {
        together.push((shard, full.data.to_vec()));
        Ok::<(), ()>(())
    })
    .unwrap();
    assert!(one_by_one.len() > 20);
    assert_eq!(together, one_by_one);
    for shard in 0..4 {
        assert_eq!(all.finish(shard), each.finish(shard));
    }
}

/// Wherever it stops, everything before is added and nothing after. It can continue from there.
#[test]
fn an_error_says_how_many_were_added() {
    let owned = mixed(120);
    let good: Vec<UserRecord<'_>> = owned.iter().map(|(key, _, data)| UserRecord::new(key, data)).collect();
    let refused = |error| AddFlushingError::<ShardedAddError, &str>::Add(ShardedAddError::Refused(error));
    let bad = [
        (UserRecord::new("", b""), refused(AddError::Key(KeyError::PartitionKeyEmpty))),
        (
            UserRecord::new("a", b"").with_explicit_hash_key("no number"),
            refused(AddError::Key(KeyError::ExplicitHashKey)),
        ),
    ];
    for (record, error) in bad {
        for position in [0, 1, 47, 48, 49, 119] {
            let mut records = good.clone();
            records.insert(position, record);
            let mut sharded = sharded(false);
            let mut sent = 0;
            let mut send = |_: usize, full: kinesis_agg::KinesisRecord<'_>| {
                sent += full.user_records;
                Ok(())
            };
            let answer = sharded.extend_flushing(&records, &mut send);
            assert_eq!(answer, Err(ExtendFlushingError { added: position, error }));
            assert_eq!(sharded.extend_flushing(&records[position + 1..], &mut send), Ok(()));
            assert_eq!(sent + sharded.user_record_count(), good.len());
        }
    }
}

#[test]
fn a_failed_send_and_a_gap_between_shards_are_told() {
    let owned = mixed(300);
    let records: Vec<UserRecord<'_>> =
        owned.iter().map(|(key, _, data)| UserRecord::new(key, data)).collect();
    let mut aggregator = sharded(false);
    let failed = aggregator.extend_flushing(&records, |_, _| Err("refused")).unwrap_err();
    assert_eq!(failed.error, AddFlushingError::Send("refused"));
    assert_eq!(aggregator.user_record_count(), failed.added);
    assert_eq!(
        failed.to_string(),
        format!("user record {}: the full aggregate could not be sent", failed.added)
    );

    let in_gap = |record: &UserRecord<'_>| (record.hash_key().unwrap().to_u128() >> 126) == 2;
    let first = records.iter().position(in_gap).unwrap();
    let answer = sharded(true).extend_flushing(&records, |_, _| Ok::<(), ()>(()));
    let hash_key = records[first].hash_key().unwrap();
    let error = AddFlushingError::Add(ShardedAddError::NoShard { hash_key });
    assert_eq!(answer, Err(ExtendFlushingError { added: first, error }));
}
