//! The findings of the walk, compared with the format, the vectors and the codec.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that panics has failed"
)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kinesis_agg::schema::MAGIC;
use kinesis_agg::{AggregatedRecord, Md5, Md5Engine, ParseErrorKind};
use kinesis_agg_inspect::{Guess, Inspection, OddityKind, Options, Part, Verdict, inspect};
use serde_json::Value;

fn vectors() -> Vec<(String, Vec<u8>)> {
    let text = include_str!("../../../tests/vectors/deaggregation.jsonl");
    let parse = |line| {
        let value: Value = serde_json::from_str(line).unwrap();
        let data = STANDARD.decode(value["blob_b64"].as_str().unwrap()).unwrap();
        (value["class"].as_str().unwrap().to_owned(), data)
    };
    text.lines().map(parse).collect()
}

fn of_class(class: &str) -> Vec<Vec<u8>> {
    let found: Vec<_> = vectors().into_iter().filter(|(of, _)| of == class).map(|(_, data)| data).collect();
    assert!(!found.is_empty(), "{class}");
    found
}

fn framed(message: &[u8]) -> Vec<u8> {
    [&MAGIC, message, &Md5.digest(message)].concat()
}

fn look(data: &[u8]) -> Inspection<'_> {
    inspect(data, &Options { max_items: usize::MAX, ..Options::default() })
}

fn has(data: &[u8], kind: OddityKind) -> bool {
    look(data).oddities.of(kind).is_some()
}

/// A partition key `a`, a user record with data `x`.
const SMALL: &[u8] = b"\x0A\x01a\x1A\x05\x08\0\x1A\x01x";

/// True of every record: each byte is shown once and counted once.
fn check(data: &[u8]) {
    let found = look(data);
    assert_eq!(found.shares.iter().map(|(_, share)| share).sum::<usize>(), data.len(), "{data:02X?}");
    let mut at = 0;
    for line in &found.dump.shown {
        assert_eq!(line.offset, at, "{:?} of {data:02X?}", line.meaning);
        assert!(data[at..].starts_with(&[line.head, line.content].concat()), "{data:02X?}");
        at += line.head.len() + line.content.len();
    }
    assert_eq!(at, data.len(), "{data:02X?}");
    let bar: Vec<_> = found.shares.on_bar(60, 1).collect();
    assert_eq!(bar.iter().map(|(_, _, width)| width).sum::<usize>(), if data.is_empty() { 0 } else { 60 });
    let listed = inspect(data, &Options { max_items: 1, ..Options::default() });
    assert!(listed.dump.shown.len() <= 1 && listed.user_records.shown.len() <= 1);
    assert_eq!(listed.dump.total, found.dump.total);
    assert_eq!(listed.recoverable, found.recoverable);
}

/// If the codec reads a record, the walk finds the same user records and no fault.
fn check_against_the_codec(data: &[u8]) {
    let found = look(data);
    match AggregatedRecord::parse(data) {
        Ok(view) => {
            assert_eq!(found.verdict, Verdict::Aggregate { user_records: view.user_record_count() });
            assert_eq!(found.user_records.total, view.user_record_count());
            assert_eq!(found.recoverable, view.user_record_count());
            for (expected, record) in view.user_records().zip(&found.user_records.shown) {
                assert_eq!(record.partition_key, Some(expected.partition_key.as_bytes()));
                assert_eq!(record.explicit_hash_key, expected.explicit_hash_key.map(str::as_bytes));
                assert_eq!(record.data, expected.data);
                assert_eq!(record.hash_key, expected.hash_key().ok());
                assert_eq!(record.problem, None);
            }
            assert_eq!(found.readable, data.len());
            let text = kinesis_agg_inspect::page::document(&found, "");
            assert!(!text.contains("class=\"badge fault\""));
        }
        Err(error) if error.kind() == ParseErrorKind::NotAggregated => {
            assert!(matches!(found.verdict, Verdict::Plain(_)));
        }
        Err(error) => {
            assert_eq!(found.verdict, Verdict::Broken(error));
            let severe = found.oddities.iter().next().unwrap().kind.severity();
            assert_eq!(
                severe,
                kinesis_agg_inspect::Severity::Fault,
                "{error} is named in {:?}",
                found.oddities
            );
        }
    }
}

#[test]
fn every_vector_is_walked_as_the_codec_reads_it() {
    for (_, data) in vectors() {
        check(&data);
        check_against_the_codec(&data);
    }
}

#[test]
fn every_damage_to_vectors_is_walked() {
    for (_, data) in vectors().into_iter().step_by(7).filter(|(_, data)| data.len() < 400) {
        for position in 0..data.len() {
            check(&data[..position]);
            for flip in [1, 0x80, 0xFF] {
                let mut damaged = data.clone();
                damaged[position] ^= flip;
                check(&damaged);
                check_against_the_codec(&damaged);
                // With a right digest, so that only the message has a fault.
                if (4..data.len().saturating_sub(16)).contains(&position) {
                    let redone = framed(&damaged[4..data.len() - 16]);
                    check(&redone);
                    check_against_the_codec(&redone);
                }
            }
        }
    }
}

#[test]
fn a_record_cut_anywhere_gives_back_what_stands_before_the_cut() {
    // 3 bytes of key, then five user records of 7 bytes each.
    let records: Vec<u8> = (0..5).flat_map(|i| [0x1A, 5, 8, 0, 0x1A, 1, b'0' + i]).collect();
    let data = framed(&[b"\x0A\x01a".as_slice(), &records].concat());
    let message_end = 4 + 3 + 35;
    for cut in 5..data.len() {
        let found = look(&data[..cut]);
        let whole = (cut.min(message_end).saturating_sub(7)) / 7;
        assert_eq!(found.recoverable, whole, "cut at {cut}: {:?}", found.oddities);
        let named =
            [OddityKind::Truncated, OddityKind::DigestCut].map(|kind| found.oddities.of(kind).is_some());
        assert_eq!(named.iter().filter(|named| **named).count(), 1, "cut at {cut}: {:?}", found.oddities);
        assert_eq!(found.oddities.of(OddityKind::WrongDigest).map(|_| ()), None);
    }
}

#[test]
fn what_was_appended_is_found_and_the_record_before_it_is_whole() {
    for appended in [b"\n".as_slice(), b"\r\n", &[0; 40], SMALL] {
        let data = [&framed(SMALL), appended].concat();
        let found = look(&data);
        assert_eq!(found.recoverable, 1);
        assert!(found.digest.unwrap().is_right());
        assert_eq!(found.oddities.of(OddityKind::TrailingBytes).unwrap().places[0].0, framed(SMALL).len());
        assert_eq!(found.shares.of(Part::Unreadable), appended.len());
        check(&data);
    }
}

#[test]
fn a_wrong_digest_hides_nothing() {
    let mut data = framed(SMALL);
    *data.last_mut().unwrap() ^= 1;
    let found = look(&data);
    assert_eq!((found.recoverable, found.digest.unwrap().is_right()), (1, false));
    assert_eq!(found.oddities.of(OddityKind::WrongDigest).unwrap().places[0].0, 14);
    assert_eq!(found.shares.of(Part::Digest), 16);
}

#[test]
fn the_shares_are_those_of_the_format() {
    let data = framed(SMALL);
    let shares = look(&data).shares;
    let expected =
        [(Part::Magic, 4), (Part::Keys, 1), (Part::Framing, 8), (Part::Data, 1), (Part::Digest, 16)];
    assert!(expected.iter().all(|&(part, bytes)| shares.of(part) == bytes), "{shares:?}");
}

#[test]
fn oddities_are_called_by_their_names() {
    let named: &[(&[u8], OddityKind)] = &[
        (b"\x0A\x01a\x0A\x01b\x1A\x05\x08\0\x1A\x01x", OddityKind::UnusedPartitionKey),
        (b"\x0A\x01a\x12\x011\x1A\x05\x08\0\x1A\x01x", OddityKind::UnusedExplicitHashKey),
        (b"\x0A\x01a\x0A\x01a\x1A\x05\x08\0\x1A\x01x", OddityKind::DuplicatePartitionKey),
        (b"\x12\x011\x12\x011\x1A\x05\x08\0\x1A\x01x", OddityKind::DuplicateExplicitHashKey),
        (b"\x0A\x01a\x1A\x05\x08\0\x1A\x01x\x20\x05", OddityKind::UnknownField),
        (b"\x0A\x01a\x1A\x07\x08\0\x1A\x01x\x28\0", OddityKind::UnknownField),
        (b"\x0A\x01a\x23\x08\x01\x24\x1A\x05\x08\0\x1A\x01x", OddityKind::UnknownField),
        (b"\x0A\x01a\x1A\x06\x08\x80\0\x1A\x01x", OddityKind::PaddedVarint),
        (b"\x0A\x81\0a\x1A\x05\x08\0\x1A\x01x", OddityKind::PaddedVarint),
        (b"\x0A\x01a\x12\x09undefined\x1A\x05\x08\0\x1A\x01x", OddityKind::ExplicitHashKeyNoNumber),
        (b"\x0A\x01a\x12\0\x1A\x05\x08\0\x1A\x01x", OddityKind::ExplicitHashKeyNoNumber),
        (b"\x0A\x01a\x12\x0200\x1A\x05\x08\0\x1A\x01x", OddityKind::ExplicitHashKeyLeadingZeros),
        (
            b"\x0A\x01a\x12\x27340282366920938463463374607431768211456\x1A\x05\x08\0\x1A\x01x",
            OddityKind::ExplicitHashKeyTooLarge,
        ),
        (b"\x0A\x01a\x12\x011\x1A\x05\x08\0\x1A\x01x", OddityKind::ExplicitHashKeyAbsent),
        (b"\x0A\0\x1A\x05\x08\0\x1A\x01x", OddityKind::EmptyPartitionKey),
        (b"\x0A\x01\xFF\x1A\x05\x08\0\x1A\x01x", OddityKind::KeyNotUtf8),
        (b"\x0A\x01a\x1A\x05\x08\x01\x1A\x01x", OddityKind::IndexOutsideTable),
        (b"\x0A\x01a\x1A\x03\x1A\x01x", OddityKind::PartitionKeyIndexMissing),
        (b"\x0A\x01a\x1A\x02\x08\0", OddityKind::DataMissing),
        (b"\x0A\x01a\x1A\x07\x08\0\x08\0\x1A\x01x", OddityKind::RepeatedField),
        (b"\x0A\x01a\x1A\x07\x08\0\x1A\x01x\x18\x01", OddityKind::WrongWireType),
        (b"\x1A\x05\x08\0\x1A\x01x\x0A\x01a", OddityKind::KeysAfterRecords),
        (b"\x0A\x01a\x1A\x0A\x08\0\x1A\x01x\x22\x03\x0A\x01t", OddityKind::Tag),
        (b"\x0A\x01a\x1A\x07\x08\0\x1A\x01x\x22\0", OddityKind::BadTag),
        (b"\x0A\x01a", OddityKind::NoUserRecords),
        (b"\x0A\x01a\x1A\x08\x08\0\x1A\x04\xF3\x89\x9A\xC2", OddityKind::NestedAggregate),
        (b"\x0A\x01a\x1A\x05\x08\0\x1A\x09x", OddityKind::Unreadable),
        (b"\x0A\x01a\x06", OddityKind::Unreadable),
    ];
    for (message, kind) in named {
        assert!(has(&framed(message), *kind), "{kind:?}: {:?}", look(&framed(message)).oddities);
        assert!(!has(&framed(SMALL), *kind), "{kind:?}");
    }
    let long = [b"\x0A\x81\x08".as_slice(), &[b'a'; 1025], b"\x1A\x05\x08\0\x1A\x01x"].concat();
    assert!(has(&framed(&long), OddityKind::KeyTooLong));
    let whole =
        [b"\x0A\x01a\x1A\x88\x80\x40\x08\0\x1A\x82\x80\x40".as_slice(), &vec![0; 1 << 20], &[0; 2]].concat();
    assert!(has(&framed(&whole), OddityKind::OverServiceLimit));
}

#[test]
fn no_usual_record_is_called_odd() {
    for data in of_class("v_simple") {
        let found = look(&data);
        let harmless = [
            OddityKind::ExplicitHashKeyAbsent,
            OddityKind::UnusedPartitionKey,
            OddityKind::UnusedExplicitHashKey,
        ];
        let odd: Vec<_> = found.oddities.iter().map(|oddity| oddity.kind).collect();
        assert!(odd.iter().all(|kind| harmless.contains(kind)), "{odd:?}");
    }
    for class in ["v_nonminimal_tag", "v_nonminimal_index"] {
        for (_, data) in vectors().iter().filter(|(of, _)| of == class) {
            assert!(has(data, OddityKind::PaddedVarint), "{class}");
        }
    }
}

#[test]
fn what_became_of_an_aggregate_on_its_way_is_guessed() {
    let data = framed(SMALL);
    let guess = |data: &[u8]| match look(data).verdict {
        Verdict::Plain(guess) => guess,
        _ => None,
    };
    assert_eq!(guess(String::from_utf8_lossy(&data).as_bytes()), Some(Guess::ReadAsUtf8));
    let latin_1: String = data.iter().map(|&byte| char::from(byte)).collect();
    assert_eq!(guess(latin_1.as_bytes()), Some(Guess::ReadAsLatin1));
    assert_eq!(guess(STANDARD.encode(&data).as_bytes()), Some(Guess::Base64));
    assert_eq!(guess(b"F3899ac20A"), Some(Guess::Hex));
    for hex in ["f3899ac20a01", "F3899AC20A01"] {
        assert_eq!(guess(&STANDARD.decode(hex).unwrap()), Some(Guess::HexReadAsBase64));
    }
    assert_eq!(guess(&[b"\n".as_slice(), &data].concat()), Some(Guess::MagicLater { offset: 1 }));
    assert_eq!(guess(&MAGIC[..3]), Some(Guess::PartOfMagic));
    assert_eq!(guess(b"{\"a\": 1}"), None);
    assert_eq!(guess(b""), None);
}

#[test]
fn of_many_fields_all_are_counted_and_few_are_listed() {
    // No digest is right, so each of these half a million ends of fields is tried as the end of the message.
    let data =
        [MAGIC.as_slice(), &[0x1A, 0].repeat(1 << 19), &[0x0A, 0].repeat(1 << 19), &[0xFF; 30]].concat();
    let found = inspect(&data, &Options::default());
    assert_eq!((found.user_records.total, found.user_records.shown.len()), (1 << 19, 1000));
    assert_eq!(found.partition_keys.duplicates, (1 << 19) - 1);
    let page = kinesis_agg_inspect::page::document(&found, "");
    assert!(page.len() < 4 << 20, "{}", page.len());
}
