//! What an object is, told by its fields.

use std::fmt;

use kinesis_agg_shapes::{Role, role};
use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};

use crate::input::format::Format;

/// Further names by which an object is one of [`Format::Json`]: what stands beside records, and a
/// `Uint8Array`.
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

/// The fields by which an object is one of [`Format::JsonLines`], unless it has one of the others.
const LINE_FIELDS: [&str; 4] = ["partition_key", "data", "text", "sequence_number"];

/// Tells what the object is with which `text` begins.
///
/// # Errors
/// What was seen, where it is none.
pub(in crate::input) fn recognise(text: &[u8]) -> Result<Format, String> {
    let (names, is_whole) = names(text);
    let has = |is_it: fn(&str) -> bool| names.iter().any(|name| is_it(name));
    if has(|name| strength(name) == Strength::Json) {
        return Ok(Format::Json);
    }
    // A Buffer of Node has a type, too.
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
        "JSON without a Kinesis record: an object with {fields}, where `Records`, `Data`, `kinesis` or `partition_key` are looked for"
    ))
}

/// Whether more of a text that begins so would tell nothing else.
pub(in crate::input) fn is_decided(text: &[u8]) -> bool {
    let (names, is_whole) = names(text);
    is_whole && recognise(text).is_ok() || names.last().is_some_and(|name| decides(name))
}

/// Whether an object begins, and ends before what it is can be told.
pub(in crate::input) fn needs_more(text: &[u8]) -> bool {
    let mut fields = FieldNames::default();
    let read = serde_json::Deserializer::from_slice(text).deserialize_map(&mut fields);
    read.is_err_and(|error| error.is_eof()) && !fields.names.last().is_some_and(|name| decides(name))
}

/// The names of the fields up to one that decides, and whether they are all there are.
fn names(text: &[u8]) -> (Vec<String>, bool) {
    let mut fields = FieldNames::default();
    let read = serde_json::Deserializer::from_slice(text).deserialize_map(&mut fields);
    (fields.names, read.is_ok())
}

#[derive(PartialEq, Eq)]
enum Strength {
    /// An object with this field is one of [`Format::Json`], whatever else it has.
    Json,
    /// One of [`Format::JsonLines`], whatever else it has.
    Line,
    /// One of [`Format::Json`], if nothing else is known of it: anything may have such a field.
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
        // What KCL's MultiLangDaemon asks for.
        None if name == "action" => Strength::Weak,
        None => Strength::None,
    }
}

fn decides(name: &str) -> bool {
    matches!(strength(name), Strength::Json | Strength::Line)
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
