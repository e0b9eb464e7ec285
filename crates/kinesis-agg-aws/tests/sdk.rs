//! Conversions from and to the records of the AWS SDK.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use aws_sdk_kinesis::primitives::{Blob, DateTime};
use aws_sdk_kinesis::types::{EncryptionType, PutRecordsRequestEntry, Record};
use kinesis_agg::{Aggregator, UserRecord};
use kinesis_agg_aws::lambda::KinesisRecord;
use kinesis_agg_aws::{RecordAggregator, sdk};
use serde_json::json;

fn aggregate() -> Vec<u8> {
    let mut aggregator = Aggregator::new([0; 256]);
    aggregator.add(&UserRecord::new("a", b"one").with_explicit_hash_key("7")).unwrap();
    aggregator.add(&UserRecord::new("b", b"two")).unwrap();
    aggregator.finish().unwrap().data.to_vec()
}

fn record(data: Vec<u8>) -> Record {
    Record::builder()
        .sequence_number("4957")
        .approximate_arrival_timestamp(DateTime::from_secs_and_nanos(1_545_084_650, 987_654_321))
        .partition_key("outer")
        .encryption_type(EncryptionType::Kms)
        .data(Blob::new(data))
        .build()
        .unwrap()
}

#[test]
fn user_records_of_get_records_have_all_fields_and_share_the_data() {
    let data = aggregate();
    let range = data.as_ptr_range();
    let user_records: Vec<_> = sdk::user_records(vec![record(data), record(b"plain".to_vec())]).collect();
    let summary: Vec<_> = user_records
        .iter()
        .map(|record| (record.partition_key().unwrap(), record.data().as_ref(), record.sub_sequence_number()))
        .collect();
    assert_eq!(summary, [("a", &b"one"[..], 0), ("b", b"two", 1), ("outer", b"plain", 0)]);
    assert!(range.contains(&user_records[1].data().as_ptr()));
    let mut written = serde_json::to_value(&user_records[0]).unwrap();
    // As a `Value`, it is not exact.
    written["kinesis"].as_object_mut().unwrap().remove("approximateArrivalTimestamp").unwrap();
    let json = json!({"kinesis": {
        "aggregated": true, "data": "b25l", "encryptionType": "KMS", "explicitHashKey": "7", "kinesisSchemaVersion": "1.0",
        "partitionKey": "a", "sequenceNumber": "4957", "subSequenceNumber": 0
    }});
    assert_eq!(written, json);
    assert!(serde_json::to_string(&user_records[0]).unwrap().contains("1545084650.987654321"));
}

#[test]
fn a_record_comes_back_as_it_was() {
    for came in
        [record(aggregate()), Record::builder().sequence_number("1").data(Blob::new("")).build().unwrap()]
    {
        let ours = KinesisRecord::from(came.clone());
        assert_eq!(Record::try_from(ours).unwrap(), came);
    }
}

#[test]
fn a_record_that_the_sdk_cannot_hold_is_refused() {
    let read = |json| {
        let event: kinesis_agg_aws::lambda::Event = serde_json::from_str(json).unwrap();
        Record::try_from(event.records[0].as_ref().unwrap().as_ref().clone())
    };
    assert!(
        read(r#"{"PartitionKey": "a", "Data": ""}"#).unwrap_err().to_string().contains("sequence_number")
    );
    let error =
        read(r#"{"SequenceNumber": "1", "ApproximateArrivalTimestamp": "soon", "Data": ""}"#).unwrap_err();
    assert!(error.to_string().contains("approximate_arrival_timestamp"), "{error}");
    let streams = r#"{"kinesis": {"sequenceNumber": "1", "partitionKey": "a", "data": "YQ=="}}"#;
    assert_eq!(read(streams).unwrap().data().as_ref(), b"a");
}

#[test]
fn aggregates_are_entries_to_be_put_and_read_from_there() {
    let mut aggregator = RecordAggregator::new();
    aggregator.add_user_record(&UserRecord::new("a", b"one").with_explicit_hash_key("7")).unwrap();
    aggregator.add_user_record(&UserRecord::new("b", b"two")).unwrap();
    let entry = PutRecordsRequestEntry::try_from(aggregator.clear_and_get().unwrap()).unwrap();
    assert_eq!((entry.partition_key(), entry.explicit_hash_key()), (Some("a"), Some("7")));
    assert_eq!(entry.data().as_ref(), aggregate());

    let record = KinesisRecord::from(entry.clone());
    assert_eq!((record.partition_key(), record.text("explicitHashKey")), (Some("a"), Some("7")));
    let user_records: Vec<_> = std::sync::Arc::new(record).user_records().map(|Ok(record)| record).collect();
    assert_eq!(user_records[1].data(), "two");

    let mut borrowed = Aggregator::new([0; 256]);
    borrowed.add(&UserRecord::new("a", b"one").with_explicit_hash_key("7")).unwrap();
    borrowed.add(&UserRecord::new("b", b"two")).unwrap();
    assert_eq!(sdk::put_records_entry(borrowed.finish().unwrap()).unwrap(), entry);
}
