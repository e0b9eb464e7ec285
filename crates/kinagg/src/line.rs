//! The fields of JSON lines.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::base64::{self, Ending};

/// Text that is borrowed from the line where it has no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The keys of a user record. Further fields are ignored, in every line.
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
    data: Option<Text<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
}

impl UserLine<'_> {
    /// The data; it is decoded into `buffer` if it has to be.
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
    data: Option<Text<'a>>,
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
    /// The data, as far as it goes; it is decoded into `buffer` if it has to be.
    pub(crate) fn data<'b>(&'b self, buffer: &'b mut Vec<u8>) -> Result<(&'b [u8], Ending), String> {
        decode(self.data.as_ref(), self.text.as_ref(), buffer)
    }
}

/// What is said of data whose base64 ends within a byte.
pub(crate) const CUT_OFF: &str = "field `data` is base64 that is cut off within a byte at its end";

/// What is said of a line without one.
pub(crate) const NOT_AN_OBJECT: &str = "not a JSON object";

/// Reads the JSON object in a line.
pub(crate) fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Result<T, String> {
    // A list would do for serde, its items taken for the fields in their order.
    if !line.trim_ascii_start().starts_with(b"{") {
        return Err(NOT_AN_OBJECT.to_owned());
    }
    // Without the end of the line, or what is cut off would be missed in the line after it.
    serde_json::from_slice(line.trim_ascii_end()).map_err(|error| describe_json(&error))
}

/// What serde says, but for the number of the line, which is always its first.
fn describe_json(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    match text.strip_suffix(&position) {
        Some(what) => format!("{what} at column {}", error.column()),
        None => text,
    }
}

/// The data of a record, given as base64 or as text.
fn decode<'b>(
    data: Option<&'b Text<'_>>,
    text: Option<&'b Text<'_>>,
    buffer: &'b mut Vec<u8>,
) -> Result<(&'b [u8], Ending), String> {
    match (data, text) {
        (Some(base64), None) => {
            buffer.clear();
            let ending = base64::decode(base64.as_ref().as_bytes(), buffer)
                .map_err(|error| format!("field `data` {error}"))?;
            Ok((buffer, ending))
        }
        (None, Some(text)) => Ok((text.as_ref().as_bytes(), Ending::Whole)),
        (Some(_), Some(_)) => Err("both fields `data` and `text`, where one is wanted".to_owned()),
        (None, None) => Err("neither field `data` nor `text`".to_owned()),
    }
}
