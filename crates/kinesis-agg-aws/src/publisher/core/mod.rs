//! All decisions of a publisher, without input or output.
//!
//! ```text
//!   steps       what to do now, and when to ask again
//!   resharding  a description of the stream: other lanes, aggregates that went astray
//!   answers     the answer to a request: stored, sent again or given up
//!   state       what all of these work on
//!   describing  when the stream is described
//! ```
//!
//! Each line depends on those below it. `steps` depends on `resharding`.

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
