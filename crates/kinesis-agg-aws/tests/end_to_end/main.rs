//! Publisher and consumer on a Kinesis server in this process, which fails in every way that it can.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that panics has failed"
)]
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "numbers of a test are small")]

mod gate;
#[path = "../../examples/support/local.rs"]
mod local;
mod oracle;
mod records;
mod run;
mod server;

mod consume;
mod dead;
mod faults;
mod foreign;
mod publish;
mod python;
mod reshard;
mod resume;
#[cfg(unix)]
mod stop;
