//! Explains the data of one Kinesis record byte by byte, whether it is a whole aggregate, a damaged one or
//! none at all.
//!
//! The codec's readers refuse broken records. This crate reads on as far as possible, because a broken record
//! is the one that needs an explanation. `no_std` with `alloc`. The command `kinagg inspect` and the page
//! `docs/reference/inspect.html` show the findings.
//!
//! ```
//! use kinesis_agg_inspect::{Options, Verdict, inspect};
//!
//! let cut_off = b"\xF3\x89\x9A\xC2\x0A\x01a\x1A\x05\x08\0\x1A\x01x\x1A\x63\x08\0";
//! let found = inspect(cut_off, &Options::default());
//! assert!(matches!(found.verdict, Verdict::Broken(_)));
//! assert_eq!(found.user_records.shown[0].data, b"x");
//! ```
//!
//! ```text
//!   page         HTML, which escapes everything
//!   words        sentences about the whole
//!   walk         makes the findings, in two passes over the data
//!   inspection   the findings: keys, user records, shares, oddities
//!   dump         each field in one line
//!   end          where an aggregate ends if more bytes follow it
//!   frame        where the message and its digest are, if anywhere
//!   plain        what a record without magic may be
//!   compression  gzip, zlib and Zstandard, by their first bytes
//!   oddity       what is unusual, by its name
//!   fields       protobuf, as far as it can be read
//!   shown        bytes, text and numbers for people, with everything dangerous escaped
//! ```
//!
//! Each line depends on those below it and on none above.
//!
//! No input makes it panic or recurse. Work is linear in the data, except for a sort of the keys that finds
//! equal ones. Memory is at most 12 bytes for each key and what [`Options`] allow to be listed.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod compression;
mod dump;
mod end;
mod fields;
mod frame;
mod inspection;
mod oddity;
pub mod page;
mod plain;
pub mod shown;
mod walk;
mod words;

pub use compression::Compression;
pub use dump::{DumpLine, Part};
pub use end::{AggregateEnd, Search, aggregate_behind};
pub use frame::DigestFound;
pub use inspection::{Inspection, Key, KeyTable, Listed, Options, Shares, UserRecordFound, Verdict};
pub use oddity::{Oddities, Oddity, OddityKind, Severity};
pub use plain::Guess;
pub use walk::inspect;
