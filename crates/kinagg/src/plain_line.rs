//! User records from lines that contain only data.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::input::line::parse;

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
/// There is no such field.
pub(crate) fn key_in_field(line: &[u8], field: &str) -> Result<String, String> {
    let mut object: HashMap<Cow<'_, str>, &RawValue> = parse(line)?;
    let value = object.remove(field).ok_or_else(|| format!("missing field `{field}`"))?.get();
    match value.as_bytes().first() {
        Some(b'"') => serde_json::from_str(value).map_err(|error| format!("field `{field}`: {error}")),
        Some(b'{' | b'[' | b'n') | None => Err(format!("field `{field}` is no text and no number")),
        Some(_) => Ok(value.to_owned()),
    }
}

/// 128 random bits in hex.
pub(crate) fn random_key() -> String {
    format!("{:032x}", fastrand::u128(..))
}
