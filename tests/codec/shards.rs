//! Hash keys, hash key ranges and maps of shards.

use kinesis_agg::{
    DeaggregatedRecord, HashKey, HashKeyError, HashKeyRange, HashKeyRangeError, RangeFilter, ShardMap,
    ShardMapError, UserRecord, deaggregate, deaggregate_batch, md5_fn,
};
use proptest::prelude::*;
use testkit::strategies::{config, valid_record};
use testkit::{OwnedRecord, reference};

fn range(start: u128, end: u128) -> HashKeyRange {
    HashKeyRange::new(HashKey::from_u128(start), HashKey::from_u128(end))
}

#[test]
fn decimal_text_is_read_strictly() {
    let cases = [
        ("0", Ok(0)),
        ("00042", Ok(42)),
        ("340282366920938463463374607431768211455", Ok(u128::MAX)),
        ("000340282366920938463463374607431768211455", Ok(u128::MAX)),
        ("340282366920938463463374607431768211456", Err(HashKeyError::TooLarge)),
        ("999999999999999999999999999999999999999999", Err(HashKeyError::TooLarge)),
        ("", Err(HashKeyError::Empty)),
        ("+1", Err(HashKeyError::NotADigit { offset: 0 })),
        ("1_000", Err(HashKeyError::NotADigit { offset: 1 })),
        ("12 ", Err(HashKeyError::NotADigit { offset: 2 })),
        ("1٣", Err(HashKeyError::NotADigit { offset: 1 })),
        ("undefined", Err(HashKeyError::NotADigit { offset: 0 })),
    ];
    for (text, expected) in cases {
        assert_eq!(text.parse::<HashKey>(), expected.map(HashKey::from_u128), "{text:?}");
    }
}

#[test]
fn the_hash_key_of_a_partition_key_is_its_md5() {
    // RFC 1321: MD5 ("abc") = 900150983cd24fb0d6963f7d28e17f72.
    assert_eq!(
        HashKey::of_partition_key("abc"),
        HashKey::from_u128(0x9001_5098_3cd2_4fb0_d696_3f7d_28e1_7f72)
    );
    assert_eq!(HashKey::of_partition_key_with("abc", md5_fn(|_: &[u8]| [0; 16])), HashKey::MIN);
    let record = UserRecord::new("abc", b"");
    assert_eq!(record.hash_key(), Ok(HashKey::of_partition_key("abc")));
    assert_eq!(record.with_explicit_hash_key("007").hash_key(), Ok(HashKey::from_u128(7)));
}

/// floor(2^128 / n) by long division in binary.
fn width(n: u128) -> u128 {
    let mut remainder = 1_u128;
    let mut quotient = 0_u128;
    for _ in 0..128 {
        remainder *= 2;
        quotient *= 2;
        if remainder >= n {
            remainder -= n;
            quotient += 1;
        }
    }
    quotient
}

#[test]
fn an_even_split_is_the_services() {
    for shards in [2_usize, 3, 4, 5, 7, 10, 100, 1000, 4096, 10_000] {
        let map = ShardMap::even_split(vec![HashKeyRange::FULL; shards]).unwrap();
        let width = width(shards as u128);
        for (index, shard) in map.ranges().iter().enumerate() {
            let start = index as u128 * width;
            let end = if index == shards - 1 { u128::MAX } else { start + width - 1 };
            assert_eq!(*shard, range(start, end), "shard {index} of {shards}");
        }
    }
    assert_eq!(HashKeyRange::of_even_split(0, 1), Some(HashKeyRange::FULL));
    assert_eq!(HashKeyRange::of_even_split(1, 1), None);
    assert_eq!(HashKeyRange::of_even_split(0, 0), None);
    assert!(HashKeyRange::of_even_split(usize::MAX - 1, usize::MAX).is_some());
}

#[test]
fn ranges_that_are_no_map_are_refused_by_index() {
    let new = |ranges: &[HashKeyRange]| ShardMap::new(ranges.to_vec()).map(|_| ());
    assert_eq!(new(&[]), Err(ShardMapError::Empty));
    assert_eq!(ShardMap::even_split(Vec::new()).map(|_| ()), Err(ShardMapError::Empty));
    assert_eq!(new(&[range(0, 1), range(5, 4)]), Err(ShardMapError::Inverted { shard: 1 }));
    assert_eq!(new(&[range(0, 4), range(4, 9)]), Err(ShardMapError::Overlap { shard: 1 }));
    assert_eq!(new(&[range(5, 9), range(0, 4)]), Err(ShardMapError::Overlap { shard: 1 }));
    assert_eq!(new(&[range(0, 4), range(5, 9), range(5, 9)]), Err(ShardMapError::Overlap { shard: 2 }));
    assert_eq!(new(&[range(0, 4), range(6, 9)]), Ok(()));
    assert_eq!(new(&[range(7, 7)]), Ok(()));
}

#[test]
fn ranges_are_written_and_read_as_start_and_end() {
    let text = "5:340282366920938463463374607431768211455";
    assert_eq!(text.parse(), Ok(range(5, u128::MAX)));
    assert_eq!(range(5, u128::MAX).to_string(), text);
    assert_eq!("5".parse::<HashKeyRange>(), Err(HashKeyRangeError::NoColon));
    assert_eq!(
        "x:5".parse::<HashKeyRange>(),
        Err(HashKeyRangeError::Start(HashKeyError::NotADigit { offset: 0 }))
    );
    assert_eq!("5:".parse::<HashKeyRange>(), Err(HashKeyRangeError::End(HashKeyError::Empty)));
    assert_eq!(
        "5:6:7".parse::<HashKeyRange>(),
        Err(HashKeyRangeError::End(HashKeyError::NotADigit { offset: 1 }))
    );
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_hash_key_survives_its_decimal_form(value in any::<u128>(), shift in 0..128_u32) {
        let value = value >> shift;
        prop_assert_eq!(HashKey::from_u128(value).to_string(), value.to_string());
        prop_assert_eq!(HashKey::from_u128(value).to_decimal().as_str().parse(), Ok(HashKey::from_u128(value)));
    }

    #[test]
    fn a_shard_is_found_as_by_looking_at_each(
        mut edges in proptest::collection::vec(0..64_u128, 2..20),
        scale in 0..122_u32,
        at in 0..70_u128,
    ) {
        edges.sort_unstable();
        edges.dedup();
        let ranges: Vec<_> = edges.chunks_exact(2).map(|edge| range(edge[0] << scale, edge[1] << scale)).collect();
        prop_assume!(!ranges.is_empty());
        let map = ShardMap::new(ranges.as_slice()).unwrap();
        for near in [at << scale, (at << scale).saturating_sub(1), (at << scale).saturating_add(1)] {
            let hash_key = HashKey::from_u128(near);
            prop_assert_eq!(map.shard_of(hash_key), ranges.iter().position(|range| range.contains(hash_key)));
        }
    }

    #[test]
    fn a_filter_keeps_what_its_name_says(
        records in proptest::collection::vec(valid_record(10), 1..20),
        start in any::<u128>(),
        end in any::<u128>(),
    ) {
        let data = reference::write(&records);
        let range = range(start, end);
        let inside = |record: &OwnedRecord| (start..=end).contains(&record.hash_key().unwrap());
        let each: Vec<OwnedRecord> = records.iter().filter(|record| inside(record)).cloned().collect();
        let whole = if each.len() == records.len() { each.clone() } else { Vec::new() };
        for (filter, expected) in [(RangeFilter::UserRecord(range), each), (RangeFilter::Kcl(range), whole)] {
            let owned = |record: DeaggregatedRecord<'_>| OwnedRecord::from(record);
            let filtered: Vec<_> = deaggregate("outer", &data).filtered(filter).map(owned).collect();
            prop_assert_eq!(&filtered, &expected);
            let mut index = [];
            let batch = [("outer", data.as_slice()), ("plain", b"plain".as_slice())];
            let batch = deaggregate_batch(batch, &mut index).filtered(filter);
            let (mut batch, plain): (Vec<_>, Vec<_>) = batch.partition(|(position, _)| *position == 0);
            prop_assert_eq!(batch.drain(..).map(|(_, record)| owned(record)).collect::<Vec<_>>(), expected);
            // A record that is no aggregate is never dropped.
            prop_assert_eq!(plain.len(), 1);
        }
    }
}

#[test]
fn a_user_record_whose_hash_key_cannot_be_read_is_kept_by_a_filter() {
    let mut odd = OwnedRecord::new("k", b"odd");
    odd.explicit_hash_key = Some("undefined".to_owned());
    let mut good = OwnedRecord::new("k", b"good");
    good.explicit_hash_key = Some("5".to_owned());
    let data = reference::write(&[odd, good]);
    let kept =
        |filter| deaggregate("outer", &data).filtered(filter).map(|record| record.data).collect::<Vec<_>>();
    assert_eq!(kept(RangeFilter::Kcl(range(5, 5))), [b"odd".as_slice(), b"good"]);
    assert_eq!(kept(RangeFilter::UserRecord(range(6, 9))), [b"odd"]);
    assert!(kept(RangeFilter::Kcl(range(6, 9))).is_empty());
}

/// Ten user records whose hash keys are 0 to 9.
fn ten_records() -> Vec<u8> {
    let records: Vec<OwnedRecord> = (0..10_u8)
        .map(|n| {
            let mut record = OwnedRecord::new("k", &[n]);
            record.explicit_hash_key = Some(n.to_string());
            record
        })
        .collect();
    reference::write(&records)
}

#[test]
fn a_filter_says_how_many_user_records_can_still_come() {
    let data = ten_records();
    let mut filtered = deaggregate("o", &data).filtered(RangeFilter::UserRecord(range(4, 7)));
    assert_eq!(filtered.size_hint(), (0, Some(10)));
    for left in (0..=4).rev() {
        let (least, most) = filtered.size_hint();
        assert!(least == 0 && most.is_some_and(|most| most >= left), "{left}");
        assert_eq!(filtered.next().is_some(), left > 0);
    }
    assert_eq!(filtered.size_hint(), (0, Some(0)));
}

#[test]
fn sub_sequence_numbers_stay_what_they_are_behind_a_filter_and_a_resumption() {
    let data = ten_records();
    let filter = RangeFilter::UserRecord(range(4, 7));
    let numbers = |records: &mut dyn Iterator<Item = DeaggregatedRecord<'_>>| {
        records.map(|record| record.sub_sequence_number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(&mut deaggregate("o", &data).filtered(filter)), [4, 5, 6, 7]);
    assert_eq!(numbers(&mut deaggregate("o", &data).skip_to(6).filtered(filter)), [6, 7]);
    assert_eq!(numbers(&mut deaggregate("o", &data).filtered(filter).skip_to(6)), [6, 7]);
    // User records that a consumer has read already still count for KCL's filter, if the filter comes first.
    let late = RangeFilter::Kcl(range(5, 9));
    assert_eq!(numbers(&mut deaggregate("o", &data).filtered(late).skip_to(8)), [0_u64; 0]);
    assert_eq!(numbers(&mut deaggregate("o", &data).skip_to(8).filtered(late)), [8, 9]);
    assert_eq!(numbers(&mut deaggregate("o", &data).skip_to(8)), [8, 9]);
    assert_eq!(numbers(&mut deaggregate("o", &data).skip_to(u64::MAX)), [0_u64; 0]);
    assert_eq!(numbers(&mut deaggregate("o", b"plain").skip_to(0)), [0]);
    assert_eq!(numbers(&mut deaggregate("o", b"plain").skip_to(1)), [0_u64; 0]);
}

#[test]
fn what_goes_in_comes_back() {
    let ranges = [range(0, 4), range(5, 9)];
    assert_eq!(ShardMap::new(ranges).unwrap().into_ranges(), ranges);
    assert_eq!(HashKey::from_u128(7).to_u128(), 7);
    let seven = HashKey::from_u128(7);
    assert_eq!(seven.to_decimal().as_ref(), "7");
    assert_eq!(format!("{seven:?} {:?}", seven.to_decimal()), "HashKey(7) 7");
    assert_eq!(RangeFilter::Kcl(ranges[0]).to_string(), "whole aggregates in 0:4");
    assert_eq!(RangeFilter::UserRecord(ranges[1]).to_string(), "user records in 5:9");
}
