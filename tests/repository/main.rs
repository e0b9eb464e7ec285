//! What the repository promises: its pages, the listing of its public API, and that the proof leaves nothing out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    reason = "a test that panics has failed"
)]

mod documentation;
mod peers;
mod proof;
mod public_api;
mod sources;
