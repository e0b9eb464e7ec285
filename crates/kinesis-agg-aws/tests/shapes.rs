//! Whatever AWS wraps around records: `Event` finds in it what `kinagg` does.
#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::fs;
use std::path::Path;

use kinesis_agg_aws::lambda::{Event, Shape};
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
fn a_failed_batch_without_records_is_an_error() {
    let batch = json!({"version": "1.0", "KinesisBatchInfo": {"shardId": "shardId-1", "batchSize": 1}});
    let error = serde_json::from_value::<Event>(batch.clone()).unwrap_err().to_string();
    assert!(error.starts_with("a failed batch without its records"), "{error}");
    let queue = json!({"Records": [{"messageId": "1", "body": batch.to_string()}]});
    let event: Event = serde_json::from_str(&queue.to_string()).unwrap();
    assert!(matches!(event.records.as_slice(), [Err(_)]));
}
