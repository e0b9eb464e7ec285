//! Lines of a log. Text before a Lambda event is skipped, and so are lines without one.

use std::io;

use super::json::finder::Finder;
use super::limits::Limits;
use super::lines::Lines;
use super::place::Position;
use super::record::KinesisRecord;
use super::report::Failure;
use super::sink::Sink;
use super::source::Source;
use crate::output::Output;

/// Passes the records in each line to `sink`.
pub(super) fn read<F>(source: Source, limits: Limits, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let mut lines = Lines::new(source.into_buffered(|| sink.pause()), limits.max_line);
    let mut finder = Finder::new(limits, sink);
    while let Some((number, line)) = lines.next() {
        match line {
            Ok(line) if line.trim_ascii().is_empty() => {}
            Ok(line) => finder.find_in_log_event(line)?,
            Err(error) => sink.fail(Position::Line(number), error)?,
        }
        if sink.is_over() {
            return Ok(());
        }
    }
    finder.end()
}
