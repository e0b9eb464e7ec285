//! Bytes as text.
//!
//! ```text
//!   recognise    which of these a text is
//!   join         lines of base64, hex or decimal numbers -> records   (notation: a line -> bytes)
//!   chunks       printed bytes -> records   (printed: brackets and strings; literal: a string -> bytes)
//!   dump         xxd, hexdump, od -> records
//!   aws          `aws kinesis get-records --output text` -> records
//!   log          lines of a log -> the events in them
//!   groups       groups of digits -> bytes
//! ```

pub(super) mod aws;
pub(super) mod chunks;
pub(super) mod dump;
mod groups;
pub(super) mod join;
mod literal;
pub(super) mod log;
pub(super) mod notation;
mod printed;
mod recognise;

pub(super) use self::recognise::recognise_text;

/// The bytes that a text holds as a program prints them, and whether they are cut off.
pub(crate) fn bytes_printed(text: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut records = printed::parse(text).ok()?.into_iter();
    let record = records.next().filter(|record| record.is_evident)?;
    records.next().is_none().then_some((record.bytes, record.cut_off.is_some()))
}
