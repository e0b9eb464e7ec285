//! Aggregated Kinesis records on AWS.
#![forbid(unsafe_code)]

#[cfg(feature = "consumer")]
pub mod consumer;
#[cfg(feature = "publisher")]
pub mod publisher;
#[cfg(any(feature = "publisher", feature = "consumer"))]
mod service_error;
#[cfg(any(feature = "publisher", feature = "consumer"))]
pub mod shards;
