//! In which ways Kinesis records are written.

use clap::ValueEnum;

/// How Kinesis records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A JSON object in each line, with the fields that this program writes
    #[value(alias = "jsonl")]
    JsonLines,
    /// Answers of `aws kinesis get-records`, Lambda events and what AWS wraps them in, lists of records or
    /// single ones, one after another
    #[value(aliases = ["get-records", "lambda"])]
    Json,
    /// The base64 of a record, also broken into lines; several may follow each other
    Base64,
    /// The bytes of a record in hex, also broken into lines; several may follow each other
    Hex,
    /// The bytes of a record as decimal numbers, also with a sign
    DecimalString,
    /// Bytes as Python, Ruby, C, Java, Go, Rust and JavaScript print them
    Printed,
    /// What xxd, `hexdump -C` and `od -t x1` write
    Dump,
    /// What `aws kinesis get-records --output text` writes
    AwsText,
    /// Lines of a log, some of which have a Lambda event in them
    Log,
    /// The bytes of a record, or of several one behind the other
    Raw,
}

/// How an input is to be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reading {
    pub(super) format: Format,
    /// What is to be said, where it could be read in another way.
    pub(super) note: Option<&'static str>,
}

/// Without the mark by which some editors begin UTF-8.
pub(super) fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head)
}

/// Whether a byte can stand between those of [`Format::Base64`] and [`Format::Hex`], as what they were copied from has it.
pub(super) fn is_around_text(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"\"',".contains(&byte)
}
