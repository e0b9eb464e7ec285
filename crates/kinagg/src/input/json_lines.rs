//! Kinesis records as this program writes them: a JSON object in each line.

use std::io;

use super::limits::Limits;
use super::lines::Lines;
use super::place::Position;
use super::record::{KinesisRecord, RecordFields};
use super::report::Failure;
use super::sink::Sink;
use super::source::Source;
use crate::base64::Ending;
use crate::input::line::{CUT_OFF, KinesisLine, Text, parse};
use crate::output::Output;

/// Passes the record in each line to `sink`.
pub(super) fn read<F>(source: Source, limits: Limits, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let mut lines = Lines::new(source.into_buffered(|| sink.pause()), limits.max_line);
    let mut buffer = Vec::new();
    while let Some((number, line)) = lines.next() {
        let position = Position::Line(number);
        let outcome = match line {
            Ok(line) if line.trim_ascii().is_empty() => continue,
            Ok(line) => read_line(line, position, limits, &mut buffer, sink)?,
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

fn read_line<F>(
    line: &[u8],
    position: Position,
    limits: Limits,
    buffer: &mut Vec<u8>,
    sink: &Sink<'_, F>,
) -> io::Result<Result<(), String>>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let line: KinesisLine<'_> = match parse(line) {
        Ok(line) => line,
        Err(error) => return Ok(Err(error)),
    };
    let data =
        line.data(buffer).and_then(|(data, ending)| limits.check_record(data).map(|()| (data, ending)));
    let (data, ending) = match data {
        Ok(data) => data,
        Err(error) => return Ok(Err(error)),
    };
    let fields = RecordFields {
        partition_key: line.partition_key.as_ref().map(Text::as_ref),
        data,
        sequence_number: line.sequence_number,
        arrival_time: line.arrival_time,
        shard_id: line.shard_id.as_ref().map(Text::as_ref),
        cut_off: (ending == Ending::CutOff).then_some(CUT_OFF),
    };
    sink.record(position, fields).map(Ok)
}
