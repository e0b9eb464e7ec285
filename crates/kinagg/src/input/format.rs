//! What an input is, told by how it begins.

use clap::ValueEnum;
use kinesis_agg::schema::MAGIC;
use memchr::memmem;

use super::json::kind;
use super::text::recognise_text;

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
    Decimal,
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

/// Tells the format by the `head` of an input. `is_whole` says that the head is all of it.
///
/// # Errors
/// What was seen, where it is none.
pub(super) fn recognise(head: &[u8], is_whole: bool) -> Result<Reading, String> {
    let format = match kind_of(head) {
        Kind::Empty => Format::JsonLines,
        // No text has these bytes in it.
        _ if memmem::find(head, &MAGIC).is_some() => Format::Raw,
        Kind::Object(text) => kind::recognise(text)?,
        Kind::List => Format::Json,
        Kind::Text(text) => return recognise_text(head, text, is_whole),
    };
    Ok(Reading { format, note: None })
}

/// Whether more of an input that begins so would tell nothing else. Not where it is none of the formats: what is said then
/// tells how long it is.
pub(super) fn is_decided(head: &[u8]) -> bool {
    match kind_of(head) {
        Kind::Empty => false,
        _ if head.starts_with(&MAGIC) => true,
        Kind::Object(text) => kind::is_decided(text),
        Kind::List => true,
        Kind::Text(text) => text.contains(&b'\n') && recognise(head, false).is_ok(),
    }
}

/// Whether the head ends before its format can be told.
pub(super) fn needs_more(head: &[u8]) -> bool {
    matches!(kind_of(head), Kind::Object(text) if kind::needs_more(text))
}

/// What the first bytes tell.
enum Kind<'a> {
    Empty,
    /// A JSON object.
    Object(&'a [u8]),
    /// A JSON list of objects or texts.
    List,
    Text(&'a [u8]),
}

fn kind_of(head: &[u8]) -> Kind<'_> {
    let text = without_mark(head).trim_ascii_start();
    match text {
        [] => Kind::Empty,
        [b'{', rest @ ..] if begins_json(rest, &[b"\"", b"}"]) => Kind::Object(text),
        // In Go, `[]byte{243}` is a list of numbers.
        [b'[', b']', next, ..] if next.is_ascii_alphabetic() => Kind::Text(text),
        [b'[', rest @ ..] if begins_json(rest, &[b"{", b"[", b"\"", b"]", b"true", b"false", b"null"]) => {
            Kind::List
        }
        _ => Kind::Text(text),
    }
}

/// Whether what stands behind a bracket begins with one of these, or is not there.
fn begins_json(rest: &[u8], beginnings: &[&[u8]]) -> bool {
    let rest = rest.trim_ascii_start();
    rest.is_empty() || beginnings.iter().any(|beginning| rest.starts_with(beginning))
}

/// Without the mark by which some editors begin UTF-8.
pub(super) fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head)
}

/// Whether a byte can stand between those of [`Format::Base64`] and [`Format::Hex`], as what they were copied from has it.
pub(super) fn is_around_text(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"\"',".contains(&byte)
}
