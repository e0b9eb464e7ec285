//! User records from lines that contain only data.

use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::input::line::{Text, parse};

/// Where the partition keys of such lines come from.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub(crate) struct PlainLines {
    /// Each line is the data of a user record with this partition key
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,

    /// Each line is a JSON object and the data of a user record; this field is the partition key
    #[arg(long, value_name = "FIELD")]
    pub(crate) key_field: Option<String>,

    /// Each line is the data of a user record. Each aggregate has a random partition key, so that the shards
    /// share the load
    #[arg(long)]
    pub(crate) random_key: bool,
}

/// A line without its line end.
pub(crate) fn data(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The string, number, `true` or `false` in this field of the JSON object in `line`.
///
/// # Errors
/// There is no such field, or more than one.
pub(crate) fn key_in_field(line: &[u8], field: &str) -> Result<String, String> {
    let Object(fields) = parse(line)?;
    let mut values = fields.iter().filter(|(name, _)| name.as_ref() == field).map(|(_, value)| value.get());
    let value = values.next().ok_or_else(|| format!("missing field `{field}`"))?;
    if values.next().is_some() {
        return Err(format!("duplicate field `{field}`"));
    }
    match value.as_bytes().first() {
        Some(b'"') => serde_json::from_str(value).map_err(|error| format!("field `{field}`: {error}")),
        Some(b'{' | b'[' | b'n') | None => Err(format!("field `{field}` is no text and no number")),
        Some(_) => Ok(value.to_owned()),
    }
}

/// The fields of a JSON object, also those of one name.
struct Object<'a>(Vec<(Text<'a>, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Object<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        Ok(Object(fields))
    }
}

/// 128 random bits in hex.
pub(crate) fn random_key() -> String {
    format!("{:032x}", fastrand::u128(..))
}
