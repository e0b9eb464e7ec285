//! All wrappers of AWS around records: `Event` finds the same records as `kinagg`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that panics has failed"
)]

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kinesis_agg_aws::lambda::{Event, Fault, Shape};
use serde_json::{Value, json};

fn of_event(json: &str) -> Vec<Vec<u8>> {
    let event: Event = serde_json::from_str(json).unwrap();
    event.records.into_iter().map(|record| record.unwrap().data().to_vec()).collect()
}

fn check(name: &str, json: &str, count: usize) {
    let by_kinagg = kinagg::recognise(json.as_bytes(), 1 << 20);
    assert!(!by_kinagg.is_bad && by_kinagg.records.len() == count, "{name}: {by_kinagg:?}");
    assert_eq!(of_event(json), by_kinagg.records, "{name}");
}

#[test]
fn both_readers_find_the_same_records() {
    let record = json!({"kinesis": {"partitionKey": "k", "sequenceNumber": "1", "data": "eA=="}, "eventID": "shardId-1:1"});
    let event = json!({"Records": [record, record]});
    let answer = json!({"Records": [{"Data": "eA==", "PartitionKey": "k"}], "NextShardIterator": "x"});
    let flat = json!({"data": "eA==", "partitionKey": "k", "eventID": "shardId-1:1"});
    let escaped = event.to_string();
    let subscription = json!({"SubscribeToShardEvent": answer});
    let log_event = json!({"message": format!("2026-11-24T10:00:00.123Z\t5f1c\tINFO\t{escaped}\n")});
    let other = json!({"message": "START RequestId: 5f1c Version: $LATEST\n"});
    for (name, json, count) in [
        ("a Kinesis stream", event.clone(), 2),
        ("an answer", answer.clone(), 1),
        ("a record", flat.clone(), 1),
        ("a list", json!([flat, flat]), 2),
        ("a transformation", json!({"records": [{"recordId": "1", "data": "eA=="}]}), 1),
        ("a failed transformation", json!({"rawData": "eA==", "attemptsMade": 4, "arrivalTimestamp": 1}), 1),
        ("an object in a bucket", json!({"version": "1.0", "payload": escaped}), 2),
        ("the destination of an invocation", json!({"requestPayload": event}), 2),
        ("SubscribeToShard", subscription.clone(), 1),
        ("its events", json!({"EventStream": [subscription, subscription]}), 2),
        ("Pipes behind a bus", json!({"detail-type": "x", "detail": flat}), 1),
        ("an event behind a bus", json!({"detail": event}), 2),
        ("a log line with an object", json!({"level": "INFO", "message": event}), 2),
        ("a log line with text", json!({"level": "INFO", "message": escaped}), 2),
        ("filter-log-events", json!({"events": [other, log_event], "searchedLogStreams": []}), 2),
        (
            "a subscription to logs",
            json!({"messageType": "DATA_MESSAGE", "logEvents": [other, log_event]}),
            2,
        ),
        (
            "a queue",
            json!({"Records": [{"messageId": "1", "body": escaped}, {"messageId": "2", "body": escaped}]}),
            4,
        ),
        ("records in a queue", json!({"Records": [{"messageId": "1", "body": flat.to_string()}]}), 1),
        ("a topic", json!({"Records": [{"Sns": {"Message": escaped}}]}), 2),
        ("receive-message", json!({"Messages": [{"MessageId": "1", "Body": escaped}]}), 2),
        ("several answers", json!([answer, answer]), 2),
        ("the daemon", json!({"action": "processRecords", "records": [flat]}), 1),
    ] {
        check(name, &json.to_string(), count);
    }
}

#[test]
fn both_readers_find_the_same_in_what_people_have() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kinagg/tests/cases");
    for name in [
        "from-parent-shard.json",
        "lambda-cloudwatch-json.json",
        "lambda-window.json",
        "merge.json",
        "pipes-to-bus.json",
        "s3-on-failure.json",
    ] {
        let json = fs::read_to_string(cases.join(name)).unwrap();
        assert_eq!(of_event(&json), kinagg::recognise(json.as_bytes(), 1 << 20).records, "{name}");
    }
    let lines = fs::read_to_string(cases.join("firehose-failed.jsonl")).unwrap();
    for line in lines.lines() {
        let event: Event = serde_json::from_str(line).unwrap();
        let record = event.records.first().unwrap().as_ref().unwrap();
        assert_eq!(record.shape(), Shape::FirehoseFailed);
        assert!(record.approximate_arrival_timestamp().is_some());
        let written = serde_json::to_string(&event).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&written).unwrap(),
            serde_json::from_str::<Value>(line).unwrap()
        );
    }
}

#[test]
fn both_readers_take_data_as_any_program_writes_bytes() {
    let data: Vec<u8> = (0..=255).collect();
    let signed: Vec<i8> = data.iter().map(|byte| byte.cast_signed()).collect();
    let around = [&[7, 7, 7], signed.as_slice(), &[7]].concat();
    let base64 = STANDARD.encode(&data);
    let numbered = |indices: &mut dyn Iterator<Item = usize>| {
        let fields: Vec<_> = indices.map(|index| format!("\"{index}\":{}", data[index])).collect();
        format!("{{{}}}", fields.join(","))
    };
    for written in [
        json!(base64).to_string(),
        json!(data).to_string(),
        json!(signed).to_string(),
        json!({"type": "Buffer", "data": data}).to_string(),
        json!({"type": "Buffer", "data": base64}).to_string(),
        numbered(&mut (0..256)),
        numbered(&mut (0..256).rev()),
        json!({"hb": around, "offset": 1, "position": 2, "limit": 258}).to_string(),
        json!({"B": base64}).to_string(),
    ] {
        for json in [
            format!(r#"{{"Records": [{{"Data": {written}, "PartitionKey": "k"}}]}}"#),
            format!(r#"{{"Records": [{{"kinesis": {{"data": {written}, "partitionKey": "k"}}}}]}}"#),
            format!(r#"{{"records": [{{"recordId": "1", "data": {written}}}]}}"#),
            format!(r#"{{"rawData": {written}, "attemptsMade": 4}}"#),
        ] {
            check("data", &json, 1);
            assert_eq!(of_event(&json), [data.as_slice()], "{json}");
            // It is written again as base64.
            let event: Event = serde_json::from_str(&json).unwrap();
            assert!(serde_json::to_string(&event).unwrap().contains(&base64), "{json}");
        }
    }
    // Node prints the data of a single record like this.
    check("a Buffer", &json!({"type": "Buffer", "data": data}).to_string(), 1);
}

#[test]
fn both_readers_take_a_list_of_numbers_as_long_as_the_largest_record() {
    /// 10 MiB of data. This form writes each byte as two.
    const LEN: usize = 10 * 1024 * 1024;
    let json = format!(r#"{{"Records": [{{"Data": [7{}], "PartitionKey": "k"}}]}}"#, ",7".repeat(LEN - 1));
    let by_kinagg = kinagg::recognise(json.as_bytes(), 64 << 20).records;
    assert!(by_kinagg == [vec![7; LEN]] && of_event(&json) == by_kinagg);
}

#[test]
fn both_readers_refuse_data_that_is_no_bytes() {
    for written in [
        json!(true),
        json!(7),
        json!([1, 256]),
        json!([1, -129]),
        json!([1, "x"]),
        json!([1.5]),
        json!({}),
        json!({"a": 1}),
        json!({"1": 1}),
        json!({"0": 1, "2": 1}),
        json!({"data": [1], "limit": 2}),
        json!({"data": [1], "position": 1, "limit": 0, "offset": 1}),
    ] {
        let json = json!({"Records": [{"Data": written, "PartitionKey": "k"}]}).to_string();
        let by_kinagg = kinagg::recognise(json.as_bytes(), 1 << 20);
        assert!(by_kinagg.is_bad && by_kinagg.records.is_empty(), "{json}: {by_kinagg:?}");
        let event: Event = serde_json::from_str(&json).unwrap();
        let [Err(unreadable)] = event.records.as_slice() else { panic!("{json}: {event:?}") };
        assert!(matches!(unreadable.fault(), Fault::DataNotBytes { field: "Data", .. }), "{json}");
    }
    // If an index occurs twice, one byte has no place.
    let json = r#"{"Records": [{"Data": {"0": 1, "0": 2}, "PartitionKey": "k"}]}"#;
    assert!(kinagg::recognise(json.as_bytes(), 1 << 20).is_bad);
    assert!(serde_json::from_str::<Event>(json).unwrap().records[0].is_err());
}

#[test]
fn both_readers_say_of_a_failed_batch_how_to_fetch_its_records() {
    let batch = json!({"version": "1.0", "KinesisBatchInfo": {
        "shardId": "shardId-000000000001", "startSequenceNumber": "4966", "batchSize": 3,
        "streamArn": "arn:aws:kinesis:us-east-2:123456789012:stream/s"}});
    let commands = [
        "aws kinesis get-shard-iterator --stream-arn arn:aws:kinesis:us-east-2:123456789012:stream/s --shard-id shardId-000000000001 --shard-iterator-type AT_SEQUENCE_NUMBER --starting-sequence-number 4966",
        "aws kinesis get-records --stream-arn arn:aws:kinesis:us-east-2:123456789012:stream/s --limit 3 --shard-iterator ITERATOR | kinagg unpack",
    ];
    let check = |error: &str| {
        let lines: Vec<_> = error.lines().map(str::trim_start).collect();
        let wanted = "a failed batch without its 3 records";
        assert!(lines[0].contains(wanted) && lines[1..] == commands, "{error}");
    };
    let bad_for_kinagg = |json: &Value, records: usize| {
        let by_kinagg = kinagg::recognise(json.to_string().as_bytes(), 1 << 20);
        assert!(by_kinagg.is_bad && by_kinagg.records.len() == records, "{json}: {by_kinagg:?}");
    };
    // Alone, and as the message of a queue that somebody has copied.
    for json in [batch.clone(), json!({"Body": batch.to_string()}), json!({"body": batch.to_string()})] {
        bad_for_kinagg(&json, 0);
        check(&serde_json::from_str::<Event>(&json.to_string()).unwrap_err().to_string());
    }
    // In a list it does not prevent the records beside it from being read.
    let event = json!({"Records": [{"kinesis": {"partitionKey": "k", "data": "eA=="}}]}).to_string();
    let batch = batch.to_string();
    for json in [
        json!({"Messages": [{"Body": batch}, {"Body": event}]}),
        json!({"Records": [{"messageId": "1", "body": batch}, {"messageId": "2", "body": event}]}),
        json!({"Records": [{"Sns": {"Message": batch}}, {"Sns": {"Message": event}}]}),
        json!({"events": [{"message": "START"}, {"message": batch}, {"message": event}]}),
    ] {
        bad_for_kinagg(&json, 1);
        let event: Event = serde_json::from_str(&json.to_string()).unwrap();
        let [Err(unreadable), Ok(_)] = event.records.as_slice() else { panic!("{json}: {event:?}") };
        assert!(matches!(unreadable.fault(), Fault::LostBatch(_)));
        check(&unreadable.to_string());
    }
    // If its own records stand beside the numbers, nothing is lost.
    let payload = json!({"KinesisBatchInfo": {"batchSize": 1}, "payload": event}).to_string();
    assert_eq!(of_event(&payload), kinagg::recognise(payload.as_bytes(), 1 << 20).records);
}

#[test]
fn however_deep_lists_are_wrapped_both_readers_give_an_answer() {
    const DEPTH: usize = 20_000;
    let json = format!("{}{}", r#"{"Records":["#.repeat(DEPTH), "]}".repeat(DEPTH));
    assert!(kinagg::recognise(json.as_bytes(), 1 << 20).is_bad);
    assert!(serde_json::from_str::<Event>(&json).unwrap().records[0].is_err());
}

#[test]
fn what_else_a_log_may_have_is_no_record_and_not_bad_for_either_reader() {
    let event = json!({"Records": [{"kinesis": {"partitionKey": "k", "data": "eA=="}}]});
    for other in [
        json!("START RequestId: 5f1c"),
        json!("took [3] ms"),
        json!("[1, 2, 3]"),
        json!("{\"data\": true}"),
        json!("{\"data\": [1, 2]}"),
        json!("[{\"data\": \"eA==\"}]"),
        json!({"data": "hello world"}),
        json!({"data": {"a": 1}}),
        json!([{"a": 1}]),
    ] {
        check("messages", &json!({"events": [{"message": other}, {"message": event}]}).to_string(), 1);
    }
    // Beside an object that certainly is a record, one without data is bad.
    let records = json!([{"data": "eA==", "partitionKey": "k"}, {"partitionKey": "k"}]);
    let json = json!({"events": [{"message": records.to_string()}]}).to_string();
    let by_kinagg = kinagg::recognise(json.as_bytes(), 1 << 20);
    assert!(by_kinagg.is_bad && by_kinagg.records.len() == 1);
    let event: Event = serde_json::from_str(&json).unwrap();
    assert!(matches!(event.records.as_slice(), [Ok(_), Err(_)]), "{event:?}");
}
