//! The promises of the codec, one module for each topic.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test that panics has failed"
)]

mod aggregator_model;
mod conformance;
mod defmt;
mod embedded;
mod hostile;
mod limits;
mod python;
mod sharded_model;
mod shards;
mod sizing;
mod texts;
mod together;
