//! What tests, fuzz targets and benches share.
//!
//! | module | what it holds |
//! |---|---|
//! | [`record`] | user records that own what they hold |
//! | [`wire`] | bytes of the format, put together by hand |
//! | [`reference`](mod@reference) | a naive reader and writer: the oracle |
//! | [`by_quick_protobuf`] | the format as an independent protobuf crate reads and writes it |
//! | [`entry_points`] | every entry point of the codec, asked at once |
//! | [`aggregator_model`], [`sharded_model`] | what the aggregators should do, as plain lists would |
//! | [`strategies`] | arbitrary user records |
//! | [`vectors`] | what other implementations wrote and read |
//! | [`workloads`] | what benches read and build |
//! | [`shapes`] | aggregates that take a reader long |

pub mod aggregator_model;
pub mod by_quick_protobuf;
pub mod entry_points;
pub mod record;
pub mod reference;
pub mod shapes;
pub mod sharded_model;
pub mod strategies;
pub mod vectors;
pub mod wire;
pub mod workloads;

pub use record::{Delivered, OwnedRecord};

/// Whether tests try every case. Only optimised builds do, in which it takes seconds: `cargo test --profile
/// bench`.
pub const EXHAUSTIVE: bool = !cfg!(debug_assertions);
