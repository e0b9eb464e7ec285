//! The defects of the Python module, and events from elsewhere: nothing is lost.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use kinesis_agg::{Aggregator, KeySlot, Tag, UserRecord};
use kinesis_agg_aws::lambda::{BatchResponse, Event, Fault, Shape, Transformed};
use serde_json::{Value, json};

fn aggregate(records: &[UserRecord<'_>]) -> Vec<u8> {
    let mut aggregator = Aggregator::new_in(vec![0; 1 << 20], vec![KeySlot::EMPTY; 256]);
    for record in records {
        aggregator.add(record).unwrap();
    }
    aggregator.finish().unwrap().data.to_vec()
}

/// Two user records, one with an explicit hash key.
fn two() -> Vec<u8> {
    aggregate(&[UserRecord::new("a", b"one").with_explicit_hash_key("7"), UserRecord::new("b", b"two")])
}

fn streams_record(sequence_number: u32, data: &[u8]) -> Value {
    json!({
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "outer",
            "sequenceNumber": sequence_number.to_string(),
            "data": STANDARD.encode(data),
            "approximateArrivalTimestamp": 1_545_084_650.987
        },
        "eventID": format!("shardId-000000000006:{sequence_number}"),
        "eventSourceARN": "arn:aws:kinesis:eu-central-1:123456789012:stream/sensors"
    })
}

fn firehose_record(id: &str, data: &[u8], subsequence_number: Value) -> Value {
    json!({
        "recordId": id,
        "approximateArrivalTimestamp": 1_651_074_266_435_u64,
        "kinesisRecordMetadata": {
            "shardId": "shardId-000000000000",
            "partitionKey": "outer",
            "approximateArrivalTimestamp": 1_651_074_266_400_u64,
            "sequenceNumber": "4957",
            "subsequenceNumber": subsequence_number
        },
        "data": STANDARD.encode(data)
    })
}

fn read(event: &Value) -> Event {
    serde_json::from_str(&event.to_string()).unwrap()
}

fn data_of(event: &Event) -> Vec<Result<Vec<u8>, Option<String>>> {
    let data = event.user_records().map(|user_record| match user_record {
        Ok(user_record) => Ok(user_record.data().to_vec()),
        Err(unreadable) => Err(unreadable.sequence_number().map(str::to_owned)),
    });
    data.collect()
}

// Defects of the Python module.

#[test]
fn the_shard_id_stays_on_user_records_of_an_aggregate() {
    let analytics = json!({"records": [{
        "recordId": "1",
        "kinesisStreamRecordMetadata": {
            "sequenceNumber": "4957", "partitionKey": "outer", "shardId": "shardId-000000000003",
            "approximateArrivalTimestamp": 1_651_020_370_390_u64
        },
        "data": STANDARD.encode(two())
    }]});
    let firehose = json!({"records": [firehose_record("1", &two(), json!(""))]});
    for (event, shard) in [(analytics, "shardId-000000000003"), (firehose, "shardId-000000000000")] {
        let (user_records, _) = read(&event).deaggregate();
        assert_eq!(user_records.len(), 2);
        for user_record in user_records {
            assert_eq!(user_record.kinesis_record().shard_id(), Some(shard));
            assert_eq!(serde_json::to_value(&user_record).unwrap()["kinesis"]["shardId"], shard);
        }
    }
}

#[test]
fn a_stream_record_tells_its_shard_by_its_event_id() {
    let (user_records, _) = read(&json!({"Records": [streams_record(1, &two())]})).deaggregate();
    assert_eq!(user_records[1].kinesis_record().shard_id(), Some("shardId-000000000006"));
}

#[test]
fn no_user_record_vanishes_where_a_field_is_missing() {
    let names = ["approximateArrivalTimestamp", "kinesisSchemaVersion", "partitionKey", "sequenceNumber"];
    for name in names {
        let mut record = streams_record(1, &two());
        record["kinesis"].as_object_mut().unwrap().remove(name).unwrap();
        let event = json!({"Records": [record, streams_record(2, b"plain")]});
        let expected = [b"one".to_vec(), b"two".to_vec(), b"plain".to_vec()].map(Ok);
        assert_eq!(data_of(&read(&event)), expected, "{name}");
    }
}

#[test]
fn a_record_that_cannot_be_read_is_named_and_the_others_go_on() {
    let damaged = |change: fn(&mut Value)| {
        let mut record = streams_record(2, b"");
        change(&mut record);
        record
    };
    let not_bytes = |seen| {
        let reason =
            format!("invalid type: {seen}, expected base64 text, a list of bytes or an object with one");
        Fault::DataNotBytes { field: "data", reason }
    };
    let faults: [(Value, Fault, Option<&str>); 7] = [
        (
            damaged(|record| record["kinesis"]["data"] = "!!!not base64!!!".into()),
            Fault::DataNotBase64 { field: "data", reason: "Invalid symbol 33, offset 0.".to_owned() },
            Some("2"),
        ),
        (damaged(|record| record["kinesis"]["data"] = 7.into()), not_bytes("integer `7`"), Some("2")),
        (damaged(|record| record["kinesis"]["data"] = Value::Null), not_bytes("null"), Some("2")),
        (
            damaged(|record| drop(record["kinesis"].as_object_mut().unwrap().remove("data"))),
            Fault::DataMissing("data"),
            Some("2"),
        ),
        // Its `eventID` ends with it.
        (damaged(|record| record["kinesis"] = Value::Null), Fault::KinesisNotAnObject, Some("2")),
        (Value::Null, Fault::NotAnObject, None),
        (json!([1]), Fault::NotAnObject, None),
    ];
    for (record, fault, sequence_number) in faults {
        let json = json!({"Records": [streams_record(1, &two()), record, streams_record(3, b"plain")]});
        let event = read(&json);
        let expected = [
            Ok(b"one".to_vec()),
            Ok(b"two".to_vec()),
            Err(sequence_number.map(str::to_owned)),
            Ok(b"plain".to_vec()),
        ];
        assert_eq!(data_of(&event), expected, "{fault}");
        let unreadable = event.deaggregate().1;
        assert_eq!(unreadable[0].fault(), &fault);
        assert_eq!(serde_json::to_value(&event).unwrap(), json, "{fault}");
    }
}

#[test]
fn an_unreadable_record_says_which_and_why() {
    let event =
        json!({"Records": [{"kinesis": {"sequenceNumber": "4957", "data": "ab!d"}}, {"recordId": "r1"}, 5]});
    let texts: Vec<_> = read(&event).deaggregate().1.iter().map(ToString::to_string).collect();
    let expected = [
        "record with sequence number \"4957\": field `data` is not base64: Invalid symbol 33, offset 2.",
        "record \"r1\": no field `data`",
        "record without sequence number: not a JSON object",
    ];
    assert_eq!(texts, expected);
}

#[test]
fn data_is_what_the_producer_sent_and_in_json_its_base64_once() {
    let (user_records, _) = read(&json!({"Records": [streams_record(1, &two())]})).deaggregate();
    assert_eq!(user_records[0].data(), "one");
    assert_eq!(serde_json::to_value(&user_records[0]).unwrap()["kinesis"]["data"], STANDARD.encode("one"));
}

#[test]
fn an_explicit_hash_key_is_that_of_the_user_record_alone() {
    let (user_records, _) = read(&json!({"Records": [streams_record(1, &two())]})).deaggregate();
    let keys: Vec<_> = user_records.iter().map(|record| record.explicit_hash_key()).collect();
    assert_eq!(keys, [Some("7"), None]);
    let json = serde_json::to_value(&user_records[1]).unwrap();
    assert_eq!(json["kinesis"]["explicitHashKey"], Value::Null);
    assert_eq!(json["kinesis"]["subSequenceNumber"], 1);
    assert_eq!(json["kinesis"]["aggregated"], true);
}

#[test]
fn an_aggregate_with_a_fault_is_handed_on_whole_and_not_by_half() {
    // partition key table ["k"], records with the partition key indices 0 and 1
    let body = b"\x0a\x01k\x1a\x04\x08\x00\x1a\x00\x1a\x04\x08\x01\x1a\x00";
    let data = [&[0xF3, 0x89, 0x9A, 0xC2], &body[..], &kinesis_agg_md5(body)].concat();
    let event = read(&json!({"Records": [streams_record(1, &data), streams_record(2, b"plain")]}));
    assert_eq!(data_of(&event), [Ok(data), Ok(b"plain".to_vec())]);
}

fn kinesis_agg_md5(message: &[u8]) -> [u8; 16] {
    use kinesis_agg::Md5Engine;
    kinesis_agg::Md5.digest(message)
}

#[test]
fn what_was_put_into_firehose_directly_is_read() {
    let event = json!({"records": [{
        "recordId": "r1", "approximateArrivalTimestamp": 1_651_074_266_435_u64, "data": STANDARD.encode("direct put")
    }]});
    let (user_records, _) = read(&event).deaggregate();
    let [user_record] = &user_records[..] else { unreachable!() };
    assert_eq!((user_record.data().as_ref(), user_record.partition_key()), (&b"direct put"[..], None));
    let arrival = SystemTime::UNIX_EPOCH + Duration::from_millis(1_651_074_266_435);
    assert_eq!(user_record.kinesis_record().approximate_arrival_timestamp(), Some(arrival));
    let json = json!({"kinesis": {
        "approximateArrivalTimestamp": 1_651_074_266_435_u64, "data": STANDARD.encode("direct put"),
        "kinesisSchemaVersion": "1.0", "recordId": "r1"
    }});
    assert_eq!(serde_json::to_value(user_record).unwrap(), json);
}

#[test]
fn get_records_as_the_command_line_prints_it_is_read_in_bulk_and_lazily() {
    for timestamp in [json!("2024-08-12T12:11:12.345000+02:00"), json!(1_723_457_472.345)] {
        let json = json!({
            "Records": [{
                "SequenceNumber": "4957", "ApproximateArrivalTimestamp": timestamp, "Data": STANDARD.encode(two()),
                "PartitionKey": "outer", "EncryptionType": "KMS"
            }],
            "NextShardIterator": "AAAA", "MillisBehindLatest": 0
        });
        let event = read(&json);
        assert_eq!(data_of(&event), [Ok(b"one".to_vec()), Ok(b"two".to_vec())]);
        assert_eq!(event.other.text("NextShardIterator"), Some("AAAA"));
        let (user_records, _) = event.deaggregate();
        let record = user_records[0].kinesis_record();
        assert_eq!((record.sequence_number(), record.partition_key()), (Some("4957"), Some("outer")));
        let arrival = SystemTime::UNIX_EPOCH + Duration::from_millis(1_723_457_472_345);
        assert_eq!(record.approximate_arrival_timestamp(), Some(arrival));
        let written = serde_json::to_value(&user_records[1]).unwrap();
        let expected = json!({"kinesis": {
            "aggregated": true, "approximateArrivalTimestamp": timestamp, "data": STANDARD.encode("two"),
            "encryptionType": "KMS", "explicitHashKey": null, "kinesisSchemaVersion": "1.0", "partitionKey": "b",
            "sequenceNumber": "4957", "subSequenceNumber": 1
        }});
        assert_eq!(written, expected);
        assert_eq!(serde_json::to_value(&event).unwrap(), json);
    }
}

#[test]
fn tags_are_kept() {
    let tags = [Tag { key: "unit", value: Some("C") }, Tag { key: "raw", value: None }];
    let data = aggregate(&[UserRecord::new("a", b"21.5").with_tags(&tags)]);
    let (user_records, _) = read(&json!({"Records": [streams_record(1, &data)]})).deaggregate();
    assert!(user_records[0].tags().eq([("unit", Some("C")), ("raw", None)]));
    let mut foreign = streams_record(1, &two());
    foreign["kinesis"]["tags"] = "of the service".into();
    let (without, _) = read(&json!({"Records": [foreign]})).deaggregate();
    assert_eq!(serde_json::to_value(&without[0]).unwrap()["kinesis"]["tags"], "of the service");
    let json = serde_json::to_value(&user_records[0]).unwrap();
    assert_eq!(
        json["kinesis"]["tags"],
        json!([{"key": "unit", "value": "C"}, {"key": "raw", "value": null}])
    );
}

// Events from elsewhere.

#[test]
fn the_sub_sequence_number_of_firehose_may_be_anything_and_stays_it() {
    for number in [json!(""), json!(0), json!("17"), json!(null)] {
        let json = json!({"invocationId": "i", "records": [firehose_record("r1", &two(), number.clone())]});
        let event = read(&json);
        let (user_records, _) = event.deaggregate();
        assert_eq!(serde_json::to_value(&user_records[0]).unwrap()["kinesis"]["subsequenceNumber"], number);
        assert_eq!(serde_json::to_value(&event).unwrap(), json);
    }
}

#[test]
fn numbers_keep_every_digit() {
    let json = concat!(
        r#"{"Records":[{"big":123456789012345678901234567890,"#,
        r#""kinesis":{"approximateArrivalTimestamp":1545084650.9870000001,"data":"YQ=="}}],"other":1E400}"#
    );
    let event: Event = serde_json::from_str(json).unwrap();
    for text in ["123456789012345678901234567890", "1545084650.9870000001", "1E400"] {
        assert!(serde_json::to_string(&event).unwrap().contains(text), "{text}");
    }
    let (user_records, _) = event.deaggregate();
    assert!(serde_json::to_string(&user_records[0]).unwrap().contains("1545084650.9870000001"));
    let arrival = user_records[0].kinesis_record().approximate_arrival_timestamp().unwrap();
    assert_eq!(arrival, SystemTime::UNIX_EPOCH + Duration::from_millis(1_545_084_650_987));
}

#[test]
fn a_record_with_a_timestamp_that_is_none_is_read() {
    for timestamp in [json!("soon"), json!(null), json!({"at": 5})] {
        let mut record = streams_record(1, &two());
        record["kinesis"]["approximateArrivalTimestamp"] = timestamp.clone();
        let (user_records, unreadable) = read(&json!({"Records": [record]})).deaggregate();
        assert_eq!((user_records.len(), unreadable.len()), (2, 0));
        assert_eq!(user_records[0].kinesis_record().approximate_arrival_timestamp(), None);
        let json = serde_json::to_value(&user_records[0]).unwrap();
        assert_eq!(json["kinesis"]["approximateArrivalTimestamp"], timestamp);
    }
}

#[test]
fn base64_is_read_with_and_without_padding_in_either_alphabet_and_broken_into_lines() {
    let data = [0xFB, 0xEF, 0xBE, 0xFF, 0xFF];
    let standard = STANDARD.encode(data);
    let (first, second) = standard.split_at(4);
    let texts = [
        standard.clone(),
        STANDARD_NO_PAD.encode(data),
        URL_SAFE.encode(data),
        format!("{first}\r\n{second} "),
    ];
    for text in texts {
        let event = json!({"Records": [{"kinesis": {"data": text}}]});
        assert_eq!(data_of(&read(&event)), [Ok(data.to_vec())], "{text}");
    }
    let escaped = r#"{"Records":[{"kinesis":{"data":"\u002b+++\/w=="}}]}"#;
    let event: Event = serde_json::from_str(escaped).unwrap();
    assert_eq!(data_of(&event), [Ok(STANDARD.decode("++++/w==").unwrap())]);
}

#[test]
fn records_come_as_an_event_as_a_list_and_alone() {
    let record = streams_record(1, &two());
    for json in [json!({"Records": [record]}), json!([record]), record] {
        let event = read(&json);
        assert_eq!(data_of(&event).len(), 2);
        assert_eq!(serde_json::to_value(&event).unwrap(), json);
    }
    for nothing in [json!({}), json!(5), json!("Records"), json!({"Records": {}}), json!(null)] {
        let error = serde_json::from_str::<Event>(&nothing.to_string()).unwrap_err();
        assert!(error.to_string().starts_with("not an event: "), "{nothing}: {error}");
    }
    assert!(data_of(&read(&json!({"Records": []}))).is_empty());
}

#[test]
fn flat_records_of_event_bridge_pipes_are_read() {
    let json = json!([{
        "kinesisSchemaVersion": "1.0", "partitionKey": "outer", "sequenceNumber": "4957",
        "data": STANDARD.encode(two()), "approximateArrivalTimestamp": 1_545_084_650.987,
        "eventSource": "aws:kinesis", "eventID": "shardId-000000000006:4957", "awsRegion": "eu-central-1"
    }]);
    let (user_records, _) = read(&json).deaggregate();
    let record = user_records[0].kinesis_record();
    assert_eq!((record.shape(), record.sequence_number()), (Shape::Flat, Some("4957")));
    let arrival = SystemTime::UNIX_EPOCH + Duration::from_millis(1_545_084_650_987);
    assert_eq!(record.approximate_arrival_timestamp(), Some(arrival));
    let json = serde_json::to_value(&user_records[0]).unwrap();
    assert_eq!(
        (&json["awsRegion"], &json["kinesis"]["sequenceNumber"]),
        (&json!("eu-central-1"), &json!("4957"))
    );
}

#[test]
fn a_value_that_is_deeply_nested_or_half_a_surrogate_pair_is_kept() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let json = format!(r#"{{"Records":[{{"deep":{deep},"half":"\ud800","kinesis":{{"data":"YQ=="}}}}]}}"#);
    let event: Event = serde_json::from_str(&json).unwrap();
    assert_eq!(data_of(&event), [Ok(b"a".to_vec())]);
    let written = serde_json::to_string(&event).unwrap();
    assert!(written.contains(&deep) && written.contains(r#""half":"\ud800""#));
}

// Answers.

#[test]
fn a_batch_response_names_each_failed_record_once_and_the_whole_batch_where_there_is_no_name() {
    let mut response = BatchResponse::default();
    assert!(response.is_success());
    let (user_records, _) = read(&json!({"Records": [streams_record(4957, &two())]})).deaggregate();
    for user_record in &user_records {
        response.fail(user_record.sequence_number());
    }
    let json = serde_json::to_value(&response).unwrap();
    assert_eq!(json, json!({"batchItemFailures": [{"itemIdentifier": "4957"}]}));
    response.fail(None);
    let json = serde_json::to_value(&response).unwrap();
    assert_eq!(json["batchItemFailures"][0], json!({"itemIdentifier": ""}));
}

#[test]
fn a_transformation_answers_every_record_once_in_order() {
    // A frame with a message without user records: an unknown field.
    let message = [0x20, 0x00];
    let empty = [&[0xF3, 0x89, 0x9A, 0xC2], &message[..], &kinesis_agg_md5(&message)].concat();
    let mut unreadable = firehose_record("unreadable", b"", json!(""));
    unreadable["data"] = "?".into();
    let event = json!({"records": [
        firehose_record("two", &two(), json!("")),
        unreadable,
        firehose_record("empty", &empty, json!("")),
        firehose_record("plain", b"three", json!("")),
        firehose_record("same", b"three", json!("")),
    ]});
    let response = read(&event).transform(|user_records| match user_records {
        [] => Transformed::Dropped,
        [one] if one.kinesis_record().record_id() == Some("same") => Transformed::ProcessingFailed,
        [_] => {
            Transformed::Ok { data: "3".into(), partition_keys: [("k".to_owned(), "v".to_owned())].into() }
        }
        more => Transformed::ok(more.iter().flat_map(|record| record.data().clone()).collect::<Vec<u8>>()),
    });
    let expected = json!({"records": [
        {"recordId": "two", "result": "Ok", "data": STANDARD.encode("onetwo")},
        {"recordId": "unreadable", "result": "ProcessingFailed", "data": "?"},
        {"recordId": "empty", "result": "Dropped", "data": ""},
        {"recordId": "plain", "result": "Ok", "data": STANDARD.encode("3"), "metadata": {"partitionKeys": {"k": "v"}}},
        {"recordId": "same", "result": "ProcessingFailed", "data": STANDARD.encode("three")},
    ]});
    assert_eq!(serde_json::to_value(&response).unwrap(), expected);
}

// Memory.

#[test]
fn user_records_share_the_data_of_their_kinesis_record() {
    let key = "k".repeat(256);
    let data = aggregate(&[
        UserRecord::new(&key, b"one"),
        UserRecord::new(&key, b"two").with_explicit_hash_key("7"),
    ]);
    let (user_records, _) = read(&json!({"Records": [streams_record(1, &data)]})).deaggregate();
    let whole = user_records[0].kinesis_record().data().as_ptr_range();
    for user_record in &user_records {
        let parts = [
            user_record.data().as_ptr(),
            user_record.partition_key().unwrap().as_ptr(),
            user_record.explicit_hash_key().map_or(whole.start, str::as_ptr),
        ];
        assert!(parts.iter().all(|part| whole.contains(part)));
    }
}

#[test]
fn a_small_record_of_many_user_records_with_a_long_key_stays_small() {
    // One key of 1,024 bytes, and as many user records of six bytes as fit into a record of 1 MiB.
    let mut message = [&[0x0A, 0x80, 0x08][..], &[b'k'; 1024]].concat();
    while message.len() < (1 << 20) - 26 {
        message.extend([0x1A, 0x04, 0x08, 0x00, 0x1A, 0x00]);
    }
    let data = [&[0xF3, 0x89, 0x9A, 0xC2], &message[..], &kinesis_agg_md5(&message)].concat();
    let (user_records, _) = read(&json!({"Records": [streams_record(1, &data)]})).deaggregate();
    assert_eq!(user_records.len(), 174_588);
    assert!(size_of_val(&user_records[0]) <= 136);
    let key = user_records[0].partition_key().unwrap().as_ptr();
    assert!(user_records.iter().all(|record| record.partition_key().unwrap().as_ptr() == key));
}

#[test]
fn kinesis_records_are_taken_apart_in_order_over_many_groups() {
    let records: Vec<_> = (0..40_u32)
        .map(|number| {
            let large = vec![b'x'; 100_000];
            let text = number.to_string();
            let data = aggregate(&[UserRecord::new("a", &text), UserRecord::new("b", &large)]);
            streams_record(number, &data)
        })
        .collect();
    let event = read(&json!({"Records": records}));
    let user_records: Vec<_> = event.user_records().map(Result::unwrap).collect();
    assert_eq!(user_records.len(), 80);
    for (position, pair) in user_records.chunks(2).enumerate() {
        assert_eq!(pair[0].data(), position.to_string().as_bytes());
        assert_eq!(pair[1].sequence_number(), Some(position.to_string().as_str()));
    }
}

#[test]
fn bulk_and_lazy_forms_agree_wherever_unreadable_records_stand() {
    let large = vec![b'x'; 600_000];
    let readable = [streams_record(1, &two()), streams_record(2, &large), streams_record(3, b"")];
    for pattern in ["", "u", "uu", "ur", "ru", "urrurru", "rrrr", "uuruu"] {
        let mut readable = readable.iter().cycle().cloned();
        let records: Vec<_> = pattern
            .chars()
            .map(|kind| if kind == 'u' { json!(7) } else { readable.next().unwrap() })
            .collect();
        let event = read(&json!({"Records": records}));
        let (user_records, unreadable) = event.deaggregate();
        assert_eq!(unreadable.len(), pattern.matches('u').count(), "{pattern}");
        let lazily: Vec<_> =
            event.user_records().filter_map(Result::ok).map(|record| record.data().clone()).collect();
        assert!(user_records.iter().map(|record| record.data()).eq(&lazily), "{pattern}");
        let kinds: Vec<_> =
            event.user_records().map(|record| if record.is_ok() { "r" } else { "u" }).collect();
        // The first of the readable records has two user records.
        let expected = pattern.replacen('r', "rr", 1);
        assert!(kinds.concat() == expected || pattern.matches('r').count() > 3, "{pattern}");
    }
}

#[test]
fn an_asynchronous_handler_can_hold_everything_and_hand_it_on() {
    fn can_be_handed_on<T: Send + Sync + 'static>() {}
    can_be_handed_on::<Event>();
    can_be_handed_on::<kinesis_agg_aws::lambda::UserRecords>();
    can_be_handed_on::<kinesis_agg_aws::lambda::UserRecord>();
    can_be_handed_on::<kinesis_agg_aws::lambda::UnreadableRecord>();
}

#[test]
fn debug_output_shows_no_data() {
    let event = read(&json!({"Records": [streams_record(1, b"secret"), {"kinesis": {"data": "secret!"}}]}));
    let printed = format!("{event:?} {:?}", event.deaggregate());
    assert!(!printed.contains("secret") && !printed.contains("115, 101"), "{printed}");
}
