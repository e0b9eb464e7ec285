//! The aggregator for programs with a heap.

mod aggregate;
mod aggregator;
mod callback;
mod error;
mod undelivered;

pub use aggregate::Aggregate;
pub use aggregator::RecordAggregator;
pub use callback::CallbackPanic;
pub use error::AddUserRecordError;
pub use undelivered::{CallbackError, Undelivered};
