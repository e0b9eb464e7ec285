//! What every fuzz target asserts, as functions of the fuzzer's bytes. Replaying a file needs no fuzzer: see
//! `tests/corpus.rs`.
//!
//! | check | what it asserts |
//! |---|---|
//! | [`strict`] | every way into the crate gives the answer of a naive reader, faults and their offsets included |
//! | [`lenient`] | whatever comes out can be added again, or `add` names the rule that its keys break, or the Kinesis record came through unchanged |
//! | [`differential`] | `prost` and `quick-protobuf` read and write the same; where they differ, the difference is listed |
//! | [`round_trip`] | what an aggregator takes comes out of its bytes, by whichever reader |
//! | [`aggregate_ops`] | any sequence of operations does what a list would |
//! | [`shards`] | maps, splits, filters and aggregates by shard do what a look at each range would |
//! | [`recogniser`] | `kinagg` has an answer to any bytes, and records are no longer than what they were read from |
//! | [`lanes`] | many digests at once are those of one by one |
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a check that fails panics"
)]

mod arbitrary_input;
mod differential;
mod lanes;
mod lenient;
mod operations;
mod prost_messages;
mod recogniser;
mod round_trip;
mod shards;
mod strict;

pub use differential::differential;
pub use lanes::lanes;
pub use lenient::lenient;
pub use operations::aggregate_ops;
pub use recogniser::recogniser;
pub use round_trip::round_trip;
pub use shards::shards;
pub use strict::strict;

/// A check, by the name of its fuzz target.
pub type Check = (&'static str, fn(&[u8]));

/// Every check.
pub const CHECKS: [Check; 8] = [
    ("strict", strict),
    ("lenient", lenient),
    ("differential", differential),
    ("round_trip", round_trip),
    ("aggregate_ops", aggregate_ops),
    ("shards", shards),
    ("recogniser", recogniser),
    ("lanes", lanes),
];
