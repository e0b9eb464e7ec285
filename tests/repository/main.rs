//! Tests of the repository: its pages, the listing of its public API, its sources, and the completeness of
//! the proof.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test that panics has failed"
)]

mod claims;
mod comments;
mod documentation;
mod peers;
mod proof;
mod public_api;
mod sources;
