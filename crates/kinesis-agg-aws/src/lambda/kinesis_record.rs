//! A record of an event: its data, and every other field as it was written.

use std::fmt;
use std::time::SystemTime;

use bytes::Bytes;
use kinesis_agg_shapes::Data;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::base64_text::{self, Base64};
use super::fields::{Field, Fields, Object, read_object};
use super::timestamp::{self, Unit};
use super::unreadable_record::{Fault, UnreadableRecord, split_event_id};

/// How a record was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// As Lambda gives the records of a Kinesis stream: most fields, and the data, in an object `kinesis`.
    Streams,
    /// As Kinesis Data Analytics gives those of a Kinesis stream to a preprocessor: with
    /// `kinesisStreamRecordMetadata`.
    Analytics,
    /// As Kinesis Data Analytics gives those of a Firehose stream: with `kinesisFirehoseRecordMetadata`.
    AnalyticsOfFirehose,
    /// As Firehose gives those of a Kinesis stream to a transformation: with `kinesisRecordMetadata`.
    Firehose,
    /// As Firehose leaves what a transformation has failed on in a bucket: with `rawData`.
    FirehoseFailed,
    /// As the answer to `GetRecords`: with `Data` and `SequenceNumber`.
    GetRecords,
    /// Without an object in it: as Firehose gives what was put directly, or EventBridge Pipes what is in a
    /// Kinesis stream.
    Flat,
}

impl Shape {
    const NESTED: [Self; 4] = [Self::Streams, Self::Analytics, Self::AnalyticsOfFirehose, Self::Firehose];

    /// The name of the object in it.
    fn nested_name(self) -> Option<&'static str> {
        match self {
            Self::Streams => Some("kinesis"),
            Self::Analytics => Some("kinesisStreamRecordMetadata"),
            Self::AnalyticsOfFirehose => Some("kinesisFirehoseRecordMetadata"),
            Self::Firehose => Some("kinesisRecordMetadata"),
            Self::FirehoseFailed | Self::GetRecords | Self::Flat => None,
        }
    }

    fn data_name(self) -> &'static str {
        match self {
            Self::GetRecords => "Data",
            Self::FirehoseFailed => "rawData",
            _ => "data",
        }
    }
}

/// A record of an event. It shares its data with the user records that come out of it.
///
/// Whatever wrote it, [`text`](Self::text) and [`field`](Self::field) find its fields by the name that they
/// have in a Kinesis stream's event. It is written again as it came; but the data always as base64 of the
/// standard alphabet, with padding.
#[derive(Clone, PartialEq, Eq)]
pub struct KinesisRecord {
    shape: Shape,
    /// The fields of the record itself.
    outer: Fields,
    /// The fields of the object in it, if its shape has one.
    nested: Fields,
    data: Bytes,
    /// Empty if there is none.
    partition_key: Bytes,
}

impl KinesisRecord {
    pub(super) fn new(shape: Shape, outer: Fields, nested: Fields, data: Bytes) -> Self {
        let mut record = Self { shape, outer, nested, data, partition_key: Bytes::new() };
        record.partition_key =
            Bytes::copy_from_slice(record.text("partitionKey").unwrap_or_default().as_bytes());
        record
    }

    /// A record as `GetRecords` gives it.
    #[cfg(feature = "sdk")]
    pub(crate) fn of_get_records(fields: Fields, data: Bytes) -> Self {
        Self::new(Shape::GetRecords, fields, Fields::default(), data)
    }

    /// Reads one of an event's records.
    pub(super) fn read(json: &RawValue) -> Result<Self, UnreadableRecord> {
        let Some(mut outer) = read_object(json) else {
            let none = Fields::default();
            return Err(UnreadableRecord::new(Fault::NotAnObject, json, [&none, &none], String::new()));
        };
        let (shape, mut nested) = take_nested(&mut outer);
        let data_home = if shape == Shape::Streams { &mut nested } else { &mut outer };
        let data = data_home.remove(shape.data_name());
        let (outer, nested) = (Fields::read(outer), Fields::read(nested));
        let data = if outer.get("kinesis").is_some() {
            Err((Fault::KinesisNotAnObject, String::new()))
        } else {
            read_data(data, shape.data_name())
        };
        match data {
            Ok(data) => Ok(Self::new(shape, outer, nested, data.into())),
            Err((fault, text)) => Err(UnreadableRecord::new(fault, json, [&nested, &outer], text)),
        }
    }

    /// How it was written.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The data blob: an aggregate, or what a producer sent alone.
    pub fn data(&self) -> &Bytes {
        &self.data
    }

    /// The data blob alone; copied if others share it.
    pub fn into_data(self) -> Vec<u8> {
        self.data.into()
    }

    /// Its partition key. There is none where Firehose was given the record directly, and where a stream's
    /// record distribution is AUTO and the producer gave none.
    pub fn partition_key(&self) -> Option<&str> {
        std::str::from_utf8(&self.partition_key).ok().filter(|key| !key.is_empty())
    }

    /// Its partition key, as a slice to be shared; empty if there is none.
    pub(super) fn partition_key_bytes(&self) -> &Bytes {
        &self.partition_key
    }

    /// Its sequence number, which is unique in its shard: from a field of its own, or from `eventID`, which
    /// ends with it.
    pub fn sequence_number(&self) -> Option<&str> {
        self.text("sequenceNumber").or_else(|| Some(split_event_id(self.text("eventID")?)?.1))
    }

    /// Its shard: from a field of its own, or from `eventID`, which begins with it.
    pub fn shard_id(&self) -> Option<&str> {
        self.text("shardId").or_else(|| Some(split_event_id(self.text("eventID")?)?.0))
    }

    /// Its `recordId`, in events of Firehose and Analytics.
    pub fn record_id(&self) -> Option<&str> {
        self.text("recordId")
    }

    /// When it arrived in its stream. Events of Firehose and Analytics count milliseconds, all others seconds
    /// with a fraction, and `aws kinesis get-records` writes dates; [`field`](Self::field) has it as it was
    /// written.
    pub fn approximate_arrival_timestamp(&self) -> Option<SystemTime> {
        let unit = match self.shape {
            Shape::Streams | Shape::GetRecords => Unit::Seconds,
            Shape::Analytics | Shape::AnalyticsOfFirehose | Shape::Firehose | Shape::FirehoseFailed => {
                Unit::Milliseconds
            }
            Shape::Flat if self.record_id().is_some() => Unit::Milliseconds,
            Shape::Flat => Unit::Seconds,
        };
        let name = match self.shape {
            Shape::FirehoseFailed => "arrivalTimestamp",
            _ => "approximateArrivalTimestamp",
        };
        timestamp::parse(self.text(name)?, unit)
    }

    /// The field of this name, with the fields of the object in the record before those of the record itself.
    pub fn field(&self, name: &str) -> Option<&Field> {
        let here = || match self.shape {
            Shape::GetRecords => self.outer.get(&capitalised(name)).or_else(|| self.outer.get(name)),
            _ => self.outer.get(name),
        };
        self.nested.get(name).or_else(here)
    }

    /// The field of this name, if it is a string or a number, as text: `awsRegion`, `eventSourceARN`.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.field(name)?.as_text()
    }

    /// The fields of the record itself, without those of the object in it.
    pub(super) fn outer(&self) -> &Fields {
        &self.outer
    }

    /// The fields of the object in the record.
    pub(super) fn nested(&self) -> &Fields {
        &self.nested
    }
}

/// Takes the object out of a record, and tells by it what shape that has.
fn take_nested<'a>(outer: &mut Object<'a>) -> (Shape, Object<'a>) {
    for shape in Shape::NESTED {
        let name = shape.nested_name().unwrap_or_default();
        if let Some(nested) = outer.get(name).and_then(|json| read_object(json)) {
            outer.remove(name);
            return (shape, nested);
        }
    }
    let shape = match () {
        () if outer.contains_key("data") => Shape::Flat,
        () if outer.contains_key("Data") => Shape::GetRecords,
        () if outer.contains_key("rawData") => Shape::FirehoseFailed,
        () => Shape::Flat,
    };
    (shape, Object::new())
}

/// The decoded data, or what is wrong with it and as much of it as is text.
fn read_data(json: Option<&RawValue>, field: &'static str) -> Result<Vec<u8>, (Fault, String)> {
    let json = json.ok_or_else(|| (Fault::DataMissing(field), String::new()))?.get();
    match serde_json::from_str(json) {
        Ok(Data::Bytes(bytes)) => Ok(bytes),
        Ok(Data::Text(text)) => base64_text::decode(&text)
            .map_err(|error| (Fault::DataNotBase64 { field, reason: error.to_string() }, text.into_owned())),
        Err(error) => {
            // Without the position, which counts from the beginning of the value.
            let position = format!(" at line {} column {}", error.line(), error.column());
            let reason = error.to_string().replace(&position, "");
            Err((Fault::DataNotBytes { field, reason }, String::new()))
        }
    }
}

/// `sequenceNumber` as `GetRecords` writes it.
pub(super) fn capitalised(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

impl fmt::Debug for KinesisRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KinesisRecord")
            .field("shape", &self.shape)
            .field("partition_key", &self.partition_key())
            .field("sequence_number", &self.sequence_number())
            .field("data", &format_args!("{} bytes", self.data.len()))
            .finish_non_exhaustive()
    }
}

impl Serialize for KinesisRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let data = Base64(&self.data);
        let mut map = serializer.serialize_map(None)?;
        for (name, field) in &self.outer {
            map.serialize_entry(name, field)?;
        }
        match self.shape {
            Shape::Streams => map.serialize_entry("kinesis", &WithData { fields: &self.nested, data })?,
            _ => map.serialize_entry(self.shape.data_name(), &data)?,
        }
        if let (Some(name), false) = (self.shape.nested_name(), self.shape == Shape::Streams) {
            map.serialize_entry(name, &self.nested)?;
        }
        map.end()
    }
}

struct WithData<'a> {
    fields: &'a Fields,
    data: Base64<'a>,
}

impl Serialize for WithData<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, field) in self.fields {
            map.serialize_entry(name, field)?;
        }
        map.serialize_entry("data", &self.data)?;
        map.end()
    }
}
