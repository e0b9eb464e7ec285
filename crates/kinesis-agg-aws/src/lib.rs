//! Aggregated Kinesis records on AWS.
//!
//! ```text
//!   in    publisher            user records -> the shards that own them (feature `publisher`)
//!         RecordAggregator     owned, with callbacks
//!   out   consumer             a stream -> its user records, from a checkpoint on (feature `consumer`)
//!         lambda               events of Lambda and Firehose -> user records; answers (feature `lambda`)
//!   both  sdk                  the records of the AWS SDK (feature `sdk`)
//!         shards               the shards of a stream, and their parents
//! ```
#![forbid(unsafe_code)]

#[cfg(feature = "consumer")]
pub mod consumer;
#[cfg(feature = "lambda")]
pub mod lambda;
#[cfg(feature = "publisher")]
pub mod publisher;
mod record_aggregator;
#[cfg(feature = "sdk")]
pub mod sdk;
#[cfg(any(feature = "publisher", feature = "consumer"))]
mod service_error;
#[cfg(any(feature = "publisher", feature = "consumer"))]
pub mod shards;

pub use record_aggregator::{
    AddUserRecordError, Aggregate, CallbackError, CallbackPanic, RecordAggregator, Undelivered,
};

#[cfg(all(doctest, feature = "lambda"))]
#[doc = include_str!("../../../docs/guide/lambda.md")]
struct LambdaPage;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/guide/from-python.md")]
struct FromPythonPage;

#[cfg(all(doctest, feature = "publisher", feature = "consumer"))]
#[doc = include_str!("../../../docs/guide/from-kpl-and-kcl.md")]
struct FromKplAndKclPage;

#[cfg(all(doctest, feature = "consumer"))]
#[doc = include_str!("../../../docs/guide/beyond-one-machine.md")]
struct BeyondOneMachinePage;
