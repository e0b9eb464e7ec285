//! The formats of Kinesis records.

use clap::ValueEnum;

/// The format of Kinesis records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A JSON object in each line, with the fields that this program writes
    #[value(alias = "jsonl")]
    JsonLines,
    /// Answers of `aws kinesis get-records`, Lambda events and what AWS wraps them in, lists of records or
    /// single records, one after another
    #[value(aliases = ["get-records", "lambda"])]
    Json,
    /// The base64 of a record, also broken into lines; there may be several
    Base64,
    /// The bytes of a record in hex, also broken into lines; there may be several
    Hex,
    /// The bytes of a record as decimal numbers, also with a sign
    Decimal,
    /// Bytes as Python, Ruby, C, Java, Go, Rust and JavaScript print them
    Printed,
    /// The output of xxd, `hexdump -C` and `od -t x1`
    Dump,
    /// The output of `aws kinesis get-records --output text`
    AwsText,
    /// Lines of a log, some of which contain a Lambda event
    Log,
    /// The bytes of a record, or of several one after another
    Raw,
}

/// How to read an input.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) format: Format,
    /// A note for the user, if it could be read in another way.
    pub(super) note: Option<&'static str>,
}

/// Removes the byte order mark with which some editors begin UTF-8.
pub(super) fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head)
}

pub(super) const IS_UTF16: &str = "UTF-16 text, where UTF-8 is read";

/// Whether this is the beginning of UTF-16 whose first character is ASCII, as PowerShell writes it.
pub(super) fn is_utf16(head: &[u8]) -> bool {
    matches!(head, [0xFF, 0xFE, 1..=0x7F, 0, ..] | [0xFE, 0xFF, 0, 1..=0x7F, ..])
}

/// Whether a byte may be between those of [`Format::Base64`] and [`Format::Hex`], left over from where they
/// were copied.
pub(super) fn is_around_text(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"\"',".contains(&byte)
}
