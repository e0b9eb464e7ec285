//! Aggregated Kinesis records on AWS.
#![forbid(unsafe_code)]

#[cfg(feature = "lambda")]
pub mod lambda;
mod record_aggregator;
#[cfg(feature = "sdk")]
pub mod sdk;

pub use record_aggregator::{
    AddUserRecordError, Aggregate, CallbackError, CallbackPanic, RecordAggregator, Undelivered,
};

#[cfg(all(doctest, feature = "lambda"))]
#[doc = include_str!("../../../docs/lambda.md")]
struct LambdaPage;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/from-python.md")]
struct FromPythonPage;
