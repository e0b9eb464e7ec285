//! Hash keys, maps of shards, range filters, and sharded aggregates.

use arbitrary::{Arbitrary, Result, Unstructured};
use kinesis_agg::{
    AggregatedRecord, DeaggregatedRecord, HashKey, HashKeyRange, KeyIndexEntry, RangeFilter, ShardMap,
    ShardMapError, deaggregate, deaggregate_batch,
};

use crate::arbitrary_input::{ODD_HASH_KEYS, hash_key_text, kinesis_data, list, small_valid_record};
use testkit::sharded_model::{Operation, run};
use testkit::{Delivered, reference};

/// Looks up hash keys among shards, filters a Kinesis record, or aggregates by shard, as the first byte says.
///
/// # Panics
/// The answer differs from a search through all ranges, or a user record is lost, doubled or sent to another
/// shard.
pub fn shards(input: &[u8]) {
    let Some((first, rest)) = input.split_first() else { return };
    let mut u = Unstructured::new(rest);
    let _ = match first % 4 {
        0 => map(&mut u),
        1 => texts(&mut u),
        2 => filter(&mut u),
        _ => {
            run(list(&mut u, 120, operation));
            Ok(())
        }
    };
}

/// A point that is likely to be an edge.
fn point(u: &mut Unstructured<'_>) -> Result<u128> {
    let byte = u8::arbitrary(u)?;
    let near = u128::from(byte % 16) << 124;
    Ok(match byte {
        0..=127 => near,
        128..=159 => near.wrapping_sub(1),
        160..=191 => u128::from(byte % 16),
        192..=223 => u128::MAX - u128::from(byte % 16),
        _ => u128::arbitrary(u)?,
    })
}

fn range(u: &mut Unstructured<'_>) -> Result<HashKeyRange> {
    Ok(HashKeyRange::new(HashKey::from_u128(point(u)?), HashKey::from_u128(point(u)?)))
}

/// The faults of ranges, according to the description.
fn map_error(ranges: &[HashKeyRange]) -> Option<ShardMapError> {
    let wrong = |shard: usize| {
        if ranges[shard].start > ranges[shard].end {
            return Some(ShardMapError::Inverted { shard });
        }
        (shard > 0 && ranges[shard].start <= ranges[shard - 1].end)
            .then_some(ShardMapError::Overlap { shard })
    };
    if ranges.is_empty() { Some(ShardMapError::Empty) } else { (0..ranges.len()).find_map(wrong) }
}

fn map(u: &mut Unstructured<'_>) -> Result<()> {
    check_even_split(u)?;
    let sorted = u8::arbitrary(u)? < 192;
    let count = u.int_in_range(0..=12)?;
    let mut edges = (0..2 * count).map(|_| point(u)).collect::<Result<Vec<u128>>>()?;
    if sorted {
        edges.sort_unstable();
        edges.dedup();
    }
    let ranges: Vec<HashKeyRange> = edges
        .chunks_exact(2)
        .map(|pair| HashKeyRange::new(HashKey::from_u128(pair[0]), HashKey::from_u128(pair[1])))
        .collect();
    let map = ShardMap::new(ranges.as_slice());
    assert_eq!(map.err(), map_error(&ranges));
    if let Ok(map) = map {
        assert_eq!(map.ranges(), ranges);
        check_owners(&map, &edges);
        check_owners(&map, &list(u, 16, point));
    }
    Ok(())
}

/// The owner of each point and of its neighbours is the range that contains it.
fn check_owners(map: &ShardMap<&[HashKeyRange]>, points: &[u128]) {
    for point in points {
        for near in [point.wrapping_sub(1), *point, point.wrapping_add(1)] {
            let contains =
                |range: &HashKeyRange| range.start.to_u128() <= near && near <= range.end.to_u128();
            assert_eq!(
                map.shard_of(HashKey::from_u128(near)),
                map.ranges().iter().position(contains),
                "{near}"
            );
        }
    }
}

/// floor(2^128 / n), n above 1, by long division in binary.
fn width(n: u128) -> u128 {
    let (mut remainder, mut quotient) = (1_u128, 0_u128);
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

fn check_even_split(u: &mut Unstructured<'_>) -> Result<()> {
    let shards = match u8::arbitrary(u)? {
        byte @ 0..=199 => usize::from(byte),
        200..=227 => usize::from(u16::arbitrary(u)?),
        _ => usize::arbitrary(u)?,
    };
    for index in [0, 1, usize::arbitrary(u)?, shards.saturating_sub(1), shards] {
        let expected = (index < shards).then(|| {
            let start = if shards == 1 { 0 } else { index as u128 * width(shards as u128) };
            let end = if index == shards - 1 { u128::MAX } else { start + width(shards as u128) - 1 };
            HashKeyRange::new(HashKey::from_u128(start), HashKey::from_u128(end))
        });
        assert_eq!(HashKeyRange::of_even_split(index, shards), expected, "{index} of {shards}");
    }
    if shards < 300 {
        let split = ShardMap::even_split(vec![HashKeyRange::FULL; shards]);
        assert_eq!(split.is_ok(), shards > 0);
        if let Ok(map) = split {
            assert!(
                map.ranges()
                    .iter()
                    .enumerate()
                    .all(|(index, range)| { HashKeyRange::of_even_split(index, shards) == Some(*range) })
            );
            let map = ShardMap::new(map.ranges()).unwrap();
            check_owners(&map, &list(u, 4, point));
        }
    }
    Ok(())
}

/// Hash keys and ranges as text.
fn texts(u: &mut Unstructured<'_>) -> Result<()> {
    let range = range(u)?;
    assert_eq!(range.to_string(), format!("{}:{}", range.start.to_u128(), range.end.to_u128()));
    assert_eq!(range.to_string().parse(), Ok(range));
    assert_eq!(range.start.to_decimal().as_str(), range.start.to_u128().to_string());
    let text = match bool::arbitrary(u)? {
        true => <&str>::arbitrary(u)?.to_owned(),
        false => format!("{}:{}", hash_key_text(u)?, hash_key_text(u)?),
    };
    let number = |text: &str| reference::hash_key("", Some(text)).map(HashKey::from_u128);
    for text in ODD_HASH_KEYS.into_iter().chain([text.as_str()]) {
        assert_eq!(text.parse::<HashKey>().ok(), number(text), "{text:?}");
    }
    let expected =
        text.split_once(':').and_then(|(start, end)| Some(HashKeyRange::new(number(start)?, number(end)?)));
    assert_eq!(text.parse::<HashKeyRange>().ok(), expected, "{text:?}");
    assert_eq!(HashKey::of_partition_key(&text).to_u128(), reference::hash_key(&text, None).unwrap());
    Ok(())
}

/// Range filters on a Kinesis record.
fn filter(u: &mut Unstructured<'_>) -> Result<()> {
    let range = range(u)?;
    let from = u64::from(u8::arbitrary(u)? % 8);
    let data = kinesis_data(u.peek_bytes(u.len()).unwrap_or_default());
    let all: Vec<Delivered> = deaggregate("outer", &data).map(Delivered::from).collect();
    let inside = |record: &Delivered| {
        let hash_key = record.user_record.hash_key();
        !record.aggregated
            || hash_key.is_none_or(|key| range.start.to_u128() <= key && key <= range.end.to_u128())
    };
    let late = |record: &&Delivered| record.sub_sequence_number >= from;
    let each: Vec<Delivered> = all.iter().filter(|record| inside(record)).cloned().collect();
    let whole = if all.iter().all(inside) { all.clone() } else { Vec::new() };
    for (filter, kept) in [(RangeFilter::UserRecord(range), each), (RangeFilter::Kcl(range), whole)] {
        let owned = |records: &mut dyn Iterator<Item = DeaggregatedRecord<'_>>| {
            records.map(Delivered::from).collect::<Vec<_>>()
        };
        let lenient = || deaggregate("outer", &data);
        assert_eq!(owned(&mut lenient().filtered(filter)), kept, "{filter}");
        let resumed: Vec<Delivered> = kept.iter().filter(late).cloned().collect();
        assert_eq!(owned(&mut lenient().filtered(filter).skip_to(from)), resumed, "{filter}, then {from}");
        if let Ok(view) = AggregatedRecord::parse(&data) {
            assert_eq!(owned(&mut view.user_records().filtered(filter)), kept, "{filter}, strict");
        }
        let mut index = [KeyIndexEntry::EMPTY; 3];
        let batch =
            deaggregate_batch([("outer", data.as_slice()), ("outer", &data)], &mut index).filtered(filter);
        let twice = [kept.as_slice(), &kept].concat();
        assert_eq!(owned(&mut batch.map(|(_, record)| record)), twice, "{filter}, batch");
    }
    // KCL's filter also examines later user records.
    let rest: Vec<Delivered> = all.iter().filter(late).cloned().collect();
    let expected = if rest.iter().all(inside) { rest } else { Vec::new() };
    let judged = deaggregate("outer", &data).skip_to(from).filtered(RangeFilter::Kcl(range));
    assert_eq!(judged.map(Delivered::from).collect::<Vec<_>>(), expected, "{from}, then filtered");
    Ok(())
}

fn operation(u: &mut Unstructured<'_>) -> Result<Operation> {
    let byte = u8::arbitrary(u)?;
    let shard = usize::from(byte % 6);
    Ok(match byte {
        0..=111 => Operation::Add(small_valid_record(u)?),
        112..=159 => Operation::AddOrSend(small_valid_record(u)?),
        160..=171 => Operation::Finish(shard),
        172..=179 => Operation::FinishOrPlain(shard),
        180..=191 => Operation::Flush(shard),
        192..=197 => Operation::FlushAll,
        198..=209 => Operation::ReplaceBuffer(shard),
        210..=235 => {
            let starts = u.int_in_range(0..=4)?;
            Operation::Replace((0..starts).map(|_| u.int_in_range(1..=15)).collect::<Result<_>>()?)
        }
        _ => Operation::Fail { after: u32::from(byte / 3 % 3), times: 1 + u32::from(byte % 3) },
    })
}
