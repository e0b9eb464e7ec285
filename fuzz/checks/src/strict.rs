//! Strict reading: every entry point gives the answer of the naive reader.

use kinesis_agg::{AggregatedRecord, DeaggregatedRecord, Decoder, KeyIndexEntry, ParseError};

use crate::arbitrary_input::kinesis_data;
use testkit::Delivered;
use testkit::entry_points::{self, check_strict, sized};
use testkit::reference::{self, Answer};

/// Up to this number of bytes, every entry point is called for every position; above it, only some.
const EVERY_WAY: usize = 120;

/// Reads strictly.
///
/// # Panics
/// Two entry points differ, or the naive reader gives another answer.
pub fn strict(input: &[u8]) {
    let data = kinesis_data(input);
    let name: &dyn std::fmt::Debug = &"fuzzed";
    if data.len() <= EVERY_WAY {
        entry_points::check(name, &data);
        return;
    }
    let oracle = reference::read(&data);
    let view = AggregatedRecord::parse(&data);
    let strict = view.map(|view| owned(view.user_records()));
    check_strict(name, &strict, &oracle);
    let unverified = Decoder::new().unverified().parse(&data).map(|view| owned(view.user_records()));
    check_strict(name, &unverified, &reference::read_unverified(&data));
    check_offset(&data, &strict);
    assert_eq!(
        owned(sized::<0>(&data).into_iter().flatten()),
        strict.clone().unwrap_or_default(),
        "no index"
    );
    assert_eq!(sized::<2>(&data).map(|view| owned(view.user_records())), strict, "an index of two");
    let keys = oracle.as_ref().map_or(3, |m| m.partition_keys.len() + m.explicit_hash_keys.len());
    for entries in [keys, keys / 2] {
        let mut index = vec![KeyIndexEntry::EMPTY; entries];
        let indexed = Decoder::new().with_index(&mut index).parse(&data);
        assert_eq!(indexed.map(|view| owned(view.user_records())), strict, "an index of {entries}");
        let reindexed = view.map(|view| owned(view.user_records().with_index(&mut index)));
        assert_eq!(reindexed, strict, "an index of {entries} afterwards");
    }
    if let (Ok(view), Ok(records)) = (&view, &strict) {
        check_view(view, records, &oracle);
    }
}

fn owned<'a>(records: impl Iterator<Item = DeaggregatedRecord<'a>>) -> Vec<Delivered> {
    records.map(Delivered::from).collect()
}

fn check_offset(data: &[u8], strict: &Result<Vec<Delivered>, ParseError>) {
    if let Err(error) = strict {
        assert!(error.offset() <= data.len(), "{error} of {} bytes", data.len());
        assert!(error.to_string().ends_with(&format!(" at byte {}", error.offset())), "{error}");
    }
}

fn check_view(view: &AggregatedRecord<'_>, records: &[Delivered], oracle: &Answer) {
    let message = oracle.as_ref().unwrap();
    assert_eq!(view.user_record_count(), records.len());
    assert_eq!(view.partition_key_count(), message.partition_keys.len());
    assert_eq!(view.explicit_hash_key_count(), message.explicit_hash_keys.len());
    assert_eq!(view.key_count(), message.partition_keys.len() + message.explicit_hash_keys.len());
    for position in [1, records.len() / 2, records.len().saturating_sub(1), records.len(), records.len() + 1]
    {
        let rest = records.get(position..).unwrap_or_default();
        let resumed = view.user_records().skip_to(position as u64);
        assert_eq!(resumed.len(), rest.len());
        assert_eq!(owned(resumed), rest, "resumed at {position}");
        assert_eq!(
            view.user_records().nth(position).map(Delivered::from).as_ref(),
            rest.first(),
            "nth({position})"
        );
    }
}
