//! The answer to a Kinesis stream's event.

use std::collections::BTreeSet;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// The answer of a function to a Kinesis stream's event. It says which records could not be processed.
///
/// Lambda delivers the records again from the lowest of these sequence numbers on, if the event source
/// mapping has `ReportBatchItemFailures`. An answer without failures means that everything was processed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchResponse {
    failures: BTreeSet<String>,
}

impl BatchResponse {
    /// Reports a record as failed: a [`UserRecord`](super::UserRecord), a
    /// [`KinesisRecord`](super::KinesisRecord) or an [`UnreadableRecord`](super::UnreadableRecord), by its
    /// sequence number.
    ///
    /// Without a sequence number, an empty name reports the whole batch, since nothing less is safe.
    pub fn fail(&mut self, sequence_number: Option<&str>) {
        self.failures.insert(sequence_number.unwrap_or_default().to_owned());
    }

    /// The reported sequence numbers, each once.
    pub fn failures(&self) -> impl Iterator<Item = &str> {
        self.failures.iter().map(String::as_str)
    }

    /// Whether nothing was reported.
    pub fn is_success(&self) -> bool {
        self.failures.is_empty()
    }
}

impl Serialize for BatchResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let items: Vec<_> = self.failures().map(|item_identifier| ItemFailure { item_identifier }).collect();
        let mut response = serializer.serialize_struct("BatchResponse", 1)?;
        response.serialize_field("batchItemFailures", &items)?;
        response.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ItemFailure<'a> {
    item_identifier: &'a str,
}
