//! Conversions from and to the types of the crate `aws_lambda_events`.
//!
//! Those types cannot hold a missing time of arrival or a record that could not be read, and hold `""` as
//! sub-sequence number only as 0. An event is converted only if it loses nothing else. Fields that the types
//! do not name go to their `other`.

use std::time::SystemTime;

use aws_lambda_events::encodings::{Base64Data, MillisecondTimestamp, SecondTimestamp};
use aws_lambda_events::event::{firehose, kinesis, streams};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::value::to_raw_value;
use serde_json::{Map, Value};

use super::batch_response::BatchResponse;
use super::event::Event;
use super::fields::{Field, Fields};
use super::kinesis_record::{KinesisRecord, Shape};
use super::timestamp::{self, Unit};
use super::transform_response::TransformResponse;
use super::unreadable_record::UnreadableRecord;

/// Why an event cannot be converted to a type of `aws_lambda_events`.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConversionError {
    /// One of its records could not be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableRecord),
    /// One of its records is of another kind of event.
    #[error("a record in the shape of {0:?}")]
    Shape(Shape),
    /// A field is missing.
    #[error("no field `{0}`")]
    Missing(&'static str),
    /// The fields of a time window are missing or have other types, for this reason.
    #[error("time window: {0}")]
    TimeWindow(String),
    /// The value of a field has the wrong type.
    #[error("unexpected value of field `{0}`")]
    Value(String),
}

type Converted<T> = Result<T, ConversionError>;

impl From<kinesis::KinesisEvent> for Event {
    fn from(event: kinesis::KinesisEvent) -> Self {
        let records = event.records.into_iter().map(KinesisRecord::from).collect();
        Event::new("Records", records, other_fields(event.other))
    }
}

impl From<kinesis::KinesisEventRecord> for KinesisRecord {
    fn from(record: kinesis::KinesisEventRecord) -> Self {
        let mut outer = other_fields(record.other);
        set(&mut outer, "awsRegion", record.aws_region);
        set(&mut outer, "eventID", record.event_id);
        set(&mut outer, "eventName", record.event_name);
        set(&mut outer, "eventSource", record.event_source);
        set(&mut outer, "eventSourceARN", record.event_source_arn);
        set(&mut outer, "eventVersion", record.event_version);
        set(&mut outer, "invokeIdentityArn", record.invoke_identity_arn);
        let mut nested = other_fields(record.kinesis.other);
        nested.insert("approximateArrivalTimestamp", seconds(record.kinesis.approximate_arrival_timestamp));
        // The type cannot tell a missing field from this.
        if record.kinesis.encryption_type != kinesis::KinesisEncryptionType::None {
            nested.insert("encryptionType", "KMS");
        }
        nested.insert("partitionKey", record.kinesis.partition_key);
        nested.insert("sequenceNumber", record.kinesis.sequence_number);
        set(&mut nested, "kinesisSchemaVersion", record.kinesis.kinesis_schema_version);
        KinesisRecord::new(Shape::Streams, outer, nested, record.kinesis.data.0.into())
    }
}

impl TryFrom<Event> for kinesis::KinesisEvent {
    type Error = ConversionError;

    fn try_from(event: Event) -> Converted<Self> {
        let mut theirs = Self::default();
        theirs.records =
            event.records.into_iter().map(|record| record?.as_ref().try_into()).collect::<Converted<_>>()?;
        theirs.other = values(event.other)?;
        Ok(theirs)
    }
}

impl From<kinesis::KinesisTimeWindowEvent> for Event {
    fn from(event: kinesis::KinesisTimeWindowEvent) -> Self {
        let mut ours = Event::from(event.kinesis_event);
        let properties = match serde_json::to_value(event.time_window_properties) {
            Ok(Value::Object(properties)) => properties,
            _ => Map::new(),
        };
        for (name, value) in properties.into_iter().chain(event.other) {
            ours.other.insert(&name, field(value));
        }
        ours
    }
}

/// The fields of a time window.
const WINDOW_FIELDS: [&str; 6] =
    ["window", "state", "shardId", "eventSourceARN", "isFinalInvokeForWindow", "isWindowTerminatedEarly"];

impl TryFrom<Event> for kinesis::KinesisTimeWindowEvent {
    type Error = ConversionError;

    fn try_from(mut event: Event) -> Converted<Self> {
        let mut properties = Fields::default();
        for name in WINDOW_FIELDS {
            if let Some(field) = event.other.remove(name) {
                properties.insert(name, field);
            }
        }
        let mut theirs = Self::default();
        theirs.time_window_properties = serde_json::from_value(Value::Object(values(properties)?))
            .map_err(|error| ConversionError::TimeWindow(error.to_string()))?;
        theirs.kinesis_event = event.try_into()?;
        Ok(theirs)
    }
}

impl TryFrom<&KinesisRecord> for kinesis::KinesisEventRecord {
    type Error = ConversionError;

    fn try_from(record: &KinesisRecord) -> Converted<Self> {
        if record.shape() != Shape::Streams {
            return Err(ConversionError::Shape(record.shape()));
        }
        let mut outer = record.outer().clone();
        let mut theirs = Self::default();
        theirs.aws_region = take(&mut outer, "awsRegion")?;
        theirs.event_id = take(&mut outer, "eventID")?;
        theirs.event_name = take(&mut outer, "eventName")?;
        theirs.event_source = take(&mut outer, "eventSource")?;
        theirs.event_source_arn = take(&mut outer, "eventSourceARN")?;
        theirs.event_version = take(&mut outer, "eventVersion")?;
        theirs.invoke_identity_arn = take(&mut outer, "invokeIdentityArn")?;
        theirs.other = values(outer)?;
        let mut nested = record.nested().clone();
        let kinesis = &mut theirs.kinesis;
        kinesis.approximate_arrival_timestamp =
            SecondTimestamp(take_time(&mut nested, Unit::Seconds)?.into());
        kinesis.data = base64_data(record);
        kinesis.encryption_type = match take(&mut nested, "encryptionType")?.as_deref() {
            None | Some("NONE") => kinesis::KinesisEncryptionType::None,
            Some("KMS") => kinesis::KinesisEncryptionType::Kms,
            Some(_) => return Err(ConversionError::Value("encryptionType".to_owned())),
        };
        kinesis.partition_key = take(&mut nested, "partitionKey")?.unwrap_or_default();
        kinesis.sequence_number = take(&mut nested, "sequenceNumber")?.unwrap_or_default();
        kinesis.kinesis_schema_version = take(&mut nested, "kinesisSchemaVersion")?;
        kinesis.other = values(nested)?;
        Ok(theirs)
    }
}

impl From<firehose::KinesisFirehoseEvent> for Event {
    fn from(event: firehose::KinesisFirehoseEvent) -> Self {
        let mut other = other_fields(event.other);
        set(&mut other, "invocationId", event.invocation_id);
        set(&mut other, "deliveryStreamArn", event.delivery_stream_arn);
        set(&mut other, "sourceKinesisStreamArn", event.source_kinesis_stream_arn);
        set(&mut other, "region", event.region);
        Event::new("records", event.records.into_iter().map(KinesisRecord::from).collect(), other)
    }
}

impl From<firehose::KinesisFirehoseEventRecord> for KinesisRecord {
    fn from(record: firehose::KinesisFirehoseEventRecord) -> Self {
        let mut outer = other_fields(record.other);
        set(&mut outer, "recordId", record.record_id);
        outer.insert("approximateArrivalTimestamp", milliseconds(record.approximate_arrival_timestamp));
        let data = record.data.0.into();
        let Some(metadata) = record.kinesis_firehose_record_metadata else {
            return KinesisRecord::new(Shape::Flat, outer, Fields::default(), data);
        };
        let mut nested = other_fields(metadata.other);
        set(&mut nested, "shardId", metadata.shard_id);
        set(&mut nested, "partitionKey", metadata.partition_key);
        set(&mut nested, "sequenceNumber", metadata.sequence_number);
        nested.insert("subsequenceNumber", field(Value::from(metadata.subsequence_number)));
        nested.insert("approximateArrivalTimestamp", milliseconds(metadata.approximate_arrival_timestamp));
        KinesisRecord::new(Shape::Firehose, outer, nested, data)
    }
}

impl TryFrom<Event> for firehose::KinesisFirehoseEvent {
    type Error = ConversionError;

    fn try_from(event: Event) -> Converted<Self> {
        let mut other = event.other;
        let mut theirs = Self::default();
        theirs.records =
            event.records.into_iter().map(|record| record?.as_ref().try_into()).collect::<Converted<_>>()?;
        theirs.invocation_id = take(&mut other, "invocationId")?;
        theirs.delivery_stream_arn = take(&mut other, "deliveryStreamArn")?;
        theirs.source_kinesis_stream_arn = take(&mut other, "sourceKinesisStreamArn")?;
        theirs.region = take(&mut other, "region")?;
        theirs.other = values(other)?;
        Ok(theirs)
    }
}

impl TryFrom<&KinesisRecord> for firehose::KinesisFirehoseEventRecord {
    type Error = ConversionError;

    fn try_from(record: &KinesisRecord) -> Converted<Self> {
        let mut outer = record.outer().clone();
        let mut theirs = Self::default();
        theirs.kinesis_firehose_record_metadata = match record.shape() {
            Shape::Firehose => Some(metadata(record.nested().clone())?),
            Shape::Flat => None,
            shape => return Err(ConversionError::Shape(shape)),
        };
        theirs.record_id = take(&mut outer, "recordId")?;
        theirs.approximate_arrival_timestamp =
            MillisecondTimestamp(take_time(&mut outer, Unit::Milliseconds)?.into());
        theirs.data = base64_data(record);
        theirs.other = values(outer)?;
        Ok(theirs)
    }
}

fn metadata(mut nested: Fields) -> Converted<firehose::KinesisFirehoseRecordMetadata> {
    let mut theirs = firehose::KinesisFirehoseRecordMetadata::default();
    theirs.shard_id = take(&mut nested, "shardId")?;
    theirs.partition_key = take(&mut nested, "partitionKey")?;
    theirs.sequence_number = take(&mut nested, "sequenceNumber")?;
    theirs.subsequence_number = match take(&mut nested, "subsequenceNumber")?.as_deref() {
        None | Some("") => 0,
        Some(number) => number.parse().map_err(|_| ConversionError::Value("subsequenceNumber".to_owned()))?,
    };
    theirs.approximate_arrival_timestamp =
        MillisecondTimestamp(take_time(&mut nested, Unit::Milliseconds)?.into());
    theirs.other = values(nested)?;
    Ok(theirs)
}

impl From<BatchResponse> for streams::KinesisEventResponse {
    fn from(response: BatchResponse) -> Self {
        let mut theirs = Self::default();
        theirs.set_failures(response.failures());
        theirs
    }
}

impl From<TransformResponse> for firehose::KinesisFirehoseResponse {
    fn from(response: TransformResponse) -> Self {
        let mut theirs = Self::default();
        theirs.records = response
            .into_records()
            .into_iter()
            .map(|record| {
                let mut theirs = firehose::KinesisFirehoseResponseRecord::default();
                theirs.record_id = Some(record.record_id);
                theirs.result = Some(record.result.to_owned());
                // A record with invalid base64 could not be read, and the type cannot hold it.
                theirs.data.0 = STANDARD.decode(record.data).unwrap_or_default();
                theirs.metadata.partition_keys =
                    record.metadata.unwrap_or_default().partition_keys.into_iter().collect();
                theirs
            })
            .collect();
        theirs
    }
}

fn base64_data(record: &KinesisRecord) -> Base64Data {
    let mut data = Base64Data::default();
    data.0 = record.data().to_vec();
    data
}

fn set(fields: &mut Fields, name: &str, text: Option<String>) {
    if let Some(text) = text {
        fields.insert(name, text);
    }
}

/// Takes a string out, or a number as text. `null` counts as missing.
fn take(fields: &mut Fields, name: &'static str) -> Converted<Option<String>> {
    let Some(field) = fields.remove(name) else { return Ok(None) };
    match field.as_text() {
        Some(text) => Ok(Some(text.to_owned())),
        None if field.is_null() => Ok(None),
        None => Err(ConversionError::Value(name.to_owned())),
    }
}

fn take_time(fields: &mut Fields, unit: Unit) -> Converted<SystemTime> {
    const NAME: &str = "approximateArrivalTimestamp";
    let text = take(fields, NAME)?.ok_or(ConversionError::Missing(NAME))?;
    timestamp::parse(&text, unit).ok_or_else(|| ConversionError::Value(NAME.to_owned()))
}

fn seconds(time: SecondTimestamp) -> Field {
    Field::number(timestamp::format(time.0.into(), Unit::Seconds))
}

fn milliseconds(time: MillisecondTimestamp) -> Field {
    Field::number(timestamp::format(time.0.into(), Unit::Milliseconds))
}

fn other_fields(other: Map<String, Value>) -> Fields {
    let mut fields = Fields::default();
    for (name, value) in other {
        fields.insert(&name, field(value));
    }
    fields
}

fn field(value: Value) -> Field {
    match value {
        Value::String(text) => Field::Text(text),
        value => to_raw_value(&value).map_or_else(|_| Field::Text(value.to_string()), Field::Json),
    }
}

fn values(fields: Fields) -> Converted<Map<String, Value>> {
    let value = |(name, field): (&str, &Field)| match field.parse() {
        Ok(value) => Ok((name.to_owned(), value)),
        Err(_) => Err(ConversionError::Value(name.to_owned())),
    };
    fields.iter().map(value).collect()
}
