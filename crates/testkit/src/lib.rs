//! What tests, fuzz targets and benches share.
//!
//! | module | contents |
//! |---|---|
//! | [`record`] | owned user records |
//! | [`wire`] | bytes of the format, put together by hand |
//! | [`reference`](mod@reference) | a naive reader and writer: the oracle |
//! | [`by_quick_protobuf`] | the format, read and written by an independent protobuf crate |
//! | [`entry_points`] | calls every entry point of the codec |
//! | [`aggregator_model`], [`sharded_model`] | what the aggregators should do, modelled by plain lists |
//! | [`strategies`] | arbitrary user records |
//! | [`vectors`] | what other implementations wrote and read |
//! | [`workloads`] | what benches read and build |
//! | [`shapes`] | aggregates that slow a reader down |

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

/// Whether tests try every case. Only optimised builds do, where it takes seconds: `cargo test --profile
/// bench`.
pub const EXHAUSTIVE: bool = !cfg!(debug_assertions);
