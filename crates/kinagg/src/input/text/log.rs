//! Lines of a log: what stands before a Lambda event is passed over, and lines without one are.

use std::io;

use memchr::memmem;

use crate::input::buffered;
use crate::input::json::taker::Taker;
use crate::input::limits::Limits;
use crate::input::lines::Lines;
use crate::input::place::Position;
use crate::input::record::KinesisRecord;
use crate::input::report::Failure;
use crate::input::sink::Sink;
use crate::input::source::Source;
use crate::output::Output;

/// Whether a text that begins so has an event in one of its lines.
pub(in crate::input) fn is_log(head: &[u8]) -> bool {
    let names: [&[u8]; 3] = [br#"{"Records""#, br#""Records":"#, br#"KinesisBatchInfo"#];
    names.iter().any(|name| memmem::find(head, name).is_some())
}

/// Gives the records in each line to `sink`.
pub(in crate::input) fn read<F>(source: Source, limits: Limits, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let mut lines = Lines::new(buffered(source, || sink.pause()), limits.max_line);
    let mut taker = Taker::new(limits, sink);
    while let Some((number, line)) = lines.next() {
        match line {
            Ok(line) if line.trim_ascii().is_empty() => {}
            Ok(line) => taker.take_log_event(line)?,
            Err(error) => sink.fail(Position::Line(number), error)?,
        }
        if sink.is_over() {
            return Ok(());
        }
    }
    taker.end()
}
