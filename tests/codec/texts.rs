//! Texts for people: errors say what is wrong, and nothing shows data or lets a key mislead.

use kinesis_agg::{
    AddError, AddFlushingError, AggregatedRecord, Aggregator, Decoder, ExtendFlushingError, HashKey,
    HashKeyError, HashKeyRange, HashKeyRangeError, KeyError, KeyIndexEntry, KeySlot, OuterKeyError,
    RangeFilter, ReplaceShardsError, ShardMap, ShardMapError, ShardedAddError, ShardedAggregator, Tag,
    UserRecord, deaggregate, deaggregate_batch,
};
use std::error::Error;

#[test]
fn errors_of_the_way_in_carry_the_numbers_that_a_person_compares() {
    let io = || std::io::Error::other("no network");
    let cases: Vec<(Box<dyn Error>, &str)> = vec![
        (Box::new(AddError::Full), "the aggregate is full"),
        (
            Box::new(AddError::TooLarge { size: 70, limit: 64, fits_plain: false }),
            "user record takes 70 bytes where at most 64 are allowed",
        ),
        (
            Box::new(AddError::TooLarge { size: 70, limit: 64, fits_plain: true }),
            "user record takes 70 bytes where at most 64 are allowed; it fits a Kinesis record of its own",
        ),
        (Box::new(AddError::BufferTooSmall { len: 8, needed: 29 }), "buffer of 8 bytes where 29 are needed"),
        (Box::new(AddError::Key(KeyError::PartitionKeyEmpty)), "partition key is empty"),
        (
            Box::new(KeyError::PartitionKeyTooLong { chars: 257 }),
            "partition key has 257 code points where at most 256 are allowed",
        ),
        (
            Box::new(KeyError::ExplicitHashKey),
            "explicit hash key is not a decimal below 2^128 without leading zeros",
        ),
        (
            Box::new(OuterKeyError::TooLarge { size: 70, limit: 64 }),
            "Kinesis record takes 70 bytes where at most 64 are allowed",
        ),
        (Box::new(OuterKeyError::Key(KeyError::PartitionKeyEmpty)), "partition key is empty"),
        (Box::new(AddFlushingError::<_, std::io::Error>::Add(AddError::Full)), "the aggregate is full"),
        (Box::new(AddFlushingError::<AddError, _>::Send(io())), "the full aggregate could not be sent"),
        (Box::new(ShardedAddError::Full { shard: 3 }), "the aggregate of shard 3 is full"),
        (
            Box::new(ShardedAddError::NoShard { hash_key: HashKey::from_u128(9) }),
            "no shard owns the hash key 9",
        ),
        (
            Box::new(ShardedAddError::Refused(AddError::Key(KeyError::PartitionKeyEmpty))),
            "partition key is empty",
        ),
        (
            Box::new(ReplaceShardsError::<std::io::Error>::TooFewAggregators { shards: 4, aggregators: 3 }),
            "4 shards where there are aggregators for 3",
        ),
        (
            Box::new(ReplaceShardsError::<std::io::Error>::NoShard { hash_key: HashKey::from_u128(9) }),
            "no shard of the new map owns the hash key 9",
        ),
        (Box::new(ReplaceShardsError::<std::io::Error>::ScratchInUse), "the scratch aggregator is not empty"),
        (
            Box::new(ReplaceShardsError::<std::io::Error>::Scratch(AddError::Full)),
            "scratch aggregator: the aggregate is full",
        ),
        (Box::new(ReplaceShardsError::Send(io())), "what was split off could not be sent"),
    ];
    for (error, text) in cases {
        assert_eq!(error.to_string(), text);
    }
    assert_eq!(AddFlushingError::<AddError, _>::Send(io()).source().unwrap().to_string(), "no network");
    assert_eq!(ReplaceShardsError::Send(io()).source().unwrap().to_string(), "no network");
    assert!(AddFlushingError::<_, std::io::Error>::Add(AddError::Full).source().is_none());
    let unsent = ExtendFlushingError { added: 2, error: AddFlushingError::Send(io()) };
    assert_eq!(unsent.to_string(), "user record 2: the full aggregate could not be sent");
    assert_eq!(unsent.source().unwrap().to_string(), "no network");
}

#[test]
fn tags_of_a_slice_are_shown_one_by_one() {
    let tags = [Tag { key: "a", value: Some("b") }, Tag { key: "c", value: None }];
    let record = UserRecord::new("key", b"").with_tags(tags.as_slice());
    assert!(record.tags.iter().eq(tags));
    assert_eq!(format!("{:?}", record.tags.iter()), format!("{:?}", tags));
}

#[test]
fn errors_of_hash_keys_and_shards_say_where() {
    let cases: Vec<(Box<dyn Error>, &str)> = vec![
        (Box::new(HashKeyError::Empty), "hash key is empty"),
        (
            Box::new(HashKeyError::NotADigit { offset: 2 }),
            "hash key has something else than a digit at byte 2",
        ),
        (Box::new(HashKeyError::TooLarge), "hash key is 2^128 or more"),
        (Box::new(HashKeyRangeError::NoColon), "hash key range is not of the form START:END"),
        (Box::new(HashKeyRangeError::Start(HashKeyError::Empty)), "start of the range: hash key is empty"),
        (Box::new(HashKeyRangeError::End(HashKeyError::Empty)), "end of the range: hash key is empty"),
        (Box::new(ShardMapError::Empty), "there is no shard"),
        (Box::new(ShardMapError::Inverted { shard: 1 }), "hash key range of shard 1 starts after its end"),
        (
            Box::new(ShardMapError::Overlap { shard: 2 }),
            "hash key range of shard 2 does not start after the one before it",
        ),
    ];
    for (error, text) in cases {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn debug_output_shows_keys_escaped_and_never_data() {
    let tags = [Tag { key: "unit", value: Some("C") }];
    let record =
        UserRecord::new("a\"\u{1b}]\u{202e}ü", b"secret").with_explicit_hash_key("5").with_tags(&tags);
    let expected = concat!(
        r#"UserRecord { partition_key: "a\"\u{1b}]\u{202e}ü", explicit_hash_key: Some("5"), data: 6 bytes, "#,
        r#"tags: [Tag { key: "unit", value: Some("C") }] }"#
    );
    assert_eq!(format!("{record:?}"), expected);

    let mut aggregator = Aggregator::new([0; 128]);
    aggregator.add(&record).unwrap();
    assert_eq!(format!("{aggregator:?}"), "Aggregator { user_records: 1, size: 59, sealed: false, .. }");
    let mut other = aggregator.clone();
    let finished = other.finish().unwrap();
    let expected = r#"KinesisRecord { partition_key: "a\"\u{1b}]\u{202e}ü", explicit_hash_key: Some("5"), data: 59 bytes, user_records: 1 }"#;
    assert_eq!(format!("{finished:?}"), expected);
    let out = deaggregate("outer", finished.data).next().unwrap();
    let expected = concat!(
        r#"DeaggregatedRecord { partition_key: "a\"\u{1b}]\u{202e}ü", explicit_hash_key: Some("5"), data: 6 bytes, "#,
        r#"tags: [Tag { key: "unit", value: Some("C") }], sub_sequence_number: 0, aggregated: true }"#
    );
    assert_eq!(format!("{out:?}"), expected);

    let aggregated = AggregatedRecord::parse(finished.data).unwrap();
    let map = ShardMap::even_split([HashKeyRange::FULL; 1]).unwrap();
    let sharded = ShardedAggregator::new(map, [Aggregator::new([0; 64])]).unwrap();
    let expected = "ShardedAggregator { shards: ShardMap { ranges: [HashKeyRange { start: HashKey(0), end: HashKey(340282366920938463463374607431768211455) }] }, aggregators: [Aggregator { user_records: 0, size: 0, sealed: false, .. }] }";
    assert_eq!(format!("{sharded:?}"), expected);
    let owned = aggregator.replace_buffer([0; 128]).unwrap();
    let printed = [
        format!("{aggregated:?} {:?} {:?}", aggregated.user_records(), deaggregate("o", b"secret")),
        format!("{sharded:?} {owned:?} {:?} {:?}", KeySlot::EMPTY, out.tags.iter()),
    ];
    let types = [
        ["AggregatedRecord", "UserRecords", "aggregated: false"],
        ["ShardedAggregator", "OwnedKinesisRecord", "KeySlot(used: false)"],
    ];
    for (text, types) in printed.iter().zip(types) {
        assert!(types.iter().all(|name| text.contains(name)), "{text}");
    }
    for text in printed {
        // Neither as text nor as a list of bytes.
        assert!(!text.contains("secret") && !text.contains("115, 101, 99"), "{text}");
    }
}

#[test]
fn what_shows_nothing_or_turns_the_text_is_escaped_in_keys() {
    // The ends of each range, and visible characters next to them.
    for hidden in [
        '\0',
        '\u{1F}',
        '\u{7F}',
        '\u{9F}',
        '\u{AD}',
        '\u{61C}',
        '\u{180E}',
        '\u{200B}',
        '\u{200F}',
        '\u{2028}',
        '\u{202E}',
        '\u{2060}',
        '\u{206F}',
        '\u{FEFF}',
        '\u{FFF9}',
        '\u{FFFB}',
        '\u{1BCA0}',
        '\u{1BCA3}',
        '\u{1D173}',
        '\u{1D17A}',
        '\u{E0001}',
        '\u{E007F}',
    ] {
        let shown = format!("{:?}", UserRecord::new(&hidden.to_string(), b""));
        assert!(shown.contains(&format!("\"\\u{{{:x}}}\"", u32::from(hidden))), "{shown}");
    }
    for seen in [' ', '~', '\u{A1}', 'ü', '\u{2010}', '\u{2030}', '\u{FFFC}', '\u{1F600}'] {
        let shown = format!("{:?}", UserRecord::new(&seen.to_string(), b""));
        assert!(shown.contains(&format!("\"{seen}\"")), "{shown}");
    }
}

#[test]
fn indices_and_refusals_are_printed_without_payloads_too() {
    let mut aggregator = Aggregator::new([0; 128]);
    aggregator.add(&UserRecord::new("key", b"secret")).unwrap();
    let data = aggregator.finish().unwrap().data.to_vec();
    let mut index = [KeyIndexEntry::default(); 1];
    Decoder::new().with_index(&mut index).parse(&data).unwrap();
    assert_eq!(format!("{index:?}"), "[KeyIndexEntry(..)]");
    let filtered = deaggregate("o", &data).filtered(RangeFilter::UserRecord(HashKeyRange::FULL));
    let expected = "Filtered { from: 0, .. }";
    assert_eq!(format!("{filtered:?}"), expected);
    let batch = deaggregate_batch([("o", data.as_slice())], &mut index);
    assert_eq!(format!("{batch:?}"), "Batch { opened: 0, left: 0, filter: None, .. }");
    let mut slots = [KeySlot::EMPTY; 1];
    Aggregator::new_in([0; 64], slots.as_mut_slice()).add(&UserRecord::new("key", b"")).unwrap();
    assert_eq!(format!("{slots:?}"), "[KeySlot(used: true)]");
    let map = ShardMap::even_split([HashKeyRange::FULL; 2]).unwrap();
    let refused = ShardedAggregator::new(map, [Aggregator::new([0; 64])]).unwrap_err();
    assert_eq!(refused.to_string(), "there are fewer aggregators than the 2 shards");
    assert_eq!(format!("{refused:?}"), "AggregatorsError { misplaced: None, .. }");
    let mut used = Aggregator::new([0; 64]);
    used.add(&UserRecord::new("key", b"")).unwrap();
    let lower = [HashKeyRange::new(HashKey::MIN, HashKey::MIN)];
    let refused = ShardedAggregator::new(ShardMap::new(lower).unwrap(), [used]).unwrap_err();
    assert_eq!(refused.to_string(), "aggregator 0 holds user records of another shard");
    assert!(ReplaceShardsError::<std::io::Error>::ScratchInUse.source().is_none());
}
