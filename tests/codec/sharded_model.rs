//! Any sequence of operations on a [`ShardedAggregator`], including splits, merges and failing sends,
//! delivers every accepted user record exactly once, in order, to the shard that owns it. All user records of
//! an aggregate belong to that shard.

use kinesis_agg::{
    AddError, Aggregator, HashKey, HashKeyRange, KinesisRecord, ReplaceShardsError, ShardMap,
    ShardedAddError, ShardedAggregator, UserRecord,
};
use proptest::prelude::*;
use testkit::OwnedRecord;
use testkit::reference::{self, key_error};
use testkit::sharded_model::{NoNetwork, Operation, SHARDS, Sharded, aggregators, run};
use testkit::strategies::{config, valid_record};

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        20 => valid_record(60).prop_map(Operation::Add),
        10 => valid_record(60).prop_map(Operation::AddOrSend),
        2 => (0..6_usize).prop_map(Operation::Finish),
        1 => (0..6_usize).prop_map(Operation::FinishOrPlain),
        2 => (0..6_usize).prop_map(Operation::Flush),
        1 => Just(Operation::FlushAll),
        2 => (0..6_usize).prop_map(Operation::ReplaceBuffer),
        4 => proptest::collection::vec(1..16_u8, 0..5).prop_map(Operation::Replace),
        3 => (0..4_u32, 1..4_u32).prop_map(|(after, times)| Operation::Fail { after, times }),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_user_record_reaches_its_shard_once(operations in proptest::collection::vec(operation(), 1..120)) {
        run(operations);
    }

    #[test]
    fn without_resharding_each_shard_gets_its_user_records_in_order(
        records in proptest::collection::vec(valid_record(60), 1..200),
        shards in 1..=SHARDS,
    ) {
        let map = ShardMap::even_split(vec![HashKeyRange::FULL; shards]).unwrap();
        let mut sharded = Sharded::new(map.clone(), aggregators(shards)).unwrap();
        let mut expected = vec![Vec::new(); shards];
        let mut got = vec![Vec::new(); shards];
        let mut put = |shard: usize, record: KinesisRecord<'_>| {
            got[shard].extend(reference::user_records(record.data));
            Ok::<(), NoNetwork>(())
        };
        for record in records {
            let tags = record.tags();
            let shard = sharded.add_flushing(&record.with(&tags), &mut put).unwrap();
            prop_assert_eq!(Some(shard), map.shard_of(HashKey::from_u128(record.hash_key().unwrap())));
            expected[shard].push(record);
        }
        sharded.flush_all(&mut put).unwrap();
        prop_assert_eq!(got, expected);
    }
}

fn explicit(hash_key: &str) -> UserRecord<'_> {
    UserRecord::new("k", hash_key).with_explicit_hash_key(hash_key)
}

#[test]
fn a_full_shard_is_named_and_the_others_go_on() {
    let map = ShardMap::even_split([HashKeyRange::FULL; 2]).unwrap();
    let mut sharded =
        ShardedAggregator::new(map, [Aggregator::new([0; 64]), Aggregator::new([0; 64])]).unwrap();
    let upper = (1_u128 << 127).to_string();
    assert_eq!(
        sharded.add(&explicit(&upper)),
        Err(ShardedAddError::Refused(AddError::TooLarge {
            size: 20 + 3 + 41 + 2 + 2 + 2 + 41,
            limit: 64,
            fits_plain: true
        }))
    );
    let record = UserRecord::new("k", b"0123456789ab").with_explicit_hash_key("0");
    assert_eq!(sharded.add(&record), Ok(0));
    assert_eq!(sharded.add(&record), Err(ShardedAddError::Full { shard: 0 }));
    let record = UserRecord::new("k", b"").with_explicit_hash_key("0");
    assert_eq!(sharded.add(&record), Ok(0));
}

#[test]
fn a_hash_key_in_a_gap_is_refused_by_its_value() {
    let map = ShardMap::new([HashKeyRange::new(HashKey::from_u128(10), HashKey::from_u128(20))]).unwrap();
    let mut sharded = ShardedAggregator::new(map, [Aggregator::new([0; 256])]).unwrap();
    assert_eq!(
        sharded.add(&explicit("9")),
        Err(ShardedAddError::NoShard { hash_key: HashKey::from_u128(9) })
    );
    assert_eq!(sharded.add(&explicit("15")), Ok(0));
    // A map that does not fit the held user records is refused before anything is sent.
    let mut other =
        ShardMap::new([HashKeyRange::new(HashKey::from_u128(0), HashKey::from_u128(14))]).unwrap();
    let answer =
        sharded.replace_shards(&mut other, &mut Aggregator::new([0; 256]), |_, _| Ok::<(), NoNetwork>(()));
    assert_eq!(answer, Err(ReplaceShardsError::NoShard { hash_key: HashKey::from_u128(15) }));
    assert_eq!(sharded.user_record_count(), 1);
}

#[test]
fn aggregates_that_stay_whole_are_kept_and_not_sent() {
    let map = ShardMap::even_split(vec![HashKeyRange::FULL; 2]).unwrap();
    let mut sharded = ShardedAggregator::new(map, vec![Aggregator::new([0; 256]); 4]).unwrap();
    let last = u128::MAX.to_string();
    sharded.add(&explicit("0")).unwrap();
    sharded.add(&explicit("1")).unwrap();
    sharded.add(&explicit(&last)).unwrap();
    let mut four = ShardMap::even_split(vec![HashKeyRange::FULL; 4]).unwrap();
    let mut scratch = Aggregator::new([0; 256]);
    sharded.replace_shards(&mut four, &mut scratch, |_, _| Err(NoNetwork)).unwrap();
    assert_eq!(sharded.aggregator(0).unwrap().user_record_count(), 2);
    assert_eq!(sharded.aggregator(3).unwrap().user_record_count(), 1);
    // A merge into one shard: the first aggregate stays, the second is sent.
    let mut one = ShardMap::even_split(vec![HashKeyRange::FULL; 1]).unwrap();
    let mut sent = Vec::new();
    let put = |shard: usize, record: KinesisRecord<'_>| {
        sent.push((shard, record.explicit_hash_key.map(str::to_owned)));
        Ok::<(), NoNetwork>(())
    };
    sharded.replace_shards(&mut one, &mut scratch, put).unwrap();
    assert_eq!(sent, [(0, Some(last))]);
    assert_eq!(sharded.aggregator(0).unwrap().user_record_count(), 2);
}

#[test]
fn aggregators_that_cannot_serve_are_refused() {
    let map = ShardMap::even_split([HashKeyRange::FULL; 2]).unwrap();
    let few = ShardedAggregator::new(map, [Aggregator::new([0; 64])]);
    assert_eq!(few.unwrap_err().misplaced, None, "too few");
    let mut used = Aggregator::new([0; 64]);
    used.add(&UserRecord::new("k", b"")).unwrap();
    // MD5("k") = 8ce4b16b22b58894aa86c421e8759df3: the upper half.
    let lower = ShardedAggregator::new(map, [used.clone(), Aggregator::new([0; 64])]).unwrap_err();
    assert_eq!(lower.misplaced, Some(0));
    assert_eq!(lower.aggregators[0].user_record_count(), 1, "what they hold comes back");
    let upper = ShardedAggregator::new(map, [Aggregator::new([0; 64]), used]).unwrap();
    let (map, aggregators) = upper.into_parts();
    assert_eq!(ShardedAggregator::new(map, aggregators).unwrap().user_record_count(), 1);
}

#[test]
fn a_scratch_in_use_or_too_small_is_refused_and_nothing_is_lost() {
    let map = ShardMap::even_split(vec![HashKeyRange::FULL; 1]).unwrap();
    let mut sharded = ShardedAggregator::new(map, vec![Aggregator::new([0; 256]); 2]).unwrap();
    sharded.add(&explicit("0")).unwrap();
    let last = u128::MAX.to_string();
    sharded.add(&explicit(&last)).unwrap();
    let mut two = ShardMap::even_split(vec![HashKeyRange::FULL; 2]).unwrap();
    let send = |_: usize, _: KinesisRecord<'_>| Ok::<(), NoNetwork>(());
    let mut used = Aggregator::new([0; 64]);
    used.add(&UserRecord::new("k", b"")).unwrap();
    assert_eq!(sharded.replace_shards(&mut two, &mut used, send), Err(ReplaceShardsError::ScratchInUse));
    let answer = sharded.replace_shards(&mut two, &mut Aggregator::new([0; 30]), send);
    assert!(
        matches!(answer, Err(ReplaceShardsError::Scratch(AddError::TooLarge { limit: 30, .. }))),
        "{answer:?}"
    );
    assert_eq!(sharded.user_record_count(), 2);
    assert_eq!(sharded.replace_shards(&mut two, &mut Aggregator::new([0; 256]), send), Ok(()));
    assert!(sharded.is_empty());
}

#[test]
fn hash_keys_of_the_model_are_those_of_the_service() {
    // MD5("a") = 0cc175b9c0f1b6a831c399e269772661.
    assert_eq!(OwnedRecord::new("a", b"").hash_key(), Some(0x0cc1_75b9_c0f1_b6a8_31c3_99e2_6977_2661));
    assert!(key_error("k", Some("0")).is_none() && key_error("k", Some("00")).is_some());
}

#[test]
fn a_scratch_smaller_than_what_is_held_takes_it_in_parts() {
    let map = ShardMap::even_split(vec![HashKeyRange::FULL; 1]).unwrap();
    let mut sharded = ShardedAggregator::new(map, vec![Aggregator::new([0; 512]); 2]).unwrap();
    let last = u128::MAX.to_string();
    for n in 0..10_u8 {
        let explicit_hash_key = if n % 3 == 0 { last.as_str() } else { "0" };
        sharded.add(&UserRecord::new("k", &[n]).with_explicit_hash_key(explicit_hash_key)).unwrap();
    }
    let mut two = ShardMap::even_split(vec![HashKeyRange::FULL; 2]).unwrap();
    let mut sent = [Vec::new(), Vec::new()];
    let mut puts = 0;
    let put = |shard: usize, record: KinesisRecord<'_>| {
        puts += 1;
        sent[shard].extend(reference::user_records(record.data).into_iter().map(|record| record.data[0]));
        Ok::<(), NoNetwork>(())
    };
    // Room for a few user records only.
    sharded.replace_shards(&mut two, &mut Aggregator::new([0; 72]), put).unwrap();
    assert_eq!(sent, [vec![1, 2, 4, 5, 7, 8], vec![0, 3, 6, 9]]);
    assert!(puts > 2 && sharded.is_empty());
}

#[test]
fn a_shard_can_be_cleared_and_one_that_is_not_there_holds_nothing() {
    let map = ShardMap::even_split([HashKeyRange::FULL; 1]).unwrap();
    let mut sharded = ShardedAggregator::new(map, [Aggregator::new([0; 256])]).unwrap();
    sharded.add(&explicit("0")).unwrap();
    assert_eq!(sharded.replace_buffer(1, [7; 256]).unwrap_err(), [7; 256]);
    assert!(
        sharded.finish(1).is_none()
            && sharded.finish_plain_if_single(1).is_none()
            && sharded.aggregator(1).is_none()
    );
    sharded.clear(1);
    assert_eq!(sharded.flush(1, |_| Err(NoNetwork)), Ok(()));
    assert_eq!(sharded.user_record_count(), 1);
    assert!(!sharded.is_empty());
    sharded.clear(0);
    assert!(sharded.is_empty());
}

#[test]
fn the_shard_of_a_user_record_can_be_asked_for() {
    let map = ShardMap::new([HashKeyRange::new(HashKey::from_u128(0), HashKey::from_u128(9))]).unwrap();
    let mut sharded = ShardedAggregator::new(map, [Aggregator::new([0; 256])]).unwrap();
    assert_eq!(sharded.shard_of(&explicit("9")), Ok(0));
    assert_eq!(
        sharded.shard_of(&explicit("10")),
        Err(ShardedAddError::NoShard { hash_key: HashKey::from_u128(10) })
    );
    let refused = ShardedAddError::Refused(AddError::Key(kinesis_agg::KeyError::ExplicitHashKey));
    assert_eq!(sharded.shard_of(&explicit("x")), Err(refused));
}

#[test]
fn what_a_failed_split_leaves_keeps_its_outer_key_and_its_limit() {
    let (long, short, last) = ("l".repeat(100), "s".to_owned(), u128::MAX.to_string());
    for keys in [[&short, &long], [&long, &short]] {
        let map = ShardMap::even_split(vec![HashKeyRange::FULL; 1]).unwrap();
        let aggregators = vec![Aggregator::new([0; 512]).with_record_limit(400); 2];
        let mut sharded = ShardedAggregator::new(map, aggregators).unwrap();
        let user_record =
            |n: usize| UserRecord::new(keys[n % 2], b"").with_explicit_hash_key([last.as_str(), "0"][n % 2]);
        let added = (0..).take_while(|n| sharded.add(&user_record(*n)).is_ok()).count();
        assert!(added > 8, "{added}");
        let mut two = ShardMap::even_split(vec![HashKeyRange::FULL; 2]).unwrap();
        let mut puts = 0;
        let put = |_: usize, _: KinesisRecord<'_>| {
            puts += 1;
            if puts == 1 { Ok(()) } else { Err(NoNetwork) }
        };
        // Room for only three user records, so that some of both shards are left.
        let mut scratch = Aggregator::new([0; 512]).with_size_limit(20 + keys[1].len() + 2 + 3 + 3 * 8);
        let answer = sharded.replace_shards(&mut two, &mut scratch, put);
        assert_eq!(answer, Err(ReplaceShardsError::Send(NoNetwork)));
        while sharded.add(&user_record(0)).is_ok() {}
        let record = sharded.finish(0).unwrap();
        assert_eq!(record.partition_key, keys[0]);
        // Another user record takes 8 bytes.
        assert!(record.size() <= 400 && record.size() > 392, "{}", record.size());
    }
}
