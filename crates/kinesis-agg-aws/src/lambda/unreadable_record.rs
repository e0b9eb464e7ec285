//! Records that could not be read.

use std::fmt;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::fields::Fields;

/// A record of an event that could not be read. It is written as it was read, so nothing is lost.
#[derive(Clone)]
pub struct UnreadableRecord(Box<Inner>);

#[derive(Clone)]
struct Inner {
    fault: Fault,
    sequence_number: Option<String>,
    record_id: Option<String>,
    json: Box<RawValue>,
    data: String,
}

/// Why a record could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It is not a JSON object.
    #[error("not a JSON object")]
    NotAnObject,
    /// Its field `kinesis` is not a JSON object.
    #[error("field `kinesis` is not a JSON object")]
    KinesisNotAnObject,
    /// It has no data.
    #[error("no field `{0}`")]
    DataMissing(&'static str),
    /// Its data is neither a string nor bytes, for this reason.
    #[error("field `{field}`: {reason}")]
    DataNotBytes {
        /// Where the data was expected.
        field: &'static str,
        /// What was found there.
        reason: String,
    },
    /// Its data is not base64, for this reason.
    #[error("field `{field}` is not base64: {reason}")]
    DataNotBase64 {
        /// Where the data was expected.
        field: &'static str,
        /// What is wrong with it, and where.
        reason: String,
    },
    /// It is a message about a failed batch instead of a record. The text says how to fetch the records from
    /// the stream.
    #[error("{0}")]
    LostBatch(String),
}

/// The shard id and the sequence number in an `eventID`.
pub(super) fn split_event_id(event_id: &str) -> Option<(&str, &str)> {
    event_id.split_once(':')
}

impl UnreadableRecord {
    /// If both could be read, the nested fields come first.
    pub(super) fn new(fault: Fault, json: &RawValue, fields: [&Fields; 2], data: String) -> Self {
        let text = |names: [&str; 2]| {
            let mut found = fields.iter().flat_map(|fields| names.map(|name| fields.text(name)));
            found.find_map(|text| text.map(str::to_owned))
        };
        Self(Box::new(Inner {
            fault,
            sequence_number: text(["sequenceNumber", "SequenceNumber"]).or_else(|| {
                split_event_id(&text(["eventID", "eventID"])?).map(|(_, number)| number.to_owned())
            }),
            record_id: text(["recordId", "recordId"]),
            json: json.to_owned(),
            data,
        }))
    }

    /// For a message about a failed batch, found where a record was expected.
    pub(super) fn of_lost_batch(json: &RawValue, how_to_fetch: String) -> Self {
        let none = Fields::default();
        Self::new(Fault::LostBatch(how_to_fetch), json, [&none, &none], String::new())
    }

    /// Why it could not be read.
    pub fn fault(&self) -> &Fault {
        &self.0.fault
    }

    /// Its sequence number, by which a [`BatchResponse`](super::BatchResponse) names it; `None` if it has
    /// none either.
    pub fn sequence_number(&self) -> Option<&str> {
        self.0.sequence_number.as_deref()
    }

    /// Its `recordId`, by which a [`TransformResponse`](super::TransformResponse) names it.
    pub fn record_id(&self) -> Option<&str> {
        self.0.record_id.as_deref()
    }

    /// The record as it was read.
    pub fn json(&self) -> &RawValue {
        &self.0.json
    }

    /// Its data as it was read, if it was at least text.
    pub(super) fn data(&self) -> &str {
        &self.0.data
    }
}

impl fmt::Display for UnreadableRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.sequence_number(), self.record_id()) {
            (Some(number), _) => write!(f, "record with sequence number {number:?}: ")?,
            (None, Some(id)) => write!(f, "record {id:?}: ")?,
            (None, None) => f.write_str("record without sequence number: ")?,
        }
        self.fault().fmt(f)
    }
}

impl fmt::Debug for UnreadableRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnreadableRecord")
            .field("sequence_number", &self.sequence_number())
            .field("record_id", &self.record_id())
            .field("fault", self.fault())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for UnreadableRecord {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.fault())
    }
}

impl Serialize for UnreadableRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.json.serialize(serializer)
    }
}
