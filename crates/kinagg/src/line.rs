//! The fields of JSON lines.

use std::borrow::Cow;
use std::io;

use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, alphabet};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::input::{Failure, Input, Status};

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
    pub(crate) fn data<'b>(&'b self, buffer: &'b mut Vec<u8>) -> Result<&'b [u8], Failure> {
        decode(self.data.as_ref(), self.text.as_ref(), buffer)
    }
}

/// A Kinesis record as a consumer gets it.
#[derive(Deserialize)]
struct KinesisLine<'a> {
    #[serde(borrow)]
    partition_key: Option<Text<'a>>,
    #[serde(borrow)]
    data: Option<Text<'a>>,
    #[serde(borrow)]
    text: Option<Text<'a>>,
    #[serde(borrow)]
    sequence_number: Option<&'a RawValue>,
}

/// A Kinesis record, of a line or of a file.
#[derive(Clone, Copy)]
pub(crate) struct KinesisRecord<'a> {
    pub(crate) partition_key: Option<&'a str>,
    pub(crate) data: &'a [u8],
    /// Whatever JSON it is, as it was written.
    pub(crate) sequence_number: Option<&'a RawValue>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct KinesisRecords {
    #[command(flatten)]
    input: Input,

    /// Each FILE holds the bytes of one Kinesis record, in place of JSON lines
    #[arg(long)]
    pub(crate) raw: bool,
}

impl KinesisRecords {
    /// Gives each Kinesis record to `each`.
    ///
    /// # Errors
    /// That of standard output, which `each` has met.
    pub(crate) fn for_each(
        &self,
        mut each: impl FnMut(KinesisRecord<'_>) -> Result<(), Failure>,
    ) -> io::Result<Status> {
        if self.raw {
            return self.input.for_each_file(|data| {
                each(KinesisRecord { partition_key: None, data, sequence_number: None })
            });
        }
        let mut buffer = Vec::new();
        self.input.for_each_line(|line| {
            let line: KinesisLine<'_> = parse(line)?;
            each(KinesisRecord {
                partition_key: line.partition_key.as_ref().map(Text::as_ref),
                data: decode(line.data.as_ref(), line.text.as_ref(), &mut buffer)?,
                sequence_number: line.sequence_number,
            })
        })
    }
}

/// Reads the JSON object in a line.
pub(crate) fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Result<T, Failure> {
    // A list would do for serde, its items taken for the fields in their order.
    if !line.trim_ascii_start().starts_with(b"{") {
        return Err(Failure::input("not a JSON object"));
    }
    // Without the end of the line, or what is cut off would be missed in the line after it.
    serde_json::from_slice(line.trim_ascii_end()).map_err(|error| Failure::Input(describe_json(&error)))
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
) -> Result<&'b [u8], Failure> {
    match (data, text) {
        (Some(base64), None) => {
            buffer.clear();
            BASE64
                .decode_vec(base64.as_ref(), buffer)
                .map_err(|error| Failure::Input(describe_base64(&error)))?;
            Ok(buffer)
        }
        (None, Some(text)) => Ok(text.as_ref().as_bytes()),
        (Some(_), Some(_)) => Err(Failure::input("both fields `data` and `text`, where one is wanted")),
        (None, None) => Err(Failure::input("neither field `data` nor `text`")),
    }
}

fn describe_base64(error: &DecodeError) -> String {
    match error {
        DecodeError::InvalidByte(offset, _) => {
            format!("field `data` is not base64: no symbol of it at byte {offset}")
        }
        DecodeError::InvalidLastSymbol { offset, .. } => {
            format!("field `data` is not base64: bits left over at byte {offset}")
        }
        DecodeError::InvalidLength(_) => "field `data` is not base64: cut off".to_owned(),
        DecodeError::InvalidPadding => "field `data` is not base64: wrong padding".to_owned(),
    }
}

/// The standard alphabet. Padding may be missing, as some encoders leave it out.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
