//! The program as users run it: arguments, standard input and files in; output, messages and an exit status
//! out.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that panics has failed"
)]

mod bad_input;
mod cases;
mod conformance;
mod documentation;
mod dumps;
mod hash_key;
mod input;
mod inspect;
mod live;
mod pack;
mod raw;
mod readme;
mod run;
mod shapes;
mod snapshot;
mod stats;
mod stop;
mod terminal;
mod text_forms;
mod unpack;
mod verify;
