//! Limits are exact, and errors distinguish what can never be added from what does not fit now.

use std::cell::Cell;
use std::rc::Rc;

use kinesis_agg::{
    AddError, AggregatedRecord, Aggregator, Decoder, KeyError, KeyIndexEntry, KeySlot, KinesisRecord,
    OuterKeyError, Tag, Tags, UserRecord, deaggregate, md5_fn, schema,
};
use testkit::{OwnedRecord, reference};

#[test]
fn a_partition_key_has_1_to_256_code_points_whatever_its_bytes() {
    let mut aggregator = Aggregator::new(vec![0; 4096]);
    for longest in ["a".repeat(256), "ß".repeat(256), "€".repeat(256), "😀".repeat(256)] {
        assert_eq!(aggregator.add(&UserRecord::new(&longest, b"")), Ok(()), "{} bytes", longest.len());
        aggregator.clear();
        let longer = format!("{longest}a");
        let error = AddError::Key(KeyError::PartitionKeyTooLong { chars: 257 });
        assert_eq!(aggregator.add(&UserRecord::new(&longer, b"")), Err(error));
    }
    assert_eq!(aggregator.add(&UserRecord::new("", b"")), Err(AddError::Key(KeyError::PartitionKeyEmpty)));
}

#[test]
fn an_explicit_hash_key_is_what_the_service_takes() {
    let mut aggregator = Aggregator::new(vec![0; 4096]);
    let mut add =
        |text: &'static str| aggregator.add(&UserRecord::new("k", b"").with_explicit_hash_key(text));
    for good in
        ["0", "1", "10", "99999999999999999999999999999999999999", "340282366920938463463374607431768211455"]
    {
        assert_eq!(add(good), Ok(()), "{good}");
    }
    let bad = [
        "",
        "00",
        "01",
        "+1",
        "-1",
        " 1",
        "1 ",
        "1.0",
        "0x1",
        "1e3",
        "٣",
        "undefined",
        "340282366920938463463374607431768211456",
        "999999999999999999999999999999999999999",
        "1000000000000000000000000000000000000000",
    ];
    for text in bad {
        assert_eq!(add(text), Err(AddError::Key(KeyError::ExplicitHashKey)), "{text:?}");
    }
}

#[test]
fn the_size_limit_is_exact_to_the_byte() {
    let record = UserRecord::new("key", b"0123456789");
    let size = reference::size(&[OwnedRecord::new("key", b"0123456789")]);
    for room in [size, size + 1, size + 100] {
        assert_eq!(Aggregator::new(vec![0; room]).add(&record), Ok(()));
        assert_eq!(Aggregator::new(vec![0; 4096]).with_size_limit(room).add(&record), Ok(()));
    }
    let error = AddError::TooLarge { size, limit: size - 1, fits_plain: true };
    assert_eq!(Aggregator::new(vec![0; size - 1]).add(&record), Err(error));
    assert_eq!(Aggregator::new(vec![0; 4096]).with_size_limit(size - 1).add(&record), Err(error));
}

#[test]
fn the_limit_of_a_kinesis_record_counts_the_outer_partition_key() {
    let key = "k".repeat(100);
    let data = vec![7; 500];
    let record = UserRecord::new(&key, &data);
    let put = reference::size(&[OwnedRecord::new(&key, &data)]) + key.len();
    assert_eq!(Aggregator::new(vec![0; 4096]).with_record_limit(put).add(&record), Ok(()));
    let too_large = |limit, fits_plain| Err(AddError::TooLarge { size: put, limit, fits_plain });
    let add = |limit| Aggregator::new(vec![0; 4096]).with_record_limit(limit).add(&record);
    assert_eq!(add(put - 1), too_large(put - 1, true));
    assert_eq!(add(600), too_large(600, true));
    assert_eq!(add(599), too_large(599, false));
}

#[test]
fn the_default_limit_is_one_mebibyte_and_the_greatest_ten() {
    let data = vec![0; 12 << 20];
    let add = |limit: Option<usize>, size: usize| {
        // 1 byte of outer key; entry of 3; tag, length, index of 2, tag, length.
        let overhead = 1 + 20 + 3 + 1 + 2 + 1;
        let lengths = if size < 1 << 21 { 3 + 3 } else { 4 + 4 };
        let data = &data[..size - overhead - lengths];
        let aggregator = Aggregator::new(vec![0; 12 << 20]);
        let mut aggregator = match limit {
            Some(limit) => aggregator.with_record_limit(limit),
            None => aggregator,
        };
        let answer = aggregator.add(&UserRecord::new("k", data));
        assert!(aggregator.finish().is_none_or(|record| record.size() == size));
        answer.is_ok()
    };
    assert!(add(None, 1 << 20) && !add(None, (1 << 20) + 1));
    assert!(add(Some(usize::MAX), 10 << 20) && !add(Some(usize::MAX), (10 << 20) + 1));
}

/// Bytes of a user record alone in an aggregate: frame, key entry, field of the user record.
fn alone(key_len: usize, data_len: usize) -> usize {
    let field = |content: usize| 1 + (if content < 128 { 1 } else { 2 }) + content;
    20 + field(key_len) + field(2 + field(data_len))
}

/// The key would be the outer key of its own aggregate, and counts once more there.
#[test]
fn a_user_record_that_fits_beside_another_must_fit_alone_too() {
    const LIMIT: usize = 1000;
    for key_len in [1, 60, 126, 127, 128, 200] {
        let key = "k".repeat(key_len);
        for data_len in LIMIT - 700..LIMIT {
            let mut aggregator = Aggregator::new([0; 2 * LIMIT]).with_record_limit(LIMIT);
            aggregator.add(&UserRecord::new("a", b"")).unwrap();
            let before = aggregator.size();
            let data = vec![0; data_len];
            let answer = aggregator.add(&UserRecord::new(&key, &data));
            let put = alone(key_len, data_len) + key_len;
            match answer {
                Err(AddError::TooLarge { size, limit, .. }) => {
                    assert!(put > LIMIT, "{key_len}, {data_len}");
                    assert_eq!((size, limit), (put, LIMIT));
                }
                Ok(()) => assert!(put <= LIMIT && aggregator.size() < LIMIT, "{key_len}, {data_len}"),
                Err(AddError::Full) => {
                    // The room for the other: everything except a frame, and the same outer key.
                    assert!(put <= LIMIT && before + alone(key_len, data_len) - 20 + 1 > LIMIT);
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
}

/// The error names the limit that is exceeded: of the Kinesis record, or of the aggregate.
#[test]
fn the_limit_that_is_told_is_the_one_that_is_exceeded() {
    let (key, data) = ("k".repeat(50), [0; 500]);
    let (size, put) = (alone(50, 500), alone(50, 500) + 50);
    let answer = |capacity, record_limit| {
        let mut aggregator =
            Aggregator::new([0; 2000]).with_size_limit(capacity).with_record_limit(record_limit);
        match aggregator.add(&UserRecord::new(&key, &data)) {
            Err(AddError::TooLarge { size, limit, .. }) => Some((size, limit)),
            _ => None,
        }
    };
    assert_eq!(answer(size, put), None);
    assert_eq!(answer(size - 1, put), Some((size, size - 1)));
    assert_eq!(answer(size, put - 1), Some((put, put - 1)));
    assert_eq!(answer(size - 1, put - 1), Some((put, put - 1)));
}

#[test]
fn the_built_in_index_is_as_long_as_the_documentation_says() {
    assert_eq!(kinesis_agg::DEFAULT_INDEX_LEN, if size_of::<usize>() == 8 { 64 } else { 8 });
}

#[test]
fn a_buffer_that_can_hold_nothing_says_so() {
    for len in 0..29 {
        let mut aggregator = Aggregator::new(vec![0; len]);
        let error = AddError::BufferTooSmall { len, needed: 29 };
        assert_eq!(aggregator.add(&UserRecord::new("k", b"")), Err(error));
        assert!(aggregator.finish().is_none());
    }
    assert_eq!(Aggregator::new([0; 29]).add(&UserRecord::new("k", b"")), Ok(()));
}

#[test]
fn a_limit_of_0_counts_as_1_in_which_nothing_fits() {
    let record = UserRecord::new("k", b"");
    let size = alone(1, 0);
    let mut aggregator = Aggregator::new(vec![0; 4096]).with_size_limit(0);
    let error = AddError::TooLarge { size, limit: 1, fits_plain: true };
    assert_eq!(aggregator.add(&record), Err(error));
    // The outer partition key is counted, too.
    let mut aggregator = Aggregator::new(vec![0; 4096]).with_record_limit(0);
    let error = AddError::TooLarge { size: size + 1, limit: 1, fits_plain: true };
    assert_eq!(aggregator.add(&record), Err(error));
}

/// The length that is documented elsewhere.
struct Shrinking(Vec<u8>, Rc<Cell<usize>>);

impl AsRef<[u8]> for Shrinking {
    fn as_ref(&self) -> &[u8] {
        &self.0[..self.1.get()]
    }
}

impl AsMut<[u8]> for Shrinking {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.0[..self.1.get()]
    }
}

#[test]
fn a_buffer_that_shrinks_gets_an_error_and_loses_nothing_once_it_is_itself_again() {
    const FULL: usize = 300;
    let record = UserRecord::new("key", b"data").with_explicit_hash_key("7");
    let mut whole = Aggregator::new(vec![0; FULL]);
    whole.add(&record).unwrap();
    let whole = whole.finish().unwrap().data.to_vec();
    for len in 0..FULL {
        let shown = Rc::new(Cell::new(FULL));
        let mut aggregator = Aggregator::new(Shrinking(vec![0; FULL], shown.clone()));
        aggregator.add(&record).unwrap();
        shown.set(len);
        assert_eq!(aggregator.add(&record), Err(AddError::BufferTooSmall { len, needed: FULL }));
        assert!(aggregator.finish().is_none(), "{len}");
        shown.set(FULL);
        assert_eq!(aggregator.finish().unwrap().data, whole, "{len}");
    }
}

#[test]
fn a_buffer_longer_than_the_limit_changes_no_byte() {
    let mut records = [("sensor-1", "first"), ("sensor-2", "second"), ("sensor-1", "third")]
        .map(|(partition_key, data)| OwnedRecord::new(partition_key, data.as_bytes()));
    records[1].explicit_hash_key = Some("7".to_owned());
    records[2].explicit_hash_key = Some("8".to_owned());
    let expected = reference::write(&records);
    for longer in 0..=30 {
        let mut aggregator = Aggregator::new(vec![0; 100 + longer]).with_size_limit(100);
        records.iter().for_each(|record| aggregator.add(&record.with(&[])).unwrap());
        assert_eq!(aggregator.finish().unwrap().data, expected, "longer by {longer}");
    }
}

#[test]
fn a_length_that_needs_one_more_byte_is_counted() {
    // Near every step of the varints for the lengths of data and user record.
    for len in (0..300).chain(16_300..16_500) {
        let data = vec![1; len];
        let size = reference::size(&[OwnedRecord::new("k", &data)]);
        let mut aggregator = Aggregator::new(vec![0; size]);
        assert_eq!(aggregator.max_data_len(&UserRecord::new("k", b"")), Some(len));
        aggregator.add(&UserRecord::new("k", &data)).unwrap();
        assert_eq!((aggregator.size(), aggregator.room()), (size, 0));
        assert_eq!(aggregator.finish().unwrap().data, reference::write(&[OwnedRecord::new("k", &data)]));
    }
}

#[test]
fn outer_keys_of_the_caller_are_checked_and_refusal_loses_nothing() {
    let mut aggregator = Aggregator::new([0; 128]).with_record_limit(64);
    aggregator.add(&UserRecord::new("key", b"data")).unwrap();
    let size = aggregator.size();
    let longest = "o".repeat(64 - size);
    let longer = format!("{longest}o");
    let error = OuterKeyError::TooLarge { size: 65, limit: 64 };
    assert_eq!(aggregator.finish_as(&longer, None), Err(error));
    assert!(!aggregator.is_sealed());
    assert_eq!(aggregator.finish_as("", None), Err(OuterKeyError::Key(KeyError::PartitionKeyEmpty)));
    assert_eq!(aggregator.finish_as("o", Some("x")), Err(OuterKeyError::Key(KeyError::ExplicitHashKey)));
    let record = aggregator.finish_as(&longest, Some("42")).unwrap().unwrap();
    assert_eq!((record.size(), record.explicit_hash_key, record.user_records), (64, Some("42"), 1));
    // Once sealed, it can still be finished with other keys.
    assert_eq!(aggregator.finish().unwrap().partition_key, "key");
}

#[test]
fn any_buffer_will_do() {
    fn fill<B: AsRef<[u8]> + AsMut<[u8]>>(buffer: B) -> Vec<u8> {
        let mut aggregator = Aggregator::new(buffer);
        aggregator.add(&UserRecord::new("key", b"data")).unwrap();
        aggregator.finish().unwrap().data.to_vec()
    }
    let expected = reference::write(&[OwnedRecord::new("key", b"data")]);
    let mut array = [0; 64];
    assert_eq!(fill(array.as_mut_slice()), expected);
    assert_eq!(fill(array), expected);
    assert_eq!(fill(vec![0; 64]), expected);
    assert_eq!(fill(vec![0; 64].into_boxed_slice()), expected);
    assert_eq!(fill(heapless::Vec::<u8, 64>::from_slice(&[0; 64]).unwrap()), expected);
}

#[test]
fn an_aggregator_can_be_a_static() {
    static AGGREGATOR: std::sync::Mutex<Aggregator<[u8; 256], [KeySlot; 16]>> =
        std::sync::Mutex::new(Aggregator::new_in([0; 256], [KeySlot::EMPTY; 16]));
    let mut aggregator = AGGREGATOR.lock().unwrap();
    aggregator.add(&UserRecord::new("key", b"data")).unwrap();
    assert_eq!(aggregator.user_record_count(), 1);
}

#[test]
fn the_first_32_distinct_keys_are_surely_remembered() {
    for slots in [1, 2, 7, 31, 32, 33, 100] {
        let keys: Vec<String> = (0..slots.min(32)).map(|n| format!("key-{n}")).collect();
        // After any other keys, each key once more: no entry is written twice.
        let records: Vec<OwnedRecord> =
            keys.iter().chain(&keys).map(|key| OwnedRecord::new(key, b"x")).collect();
        let mut aggregator = Aggregator::new_in(vec![0; 4096], vec![KeySlot::EMPTY; slots]);
        for record in &records {
            aggregator.add(&record.with(&[])).unwrap();
        }
        assert_eq!(aggregator.finish().unwrap().data, reference::write(&records), "{slots} slots");
    }
}

#[test]
fn with_four_slots_a_key_the_bytes_are_those_of_the_official_order() {
    for keys in [50_usize, 500, 5000, 20_000] {
        let records: Vec<OwnedRecord> = (0..keys * 2)
            .map(|n| {
                let mut record = OwnedRecord::new(&format!("sensor-{:06}", n % keys), b"");
                record.explicit_hash_key = (n % 3 == 0).then(|| (n % keys).to_string());
                record
            })
            .collect();
        // A third of the keys also has an explicit hash key.
        let slots = 4 * (keys + keys * 2 / 3);
        let buffer = vec![0; 4 << 20];
        let mut aggregator =
            Aggregator::new_in(buffer, vec![KeySlot::EMPTY; slots]).with_record_limit(8 << 20);
        for record in &records {
            aggregator.add(&record.with(&[])).unwrap();
        }
        let finished = aggregator.finish().unwrap();
        let aggregated = AggregatedRecord::parse(finished.data).unwrap();
        assert_eq!(aggregated.partition_key_count(), keys);
        if keys <= 5000 {
            assert!(finished.data == reference::write(&records), "{keys} keys");
        }
    }
}

#[test]
fn without_slots_every_user_record_brings_its_keys() {
    let mut aggregator = Aggregator::new_in([0; 256], []);
    for _ in 0..3 {
        aggregator.add(&UserRecord::new("key", b"x")).unwrap();
    }
    let finished = aggregator.finish().unwrap();
    assert_eq!(reference::user_records(finished.data), vec![OwnedRecord::new("key", b"x"); 3]);
    assert_eq!(AggregatedRecord::parse(finished.data).unwrap().partition_key_count(), 3);
}

#[test]
fn keys_are_forgotten_with_the_aggregate_however_often() {
    let mut aggregator = Aggregator::new_in([0; 256], [KeySlot::EMPTY; 4]);
    for round in 0..1000 {
        let keys = [format!("a{round}"), format!("b{}", round % 3)];
        let records: Vec<OwnedRecord> =
            keys.iter().chain(&keys).map(|key| OwnedRecord::new(key, b"x")).collect();
        for record in &records {
            aggregator.add(&record.with(&[])).unwrap();
        }
        assert_eq!(aggregator.finish().unwrap().data, reference::write(&records), "round {round}");
        aggregator.clear();
    }
}

#[test]
fn the_digest_can_be_replaced() {
    let mut digested = Vec::new();
    let digest = md5_fn(|message: &[u8]| {
        digested.push(message.to_vec());
        [0xD5; 16]
    });
    let mut aggregator = Aggregator::new_with([0; 64], [KeySlot::EMPTY; 4], digest);
    aggregator.add(&UserRecord::new("key", b"data")).unwrap();
    let data = aggregator.finish().unwrap().data.to_vec();
    assert!(data.ends_with(&[0xD5; 16]) && AggregatedRecord::parse(&data).is_err());
    assert_eq!(
        Decoder::new().with_engine(md5_fn(|_: &[u8]| [0xD5; 16])).parse(&data).unwrap().user_record_count(),
        1
    );
    assert_eq!(Decoder::new().unverified().parse(&data).unwrap().user_record_count(), 1);
    assert_eq!(digested, [&data[schema::MAGIC.len()..data.len() - schema::DIGEST_LEN]]);
}

#[test]
fn key_slots_may_come_with_what_others_remembered() {
    let mut buffer = [0; 256];
    let mut slots = [KeySlot::EMPTY; 8];
    for round in 0..600 {
        let keys = [format!("{round}"), format!("{}", round % 7)];
        let records: Vec<OwnedRecord> = keys.iter().map(|key| OwnedRecord::new(key, b"x")).collect();
        let mut aggregator = Aggregator::new_in(buffer.as_mut_slice(), slots.as_mut_slice());
        for record in &records {
            aggregator.add(&record.with(&[])).unwrap();
        }
        assert_eq!(aggregator.finish().unwrap().data, reference::write(&records), "round {round}");
    }
}

#[test]
fn a_plain_record_is_made_only_where_nothing_of_the_user_record_changes() {
    let record = UserRecord::new("key", b"data").with_explicit_hash_key("7");
    let plain = KinesisRecord::plain(&record).unwrap();
    assert_eq!(
        (plain.partition_key, plain.explicit_hash_key, plain.data),
        ("key", Some("7"), b"data".as_slice())
    );
    assert_eq!((plain.user_records, plain.size()), (1, 7));
    let tags = [Tag { key: "unit", value: None }];
    assert_eq!(KinesisRecord::plain(&record.with_tags(&tags)), None);
    let inner = reference::write(&[OwnedRecord::new("inner", b"21.5")]);
    assert_eq!(KinesisRecord::plain(&UserRecord::new("key", &inner)), None);
    // Only its tag makes a user record too large. It is no candidate for a plain record.
    let tagged = UserRecord::new("key", &[0; 40]).with_tags(&tags);
    let answer = Aggregator::new([0; 64]).add(&tagged);
    assert!(matches!(answer, Err(AddError::TooLarge { fits_plain: false, .. })), "{answer:?}");
}

#[test]
fn a_lent_index_finds_the_keys_of_what_is_held() {
    let records: Vec<OwnedRecord> =
        (0..60_u8).map(|n| OwnedRecord::new(&format!("key-{}", u32::from(n) * 7 % 40), &[n])).collect();
    let mut aggregator = Aggregator::new_in(vec![0; 4096], vec![KeySlot::EMPTY; 160]);
    for record in &records {
        aggregator.add(&record.with(&[])).unwrap();
    }
    for entries in [0, 1, 7, 39, 40, 100] {
        let mut index = vec![KeyIndexEntry::EMPTY; entries];
        let held: Vec<OwnedRecord> =
            aggregator.user_records().with_index(&mut index).map(OwnedRecord::from).collect();
        assert_eq!(held, records, "{entries} entries");
    }
}

#[test]
fn tags_go_through_from_a_list_and_from_an_aggregate() {
    let tags = [Tag { key: "unit", value: Some("C") }, Tag { key: "room", value: None }];
    let mut aggregator = Aggregator::new([0; 128]);
    aggregator.add(&UserRecord::new("key", b"21.5").with_tags(&tags)).unwrap();
    let first = aggregator.finish().unwrap().data.to_vec();
    let out = deaggregate("outer", &first).next().unwrap();
    assert_eq!(out.tags, Tags::from(&tags));
    assert_ne!(out.tags, Tags::default());
    assert!((&out.tags).into_iter().eq(tags) && out.tags.into_iter().eq(tags));
    // Added again in the order in which they came out, they make the same bytes.
    aggregator.clear();
    aggregator.add(&out.into()).unwrap();
    assert_eq!(aggregator.finish().unwrap().data, first);
    assert_eq!(aggregator.into_buffer()[..first.len()], first);
}

#[test]
fn a_key_that_another_aggregator_remembered_is_not_believed() {
    let mut buffer = [0; 256];
    let mut slots = [KeySlot::EMPTY; 8];
    // Its third key is beyond the slots of the second aggregator, which has two.
    let mut other = Aggregator::new_in(buffer.as_mut_slice(), slots.as_mut_slice());
    for key in ["a", "b", "c"] {
        other.add(&UserRecord::new(key, b"x")).unwrap();
    }
    let records = ["a", "c"].map(|key| OwnedRecord::new(key, b"x"));
    let mut aggregator = Aggregator::new_in(buffer.as_mut_slice(), slots.as_mut_slice());
    for record in &records {
        aggregator.add(&record.with(&[])).unwrap();
    }
    assert_eq!(aggregator.finish().unwrap().data, reference::write(&records));
}

/// Distinct keys of a kind are distributed over the slots almost as evenly as at random. With four slots for
/// each key all are remembered, so no key is written twice.
#[test]
fn keys_that_differ_in_one_place_or_in_length_alone_are_all_remembered() {
    let alphabet = || (b' '..=b'~').map(char::from);
    let long = "k".repeat(200);
    let kinds: Vec<(&str, Vec<String>)> = vec![
        ("last character", alphabet().map(|c| format!("sensor-{c}")).collect()),
        ("first character", alphabet().map(|c| format!("{c}-sensor")).collect()),
        (
            "in the middle of a long key",
            alphabet().map(|c| format!("{long}{c}{long}")[100..300].to_owned()).collect(),
        ),
        ("a long key's last character", alphabet().map(|c| format!("{long}{c}")).collect()),
        ("length", (1..=200).map(|len| "k".repeat(len)).collect()),
        ("one character", alphabet().map(String::from).collect()),
        ("a number at the end", (0..256).map(|n| format!("device/{n:08}")).collect()),
        ("a number in front", (0..256).map(|n| format!("{n}.device.example")).collect()),
        ("steps of 1,024", (0..256).map(|n| (n * 1024).to_string()).collect()),
        ("two characters", (0..256).map(|n| format!("{}a{}", n % 16, n / 16)).collect()),
    ];
    for (kind, keys) in kinds {
        let slots = vec![KeySlot::EMPTY; 4 * keys.len()];
        let mut aggregator = Aggregator::new_in(vec![0; 256 << 10], slots);
        let records: Vec<_> = keys.iter().chain(&keys).map(|key| OwnedRecord::new(key, b"")).collect();
        records.iter().for_each(|record| aggregator.add(&record.with(&[])).unwrap());
        assert_eq!(
            aggregator.finish().unwrap().data,
            reference::write(&records),
            "keys that differ in {kind}"
        );
    }
}
