//! The assertions of every fuzz target, as functions of the fuzzer's bytes. A file can be replayed without a
//! fuzzer: see `tests/corpus.rs`.
//!
//! | check | what it asserts |
//! |---|---|
//! | [`strict`] | every function that reads gives the answer of a naive reader, including faults and their offsets |
//! | [`lenient`] | each user record that comes out can be added again, or `add` names the rule that its keys break, or the Kinesis record came out unchanged |
//! | [`differential`] | `prost` and `quick-protobuf` read and write the same; intended differences are listed |
//! | [`round_trip`] | each reader gets out of an aggregate what was added to it |
//! | [`aggregate_ops`] | any sequence of operations does what a list would do |
//! | [`shards`] | maps, splits, filters and sharded aggregates equal a search through all ranges |
//! | [`recogniser`] | `kinagg` has an answer for any bytes, and records are no longer than their input |
//! | [`lanes`] | many digests at once equal digests one by one |
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
