//! Shortcuts for what every known producer writes.
//!
//! Each function answers `None`, or exactly what its plain twin answers; nothing outside this folder knows
//! which. Without this folder and the places that ask it, the crate gives the same answers.
//!
//! `--cfg kinesis_agg_fast="none"`, `"32"` or `"64"` chooses what is taken; by default what fits the target.
//! All three give the same answers, and run on any development machine.
//!
//! FIGURES
//!
//! What cannot follow this contract stands beside its plain twin: `Cursor::fold`, `seal::move_to_front`,
//! `seal::rotate_left`, `seal::reverse`.

mod fits;
mod keys;
mod user_record;
mod width;

pub(crate) use fits::surely_fits;
pub(crate) use keys::{FirstRun, KeptKey, KeyRun};
pub(crate) use user_record::{fields, inline_user_record, user_record};
pub(crate) use width::WIDE;
