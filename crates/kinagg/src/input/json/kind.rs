//! Recognises an object by its fields.

use std::fmt;

use kinesis_agg_shapes::{Role, role};
use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use crate::input::format::Format;

/// More field names that make an object [`Format::Json`]: fields beside records, and those of a `Uint8Array`.
const JSON_FIELDS: [&str; 9] = [
    "0",
    "ChildShards",
    "MillisBehindLatest",
    "NextShardIterator",
    "eventSource",
    "eventSourceARN",
    "invocationId",
    "recordId",
    "searchedLogStreams",
];

/// Field names that make an object [`Format::JsonLines`], unless it has one of the others.
const LINE_FIELDS: [&str; 4] = ["partition_key", "data", "text", "sequence_number"];

/// Recognises the object at the beginning of `text`.
///
/// # Errors
/// What was found instead.
pub(in crate::input) fn recognise(text: &[u8]) -> Result<Format, String> {
    let (names, is_whole) = names(text);
    let has = |is_it: fn(&str) -> bool| names.iter().any(|name| is_it(name));
    if has(|name| strength(name) == Strength::Json) {
        return Ok(Format::Json);
    }
    // A Buffer of Node also has a type.
    let is_line = has(|name| strength(name) == Strength::Line)
        || has(|name| LINE_FIELDS.contains(&name)) && !has(|name| name == "type");
    if is_line || !is_whole {
        return Ok(Format::JsonLines);
    }
    if has(|name| strength(name) == Strength::Weak || name == "data") {
        return Ok(Format::Json);
    }
    let seen: Vec<_> = names.iter().take(8).map(|name| format!("`{}`", name.escape_debug())).collect();
    let fields =
        if seen.is_empty() { "no fields".to_owned() } else { format!("the fields {}", seen.join(", ")) };
    Err(format!(
        "JSON without a Kinesis record: an object with {fields}; expected `Records`, `Data`, `kinesis` or `partition_key`"
    ))
}

/// Whether the answer cannot change with more of the text.
pub(in crate::input) fn is_decided(text: &[u8]) -> bool {
    let (names, is_whole) = names(text);
    is_whole && recognise(text).is_ok() || names.last().is_some_and(|name| decides(name))
}

/// Whether an object begins, but ends before it can be recognised.
pub(in crate::input) fn needs_more(text: &[u8]) -> bool {
    let mut fields = FieldNames::default();
    let read = serde_json::Deserializer::from_slice(text).deserialize_map(&mut fields);
    read.is_err_and(|error| error.is_eof()) && !fields.names.last().is_some_and(|name| decides(name))
}

/// The field names up to one that decides, and whether these are all.
fn names(text: &[u8]) -> (Vec<String>, bool) {
    let mut fields = FieldNames::default();
    let read = serde_json::Deserializer::from_slice(text).deserialize_map(&mut fields);
    (fields.names, read.is_ok())
}

#[derive(PartialEq, Eq)]
enum Strength {
    /// An object with this field is [`Format::Json`], whatever else it has.
    Json,
    /// It is [`Format::JsonLines`], whatever else it has.
    Line,
    /// It is [`Format::Json`] if nothing else decides, since any object may have such a field.
    Weak,
    None,
}

fn strength(name: &str) -> Strength {
    match role(name) {
        _ if name == "partition_key" => Strength::Line,
        Some(Role::Wrapper) => Strength::Weak,
        Some(Role::Data) if name == "data" => Strength::None,
        Some(_) => Strength::Json,
        None if JSON_FIELDS.contains(&name) => Strength::Json,
        // A request of KCL's MultiLangDaemon.
        None if name == "action" => Strength::Weak,
        None => Strength::None,
    }
}

fn decides(name: &str) -> bool {
    matches!(strength(name), Strength::Json | Strength::Line)
}

/// Reads the field names of an object until one decides what it is, or until it cannot be read.
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
