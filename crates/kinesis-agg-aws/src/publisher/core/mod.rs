//! Everything that a publisher decides, without any input or output: what is packed, what is sent when, what an answer means.
//!
//! ```text
//!   steps       what is to be done now, and when to ask again
//!   resharding  what a description of the stream means
//!   answers     what the answer to a request means
//!   state       what is held; user records taken and answered
//!   describing  when the stream is described
//! ```
//!
//! Each line depends on those below it, steps on resharding.

mod answers;
mod describing;
mod resharding;
mod state;
mod steps;

pub(crate) use state::{Core, RequestId};

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
