//! What an input is, told by how it begins.

use std::fmt;

use clap::ValueEnum;
use kinesis_agg::schema::MAGIC;
use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use crate::base64;

/// How Kinesis records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A JSON object in each line, with the fields that this program writes
    #[value(alias = "jsonl")]
    JsonLines,
    /// Answers of `aws kinesis get-records`, Lambda events, lists of records or single ones, one after another
    #[value(aliases = ["get-records", "lambda"])]
    Json,
    /// The base64 of a record, also broken into lines; several may follow each other
    Base64,
    /// The bytes of a record in hex, also broken into lines; several may follow each other
    Hex,
    /// The bytes of one record
    Raw,
}

/// The fields by which an object is one of [`Format::Json`].
const JSON_FIELDS: [&str; 14] = [
    "Records",
    "records",
    "NextShardIterator",
    "MillisBehindLatest",
    "ChildShards",
    "invocationId",
    "kinesis",
    "kinesisRecordMetadata",
    "kinesisStreamRecordMetadata",
    "kinesisFirehoseRecordMetadata",
    "Data",
    "PartitionKey",
    "partitionKey",
    "recordId",
];

/// The fields by which an object is one of [`Format::JsonLines`], unless it has one of the others.
const LINE_FIELDS: [&str; 4] = ["partition_key", "data", "text", "sequence_number"];

/// Tells the format by the `head` of an input. `is_whole` says that the head is all of it.
///
/// # Errors
/// What was seen, where it is none.
pub(super) fn recognise(head: &[u8], is_whole: bool) -> Result<Format, String> {
    let text = without_mark(head).trim_ascii_start();
    match text {
        [] => Ok(Format::JsonLines),
        _ if head.starts_with(&MAGIC) => Ok(Format::Raw),
        [b'{', ..] => recognise_object(text),
        [b'[', ..] => Ok(Format::Json),
        _ => recognise_text(head, text, is_whole),
    }
}

/// Whether more of an input that begins so would tell nothing else. Not where it is none of the formats: what is said then
/// tells how long it is.
pub(super) fn is_decided(head: &[u8]) -> bool {
    let text = without_mark(head).trim_ascii_start();
    match text {
        [] => false,
        _ if head.starts_with(&MAGIC) => true,
        [b'{', ..] => is_object_decided(text),
        [b'[', ..] => true,
        _ => text.contains(&b'\n') && recognise(head, false).is_ok(),
    }
}

fn is_object_decided(text: &[u8]) -> bool {
    let mut fields = FieldNames::default();
    let read = serde_json::Deserializer::from_slice(text).deserialize_map(&mut fields);
    match read {
        Err(error) if error.is_eof() => fields.names.last().is_some_and(|name| decides(name)),
        _ => recognise_object(text).is_ok(),
    }
}

/// Without the mark by which some editors begin UTF-8.
pub(super) fn without_mark(head: &[u8]) -> &[u8] {
    head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head)
}

fn recognise_object(text: &[u8]) -> Result<Format, String> {
    let mut fields = FieldNames::default();
    let read = serde_json::Deserializer::from_slice(text).deserialize_map(&mut fields);
    let names = || fields.names.iter().map(String::as_str);
    if names().any(|name| JSON_FIELDS.contains(&name)) {
        return Ok(Format::Json);
    }
    if read.is_err() || names().any(|name| LINE_FIELDS.contains(&name)) {
        return Ok(Format::JsonLines);
    }
    let seen: Vec<_> = names().take(8).map(|name| format!("`{}`", name.escape_debug())).collect();
    let fields =
        if seen.is_empty() { "no fields".to_owned() } else { format!("the fields {}", seen.join(", ")) };
    Err(format!(
        "JSON without a Kinesis record: an object with {fields}, where `Records`, `Data`, `kinesis` or `partition_key` are looked for"
    ))
}

/// The names of an object's fields, as far as it can be read, until one tells what it is.
#[derive(Default)]
struct FieldNames {
    names: Vec<String>,
}

impl<'de> Visitor<'de> for &mut FieldNames {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let is_decisive = decides(&name);
            self.names.push(name);
            if is_decisive {
                break;
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

/// Whether an object with this field can be but one thing, whatever else it has.
fn decides(name: &str) -> bool {
    JSON_FIELDS.contains(&name) || name == "partition_key"
}

fn recognise_text(head: &[u8], text: &[u8], is_whole: bool) -> Result<Format, String> {
    if text.split(|byte| *byte == b'\n').all(is_hex_line)
        && text.iter().filter(|byte| byte.is_ascii_hexdigit()).count() >= 2
    {
        return Ok(Format::Hex);
    }
    if is_base64_text(text) {
        return Ok(Format::Base64);
    }
    let seen = match head {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "UTF-16 text, where UTF-8 is read".to_owned(),
        [0x1F, 0x8B, ..] | [0x28, 0xB5, 0x2F, 0xFD, ..] => "something compressed twice".to_owned(),
        [b'B', b'Z', b'h', ..] => "something compressed by bzip2; unpack it first".to_owned(),
        [0xFD, b'7', b'z', b'X', b'Z', ..] => "something compressed by xz; unpack it first".to_owned(),
        [b'P', b'K', 3, 4, ..] => "a zip archive; unpack it first".to_owned(),
        _ => describe(head),
    };
    let bytes =
        if is_whole { format!("{} bytes", head.len()) } else { format!("more than {} bytes", head.len()) };
    Err(format!(
        "neither JSON, base64, hex nor an aggregated record, but {seen} ({bytes}); --format raw takes it for the data of a record"
    ))
}

/// What text or bytes begin with.
fn describe(head: &[u8]) -> String {
    const SHOWN: usize = 24;
    let start = head.get(..SHOWN).unwrap_or(head);
    let dots = if start.len() < head.len() { "..." } else { "" };
    match text_of(head, start) {
        Some(text) => format!("text that begins with \"{}{dots}\"", text.escape_debug()),
        None => {
            let hex: Vec<_> = start.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("bytes that begin with {}{dots}", hex.join(" "))
        }
    }
}

/// The start as text, if the head is such; it may end in the middle of a character.
fn text_of<'a>(head: &[u8], start: &'a [u8]) -> Option<&'a str> {
    let whole = |bytes: &'_ [u8]| match std::str::from_utf8(bytes) {
        Ok(_) => Some(bytes.len()),
        Err(error) => error.error_len().is_none().then(|| error.valid_up_to()),
    };
    let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    whole(head).filter(|_| !head.iter().any(is_control))?;
    std::str::from_utf8(start.get(..whole(start)?)?).ok()
}

/// Whether a byte can stand between those of [`Format::Base64`] and [`Format::Hex`], as what they were copied from has it.
pub(super) fn is_around_text(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"\"',".contains(&byte)
}

/// Words are symbols of base64 too, but for what is between them; and a word may be what JSON knows.
fn is_base64_text(text: &[u8]) -> bool {
    let words: [&[u8]; 3] = [b"null", b"true", b"false"];
    let is_line = |line: &[u8]| trim_around(line).iter().all(|byte| base64::is_symbol(*byte));
    !words.contains(&text.trim_ascii()) && text.split(|byte| *byte == b'\n').all(is_line)
}

/// Without what stands around a line of text.
fn trim_around(mut line: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = line
        && is_around_text(*first)
    {
        line = rest;
    }
    while let [rest @ .., last] = line
        && is_around_text(*last)
    {
        line = rest;
    }
    line
}

/// Without `0x`, or `\x` as databases write it.
pub(super) fn without_hex_prefix(text: &[u8]) -> &[u8] {
    let prefixes: [&[u8]; 3] = [b"0x", b"0X", b"\\x"];
    prefixes.iter().find_map(|prefix| text.strip_prefix(*prefix)).unwrap_or(text)
}

fn is_hex_line(line: &[u8]) -> bool {
    let is_in_hex = |byte: &u8| byte.is_ascii_hexdigit() || is_around_text(*byte) || *byte == b':';
    without_hex_prefix(trim_around(line)).iter().all(is_in_hex)
}
