//! Compares the codec with `prost` and `quick-protobuf`.

use kinesis_agg::{AggregatedRecord, schema};
use prost::Message as _;

use crate::arbitrary_input::message;
use crate::prost_messages;
use testkit::wire::frame;
use testkit::{OwnedRecord, by_quick_protobuf};

/// Reads a message with the codec, with `prost` and with `quick-protobuf`, and writes it again.
///
/// # Panics
/// They differ in another way than these:
///
/// - For `prost`, a known field of another wire type is an error. For Google's runtimes and for us it is an
///   unknown field.
/// - For `prost`, a field inside the innermost of 100 groups is one level too deep.
/// - `quick-protobuf` reads no groups.
/// - `prost` checks neither required fields nor indices nor lengths of keys. A frame without a message is no
///   aggregate.
pub fn differential(input: &[u8]) {
    let message = message(input);
    let data = frame(&message);
    let ours = AggregatedRecord::parse(&data);
    let theirs = prost_messages::AggregatedRecord::decode(message.as_slice());
    match (&ours, &theirs) {
        (Ok(view), Ok(theirs)) => {
            assert!(!message.is_empty() && is_complete(theirs), "accepted, though the format forbids it");
            let records: Vec<OwnedRecord> = view.user_records().map(OwnedRecord::from).collect();
            assert_eq!(records, records_of(theirs), "prost");
            check_tables(view, theirs);
            check_written(theirs, &records);
            check_quick_protobuf(&message, &records);
        }
        (Ok(view), Err(error)) => {
            let error = error.to_string();
            let legal = ["invalid wire type: ", "recursion limit reached"];
            assert!(legal.iter().any(|text| error.contains(text)), "only prost refuses: {error}");
            let records: Vec<OwnedRecord> = view.user_records().map(OwnedRecord::from).collect();
            check_quick_protobuf(&message, &records);
        }
        (Err(error), Ok(theirs)) => {
            assert!(message.is_empty() || !is_complete(theirs), "only we refuse: {error}");
        }
        (Err(_), Err(_)) => {}
    }
}

/// Whether the message has everything that the format requires beyond protobuf's syntax.
fn is_complete(message: &prost_messages::AggregatedRecord) -> bool {
    let inside = |index: u64, table: &[String]| index < table.len() as u64;
    let prost_messages::AggregatedRecord { partition_key_table, explicit_hash_key_table, records } = message;
    let short = |key: &String| key.len() <= schema::MAX_KEY_LEN;
    partition_key_table.iter().all(short)
        && explicit_hash_key_table.iter().all(short)
        && records.iter().all(|record| {
            record.data.is_some()
                && record.partition_key_index.is_some_and(|index| inside(index, partition_key_table))
                && record.explicit_hash_key_index.is_none_or(|index| inside(index, explicit_hash_key_table))
                && record.tags.iter().all(|tag| tag.key.is_some())
        })
}

fn records_of(message: &prost_messages::AggregatedRecord) -> Vec<OwnedRecord> {
    let key = |table: &[String], index: u64| table[usize::try_from(index).unwrap()].clone();
    let tag = |tag: &prost_messages::Tag| (tag.key.clone().unwrap(), tag.value.clone());
    message
        .records
        .iter()
        .map(|record| OwnedRecord {
            partition_key: key(&message.partition_key_table, record.partition_key_index.unwrap()),
            explicit_hash_key: record
                .explicit_hash_key_index
                .map(|i| key(&message.explicit_hash_key_table, i)),
            data: record.data.clone().unwrap(),
            tags: record.tags.iter().map(tag).collect(),
        })
        .collect()
}

fn check_tables(view: &AggregatedRecord<'_>, theirs: &prost_messages::AggregatedRecord) {
    assert_eq!(view.partition_key_count(), theirs.partition_key_table.len());
    assert_eq!(view.explicit_hash_key_count(), theirs.explicit_hash_key_table.len());
}

/// `prost` writes the message again without unknown fields. It must still have the same content.
fn check_written(theirs: &prost_messages::AggregatedRecord, records: &[OwnedRecord]) {
    let written = theirs.encode_to_vec();
    if written.is_empty() {
        return;
    }
    let data = frame(&written);
    let again = AggregatedRecord::parse(&data).expect("what prost writes");
    assert!(again.into_iter().map(OwnedRecord::from).eq(records.iter().cloned()), "written by prost");
}

/// `quick-protobuf` panics on some input that is no message, so it gets only accepted input.
fn check_quick_protobuf(message: &[u8], records: &[OwnedRecord]) {
    match by_quick_protobuf::read(message) {
        Ok(read) => assert_eq!(read, records, "quick-protobuf"),
        Err(quick_protobuf::Error::Deprecated("group")) => {}
        Err(error) => panic!("only quick-protobuf refuses: {error}"),
    }
}
