//! Bytes as text.
//!
//! ```text
//!   recognise    which of these a text is
//!   join         lines of base64, hex or decimal numbers -> records   (notation: a line -> bytes)
//!   chunks       printed bytes -> records   (printed: brackets and strings; literal: a string -> bytes)
//!   dump         xxd, hexdump, od -> records
//!   aws          `aws kinesis get-records --output text` -> records
//!   groups       groups of digits -> bytes
//! ```

pub(super) mod aws;
pub(super) mod chunks;
pub(super) mod dump;
mod groups;
pub(super) mod join;
mod literal;
pub(super) mod notation;
pub(super) mod printed;
mod recognise;

pub(super) use self::recognise::recognise_text;
