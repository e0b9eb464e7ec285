//! Shortcuts for the shapes that known producers write.
//!
//! Each function returns `None`, or exactly what its plain form returns. No code outside this folder can tell
//! which. Without this folder and its call sites, the crate gives the same answers.
//!
//! `--cfg kinesis_agg_fast="none"`, `"32"` or `"64"` chooses the shortcuts. The default fits the target. All
//! three give the same answers, and run on any development machine.
//!
//! The figures are instructions, counted by `bash .ci/instructions` on x86-64 with Rust 1.95. In all rows but
//! the last, a digest of the data takes 556,000 more.
//!
//! | without | plain form | workload | without it | with it |
//! |---|---|---|---|---|
//! | `user_record` by words, but by bytes | `items::next`, `record::read` | `read_with_index b100_keys_500` | 277,348 | 171,602 |
//! | `fields` | `record::read` | `read_with_index b100_hash_keys_50` | 471,463 | 284,976 |
//! | `KeptKey` | `KeyTables::find` | `read b100_keys_50` | 186,273 | 54,120 |
//! | `KeyRun` | `items::next`, `read_key` | `read_with_index b100_keys_500` | 356,329 | 171,602 |
//! | `FirstRun` | `from_utf8` | `read b100_keys_500` | 323,960 | 265,482 |
//! | `surely_fits` | `Layout::check` | `build b100_keys_50` | 296,379 | 240,773 |
//!
//! On a Cortex-M4F, `user_record` by bytes saves 343 instructions a user record in iteration, for 140 bytes
//! of flash.
//!
//! Shortcuts that cannot follow this contract are next to their plain form: `Cursor::fold`,
//! `seal::move_to_front`, `seal::rotate_left`, `seal::reverse`.

mod fits;
mod keys;
mod user_record;
mod width;

pub(crate) use fits::surely_fits;
pub(crate) use keys::{FirstRun, KeptKey, KeyRun};
pub(crate) use user_record::{fields, inline_user_record, user_record};
pub(crate) use width::WIDE;
