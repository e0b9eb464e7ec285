//! Compares every event of `tests/vectors/lambda_events.jsonl` with the result of the Python module. Where
//! that is a defect, the vector is listed with the right result, and `lambda_events.rs` has a test of it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kinesis_agg_aws::lambda::{Event, Shape};
use serde_json::{Value, json};

const VECTORS: &str = include_str!("../../../tests/vectors/lambda_events.jsonl");

/// Vectors for which the Python module fails or loses something: the length of each user record as the
/// official runtime reads it, or `WHOLE` for a Kinesis record that is delivered unchanged, or `UNREADABLE`.
const RIGHT: [(&str, &[&str]); 15] = [
    // An index outside its table: nothing of such an aggregate can be trusted, so it is delivered unchanged.
    ("event-032", &[WHOLE, WHOLE]),
    ("event-033", &[WHOLE, WHOLE, WHOLE]),
    ("event-036", &[WHOLE, WHOLE]),
    ("event-037", &[WHOLE, WHOLE, WHOLE]),
    ("event-040", &[WHOLE, WHOLE]),
    ("event-041", &[WHOLE, WHOLE, WHOLE]),
    ("event-044", &[WHOLE, WHOLE]),
    ("event-045", &[WHOLE, WHOLE, WHOLE]),
    // No time of arrival, no version of the schema.
    ("event-048", &["4", "1", "5", WHOLE]),
    ("event-050", &["5", "8", "2", "10"]),
    // No metadata, and no hint that it is of boto3.
    ("event-054", &[WHOLE]),
    ("event-055", &["5", "9", "10", "1"]),
    // Invalid base64, and base64 without padding.
    ("event-056", &[UNREADABLE]),
    ("event-057", &[WHOLE]),
    ("event-060", &["10", "7", "10"]),
];

const WHOLE: &str = "whole";
const UNREADABLE: &str = "unreadable";

/// The second of three user records has no explicit hash key. The Python module gives it that of the first.
const INVENTED_EXPLICIT_HASH_KEY: [&str; 4] = ["event-028", "event-029", "event-030", "event-031"];

struct Vector {
    id: String,
    class: String,
    /// The event as Lambda would deliver it.
    event: Value,
    /// The result of the Python module, with data as base64 text.
    expected: Vec<Value>,
    failed: bool,
}

fn vectors() -> impl Iterator<Item = Vector> {
    VECTORS.lines().map(|line| {
        let line: Value = serde_json::from_str(line).unwrap();
        let boto3 = line["format"] == "boto3_get_records";
        let mut records = line["event"].clone();
        if boto3 {
            for record in records.as_array_mut().unwrap() {
                let record = record.as_object_mut().unwrap();
                let data = record.remove("Data_b64").unwrap();
                record.insert("Data".to_owned(), data);
            }
        }
        let name = if boto3 || line["format"] == "kinesis_streams" { "Records" } else { "records" };
        let generator = &line["generator"];
        Vector {
            id: line["id"].as_str().unwrap().to_owned(),
            class: line["class"].as_str().unwrap().to_owned(),
            event: if line["single"] == true { records[0].clone() } else { json!({ name: records }) },
            expected: generator["output"].as_array().unwrap().iter().map(with_text).collect(),
            failed: generator.get("error").is_some() || generator.get("logged_error").is_some(),
        }
    })
}

/// The same user record with its data as base64 text. From an aggregate it is bytes of such text, and from a
/// plain record of boto3 it is raw.
fn with_text(output: &Value) -> Value {
    let mut output = output.clone();
    let data = &output["kinesis"]["data"];
    if let Some(bytes) = data.get("$bytes_b64").and_then(Value::as_str) {
        let text = match output["kinesis"]["aggregated"] == true {
            true => String::from_utf8(STANDARD.decode(bytes).unwrap()).unwrap(),
            false => bytes.to_owned(),
        };
        output["kinesis"]["data"] = text.into();
    }
    output
}

fn read(vector: &Vector) -> Event {
    serde_json::from_str(&vector.event.to_string()).unwrap()
}

#[test]
fn user_records_are_those_of_the_python_module_with_no_field_less() {
    for vector in vectors().filter(|vector| !vector.failed) {
        let (user_records, unreadable) = read(&vector).deaggregate();
        assert!(unreadable.is_empty(), "{}", vector.id);
        assert_eq!(user_records.len(), vector.expected.len(), "{}", vector.id);
        for (position, (user_record, expected)) in user_records.iter().zip(vector.expected).enumerate() {
            let mut expected = expected;
            if INVENTED_EXPLICIT_HASH_KEY.contains(&vector.id.as_str()) && position == 1 {
                assert_eq!(expected["kinesis"]["explicitHashKey"], "1");
                expected["kinesis"]["explicitHashKey"] = Value::Null;
            }
            let ours = serde_json::to_value(user_record).unwrap();
            let came = serde_json::to_value(user_record.kinesis_record().as_ref()).unwrap();
            assert_has_all_of(&ours, &expected, &vector.id);
            assert_has_nothing_else(&ours, &expected, &came, &vector.id);
        }
    }
}

#[test]
fn where_the_python_module_fails_or_loses_something_nothing_is_lost() {
    let failed: Vec<_> = vectors().filter(|vector| vector.failed).collect();
    assert_eq!(failed.iter().map(|vector| vector.id.as_str()).collect::<Vec<_>>(), RIGHT.map(|(id, _)| id));
    for (vector, (id, right)) in failed.iter().zip(RIGHT) {
        let came_out = read(vector).user_records().map(|user_record| match user_record {
            Ok(record) if record.is_aggregated() => record.data().len().to_string(),
            Ok(record) => {
                assert_eq!(record.data(), record.kinesis_record().data(), "{id}");
                WHOLE.to_owned()
            }
            Err(_) => UNREADABLE.to_owned(),
        });
        assert_eq!(came_out.collect::<Vec<_>>(), right, "{id}");
    }
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().unwrap().iter()
}

fn assert_has_all_of(ours: &Value, expected: &Value, id: &str) {
    for (name, value) in fields(expected).filter(|(name, _)| *name != "kinesis") {
        assert_eq!(ours.get(name), Some(value), "{id}: {name}");
    }
    for (name, value) in fields(&expected["kinesis"]) {
        assert_eq!(ours["kinesis"].get(name), Some(value), "{id}: kinesis.{name}");
    }
}

/// A field that the Python module drops is a field of the Kinesis record.
fn assert_has_nothing_else(ours: &Value, expected: &Value, came: &Value, id: &str) {
    let nested = fields(came).filter(|(_, value)| value.is_object()).flat_map(|(_, value)| fields(value));
    let of_record: BTreeMap<_, _> = fields(came).chain(nested).collect();
    let more = fields(ours).filter(|(name, _)| expected.get(name).is_none());
    let more_nested = fields(&ours["kinesis"]).filter(|(name, _)| expected["kinesis"].get(name).is_none());
    for (name, value) in more.chain(more_nested) {
        let found = fields(came).any(|field| field == (name, value)) || of_record.get(name) == Some(&value);
        assert!(found, "{id}: {name}");
    }
}

#[test]
fn every_event_is_written_again_as_it_came() {
    for vector in vectors() {
        let event = read(&vector);
        let mut written = serde_json::to_value(&event).unwrap();
        let mut came = vector.event;
        if vector.class.starts_with("base64_") || vector.id == "event-057" {
            // Read as the Python module reads it, or better, and written in the usual way.
            for event in [&mut written, &mut came] {
                event["Records"][0]["kinesis"].as_object_mut().unwrap().remove("data").unwrap();
            }
        }
        assert_eq!(written, came, "{}", vector.id);
    }
}

#[test]
fn shapes_are_told_by_the_records() {
    for vector in vectors() {
        let event = read(&vector);
        let shape = match vector.class.as_str() {
            "firehose_direct_put" => Shape::Flat,
            _ if vector.event.to_string().contains("kinesisStreamRecordMetadata") => Shape::Analytics,
            _ if vector.event.to_string().contains("kinesisRecordMetadata") => Shape::Firehose,
            _ if vector.event.to_string().contains("SequenceNumber\":\"")
                && vector.event.to_string().contains("Data") =>
            {
                Shape::GetRecords
            }
            _ => Shape::Streams,
        };
        assert!(event.records.iter().flatten().all(|record| record.shape() == shape), "{}", vector.id);
    }
}

#[test]
fn damaged_events_are_an_error_or_read_again_as_they_are_written() {
    let mut read_anyway = 0;
    for vector in vectors() {
        let text = vector.event.to_string().into_bytes();
        let cuts = (0..text.len()).step_by(5).map(|end| text[..end].to_vec());
        let changes = (0..text.len()).step_by(3).map(|position| {
            let mut damaged = text.clone();
            damaged[position] = b"\"{}[],:\\0a="[position % 11];
            damaged
        });
        for damaged in cuts.chain(changes) {
            let Ok(event) = serde_json::from_slice::<Event>(&damaged) else { continue };
            read_anyway += 1;
            let (user_records, unreadable) = event.deaggregate();
            assert!(user_records.iter().all(|record| serde_json::to_string(record).is_ok()));
            let written = serde_json::to_string(&event).unwrap();
            let again: Event = serde_json::from_str(&written).unwrap();
            assert_eq!(serde_json::to_string(&again).unwrap(), written);
            let (same, as_unreadable) = again.deaggregate();
            assert_eq!((same.len(), as_unreadable.len()), (user_records.len(), unreadable.len()));
        }
    }
    assert!(read_anyway > 1000, "{read_anyway}");
}
