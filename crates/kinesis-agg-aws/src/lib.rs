//! Aggregated Kinesis records on AWS.
#![forbid(unsafe_code)]
