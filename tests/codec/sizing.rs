//! The rule for the length of a buffer: what it promises fits. If everything has its greatest length, one
//! byte less is not enough.

use kinesis_agg::schema::{MAX_RECORD_LIMIT, MIN_USER_RECORD_LEN};
use kinesis_agg::{AddError, Aggregator, KeySlot, Sizing, UserRecord};
use proptest::prelude::*;
use testkit::strategies::config;

/// Keys of exactly so many bytes, all distinct.
fn partition_keys(sizing: &Sizing) -> Vec<String> {
    let letters: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').collect();
    (0..sizing.partition_keys)
        .map(|number| {
            let end: String = [number / letters.len(), number % letters.len()]
                .map(|digit| letters.get(digit).copied().unwrap())
                .into_iter()
                .collect();
            let end = if sizing.partition_key_len == 1 { &end[1..] } else { &end };
            "-".repeat(sizing.partition_key_len - end.len()) + end
        })
        .collect()
}

/// Explicit hash keys of 39 digits, all distinct.
fn explicit_hash_keys(sizing: &Sizing) -> Vec<String> {
    (0..sizing.explicit_hash_keys).map(|number| format!("3{number:038}")).collect()
}

type Any = Aggregator<Vec<u8>, Vec<KeySlot>>;

/// Enough slots to remember every key, and the limit of the most generous stream.
fn aggregator(buffer_len: usize) -> Any {
    Aggregator::new_in(vec![0; buffer_len], vec![KeySlot::EMPTY; 4096]).with_record_limit(MAX_RECORD_LIMIT)
}

/// Adds the first so many user records. Their data is shorter than the longest by these cuts, in turn.
fn add(aggregator: &mut Any, sizing: &Sizing, user_records: usize, cuts: &[usize]) -> Result<(), AddError> {
    let explicit: Vec<Option<String>> = match sizing.explicit_hash_keys {
        0 => vec![None],
        _ => explicit_hash_keys(sizing).into_iter().map(Some).collect(),
    };
    let (keys, data) = (partition_keys(sizing), vec![0x5A; sizing.data_len]);
    let turns = keys.iter().cycle().zip(explicit.iter().cycle()).zip(cuts.iter().cycle());
    for ((key, explicit), cut) in turns.take(user_records) {
        let data = data.get(*cut..).unwrap_or_default();
        aggregator.add(&UserRecord::new(key, data).with_explicit_hash_key(explicit.as_deref()))?;
    }
    Ok(())
}

fn sizings(keys: usize) -> impl Strategy<Value = Sizing> {
    (1..=keys, 1..300_usize, 1..256_usize, 0..=keys, 0..200_usize).prop_map(
        |(partition_keys, data_len, partition_key_len, explicit_hash_keys, more)| {
            // As many distinct keys as one byte can make.
            let partition_keys = if partition_key_len == 1 { partition_keys.min(62) } else { partition_keys };
            let data_len = if data_len % 7 == 0 { data_len * 50 } else { data_len - 1 };
            Sizing::new(partition_keys.max(explicit_hash_keys) + more, data_len)
                .with_partition_keys(partition_keys, partition_key_len)
                .with_explicit_hash_keys(explicit_hash_keys)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..config() })]

    #[test]
    fn the_longest_fill_it_to_the_last_byte(sizing in sizings(128)) {
        let mut aggregator = aggregator(sizing.buffer_len());
        prop_assert_eq!(add(&mut aggregator, &sizing, sizing.user_records, &[0]), Ok(()));
        prop_assert_eq!(aggregator.size(), sizing.buffer_len());
        prop_assert_eq!(aggregator.finish().unwrap().data.len(), sizing.buffer_len());
    }

    #[test]
    fn a_byte_less_is_too_little(sizing in sizings(128)) {
        let mut aggregator = aggregator(sizing.buffer_len() - 1);
        prop_assert!(add(&mut aggregator, &sizing, sizing.user_records, &[0]).is_err());
        prop_assert_eq!(aggregator.user_record_count(), sizing.user_records - 1);
    }

    #[test]
    fn what_is_shorter_and_more_keys_than_128_fit(sizing in sizings(400), cuts in prop::collection::vec(0..40_usize, 1..9)) {
        let mut aggregator = aggregator(sizing.buffer_len());
        prop_assert_eq!(add(&mut aggregator, &sizing, sizing.user_records, &cuts), Ok(()));
    }
}

#[test]
fn the_least_is_what_an_aggregator_takes_at_all() {
    let nothing = Sizing::new(0, 0).with_partition_keys(0, 0);
    assert_eq!(nothing.buffer_len(), MIN_USER_RECORD_LEN);
    let mut least = Aggregator::new([0; 29]);
    assert_eq!(least.add(&UserRecord::new("k", b"")), Ok(()));
    let one = Sizing::new(1, 0).with_partition_keys(1, 1);
    assert_eq!(one.buffer_len(), 29);
}

/// Saturates instead of overflowing.
#[test]
fn what_no_buffer_holds_gets_the_greatest_length() {
    let most = usize::MAX;
    let sizing = Sizing::new(most, most).with_partition_keys(most, most).with_explicit_hash_keys(most);
    assert_eq!(sizing.buffer_len(), most);
}
