//! Every input gets an answer and never a panic. The answer is that of the naive reader, the error says what
//! and where, and lenient reading loses nothing.

use std::thread;

use kinesis_agg::{
    AggregatedRecord, Decoder, KeyIndexEntry, ParseError, ParseErrorKind as Kind, deaggregate,
};
use testkit::entry_points;
use testkit::reference::{self, Fault};
use testkit::wire::{frame, len_field, varint, varint_field};
use testkit::{Delivered, EXHAUSTIVE, OwnedRecord};

/// The beginning of the message.
const FRONT: usize = 4;

// ---- every short message

#[test]
fn every_message_of_up_to_two_bytes_gets_the_answer_of_the_oracle_by_every_way_in() {
    entry_points::check(&"no byte", &frame(&[]));
    for first in 0..=u8::MAX {
        entry_points::check(&[first], &frame(&[first]));
    }
    in_two_halves(&bytes(), |first| {
        for second in 0..=u8::MAX {
            entry_points::check(&[first, second], &frame(&[first, second]));
        }
    });
}

#[test]
fn every_message_of_three_bytes_gets_the_answer_of_the_oracle() {
    in_two_halves(&bytes(), |first| {
        let mut data = frame(&[first, 0, 0]);
        for second in 0..=u8::MAX {
            data[FRONT + 1] = second;
            for third in 0..=u8::MAX {
                data[FRONT + 2] = third;
                check_structure(&data);
            }
        }
    });
}

/// The format's own bytes: small numbers and lengths, the tags of its fields, and a group's.
const ALPHABET: [u8; 10] = [0x00, 0x01, 0x02, 0x08, 0x0A, 0x0B, 0x0C, 0x10, 0x12, 0x1A];

#[test]
fn every_message_of_up_to_seven_of_the_formats_own_bytes_gets_the_answer_of_the_oracle() {
    for len in 1..=7_u32 {
        let count = ALPHABET.len().pow(len);
        thread::scope(|scope| {
            for range in [0..count / 2, count / 2..count] {
                scope.spawn(move || {
                    let mut data = frame(&vec![0; len as usize]);
                    for number in range {
                        let mut rest = number;
                        for byte in &mut data[FRONT..FRONT + len as usize] {
                            *byte = ALPHABET[rest % ALPHABET.len()];
                            rest /= ALPHABET.len();
                        }
                        check_structure(&data);
                    }
                });
            }
        });
    }
}

/// Only the strict reader, without the digest, with little overhead.
fn check_structure(data: &[u8]) {
    let oracle = reference::read_unverified(data);
    let view = Decoder::new().unverified().parse(data);
    match (&view, &oracle) {
        (Ok(view), Ok(message)) => {
            assert!(view.user_records().map(Delivered::from).eq(message.records.iter().cloned()), "{data:?}");
            assert_eq!(view.user_record_count(), message.records.len(), "{data:?}");
        }
        (Err(error), Err(faults)) => {
            let fault = Fault { kind: error.kind(), offset: error.offset() };
            assert!(faults.contains(&fault), "{data:?}: {fault:?} where the oracle has {faults:?}");
        }
        _ => panic!("{data:?}: {view:?} where the oracle has {oracle:?}"),
    }
}

/// Runs something for each byte, on two threads.
fn in_two_halves(bytes: &[u8], each: impl Fn(u8) + Sync) {
    thread::scope(|scope| {
        for half in bytes.chunks(bytes.len().div_ceil(2)) {
            let each = &each;
            scope.spawn(move || half.iter().copied().for_each(each));
        }
    });
}

/// Every byte, or only the first and last ones of a meaning.
fn bytes() -> Vec<u8> {
    match EXHAUSTIVE {
        true => (0..=u8::MAX).collect(),
        false => [&ALPHABET[..], &[0x03, 0x04, 0x20, 0x22, 0x40, 0x7F, 0x80, 0xFF]].concat(),
    }
}

// ---- small records, damaged at every position

/// Correct messages that use every part of the format.
fn seeds() -> Vec<(&'static str, Vec<u8>)> {
    let key = |key: &str| len_field(1, key.as_bytes());
    let explicit = |key: &str| len_field(2, key.as_bytes());
    let fields = |index: u64, data: &[u8]| [varint_field(1, index), len_field(3, data)].concat();
    let record = |index, data: &[u8]| len_field(3, &fields(index, data));
    let explicit_record = |index, explicit, data: &[u8]| {
        len_field(3, &[fields(index, data), varint_field(2, explicit)].concat())
    };
    let tag = |key: &str, value: &str| {
        len_field(4, &[len_field(1, key.as_bytes()), len_field(2, value.as_bytes())].concat())
    };
    let tagged = |tags: &[Vec<u8>]| len_field(3, &[fields(0, b"d"), tags.concat()].concat());
    // Unknown, one of each wire type: varint, fixed64, bytes, group in a group, fixed32.
    let unknown = b"\x78\x96\x01\x79ABCDEFGH\x7A\x02xy\x7B\x08\x05\x0B\x0C\x7C\x7Dwxyz";
    vec![
        ("one key", [key("k"), record(0, b"data")].concat()),
        (
            "three keys",
            [key("a"), key("b"), key("cd"), record(2, b"x"), record(0, b"y"), record(1, b"z")].concat(),
        ),
        (
            "explicit hash keys",
            [
                key("a"),
                explicit("7"),
                explicit("42"),
                explicit_record(0, 1, b"x"),
                explicit_record(0, 0, b"y"),
            ]
            .concat(),
        ),
        (
            "some without explicit hash key",
            [key("a"), explicit("7"), explicit_record(0, 0, b"x"), record(0, b"y")].concat(),
        ),
        (
            "tags",
            [key("k"), tagged(&[tag("unit", "C"), len_field(4, &len_field(1, b"t")), tag("", "")])].concat(),
        ),
        ("unknown fields", [&unknown[..], &key("k"), unknown, &record(0, b"d"), unknown].concat()),
        (
            "unknown fields in a record",
            [key("k"), len_field(3, &[&unknown[..], &fields(0, b"d"), unknown].concat())].concat(),
        ),
        (
            "unknown fields in a tag",
            [key("k"), tagged(&[len_field(4, &[&unknown[..], &len_field(1, b"t"), unknown].concat())])]
                .concat(),
        ),
        (
            "tables last",
            [record(1, b"x"), explicit_record(0, 0, b"y"), explicit("7"), key("a"), key("b")].concat(),
        ),
        // Key `k`, length and index in three bytes each, tags in two.
        (
            "varints that are not minimal",
            b"\x8A\x00\x81\x80\x00k\x9A\x00\x88\x80\x00\x88\x00\x80\x80\x00\x1A\x01d".to_vec(),
        ),
        ("nothing in it", [key(""), record(0, b"")].concat()),
        (
            "beyond ASCII",
            [key("\u{E9}\u{1F600}"), explicit("undefined"), explicit_record(0, 0, b"\xFF\xFE")].concat(),
        ),
    ]
}

#[test]
fn the_seeds_are_correct() {
    for (name, message) in seeds() {
        let answers = entry_points::check(&name, &frame(&message));
        assert!(answers.strict.is_ok_and(|records| !records.is_empty()), "{name}");
    }
}

/// Checks a damaged message with a right digest through every entry point.
fn check_damaged(name: &str, what: &str, at: usize, message: &[u8]) {
    entry_points::check(&(name, what, at, message), &frame(message));
}

/// Checks a damaged record whose digest was not corrected: it comes out unchanged. Without the digest, the
/// oracle's answer holds.
fn check_unaware(name: &str, what: &str, at: usize, data: &[u8]) {
    let digest_fits = reference::read(data).is_ok();
    assert!(!digest_fits, "{name}: {what} at {at} escapes the digest");
    let lenient: Vec<_> = deaggregate(entry_points::OUTER, data).map(Delivered::from).collect();
    assert_eq!(lenient, [Delivered::plain(entry_points::OUTER, data)], "{name}: {what} at {at}");
    let strict = AggregatedRecord::parse(data).map(|view| view.user_records().map(Delivered::from).collect());
    entry_points::check_strict(&(name, what, at), &strict, &reference::read(data));
    check_structure(data);
}

#[test]
fn every_truncation_of_a_record_gets_the_answer_of_the_oracle() {
    for (name, message) in seeds() {
        for at in 0..message.len() {
            check_damaged(name, "truncation", at, &message[..at]);
        }
        let data = frame(&message);
        for at in 0..data.len() {
            check_unaware(name, "truncation", at, &data[..at]);
        }
    }
}

#[test]
fn every_change_of_a_byte_gets_the_answer_of_the_oracle() {
    let seeds = seeds();
    in_two_halves(&bytes(), |change| {
        if change == 0 {
            return;
        }
        for (name, message) in &seeds {
            let mut changed = message.clone();
            for at in 0..message.len() {
                changed[at] ^= change;
                check_damaged(name, "change", at, &changed);
                changed[at] ^= change;
            }
            let mut data = frame(message);
            for at in 0..data.len() {
                data[at] ^= change;
                check_unaware(name, "change", at, &data);
                data[at] ^= change;
            }
        }
    });
}

#[test]
fn every_insertion_of_a_byte_gets_the_answer_of_the_oracle() {
    let seeds = seeds();
    in_two_halves(&bytes(), |byte| {
        for (name, message) in &seeds {
            for at in 0..=message.len() {
                let mut longer = message.clone();
                longer.insert(at, byte);
                check_damaged(name, "insertion", at, &longer);
            }
            let data = frame(message);
            for at in 0..=data.len() {
                let mut longer = data.clone();
                longer.insert(at, byte);
                check_unaware(name, "insertion", at, &longer);
            }
        }
    });
}

// ---- one level at a time

/// A message that can contain a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    Top,
    Record,
    Tag,
}

const LEVELS: [Level; 3] = [Level::Top, Level::Record, Level::Tag];

/// Known fields: level, number, wire type.
const KNOWN: [(Level, u8, u8); 9] = [
    (Level::Top, 1, 2),
    (Level::Top, 2, 2),
    (Level::Top, 3, 2),
    (Level::Record, 1, 0),
    (Level::Record, 2, 0),
    (Level::Record, 3, 2),
    (Level::Record, 4, 2),
    (Level::Tag, 1, 2),
    (Level::Tag, 2, 2),
];

/// The data of a Kinesis record that is correct except for `fields`, and their offset. They are the last
/// fields in a message of this level, and nothing follows.
fn with_fields(level: Level, fields: &[u8]) -> (Vec<u8>, usize) {
    let tables = b"\x0A\x01k\x12\x017";
    let record = b"\x08\x00\x1A\x01d";
    let tag = [&b"\x0A\x01t"[..], fields].concat();
    let inner = match level {
        Level::Top => len_field(3, record),
        Level::Record => len_field(3, &[record, fields].concat()),
        Level::Tag => len_field(3, &[record, len_field(4, &tag).as_slice()].concat()),
    };
    let message = match level {
        Level::Top => [&tables[..], &inner, fields].concat(),
        _ => [&tables[..], &inner].concat(),
    };
    let offset = FRONT + message.len() - fields.len();
    (frame(&message), offset)
}

/// The result of [`with_fields`] if the fields have no effect.
fn untouched(level: Level) -> Vec<Delivered> {
    let tags = if level == Level::Tag { vec![("t".to_owned(), None)] } else { Vec::new() };
    vec![Delivered::aggregated(0, OwnedRecord { tags, ..OwnedRecord::new("k", b"d") })]
}

fn refused(name: &dyn std::fmt::Debug, data: &[u8], kind: Kind, offset: usize) {
    let error = entry_points::check(name, data).strict.expect_err("a refusal");
    assert_eq!((error.kind(), error.offset()), (kind, offset), "{name:?}");
}

fn accepted(name: &dyn std::fmt::Debug, data: &[u8], records: &[Delivered]) {
    assert_eq!(entry_points::check(name, data).strict.as_deref(), Ok(records), "{name:?}");
}

#[test]
fn lengths_past_the_end_are_refused_at_the_length_for_every_field_at_every_level() {
    let unknown = LEVELS.map(|level| (level, 15, 2));
    for (level, number, _) in KNOWN.into_iter().chain(unknown).filter(|(.., wire_type)| *wire_type == 2) {
        let content: &[u8] = match (level, number) {
            (Level::Top, 3) => b"\x08\x00\x1A\x00",
            (Level::Record, 4) => b"\x0A\x00",
            _ => b"1234",
        };
        let with_length = |length: u64| {
            let fields = [&[number << 3 | 2], varint(length).as_slice(), content].concat();
            with_fields(level, &fields)
        };
        let exact = content.len() as u64;
        let name = |length| (level, number, length);
        entry_points::check(&name(0), &with_length(0).0);
        assert!(entry_points::check(&name(exact), &with_length(exact).0).strict.is_ok(), "{:?}", name(exact));
        for length in [
            exact + 1,
            (1 << 31) - 1,
            1 << 31,
            (1 << 31) + 1,
            (1 << 32) - 1,
            1 << 32,
            (1 << 32) + 1,
            (1 << 32) + exact,
            1 << 63,
            (1 << 63) + exact,
            u64::MAX,
        ] {
            let (data, offset) = with_length(length);
            let kind = Kind::LengthPastEnd { length, left: exact as u32 };
            refused(&name(length), &data, kind, offset + 1);
        }
    }
}

/// Where a length or an index takes one byte more, readers switch from one path to another.
#[test]
fn lengths_and_indices_of_every_length_are_read() {
    let message = |key: u64, explicit: Option<u64>, data: &[u8]| {
        let explicit = explicit.map(|index| varint_field(2, index)).unwrap_or_default();
        let fields = [varint_field(1, key), explicit, len_field(3, data)].concat();
        len_field(3, &fields)
    };
    let tables = |keys: u64| -> Vec<u8> {
        (0..keys)
            .flat_map(|n| [len_field(1, n.to_string().as_bytes()), len_field(2, b"7")].concat())
            .collect()
    };
    for len in [0, 1, 123, 124, 125, 127, 128, 129, 16_378, 16_379, 16_383, 16_384, 2_097_152] {
        let data = vec![0x1A; len];
        let records = [message(1, None, &data), message(0, Some(1), &data), message(1, None, b"")].concat();
        let read = entry_points::check(&len, &frame(&[tables(2), records].concat())).strict.unwrap();
        let read: Vec<_> = read
            .iter()
            .map(|Delivered { user_record, .. }| (user_record.partition_key.as_str(), user_record.data.len()))
            .collect();
        assert_eq!(read, [("1", len), ("0", len), ("1", 0)], "{len}");
    }
    let indices = [0, 1, 127, 128, 129, 16_383, 16_384, 16_385];
    for data in [&b"short"[..], &[0x08; 300]] {
        let records: Vec<u8> = indices
            .iter()
            .flat_map(|index| [message(*index, None, data), message(0, Some(*index), data)].concat())
            .collect();
        let read =
            entry_points::check(&"indices", &frame(&[tables(16_386), records].concat())).strict.unwrap();
        let expected = indices.iter().flat_map(|index| [index.to_string(), "0".to_owned()]);
        assert!(
            read.iter().map(|record| record.user_record.partition_key.clone()).eq(expected),
            "{}",
            data.len()
        );
    }
}

#[test]
fn a_record_may_not_reach_into_the_digest_nor_a_field_out_of_its_record() {
    // The data of the first record has two bytes. One of them is left.
    let message = b"\x0A\x01k\x1A\x05\x08\x00\x1A\x02d\x1A\x04\x08\x00\x1A\x00";
    let kind = Kind::LengthPastEnd { length: 2, left: 1 };
    refused(&"data", &frame(message), kind, FRONT + 8);
    let message = b"\x0A\x10k";
    let kind = Kind::LengthPastEnd { length: 16, left: 1 };
    refused(&"key", &frame(message), kind, FRONT + 1);
}

#[test]
fn a_mebibyte_of_group_starts_is_refused_at_the_first_one_too_deep() {
    let message = vec![0x0B; 1 << 20];
    refused(&"group starts", &frame(&message), Kind::GroupTooDeep { limit: 100 }, FRONT + 100);
    let (data, offset) = with_fields(Level::Record, &message);
    refused(&"in a record", &data, Kind::GroupTooDeep { limit: 100 }, offset + 99);
}

#[test]
fn groups_nest_a_hundred_deep_the_record_and_the_tag_counting_as_levels() {
    for (level, limit) in [(Level::Top, 100), (Level::Record, 99), (Level::Tag, 98)] {
        for depth in [1, 2, 97, 98, 99, 100, 101, 102, 1000] {
            let groups = [vec![0x7B; depth], vec![0x7C; depth]].concat();
            let (data, offset) = with_fields(level, &groups);
            match depth <= limit {
                true => accepted(&(level, depth), &data, &untouched(level)),
                false => refused(&(level, depth), &data, Kind::GroupTooDeep { limit: 100 }, offset + limit),
            }
        }
        // Side by side there is no bound.
        let (data, _) = with_fields(level, &[0x7B, 0x7C].repeat(500));
        accepted(&(level, "side by side"), &data, &untouched(level));
    }
}

#[test]
fn an_open_group_is_refused_at_its_start_and_a_strange_end_at_itself() {
    for level in LEVELS {
        let case = |fields: &[u8], kind, at| {
            let (data, offset) = with_fields(level, fields);
            refused(&(level, fields), &data, kind, offset + at);
        };
        case(b"\x7B", Kind::GroupTruncated, 0);
        case(b"\x78\x01\x7B\x08\x01", Kind::GroupTruncated, 2);
        case(b"\x7B\x73\x74", Kind::GroupTruncated, 0);
        case(b"\x7B\x73", Kind::GroupTruncated, 0);
        case(b"\x7C", Kind::GroupEndUnmatched, 0);
        case(b"\x0C", Kind::GroupEndUnmatched, 0);
        case(b"\x7B\x7C\x7C", Kind::GroupEndUnmatched, 2);
        case(b"\x7B\x74", Kind::GroupEndUnmatched, 1);
        case(b"\x7B\x73\x7C\x74", Kind::GroupEndUnmatched, 2);
        // The end may have more bytes than necessary. Its number counts.
        let (data, _) = with_fields(level, b"\x7B\xFC\x80\x00");
        accepted(&level, &data, &untouched(level));
        // The same rules hold inside a group.
        case(b"\x7B\x00", Kind::FieldNumber, 1);
        case(b"\x7B\x06\x7C", Kind::FieldNumber, 1);
        case(b"\x7B\x0E\x7C", Kind::WireType, 1);
        case(b"\x7B\x0F\x7C", Kind::WireType, 1);
        case(b"\x7B\x08", Kind::VarintTruncated, 2);
        case(b"\x7B\x08\xFF", Kind::VarintTruncated, 2);
        case(b"\x7B\x09\x01\x02\x03\x04\x05\x06\x07", Kind::FixedTruncated, 2);
        case(b"\x7B\x0D\x01\x02\x03", Kind::FixedTruncated, 2);
        case(b"\x7B\x0A\x02x", Kind::LengthPastEnd { length: 2, left: 1 }, 2);
        case(b"\x7B\x0A\x02x\x7C\x80", Kind::VarintTruncated, 5);
    }
    // A group cannot extend beyond the end of its record.
    let message = b"\x0A\x01k\x1A\x05\x08\x00\x1A\x00\x7B\x7C";
    refused(&"over the end", &frame(message), Kind::GroupTruncated, FRONT + 9);
}

#[test]
fn the_tenth_varint_byte_is_zero_or_one_and_there_is_no_eleventh() {
    let padded =
        |first: u8, len: usize, last: u8| [vec![first | 0x80], vec![0x80; len - 2], vec![last]].concat();
    for level in LEVELS {
        // An unknown varint, the tag of one, the length of one.
        let value = |varint: &[u8]| [&[0x78], varint].concat();
        let tag = |varint: &[u8]| [varint, &[0x05]].concat();
        let length = |varint: &[u8]| [&[0x7A], varint, &[0x78]].concat();
        let case = |fields: &[u8], kind, at| {
            let (data, offset) = with_fields(level, fields);
            refused(&(level, fields), &data, kind, offset + at);
        };
        for len in 2..=10 {
            for fields in
                [value(&padded(0x78, len, 0)), tag(&padded(0x78, len, 0)), length(&padded(1, len, 0))]
            {
                accepted(&(level, &fields), &with_fields(level, &fields).0, &untouched(level));
            }
        }
        accepted(&level, &with_fields(level, &value(&padded(0x7F, 10, 1))).0, &untouched(level));
        case(&tag(&padded(0x78, 10, 1)), Kind::FieldNumber, 0);
        case(&length(&padded(1, 10, 1)), Kind::LengthPastEnd { length: (1 << 63) + 1, left: 1 }, 1);
        for last in [2, 3, 0x7E, 0x7F] {
            case(&value(&padded(0x78, 10, last)), Kind::VarintOverflow, 1);
            case(&tag(&padded(0x78, 10, last)), Kind::VarintOverflow, 0);
            case(&length(&padded(1, 10, last)), Kind::VarintOverflow, 1);
        }
        for (len, last) in [(11, 0), (11, 1), (12, 0), (40, 0x7F)] {
            case(&value(&padded(0x78, len, last)), Kind::VarintTooLong, 1);
            case(&tag(&padded(0x78, len, last)), Kind::VarintTooLong, 0);
            case(&length(&padded(1, len, last)), Kind::VarintTooLong, 1);
        }
        for len in 1..=9 {
            let cut = vec![0x80; len];
            case(&[&[0x78], cut.as_slice()].concat(), Kind::VarintTruncated, 1);
            case(&cut, Kind::VarintTruncated, 0);
            case(&[&[0x7A], cut.as_slice()].concat(), Kind::VarintTruncated, 1);
        }
    }
    // The same for the varints that matter.
    for (number, index) in [(1, 0), (2, 0)] {
        for len in 2..=10 {
            let fields = [&[number << 3], padded(index, len, 0).as_slice()].concat();
            let (data, _) = with_fields(Level::Record, &fields);
            assert!(entry_points::check(&(number, len), &data).strict.is_ok(), "{number} in {len} bytes");
        }
        let fields = [&[number << 3], padded(index, 10, 2).as_slice()].concat();
        let (data, offset) = with_fields(Level::Record, &fields);
        refused(&number, &data, Kind::VarintOverflow, offset + 1);
    }
}

#[test]
fn field_numbers_are_from_one_to_2_pow_29_less_one() {
    for level in LEVELS {
        for wire_type in 0..8 {
            for number in [0_u64, 1 << 29, (1 << 29) + 1, 1 << 32, (1 << 61) - 1] {
                let fields = [varint(number << 3 | wire_type), vec![0; 8]].concat();
                let (data, offset) = with_fields(level, &fields);
                refused(&(level, number, wire_type), &data, Kind::FieldNumber, offset);
            }
        }
        for number in [5_u64, 15, 16, 2047, 2048, (1 << 29) - 1] {
            let fields = [varint(number << 3), vec![0]].concat();
            accepted(&(level, number), &with_fields(level, &fields).0, &untouched(level));
        }
    }
}

#[test]
fn a_known_field_with_another_wire_type_is_an_unknown_field() {
    for (level, number, own) in KNOWN {
        for wire_type in (0..8).filter(|wire_type| *wire_type != own) {
            let content: &[u8] = match wire_type {
                0 => b"\xFF\x01",
                1 => b"\xFF\xFE\xFD\xFC\xFB\xFA\xF9\xF8",
                2 => b"\x02\xFF\xFE",
                3 => &[number << 3 | 4],
                5 => b"\xFF\xFE\xFD\xFC",
                _ => b"",
            };
            let name = (level, number, wire_type);
            let (data, offset) = with_fields(level, &[&[number << 3 | wire_type], content].concat());
            match wire_type {
                4 => refused(&name, &data, Kind::GroupEndUnmatched, offset),
                6 | 7 => refused(&name, &data, Kind::WireType, offset),
                _ => accepted(&name, &data, &untouched(level)),
            }
        }
    }
}

/// A tag has a field number in its upper 29 bits and a wire type in its lower 3.
#[test]
fn the_greatest_tag_has_a_field_number_and_the_next_ones_have_none() {
    for (tag, kind) in [(u64::from(u32::MAX), Kind::WireType), (1 << 32 | 7, Kind::FieldNumber)] {
        for level in LEVELS {
            let (data, offset) = with_fields(level, &varint(tag));
            refused(&(tag, level), &data, kind, offset);
        }
    }
}

#[test]
fn a_required_field_with_another_wire_type_is_missing() {
    let refused = |message: &[u8], kind, at| refused(&message, &frame(message), kind, FRONT + at);
    refused(b"\x0A\x01k\x1A\x05\x0A\x01k\x1A\x00", Kind::PartitionKeyIndexMissing, 5);
    refused(b"\x0A\x01k\x1A\x04\x08\x00\x18\x00", Kind::DataMissing, 5);
    refused(b"\x0A\x01k\x1A\x04\x08\x00\x12\x00", Kind::DataMissing, 5);
    refused(b"\x0A\x01k\x1A\x02\x1A\x00", Kind::PartitionKeyIndexMissing, 5);
    refused(b"\x0A\x01k\x1A\x08\x08\x00\x1A\x00\x22\x02\x12\x00", Kind::TagKeyMissing, 11);
    refused(b"\x0A\x01k\x1A\x06\x08\x00\x1A\x00\x22\x00", Kind::TagKeyMissing, 11);
    // The second of two tags.
    refused(b"\x0A\x01k\x1A\x0A\x08\x00\x1A\x00\x22\x02\x0A\x00\x22\x00", Kind::TagKeyMissing, 15);
}

#[test]
fn fixed_fields_are_not_cut() {
    for level in LEVELS {
        for (tag, len) in [(0x79, 8), (0x7D, 4)] {
            for left in 0..len {
                let (data, offset) = with_fields(level, &[vec![tag], vec![0; left]].concat());
                refused(&(level, tag, left), &data, Kind::FixedTruncated, offset + 1);
            }
            let (data, _) = with_fields(level, &[vec![tag], vec![0; len]].concat());
            accepted(&(level, tag), &data, &untouched(level));
        }
    }
}

#[test]
fn an_index_outside_its_table_is_refused_at_its_field_however_large() {
    for index in [1, 2, 255, (1 << 32) - 1, 1 << 32, (1 << 32) + 1, 1 << 63, u64::MAX] {
        let (data, offset) = with_fields(Level::Record, &varint_field(1, index));
        refused(&index, &data, Kind::PartitionKeyIndex { index, table_len: 1 }, offset);
        let (data, offset) = with_fields(Level::Record, &varint_field(2, index));
        refused(&index, &data, Kind::ExplicitHashKeyIndex { index, table_len: 1 }, offset);
    }
    refused(
        &"no table",
        &frame(b"\x1A\x04\x08\x00\x1A\x00"),
        Kind::PartitionKeyIndex { index: 0, table_len: 0 },
        FRONT + 2,
    );
    refused(
        &"no explicit hash key table",
        &frame(b"\x0A\x01k\x1A\x06\x08\x00\x10\x00\x1A\x00"),
        Kind::ExplicitHashKeyIndex { index: 0, table_len: 0 },
        FRONT + 7,
    );
    // The second of three records. Then the first is not delivered either.
    let message = b"\x0A\x01k\x1A\x05\x08\x00\x1A\x01a\x1A\x05\x08\x05\x1A\x01b\x1A\x05\x08\x00\x1A\x01c";
    refused(&"second", &frame(message), Kind::PartitionKeyIndex { index: 5, table_len: 1 }, FRONT + 12);
}

#[test]
fn of_a_singular_field_that_occurs_again_the_last_one_wins() {
    let keys = [len_field(1, b"a"), len_field(1, b"b"), len_field(2, b"1"), len_field(2, b"2")].concat();
    let fields = |index, explicit, data: &[u8]| {
        [varint_field(1, index), varint_field(2, explicit), len_field(3, data)].concat()
    };
    // The replaced part may be wrong, including an index outside its table.
    let twice = [fields(99, 99, b"first"), fields(1, 1, b""), fields(0, 1, b"last")].concat();
    let tag = [len_field(1, b"x"), len_field(2, b"y"), len_field(1, b"t"), len_field(2, b"v")].concat();
    let record = len_field(3, &[twice, len_field(4, &tag)].concat());
    let expected = OwnedRecord {
        explicit_hash_key: Some("2".to_owned()),
        tags: vec![("t".to_owned(), Some("v".to_owned()))],
        ..OwnedRecord::new("a", b"last")
    };
    accepted(&"twice", &frame(&[keys, record].concat()), &[Delivered::aggregated(0, expected)]);
}

#[test]
fn nothing_is_carried_over_from_the_record_or_the_tag_before() {
    let keys = [len_field(1, b"a"), len_field(1, b"b"), len_field(2, b"1")].concat();
    let tags = [len_field(4, b"\x0A\x01t\x12\x01v"), len_field(4, b"\x0A\x01u")].concat();
    let full = [varint_field(1, 1), varint_field(2, 0), len_field(3, b"x"), tags].concat();
    let first = len_field(3, &full);
    let next = |fields: &[u8]| frame(&[keys.as_slice(), &first, &len_field(3, fields)].concat());
    let at = FRONT + keys.len() + first.len() + 2;
    refused(&"no index", &next(&len_field(3, b"y")), Kind::PartitionKeyIndexMissing, at);
    refused(&"no data", &next(&varint_field(1, 0)), Kind::DataMissing, at);
    let tags = vec![("t".to_owned(), Some("v".to_owned())), ("u".to_owned(), None)];
    let explicit_hash_key = Some("1".to_owned());
    let expected = [
        Delivered::aggregated(0, OwnedRecord { explicit_hash_key, tags, ..OwnedRecord::new("b", b"x") }),
        Delivered::aggregated(1, OwnedRecord::new("a", b"y")),
    ];
    let fields = [varint_field(1, 0), len_field(3, b"y")].concat();
    accepted(&"neither explicit hash key nor tags", &next(&fields), &expected);
}

#[test]
fn an_aggregate_inside_a_user_record_stays_what_it_is() {
    let inner = frame(b"\x0A\x01k\x1A\x05\x08\x00\x1A\x01d");
    let record = [varint_field(1, 0), len_field(3, &inner)].concat();
    let outer = frame(&[len_field(1, b"o"), len_field(3, &record)].concat());
    accepted(&"nested", &outer, &[Delivered::aggregated(0, OwnedRecord::new("o", &inner))]);
}

#[test]
fn keys_of_1024_bytes_are_read_and_of_1025_refused_used_or_not() {
    for number in [1, 2] {
        for used in [true, false] {
            let message = |len: usize| {
                let long = len_field(number, &vec![b'7'; len]);
                let index = if used && number == 1 { 1 } else { 0 };
                let explicit = if used && number == 2 { varint_field(2, 0) } else { Vec::new() };
                let record = len_field(3, &[varint_field(1, index), explicit, len_field(3, b"d")].concat());
                frame(&[len_field(1, b"k"), long, record].concat())
            };
            for len in [1023, 1024] {
                let records = entry_points::check(&(number, used, len), &message(len)).strict.unwrap();
                let key = if number == 1 {
                    Some(&records[0].user_record.partition_key)
                } else {
                    records[0].user_record.explicit_hash_key.as_ref()
                };
                assert_eq!(key.is_some_and(|key| key.len() == len), used, "{number}, {used}, {len}");
            }
            for len in [1025, 1026, 70_000] {
                let kind = Kind::KeyTooLong { len: len as u32, limit: 1024 };
                // Magic, the first key, tag and length of the long one.
                let offset = FRONT + 3 + 1 + varint(len as u64).len();
                refused(&(number, used, len), &message(len), kind, offset);
            }
        }
    }
}

#[test]
fn text_that_is_not_utf8_is_refused_at_its_first_bad_byte() {
    // A lone continuation, an overlong slash, a surrogate, beyond the last character, cut off, never allowed.
    let bad: [&[u8]; 6] = [b"\x80", b"\xC0\xAF", b"\xED\xA0\x80", b"\xF4\x90\x80\x80", b"\xE3\x81", b"\xFF"];
    for text in bad {
        for before in ["", "a", "\u{E9}"] {
            let text = [before.as_bytes(), text].concat();
            for (level, number, kind) in [
                (Level::Top, 1, Kind::KeyNotUtf8),
                (Level::Top, 2, Kind::KeyNotUtf8),
                (Level::Tag, 1, Kind::TagNotUtf8),
                (Level::Tag, 2, Kind::TagNotUtf8),
            ] {
                let (data, offset) = with_fields(level, &len_field(number, &text));
                refused(&(level, number, &text), &data, kind, offset + 2 + before.len());
            }
            // Data and unknown fields are bytes.
            for (level, number) in
                [(Level::Record, 3), (Level::Top, 15), (Level::Record, 15), (Level::Tag, 15)]
            {
                let (data, _) = with_fields(level, &len_field(number, &text));
                assert!(entry_points::check(&(level, number, &text), &data).strict.is_ok());
            }
        }
    }
}

#[test]
fn a_key_that_is_not_utf8_is_named_wherever_it_stands_among_others() {
    // The third ends where the next key's tag would have to be a continuation.
    let good = ["first", "z\u{E9}ro", "\u{1F980}", "", "last"].map(|key| len_field(1, key.as_bytes()));
    for (bad, valid) in [(&b"\xFF"[..], 0), (b"ab\x80cd", 2), (b"abc\xC3", 3), (b"\xF0\x9F\xA6", 0)] {
        for place in 0..=good.len() {
            for number in [1, 2] {
                let before = good[..place].concat();
                let keys = [before.as_slice(), &len_field(number, bad), &good[place..].concat()].concat();
                let record = len_field(3, b"\x08\x00\x1A\x01d");
                for message in [[keys.as_slice(), &record].concat(), [record.as_slice(), &keys].concat()] {
                    let keys_at = if message.starts_with(&record) { record.len() } else { 0 };
                    let offset = FRONT + keys_at + before.len() + 2 + valid;
                    refused(&(bad, place, number), &frame(&message), Kind::KeyNotUtf8, offset);
                }
            }
        }
    }
}

#[test]
fn keys_around_128_bytes_are_read_beside_short_ones_and_unknown_fields() {
    let unknown = varint_field(15, 7);
    for len in [126, 127, 128, 129] {
        for character in ["k", "\u{E9}"] {
            let long = character.repeat(len / character.len());
            for between in [&[][..], &unknown] {
                let keys = ["a", &long, "b", &long, "c"];
                let fields =
                    keys.map(|key| [len_field(1, key.as_bytes()).as_slice(), between].concat()).concat();
                let records = (0..keys.len() as u64).map(|index| {
                    let record = [varint_field(1, index), len_field(3, b"d")].concat();
                    len_field(3, &record)
                });
                let message = [fields, records.collect::<Vec<_>>().concat()].concat();
                let read = entry_points::check(&(len, character), &frame(&message)).strict.unwrap();
                let read = read.iter().map(|record| record.user_record.partition_key.as_str());
                assert!(read.eq(keys), "{len}, {character}");
            }
        }
    }
}

#[test]
fn a_fault_in_any_tag_is_found_whatever_the_tags_beside_it() {
    let good = len_field(4, b"\x0A\x01t");
    let record = b"\x08\x00\x1A\x01d";
    let faults: [(&[u8], Kind, usize); 6] = [
        (b"", Kind::TagKeyMissing, 0),
        (b"\x12\x01v", Kind::TagKeyMissing, 0),
        (b"\x0A\x01\xFF", Kind::TagNotUtf8, 2),
        (b"\x0A\x05t", Kind::LengthPastEnd { length: 5, left: 1 }, 1),
        (b"\x0A\x01t\x80", Kind::VarintTruncated, 3),
        (b"\x0A\x01t\x07", Kind::FieldNumber, 3),
    ];
    for (content, kind, at) in faults {
        let bad = len_field(4, content);
        for (before, after) in [(0, 0), (1, 0), (0, 1), (2, 2)] {
            let head = [&record[..], &good.repeat(before)].concat();
            let fields = [head.as_slice(), &bad, &good.repeat(after)].concat();
            let message = [len_field(1, b"k"), len_field(3, &fields)].concat();
            // The key, tag and length of the record, its fields before the tag, tag and length of that.
            let offset = FRONT + 3 + 2 + head.len() + 2 + at;
            refused(&(content, before, after), &frame(&message), kind, offset);
        }
    }
}

#[test]
fn many_keys_in_any_order_of_use_are_found_with_any_index() {
    // Keys of both tables interleaved with user records. The numbers go back and forth.
    let mut message = Vec::new();
    for number in 0..300_u64 {
        message.extend(len_field(1, format!("key {number}").as_bytes()));
        if number % 3 == 0 {
            message.extend(len_field(2, number.to_string().as_bytes()));
        }
        let explicit = if number % 2 == 0 { varint_field(2, number * 31 % 100) } else { Vec::new() };
        let fields = [varint_field(1, number * 7919 % 300), explicit, len_field(3, &varint(number))];
        message.extend(len_field(3, &fields.concat()));
        message.extend(b"\x78\x01".repeat(number as usize % 4));
    }
    let records = entry_points::check(&"many keys", &frame(&message)).strict.unwrap();
    assert_eq!(records.len(), 300);
    assert_eq!(
        (records[1].user_record.partition_key.as_str(), records[2].user_record.explicit_hash_key.as_deref()),
        ("key 119", Some("186"))
    );
}

// ---- errors

fn error(data: &[u8]) -> ParseError {
    AggregatedRecord::parse(data).expect_err("a refusal")
}

#[test]
fn every_error_says_what_and_where() {
    let message = |message: &[u8]| error(&frame(message)).to_string();
    let wrong_digest = [&frame(b"\x78\x01")[..21], &[0; 17]].concat();
    let long_key = len_field(1, &[b'k'; 1025]);
    let deep = [0x0B; 101];
    let texts = [
        (error(b"plain").to_string(), "no magic of an aggregated record at byte 0"),
        (error(b"").to_string(), "no magic of an aggregated record at byte 0"),
        (
            error(&frame(b"")).to_string(),
            "aggregated record of 20 bytes where at least 21 are needed at byte 20",
        ),
        (
            error(&frame(b"")[..4]).to_string(),
            "aggregated record of 4 bytes where at least 21 are needed at byte 4",
        ),
        (error(&wrong_digest).to_string(), "the digest is not that of the message at byte 22"),
        (message(b"\x80"), "varint is cut off at byte 4"),
        (
            message(b"\x78\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"),
            "varint has more than 10 bytes at byte 5",
        ),
        (message(b"\x78\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02"), "varint has more than 64 bits at byte 5"),
        (message(b"\x00"), "field number is not between 1 and 2^29 - 1 at byte 4"),
        (message(b"\x0E"), "wire type does not exist at byte 4"),
        (message(b"\x0D\x00"), "field of fixed length is cut off at byte 5"),
        (message(b"\x0A\x03k"), "length of 3 bytes where 1 are left at byte 5"),
        (message(b"\x0C"), "end of a group that is not open at byte 4"),
        (message(b"\x0B"), "group is not closed at byte 4"),
        (message(&deep), "groups nested more than 100 deep at byte 104"),
        (message(b"\x1A\x00"), "user record without a partition key index at byte 6"),
        (message(b"\x1A\x02\x08\x00"), "user record without data at byte 6"),
        (message(b"\x0A\x00\x1A\x06\x08\x00\x1A\x00\x22\x00"), "tag without a key at byte 14"),
        (
            message(b"\x1A\x04\x08\x05\x1A\x00"),
            "partition key index 5 is outside a table of 0 keys at byte 6",
        ),
        (
            message(b"\x0A\x00\x1A\x06\x08\x00\x10\x05\x1A\x00"),
            "explicit hash key index 5 is outside a table of 0 keys at byte 10",
        ),
        (message(&long_key), "key of 1025 bytes where at most 1024 are allowed at byte 7"),
        (message(b"\x0A\x02k\xFF"), "key is not UTF-8 at byte 7"),
        (message(b"\x0A\x00\x1A\x09\x08\x00\x1A\x00\x22\x03\x0A\x01\xFF"), "tag is not UTF-8 at byte 16"),
        // As data: see `four_gibibytes_are_no_aggregate`.
        (Kind::TooLong.to_string(), "an aggregated record has less than 4 GiB"),
    ];
    for (text, expected) in texts {
        assert_eq!(text, expected);
    }
}

/// They are never read, and take address space but no memory.
#[test]
#[cfg(target_pointer_width = "64")]
fn four_gibibytes_are_no_aggregate() {
    let mut data = vec![0; 1 << 32];
    data[..FRONT].copy_from_slice(&[0xF3, 0x89, 0x9A, 0xC2]);
    assert_eq!((error(&data).kind(), error(&data).offset()), (Kind::TooLong, 0));
    let record = deaggregate(entry_points::OUTER, &data).next().unwrap();
    assert!(!record.aggregated && record.data.len() == 1 << 32);
}

#[test]
fn a_parse_error_is_small() {
    assert!(size_of::<ParseError>() <= 24, "{}", size_of::<ParseError>());
}

#[test]
fn debug_output_shows_no_user_data() {
    let secret = frame(b"\x0A\x01k\x1A\x0A\x08\x00\x1A\x06secret");
    let view = AggregatedRecord::parse(&secret).unwrap();
    let mut index = [KeyIndexEntry::EMPTY; 1];
    let batch = kinesis_agg::deaggregate_batch([("k", secret.as_slice())], &mut index);
    let bytes = format!("{:?}", b"secret").trim_matches(['[', ']']).to_owned();
    for text in [
        format!("{view:?}"),
        format!("{:?}", view.user_records()),
        format!("{:?}", view.user_records().next()),
        format!("{:?}", deaggregate("k", &secret)),
        format!("{:?}", deaggregate("k", b"secret")),
        format!("{batch:?}"),
    ] {
        assert!(!text.contains("secret") && !text.contains(&bytes), "{text}");
    }
}

#[test]
fn the_first_index_outside_its_table_is_named_whatever_lies_between() {
    let record = |index| len_field(3, &[varint_field(1, index), len_field(3, b"d")].concat());
    let before = [record(0), varint_field(15, 7), len_field(1, b"k")].concat();
    let message = [before.clone(), record(5), varint_field(15, 7), record(9)].concat();
    let error = AggregatedRecord::parse(&frame(&message)).unwrap_err();
    assert_eq!(error.kind(), Kind::PartitionKeyIndex { index: 5, table_len: 1 });
    // After the magic: what precedes, and the tag and length of the record.
    assert_eq!(error.offset(), 4 + before.len() + 2);
}
