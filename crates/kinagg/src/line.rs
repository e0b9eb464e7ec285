//! The fields of JSON lines.

use std::borrow::Cow;
use std::io;

use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use base64::{DecodeError, alphabet};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::input::{Failure, Input, Place, Status};

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
    #[serde(borrow)]
    arrival_time: Option<&'a RawValue>,
    #[serde(borrow)]
    shard_id: Option<Text<'a>>,
}

/// A Kinesis record, whatever it was read from. All of it is borrowed until the next one is read.
#[derive(Clone, Copy)]
pub(crate) struct KinesisRecord<'a> {
    /// The outer partition key; `None` if the input does not tell it, as base64, hex and raw bytes do not.
    pub(crate) partition_key: Option<&'a str>,
    /// What was put into the stream, decoded: an aggregate, or anything else.
    pub(crate) data: &'a [u8],
    /// Whatever JSON it is, as it was written: nearly always a string of decimal digits.
    pub(crate) sequence_number: Option<&'a RawValue>,
    /// When it arrived in its stream, as it was written: seconds or milliseconds since 1970, or a date.
    pub(crate) arrival_time: Option<&'a RawValue>,
    /// Like `shardId-000000000002`.
    pub(crate) shard_id: Option<&'a str>,
    /// Where it was read.
    pub(crate) place: Place<'a>,
}

/// The Kinesis records of any number of inputs, as arguments of a command: to be flattened into its own.
///
/// ```ignore
/// #[derive(clap::Args)]
/// struct Stats {
///     #[command(flatten)]
///     records: KinesisRecords,
/// }
///
/// let read: Status = stats.records.for_each(|record| {
///     count(record.data.len());           // Err(Failure::input("too many")) is reported with `record.place`
///     output.write(&line)?;               // an io::Error is one of standard output, and ends the run
///     Ok(())
/// })?;                                     // Status::Bad if anything was reported
/// ```
#[derive(Debug, clap::Args)]
pub(crate) struct KinesisRecords {
    #[command(flatten)]
    input: Input,

    /// Each FILE holds the bytes of one Kinesis record, in place of JSON lines
    #[arg(long)]
    pub(crate) raw: bool,
}

impl KinesisRecords {
    /// Gives each Kinesis record to `each`, in order, one at a time and in constant memory.
    ///
    /// What cannot be read, and what `each` says is bad ([`Failure::Input`]), is reported on standard error with its place;
    /// the rest is not read then, unless the user asked for it with `--keep-going`.
    ///
    /// # Errors
    /// That of standard output, which `each` has met.
    pub(crate) fn for_each(
        &self,
        mut each: impl FnMut(KinesisRecord<'_>) -> Result<(), Failure>,
    ) -> io::Result<Status> {
        if self.raw {
            return self.input.for_each_file(|data, place| {
                each(KinesisRecord {
                    partition_key: None,
                    data,
                    sequence_number: None,
                    arrival_time: None,
                    shard_id: None,
                    place,
                })
            });
        }
        let mut buffer = Vec::new();
        self.input.for_each_line(|line, place| {
            let line: KinesisLine<'_> = parse(line)?;
            each(KinesisRecord {
                partition_key: line.partition_key.as_ref().map(Text::as_ref),
                data: decode(line.data.as_ref(), line.text.as_ref(), &mut buffer)?,
                sequence_number: line.sequence_number,
                arrival_time: line.arrival_time,
                shard_id: line.shard_id.as_ref().map(Text::as_ref),
                place,
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
