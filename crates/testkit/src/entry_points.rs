//! Calls every entry point of the codec for reading. All must give the same answer.

use std::fmt::Debug;

use kinesis_agg::{
    AggregatedRecord, DeaggregatedRecord, Decoder, HashKeyRange, KeyIndexEntry, Md5, Md5Engine, ParseError,
    RangeFilter, deaggregate, deaggregate_batch, is_aggregated, md5_fn,
};

use crate::record::Delivered;
use crate::reference::{self, Answer, Fault};

/// The outer partition key, as in the vectors.
pub const OUTER: &str = "outer";

const FULL: [RangeFilter; 2] =
    [RangeFilter::Kcl(HashKeyRange::FULL), RangeFilter::UserRecord(HashKeyRange::FULL)];

/// Above this number of user records, not every position is resumed at.
const EVERY_POSITION: usize = 200;

/// The answer of the codec for the data of one Kinesis record, the same from every entry point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answers {
    pub strict: Result<Vec<Delivered>, ParseError>,
    pub lenient: Vec<Delivered>,
}

/// Whether an answer is that of the oracle: the records, or one of the faults.
pub fn check_strict(name: &dyn Debug, strict: &Result<Vec<Delivered>, ParseError>, oracle: &Answer) {
    match (strict, oracle) {
        (Ok(records), Ok(message)) => assert_eq!(records, &message.records, "{name:?}"),
        (Err(error), Err(faults)) => {
            let fault = Fault { kind: error.kind(), offset: error.offset() };
            assert!(faults.contains(&fault), "{name:?}: {fault:?} where the oracle has {faults:?}");
        }
        _ => panic!("{name:?}: {strict:?} where the oracle has {oracle:?}"),
    }
}

/// The expected result of lenient reading, from the oracle.
pub fn lenient(data: &[u8], oracle: &Answer) -> Vec<Delivered> {
    match oracle {
        Ok(message) => message.records.clone(),
        Err(_) => vec![Delivered::plain(OUTER, data)],
    }
}

/// Calls every entry point, and checks that all answers are equal and are that of the oracle.
pub fn check(name: &dyn Debug, data: &[u8]) -> Answers {
    let oracle = reference::read(data);
    let answers = ask(name, data);
    check_strict(name, &answers.strict, &oracle);
    assert_eq!(answers.lenient, lenient(data, &oracle), "{name:?}: lenient");
    check_counts(name, data, &oracle);
    let unverified = reference::read_unverified(data);
    let view = Decoder::new().unverified().parse(data);
    check_strict(name, &view.map(|view| owned(view.user_records())), &unverified);
    answers
}

/// A view with an index of `N` entries.
pub fn sized<const N: usize>(
    data: &[u8],
) -> Result<AggregatedRecord<'_, [KeyIndexEntry<'_>; N]>, ParseError> {
    Decoder::new().with_index_len().parse(data)
}

/// The items one by one, which must equal those of internal iteration.
fn owned<'a>(records: impl Iterator<Item = DeaggregatedRecord<'a>> + Clone) -> Vec<Delivered> {
    let mut at_a_stretch = Vec::new();
    records.clone().for_each(|record| at_a_stretch.push(Delivered::from(record)));
    let one_by_one: Vec<Delivered> = records.map(Delivered::from).collect();
    assert_eq!(at_a_stretch, one_by_one, "at a stretch");
    one_by_one
}

/// Calls every entry point and checks that all answers are equal.
pub fn ask(name: &dyn Debug, data: &[u8]) -> Answers {
    let strict = AggregatedRecord::parse(data).map(|view| owned(view.user_records()));
    let keys = AggregatedRecord::parse(data).map_or(0, |view| view.key_count());
    let same = |way: &str, answer: Result<Vec<Delivered>, ParseError>| {
        assert_eq!(answer, strict, "{name:?}: {way}");
    };
    let mut engine = md5_fn(|message: &[u8]| Md5.digest(message));
    let view = Decoder::new().with_engine(&mut engine).parse(data);
    same("another engine", view.map(|view| owned(view.into_iter())));
    macro_rules! same_sized {
        ($($entries:literal)*) => {$(
            let view = sized::<$entries>(data);
            same(concat!("an index of ", $entries), view.map(|view| owned((&view).into_iter())));
        )*};
    }
    same_sized!(0 1 2 3 64);
    for entries in index_lengths(keys) {
        let mut index = vec![KeyIndexEntry::EMPTY; entries];
        let view = Decoder::new().with_index(&mut index).parse(data);
        same("a lent index", view.map(|view| owned(view.user_records())));
        let view = Decoder::new().with_index(&mut index).with_engine(&mut engine).parse(data);
        same("a lent index and another engine", view.map(|view| owned(view.user_records())));
        let view = AggregatedRecord::parse(data);
        same("with_index", view.map(|view| owned(view.user_records().with_index(&mut index))));
        let view = sized::<0>(data);
        same("with_index after none", view.map(|view| owned(view.user_records().with_index(&mut index))));
        if strict.is_ok() {
            let view = Decoder::new().unverified().parse(data);
            same("unverified", view.map(|view| owned(view.user_records().with_index(&mut index))));
        }
    }
    if let Ok(records) = &strict {
        check_positions(name, data, records);
    }
    let lenient = owned(deaggregate(OUTER, data));
    check_lenient_ways(name, data, keys, &lenient);
    match &strict {
        Ok(records) => assert_eq!(&lenient, records, "{name:?}: lenient loses or adds"),
        Err(_) => assert_eq!(lenient, [Delivered::plain(OUTER, data)], "{name:?}: not handed through"),
    }
    Answers { strict, lenient }
}

/// Too short, exactly right, too long.
fn index_lengths(keys: usize) -> Vec<usize> {
    let mut lengths = vec![0, 1, 2, keys / 2, keys.saturating_sub(1), keys, keys + 1, keys + 9];
    lengths.sort_unstable();
    lengths.dedup();
    lengths
}

fn positions(records: usize) -> impl Iterator<Item = usize> {
    let step = if records > EVERY_POSITION { records / 20 } else { 1 };
    (0..=records + 1).step_by(step)
}

fn check_positions(name: &dyn Debug, data: &[u8], records: &[Delivered]) {
    let view = AggregatedRecord::parse(data).unwrap();
    let mut index = vec![KeyIndexEntry::EMPTY; view.key_count()];
    let indexed = Decoder::new().with_index(&mut index).parse(data).unwrap();
    assert_eq!(view.user_record_count(), records.len(), "{name:?}: user_record_count");
    for position in positions(records.len()) {
        let rest = records.get(position..).unwrap_or_default();
        let number = position as u64;
        let resumed = view.user_records().skip_to(number);
        assert_eq!(resumed.len(), rest.len(), "{name:?}: left after skip_to({position})");
        assert_eq!(owned(resumed.clone().skip_to(0)), rest, "{name:?}: back after skip_to({position})");
        assert_eq!(owned(resumed), rest, "{name:?}: skip_to({position})");
        let resumed = indexed.user_records().skip_to(number);
        assert_eq!(owned(resumed), rest, "{name:?}: indexed skip_to({position})");
        let resumed = deaggregate(OUTER, data).skip_to(number);
        assert_eq!(owned(resumed), rest, "{name:?}: lenient skip_to({position})");
        let nth = view.user_records().nth(position).map(Delivered::from);
        assert_eq!(nth.as_ref(), rest.first(), "{name:?}: nth({position})");
        // Reads some of the way, skips the rest.
        let mut begun = view.user_records();
        let first = begun.next().map(Delivered::from);
        assert_eq!(first.as_ref(), records.first(), "{name:?}: first");
        assert_eq!(owned(begun.skip_to(number)), records.get(position.max(1)..).unwrap_or_default());
    }
    for filter in FULL {
        assert_eq!(owned(view.user_records().filtered(filter)), records, "{name:?}: {filter}");
        assert_eq!(owned(indexed.user_records().filtered(filter)), records, "{name:?}: indexed, {filter}");
    }
    let mut ended = view.user_records().skip_to(u64::MAX);
    assert_eq!((ended.next(), ended.next(), ended.len()), (None, None, 0), "{name:?}: not fused");
}

fn check_lenient_ways(name: &dyn Debug, data: &[u8], keys: usize, lenient: &[Delivered]) {
    assert_eq!(deaggregate(OUTER, data).len(), lenient.len(), "{name:?}: length of deaggregate");
    let engine = md5_fn(|message: &[u8]| Md5.digest(message));
    let records = owned(Decoder::new().with_engine(engine).deaggregate(OUTER, data));
    assert_eq!(records, lenient, "{name:?}: another engine");
    let aggregated = AggregatedRecord::parse(data).is_ok();
    assert_eq!(deaggregate(OUTER, data).is_aggregated(), aggregated, "{name:?}: UserRecords::is_aggregated");
    for filter in FULL {
        assert_eq!(owned(deaggregate(OUTER, data).filtered(filter)), lenient, "{name:?}: {filter}");
    }
    for entries in index_lengths(keys) {
        let mut index = vec![KeyIndexEntry::EMPTY; entries];
        let records = owned(Decoder::new().with_index(&mut index).deaggregate(OUTER, data));
        assert_eq!(records, lenient, "{name:?}: an index of {entries}");
        check_batch(name, &[data], &[lenient], &mut index);
        check_batch(name, &[data, data], &[lenient, lenient], &mut index);
    }
    if !aggregated {
        let resumed = |number| owned(deaggregate(OUTER, data).skip_to(number));
        assert_eq!((resumed(0).as_slice(), resumed(1).as_slice()), (lenient, [].as_slice()), "{name:?}");
    }
}

/// Checks the batch, plain and with filters that keep everything, against the result for each Kinesis record
/// alone.
pub fn check_batch<'a>(
    name: &dyn Debug,
    blobs: &[&'a [u8]],
    expected: &[&[Delivered]],
    index: &mut [KeyIndexEntry<'a>],
) {
    let expected: Vec<(usize, Delivered)> = expected
        .iter()
        .enumerate()
        .flat_map(|(position, records)| records.iter().map(move |record| (position, record.clone())))
        .collect();
    let kinesis_records = || blobs.iter().map(|data| (OUTER, *data));
    let owned = |(position, record)| (position, Delivered::from(record));
    let batch = deaggregate_batch(kinesis_records(), index);
    assert!(batch.map(owned).eq(expected.iter().cloned()), "{name:?}: deaggregate_batch");
    // The first one by `next`, the others by internal iteration.
    let mut batch = deaggregate_batch(kinesis_records(), index);
    let mut records: Vec<(usize, Delivered)> = batch.next().map(owned).into_iter().collect();
    batch.for_each(|record| records.push(owned(record)));
    assert!(records == expected, "{name:?}: deaggregate_batch, at a stretch");
    for filter in FULL {
        let batch = deaggregate_batch(kinesis_records(), index).filtered(filter);
        assert!(batch.map(owned).eq(expected.iter().cloned()), "{name:?}: deaggregate_batch, {filter}");
        let mut records = Vec::new();
        let decoder = Decoder::new().with_index_len::<2>();
        let batch = decoder.deaggregate_batch(kinesis_records()).filtered(filter);
        batch.for_each(|record| records.push(owned(record)));
        assert!(records == expected, "{name:?}: deaggregate_batch, {filter}, at a stretch");
    }
}

/// The counts of keys, and whether the frame is that of an aggregate.
fn check_counts(name: &dyn Debug, data: &[u8], oracle: &Answer) {
    let framed = match oracle {
        Ok(_) => true,
        Err(faults) => !faults.iter().any(|fault| {
            use kinesis_agg::ParseErrorKind as Kind;
            matches!(fault.kind, Kind::NotAggregated | Kind::TooShort { .. } | Kind::TooLong | Kind::Digest)
        }),
    };
    assert_eq!(is_aggregated(data), framed, "{name:?}: is_aggregated");
    if let (Ok(view), Ok(message)) = (sized::<1>(data), oracle) {
        let counts = (view.partition_key_count(), view.explicit_hash_key_count());
        let expected = (message.partition_keys.len(), message.explicit_hash_keys.len());
        assert_eq!(counts, expected, "{name:?}: keys");
        assert_eq!(view.key_count(), expected.0 + expected.1, "{name:?}: key_count");
        assert_eq!(view.user_record_count(), message.records.len(), "{name:?}: user_record_count");
    }
}
