//! User records for property tests.

use proptest::prelude::*;

use crate::record::OwnedRecord;

/// More cases in an optimised build; `PROPTEST_CASES` overrides the number.
pub fn config() -> ProptestConfig {
    let mut config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = if crate::EXHAUSTIVE { 10_000 } else { 400 };
    }
    config
}

/// A user record that the service would accept. Its keys come mostly from a small pool, so that they repeat.
pub fn valid_record(max_data: usize) -> impl Strategy<Value = OwnedRecord> {
    let partition_key = prop_oneof![
        4 => (0..6_u8).prop_map(|n| format!("key-{n}")),
        2 => "[a-zß€😀]{1,12}",
        1 => "[a-z]{120,256}",
    ];
    let explicit_hash_key = prop_oneof![
        4 => Just(None),
        2 => (0..4_u128).prop_map(|n| Some((n << 126).to_string())),
        1 => any::<u128>().prop_map(|n| Some(n.to_string())),
    ];
    let tag = ("[a-z]{0,4}", proptest::option::of("[a-zé]{0,9}"));
    let tags = prop_oneof![4 => Just(Vec::new()), 1 => proptest::collection::vec(tag, 0..3)];
    let data = prop_oneof![
        3 => proptest::collection::vec(any::<u8>(), 0..16),
        1 => proptest::collection::vec(any::<u8>(), 0..=max_data),
    ];
    (partition_key, explicit_hash_key, data, tags).prop_map(
        |(partition_key, explicit_hash_key, data, tags)| OwnedRecord {
            partition_key,
            explicit_hash_key,
            data,
            tags,
        },
    )
}

/// Any user record, mostly valid.
pub fn any_record(max_data: usize) -> impl Strategy<Value = OwnedRecord> {
    let spoil = prop_oneof![
        12 => Just(None),
        1 => Just(Some((String::new(), None))),
        1 => "[€]{257,260}".prop_map(|key| Some((key, None))),
        1 => prop_oneof![Just("01"), Just(""), Just("-1"), Just("340282366920938463463374607431768211456"), Just("٣")]
            .prop_map(|text| Some(("k".to_owned(), Some(text.to_owned())))),
    ];
    (valid_record(max_data), spoil).prop_map(|(record, spoil)| match spoil {
        Some((partition_key, explicit_hash_key)) => {
            OwnedRecord { partition_key, explicit_hash_key, ..record }
        }
        None => record,
    })
}
