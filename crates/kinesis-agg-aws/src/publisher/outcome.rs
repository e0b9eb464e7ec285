//! What became of the Kinesis records of a request.

use std::sync::Arc;

/// What became of one Kinesis record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Stored {
        shard_id: Arc<str>,
        sequence_number: Arc<str>,
    },
    /// It was not stored, and may be tried again.
    Failed(Failure),
    /// It will never be stored.
    Refused(Failure),
    /// Nobody knows whether it was stored: the answer is lost.
    Lost(Failure),
}

/// Why something was not stored. Many Kinesis records may share it.
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

/// What became of a request: of each Kinesis record, or of all alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Each(Vec<Outcome>),
    All(Outcome),
}
