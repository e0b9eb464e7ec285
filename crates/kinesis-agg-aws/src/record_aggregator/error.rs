//! Why a user record was not added.

use std::fmt;

use kinesis_agg::AddError;

/// Why a user record was not added. Nothing has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AddUserRecordError {
    /// It can never be added.
    Refused(AddError),
    /// There are too many undelivered aggregates. Call
    /// [`RecordAggregator::take_undelivered`](super::RecordAggregator::take_undelivered) first.
    Undelivered {
        /// How many there are.
        aggregates: usize,
    },
}

impl fmt::Display for AddUserRecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::Undelivered { aggregates } => write!(f, "{aggregates} aggregates have not been delivered"),
        }
    }
}

impl std::error::Error for AddUserRecordError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(error) => error.source(),
            Self::Undelivered { .. } => None,
        }
    }
}
