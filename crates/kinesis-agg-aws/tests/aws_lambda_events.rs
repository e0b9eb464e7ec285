//! Conversions from and to the types of `aws_lambda_events`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use aws_lambda_events::event::firehose::{KinesisFirehoseEvent, KinesisFirehoseResponse};
use aws_lambda_events::event::kinesis::{KinesisEvent, KinesisTimeWindowEvent};
use aws_lambda_events::event::streams::KinesisEventResponse;
use kinesis_agg_aws::lambda::{BatchResponse, ConversionError, Event, Transformed};
use serde_json::{Value, json};

fn streams() -> Value {
    json!({
        "Records": [{
            "kinesis": {
                "kinesisSchemaVersion": "1.0", "partitionKey": "k", "sequenceNumber": "4957", "data": "YQ==",
                "approximateArrivalTimestamp": 1_662_158_572.64, "encryptionType": "KMS", "unknown": {"a": 1}
            },
            "eventSource": "aws:kinesis", "eventVersion": "1.0", "eventID": "shardId-000000000006:4957",
            "eventName": "aws:kinesis:record", "invokeIdentityArn": "arn:aws:iam::123456789012:role/r",
            "awsRegion": "us-east-2", "eventSourceARN": "arn:aws:kinesis:us-east-2:123456789012:stream/s",
            "custom": [1, null]
        }],
        "window": {"start": "2020-12-09T07:04:00Z"}
    })
}

fn firehose(subsequence_number: Value) -> Value {
    json!({
        "invocationId": "i", "deliveryStreamArn": "arn:d", "sourceKinesisStreamArn": "arn:s", "region": "us-east-2",
        "records": [
            {
                "recordId": "1", "approximateArrivalTimestamp": 1_682_269_663_526_u64, "data": "YQ==",
                "kinesisRecordMetadata": {
                    "shardId": "shardId-000000000000", "partitionKey": "k", "sequenceNumber": "4957",
                    "subsequenceNumber": subsequence_number, "approximateArrivalTimestamp": 1_666_443_504_985_u64
                }
            },
            {"recordId": "2", "approximateArrivalTimestamp": 1_682_269_663_527_u64, "data": "Yg==", "custom": true}
        ]
    })
}

fn read(json: &Value) -> Event {
    serde_json::from_str(&json.to_string()).unwrap()
}

#[test]
fn a_stream_event_becomes_theirs_and_ours_again_with_every_field_and_fraction() {
    let theirs = KinesisEvent::try_from(read(&streams())).unwrap();
    let record = &theirs.records[0];
    // Read from JSON, their type has 64 ms here.
    assert_eq!(record.kinesis.approximate_arrival_timestamp.timestamp_subsec_millis(), 640);
    assert_eq!(
        (record.kinesis.data.as_slice(), record.aws_region.as_deref()),
        (&b"a"[..], Some("us-east-2"))
    );
    assert_eq!(
        (&record.other["custom"], &record.kinesis.other["unknown"]),
        (&json!([1, null]), &json!({"a": 1}))
    );
    assert_eq!(serde_json::to_value(Event::from(theirs)).unwrap(), streams());
}

#[test]
fn the_event_of_a_time_window_becomes_theirs_and_ours_again() {
    let mut json = streams();
    json["window"] = json!({"start": "2020-12-09T07:04:00Z", "end": "2020-12-09T07:06:00Z"});
    json["state"] = json!({"sum": "5"});
    json["shardId"] = "shardId-000000000006".into();
    json["eventSourceARN"] = "arn:aws:kinesis:us-east-2:123456789012:stream/s".into();
    json["isFinalInvokeForWindow"] = false.into();
    json["isWindowTerminatedEarly"] = true.into();
    json["unknown"] = 5.into();
    let theirs = KinesisTimeWindowEvent::try_from(read(&json)).unwrap();
    assert_eq!(theirs.time_window_properties.state["sum"], "5");
    assert_eq!(theirs.kinesis_event.records.len(), 1);
    assert_eq!(serde_json::to_value(Event::from(theirs)).unwrap(), json);

    json["state"] = json!({"sum": 5});
    let error = KinesisTimeWindowEvent::try_from(read(&json)).unwrap_err();
    assert!(error.to_string().starts_with("time window: invalid type"), "{error}");
}

#[test]
fn a_firehose_event_becomes_theirs_and_ours_again() {
    let theirs = KinesisFirehoseEvent::try_from(read(&firehose(json!(17)))).unwrap();
    assert_eq!(theirs.records[0].kinesis_firehose_record_metadata.as_ref().unwrap().subsequence_number, 17);
    assert!(theirs.records[1].kinesis_firehose_record_metadata.is_none());
    assert_eq!(serde_json::to_value(Event::from(theirs)).unwrap(), firehose(json!(17)));
}

#[test]
fn an_empty_sub_sequence_number_is_zero_to_theirs() {
    let theirs = KinesisFirehoseEvent::try_from(read(&firehose(json!("")))).unwrap();
    assert_eq!(theirs.records[0].kinesis_firehose_record_metadata.as_ref().unwrap().subsequence_number, 0);
}

#[test]
fn what_theirs_cannot_hold_is_refused() {
    let converted = |change: fn(&mut Value)| {
        let mut json = streams();
        change(&mut json["Records"][0]);
        KinesisEvent::try_from(read(&json)).unwrap_err()
    };
    let error = converted(|record| record["kinesis"]["data"] = "?".into());
    assert!(matches!(error, ConversionError::Unreadable(record) if record.sequence_number() == Some("4957")));
    let error = converted(|record| record["kinesis"]["approximateArrivalTimestamp"] = Value::Null);
    assert_eq!(error.to_string(), "no field `approximateArrivalTimestamp`");
    let error = converted(|record| record["kinesis"]["encryptionType"] = "ROT13".into());
    assert_eq!(error.to_string(), "unexpected value of field `encryptionType`");
    let error = converted(|record| record["awsRegion"] = json!({}));
    assert_eq!(error.to_string(), "unexpected value of field `awsRegion`");
    let error = KinesisEvent::try_from(read(&firehose(json!("")))).unwrap_err();
    assert_eq!(error.to_string(), "a record in the shape of Firehose");
    let error = KinesisFirehoseEvent::try_from(read(&streams())).unwrap_err();
    assert_eq!(error.to_string(), "a record in the shape of Streams");
    let error = KinesisFirehoseEvent::try_from(read(&firehose(json!("first")))).unwrap_err();
    assert_eq!(error.to_string(), "unexpected value of field `subsequenceNumber`");
}

#[test]
fn every_shipped_event_of_a_stream_or_of_firehose_becomes_theirs_if_it_has_what_theirs_must_have() {
    let mut counts = [0; 2];
    for line in include_str!("../../../tests/vectors/lambda_events.jsonl").lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let records = &line["event"];
        let (kind, converted) = match line["format"].as_str().unwrap() {
            "kinesis_streams" => (0, KinesisEvent::try_from(read(records)).map(|event| event.records.len())),
            "kinesis_firehose" => {
                (1, KinesisFirehoseEvent::try_from(read(records)).map(|event| event.records.len()))
            }
            _ => continue,
        };
        match line["class"].as_str().unwrap() {
            "missing_timestamp" | "missing_timestamp_plain" => {
                assert!(matches!(converted, Err(ConversionError::Missing(_))), "{}", line["id"]);
            }
            "bad_base64" if line["id"] == "event-056" => {
                assert!(matches!(converted, Err(ConversionError::Unreadable(_))), "{}", line["id"]);
            }
            _ => {
                assert_eq!(converted.unwrap(), records.as_array().unwrap().len(), "{}", line["id"]);
                counts[kind] += 1;
            }
        }
    }
    // Read from JSON, their type has 17 of 23 fields, and 2 of 13.
    assert_eq!(counts, [20, 13]);
}

#[test]
fn answers_become_theirs() {
    let mut response = BatchResponse::default();
    response.fail(Some("4957"));
    let theirs = serde_json::to_value(KinesisEventResponse::from(response)).unwrap();
    assert_eq!(theirs, json!({"batchItemFailures": [{"itemIdentifier": "4957"}]}));

    let keys = [("k".to_owned(), "v".to_owned())];
    let response = read(&firehose(json!(""))).transform(|user_records| match user_records {
        [one] if one.data() == "a" => {
            Transformed::Ok { data: "c".into(), partition_keys: keys.clone().into() }
        }
        _ => Transformed::ProcessingFailed,
    });
    let theirs = KinesisFirehoseResponse::from(response);
    let [ok, failed] = &theirs.records[..] else { unreachable!() };
    assert_eq!(
        (ok.record_id.as_deref(), ok.result.as_deref(), ok.data.as_slice()),
        (Some("1"), Some("Ok"), &b"c"[..])
    );
    assert_eq!(ok.metadata.partition_keys, [("k".to_owned(), "v".to_owned())].into());
    assert_eq!((failed.result.as_deref(), failed.data.as_slice()), (Some("ProcessingFailed"), &b"b"[..]));
}
