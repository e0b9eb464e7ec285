//! The output of the AWS command line with `--output text`: fields separated by tabs, in the order of their
//! names.

use std::io;
use std::str;

use serde_json::value::{RawValue, to_raw_value};

use crate::base64::{self, Ending};
use crate::input::lines::Lines;
use crate::input::options::Options;
use crate::input::place::Position;
use crate::input::record::{KinesisRecord, RecordFields};
use crate::input::report::Failure;
use crate::input::sink::Sink;
use crate::input::source::Source;
use crate::output::Output;

/// Whether a text with this beginning is such output.
pub(in crate::input) fn is_text_output(head: &[u8]) -> bool {
    let mut lines = head.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let Some(first) = lines.next() else { return false };
    first.starts_with(b"RECORDS\t")
        || is_answer(first)
        || fields(first).count() > 1 && fields(first).all(is_whole_base64)
}

/// The delay of the answer, and the next iterator.
fn is_answer(line: &[u8]) -> bool {
    let mut fields = fields(line);
    let is_number =
        fields.next().is_some_and(|number| !number.is_empty() && number.iter().all(u8::is_ascii_digit));
    is_number
        && fields.next().is_some_and(|iterator| iterator == b"None" || iterator.len() >= 16)
        && fields.next().is_none()
}

fn fields(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.trim_ascii_end().split(|byte| *byte == b'\t')
}

/// As the AWS command line writes it, with padding.
fn is_whole_base64(text: &[u8]) -> bool {
    !text.is_empty()
        && text.len().is_multiple_of(4)
        && !text.contains(&b'-')
        && !text.contains(&b'_')
        && base64::decode(text, &mut Vec::new()) == Ok(Ending::Whole)
}

/// Passes each record in the text to `sink`.
pub(in crate::input) fn read<F>(source: Source, options: Options, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let mut lines = Lines::new(source.into_buffered(|| sink.pause()), options.limits.max_line);
    let mut data = Vec::new();
    let mut has_said = false;
    while let Some((number, line)) = lines.next() {
        let position = Position::Line(number);
        let outcome = match line {
            Ok(line) => match fields(line).next() {
                Some(b"RECORDS") => record(line, options, &mut data, position, sink)?,
                // Another part of an answer: the child shards.
                Some(b"" | b"CHILDSHARDS" | b"PARENTSHARDS" | b"HASHKEYRANGE") => Ok(()),
                _ if is_answer(line) => Ok(()),
                _ if fields(line).all(is_whole_base64) => {
                    let count = fields(line).count();
                    if count > 1 && !has_said {
                        has_said = true;
                        sink.say(
                            position,
                            format_args!("taken as {count} records: each field between tabs is one"),
                        );
                    }
                    for text in fields(line) {
                        data.clear();
                        base64::decode(text, &mut data).unwrap_or(Ending::Whole);
                        sink.record(position, RecordFields::of_data(&data))?;
                    }
                    Ok(())
                }
                _ => Err("is not a line of `aws kinesis get-records --output text`".to_owned()),
            },
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            sink.fail(position, error)?;
        }
        if sink.is_over() {
            break;
        }
    }
    Ok(())
}

/// Passes on the record in a line: `RECORDS`, time of arrival, data, type of encryption (not always),
/// partition key, sequence number.
fn record<F>(
    line: &[u8],
    options: Options,
    data: &mut Vec<u8>,
    position: Position,
    sink: &Sink<'_, F>,
) -> io::Result<Result<(), String>>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let Ok(line) = str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line)) else {
        return Ok(Err("is not UTF-8".to_owned()));
    };
    let mut front = line.splitn(4, '\t').skip(1);
    // A partition key may contain tabs.
    let (Some(arrival_time), Some(base64), Some((key, sequence_number))) =
        (front.next(), front.next(), front.next().and_then(|rest| rest.rsplit_once('\t')))
    else {
        return Ok(Err("has no time, data, partition key and sequence number after RECORDS".to_owned()));
    };
    let without_type = ["KMS\t", "NONE\t"].iter().find_map(|kind| key.strip_prefix(kind));
    data.clear();
    let decoded = base64::decode(base64.as_bytes(), data).map_err(|error| format!("data {error}"));
    let ending = match decoded.and_then(|ending| options.limits.check_record(data).map(|()| ending)) {
        Ok(ending) => ending,
        Err(error) => return Ok(Err(error)),
    };
    let number = serde_json::from_str::<&RawValue>(arrival_time).ok();
    let time = to_raw_value(arrival_time)?;
    let sequence_number = to_raw_value(sequence_number)?;
    let fields = RecordFields {
        partition_key: Some(without_type.unwrap_or(key)),
        data,
        sequence_number: Some(&sequence_number),
        arrival_time: Some(number.unwrap_or(&time)),
        shard_id: None,
        cut_off: (ending == Ending::CutOff)
            .then_some("data is base64 that is cut off within a byte at its end"),
    };
    sink.record(position, fields).map(Ok)
}
