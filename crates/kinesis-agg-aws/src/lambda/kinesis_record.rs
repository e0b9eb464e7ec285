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

/// The shape of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// As Lambda delivers the records of a Kinesis stream: most fields, and the data, in an object `kinesis`.
    Streams,
    /// As Kinesis Data Analytics delivers those of a Kinesis stream to a preprocessor: with
    /// `kinesisStreamRecordMetadata`.
    Analytics,
    /// As Kinesis Data Analytics delivers those of a Firehose stream: with `kinesisFirehoseRecordMetadata`.
    AnalyticsOfFirehose,
    /// As Firehose delivers those of a Kinesis stream to a transformation: with `kinesisRecordMetadata`.
    Firehose,
    /// As Firehose writes failed records of a transformation to a bucket: with `rawData`.
    FirehoseFailed,
    /// As the answer to `GetRecords`: with `Data` and `SequenceNumber`.
    GetRecords,
    /// Without an inner object: as Firehose delivers records that were put directly, or EventBridge Pipes
    /// those of a Kinesis stream.
    Flat,
}

impl Shape {
    const NESTED: [Self; 4] = [Self::Streams, Self::Analytics, Self::AnalyticsOfFirehose, Self::Firehose];

    /// The name of the inner object.
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

/// A record of an event. Its user records share its data.
///
/// [`text`](Self::text) and [`field`](Self::field) find its fields by the name that they have in a Kinesis
/// stream's event, whatever its shape. It is written as it was read, except that the data is always base64 of
/// the standard alphabet, with padding.
#[derive(Clone, PartialEq, Eq)]
pub struct KinesisRecord {
    shape: Shape,
    /// The fields of the record itself.
    outer: Fields,
    /// The fields of the inner object, if its shape has one.
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

    /// Its shape.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The data blob: an aggregate, or what a producer sent as a plain record.
    pub fn data(&self) -> &Bytes {
        &self.data
    }

    /// The data blob, copied if others share it.
    pub fn into_data(self) -> Vec<u8> {
        self.data.into()
    }

    /// Its partition key. There is none if the record was put into Firehose directly, or if the stream's
    /// record distribution is `AUTO` and the producer gave none.
    pub fn partition_key(&self) -> Option<&str> {
        std::str::from_utf8(&self.partition_key).ok().filter(|key| !key.is_empty())
    }

    /// Its partition key, as a shared slice; empty if there is none.
    pub(super) fn partition_key_bytes(&self) -> &Bytes {
        &self.partition_key
    }

    /// Its sequence number, which is unique in its shard: from its field, or from the end of `eventID`.
    pub fn sequence_number(&self) -> Option<&str> {
        self.text("sequenceNumber").or_else(|| Some(split_event_id(self.text("eventID")?)?.1))
    }

    /// Its shard: from its field, or from the beginning of `eventID`.
    pub fn shard_id(&self) -> Option<&str> {
        self.text("shardId").or_else(|| Some(split_event_id(self.text("eventID")?)?.0))
    }

    /// Its `recordId`, in events of Firehose and Analytics.
    pub fn record_id(&self) -> Option<&str> {
        self.text("recordId")
    }

    /// Its time of arrival. Events of Firehose and Analytics have milliseconds, all others seconds with a
    /// fraction, and `aws kinesis get-records` writes dates. [`field`](Self::field) returns it as it was
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

    /// The field of this name. Fields of the inner object come before those of the record itself.
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

    /// The fields of the record itself, without those of the inner object.
    pub(super) fn outer(&self) -> &Fields {
        &self.outer
    }

    /// The fields of the inner object.
    pub(super) fn nested(&self) -> &Fields {
        &self.nested
    }
}

/// Takes the inner object out of a record, which tells its shape.
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

/// The decoded data, or the error and the data as far as it is text.
fn read_data(json: Option<&RawValue>, field: &'static str) -> Result<Vec<u8>, (Fault, String)> {
    let json = json.ok_or_else(|| (Fault::DataMissing(field), String::new()))?.get();
    match serde_json::from_str(json) {
        Ok(Data::Bytes(bytes)) => Ok(bytes),
        Ok(Data::Text(text)) => base64_text::decode(&text)
            .map_err(|error| (Fault::DataNotBase64 { field, reason: error.to_string() }, text.into_owned())),
        Err(error) => {
            // Without the position, which is relative to the value.
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
