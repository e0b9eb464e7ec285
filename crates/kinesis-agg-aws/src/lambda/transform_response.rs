//! The answer to a Firehose transformation's event, and to a Kinesis Data Analytics preprocessor's.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Serialize;

use super::kinesis_record::KinesisRecord;
use super::unreadable_record::UnreadableRecord;

/// The result for a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transformed {
    /// It continues with this data.
    Ok {
        /// The data that replaces the record's.
        data: Bytes,
        /// The keys for Firehose's dynamic partitioning.
        partition_keys: BTreeMap<String, String>,
    },
    /// It is left out.
    Dropped,
    /// It could not be processed. Firehose puts it aside unchanged.
    ProcessingFailed,
}

impl Transformed {
    /// It continues with this data.
    pub fn ok(data: impl Into<Bytes>) -> Self {
        Self::Ok { data: data.into(), partition_keys: BTreeMap::new() }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Ok { .. } => "Ok",
            Self::Dropped => "Dropped",
            Self::ProcessingFailed => "ProcessingFailed",
        }
    }
}

/// The answer of a function to an event whose records have a `recordId`. It has each record once.
///
/// [`Event::transform`](super::Event::transform) makes it, or you build it record by record. The service
/// takes at most 6 MB of JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TransformResponse {
    records: Vec<TransformedRecord>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TransformedRecord {
    pub(super) record_id: String,
    pub(super) result: &'static str,
    pub(super) data: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Metadata>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) partition_keys: BTreeMap<String, String>,
}

impl TransformResponse {
    /// Answers a record. One that could not be processed gets its original data.
    pub fn push(&mut self, record: &KinesisRecord, transformed: Transformed) {
        let result = transformed.name();
        let (data, metadata) = match transformed {
            Transformed::Ok { data, partition_keys } => {
                let metadata = (!partition_keys.is_empty()).then_some(Metadata { partition_keys });
                (STANDARD.encode(&data), metadata)
            }
            Transformed::Dropped => (String::new(), None),
            Transformed::ProcessingFailed => (STANDARD.encode(record.data()), None),
        };
        let record_id = record.record_id().unwrap_or_default().to_owned();
        self.records.push(TransformedRecord { record_id, result, data, metadata });
    }

    /// Answers a record that could not be read as failed, with its original data.
    pub fn push_unreadable(&mut self, record: &UnreadableRecord) {
        self.records.push(TransformedRecord {
            record_id: record.record_id().unwrap_or_default().to_owned(),
            result: Transformed::ProcessingFailed.name(),
            data: record.data().to_owned(),
            metadata: None,
        });
    }

    #[cfg(feature = "lambda-events")]
    pub(super) fn into_records(self) -> Vec<TransformedRecord> {
        self.records
    }
}
