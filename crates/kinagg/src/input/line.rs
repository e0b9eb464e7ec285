//! The fields of JSON lines.

use std::borrow::Cow;
use std::fmt;

use kinesis_agg::Tag;
use kinesis_agg_shapes::Data;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::data;
use crate::base64::Ending;

/// Text that is borrowed from the line if it has no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The keys of a user record. Other fields are ignored, in every line.
#[derive(Deserialize)]
pub(crate) struct Keys<'a> {
    #[serde(borrow)]
    pub(crate) partition_key: Text<'a>,
    #[serde(borrow)]
    pub(crate) explicit_hash_key: Option<Text<'a>>,
}

/// A user record.
#[derive(Deserialize)]
pub(crate) struct UserLine<'a> {
    #[serde(borrow)]
    pub(crate) partition_key: Text<'a>,
    #[serde(borrow)]
    pub(crate) explicit_hash_key: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<Data<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    /// Any JSON: other programs have fields of this name.
    #[serde(borrow)]
    tags: Option<&'a RawValue>,
}

/// A tag of a user record.
#[derive(Deserialize)]
pub(crate) struct TagLine<'a> {
    #[serde(borrow)]
    key: Text<'a>,
    #[serde(borrow)]
    value: Option<Text<'a>>,
}

impl TagLine<'_> {
    pub(crate) fn tag(&self) -> Tag<'_> {
        Tag { key: self.key.as_ref(), value: self.value.as_ref().map(Text::as_ref) }
    }
}

impl<'a> UserLine<'a> {
    /// The tags, if this field is a list of objects with `key` and `value`.
    pub(crate) fn tags(&self) -> Vec<TagLine<'a>> {
        self.tags.and_then(|json| serde_json::from_str(json.get()).ok()).unwrap_or_default()
    }

    /// The data, decoded into `buffer` if necessary.
    pub(crate) fn data<'b>(&'b self, buffer: &'b mut Vec<u8>) -> Result<&'b [u8], String> {
        match decode(self.data.as_ref(), self.text.as_ref(), buffer)? {
            (data, Ending::Whole) => Ok(data),
            (_, Ending::CutOff) => Err(CUT_OFF.to_owned()),
        }
    }
}

/// A Kinesis record as a consumer gets it.
#[derive(Deserialize)]
pub(crate) struct KinesisLine<'a> {
    #[serde(borrow)]
    pub(crate) partition_key: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<Data<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) sequence_number: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) arrival_time: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(crate) shard_id: Option<Text<'a>>,
}

impl KinesisLine<'_> {
    /// The data, up to where it was cut off, decoded into `buffer` if necessary.
    pub(crate) fn data<'b>(&'b self, buffer: &'b mut Vec<u8>) -> Result<(&'b [u8], Ending), String> {
        decode(self.data.as_ref(), self.text.as_ref(), buffer)
    }
}

/// The error for base64 that ends within a byte.
pub(crate) const CUT_OFF: &str = "field `data` is base64 that is cut off within a byte at its end";

/// The error for a line that is no object.
pub(crate) const NOT_AN_OBJECT: &str = "not a JSON object";

/// Reads the JSON object in a line.
pub(crate) fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Result<T, String> {
    // serde would also accept a list of the field values.
    if !line.trim_ascii_start().starts_with(b"{") {
        return Err(NOT_AN_OBJECT.to_owned());
    }
    // Without the line end, since an error there would be located in the next line.
    let line = line.trim_ascii_end();
    serde_json::from_slice(line).map_err(|error| describe_json::<T>(line, &error))
}

/// serde's message with the name of the field. The line number is always 1 and is removed.
fn describe_json<'a, T: Deserialize<'a>>(line: &'a [u8], error: &serde_json::Error) -> String {
    let text = without_position(error);
    let place = if error.line() > 0 { format!(" at column {}", error.column()) } else { String::new() };
    if error.is_data() {
        let named = serde_path_to_error::deserialize::<_, T>(&mut serde_json::Deserializer::from_slice(line));
        let path = named.err().map(|error| error.path().to_string()).filter(|path| path != ".");
        if let Some(path) = path {
            return format!("field `{path}`: {text}{place}");
        }
    }
    let advice = if error.is_eof() { "; a line must have a whole JSON object" } else { "" };
    format!("{text}{place}{advice}")
}

/// serde's message without line and column.
pub(crate) fn without_position(error: &impl fmt::Display) -> String {
    let text = error.to_string();
    let is_position =
        |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit() || b" column".contains(&byte));
    match text.rsplit_once(" at line ") {
        Some((what, position)) if is_position(position) => what.to_owned(),
        _ => text,
    }
}

/// The data of a record, given as base64 or as text.
fn decode<'b>(
    data: Option<&'b Data<'_>>,
    text: Option<&'b Text<'_>>,
    buffer: &'b mut Vec<u8>,
) -> Result<(&'b [u8], Ending), String> {
    match (data, text) {
        (Some(data), None) => {
            buffer.clear();
            let ending = data::decode(data, buffer).map_err(|error| format!("field `data` {error}"))?;
            Ok((buffer, ending))
        }
        (None, Some(text)) => Ok((text.as_ref().as_bytes(), Ending::Whole)),
        (Some(_), Some(_)) => Err("both fields `data` and `text`, expected one".to_owned()),
        (None, None) => Err("neither field `data` nor `text`".to_owned()),
    }
}
