//! The outcome of a request, for each of its Kinesis records.

use std::sync::Arc;

/// The outcome for one Kinesis record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Stored {
        shard_id: Arc<str>,
        sequence_number: Arc<str>,
    },
    /// It was not stored, and can be tried again.
    Failed(Failure),
    /// It will never be stored.
    Refused(Failure),
    /// The answer was lost, so it may have been stored.
    Lost(Failure),
}

/// Why a record was not stored. Many Kinesis records may share the reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: Arc<str>,
    pub(crate) message: Arc<str>,
}

impl Failure {
    pub(crate) fn new(code: impl Into<Arc<str>>, message: impl Into<Arc<str>>) -> Self {
        Self { code: code.into(), message: message.into() }
    }
}

/// The outcome of a request: one for each Kinesis record, or one for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Each(Vec<Outcome>),
    All(Outcome),
}
