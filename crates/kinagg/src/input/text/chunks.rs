//! Reads printed bytes: lines until all brackets are closed, and the records in them.

use std::io;

use super::printed::{self, Printed};
use crate::input::lines::Lines;
use crate::input::options::Options;
use crate::input::place::Position;
use crate::input::record::{KinesisRecord, RecordFields};
use crate::input::report::Failure;
use crate::input::sink::Sink;
use crate::input::source::Source;
use crate::output::Output;

/// Passes each record in the text to `sink`.
pub(in crate::input) fn read<F>(source: Source, options: Options, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let mut lines = Lines::new(source.into_buffered(|| sink.pause()), options.limits.max_line);
    let mut chunk = Chunk::default();
    let mut said = None;
    while let Some((number, line)) = lines.next() {
        let line = match line {
            Ok(line) => line,
            Err(error) => {
                sink.fail(Position::Line(number), error)?;
                break;
            }
        };
        if !chunk.is_open() {
            chunk = Chunk { first: number, ..Chunk::default() };
        }
        chunk.add(line);
        if u64::try_from(chunk.text.len()).is_ok_and(|len| len > options.limits.max_line) {
            let error = format!("brackets are open over more than {} bytes", options.limits.max_line);
            sink.fail(Position::Line(chunk.first), error)?;
            break;
        }
        if !chunk.is_open() {
            records(&chunk, options, sink, &mut said)?;
        }
        if sink.is_over() {
            return Ok(());
        }
    }
    if chunk.is_open() { records(&chunk, options, sink, &mut said) } else { Ok(()) }
}

/// Passes on the records in a chunk.
fn records<F>(
    chunk: &Chunk,
    options: Options,
    sink: &Sink<'_, F>,
    said: &mut Option<&'static str>,
) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let position = Position::Line(chunk.first);
    let records = match printed::parse(&chunk.text) {
        Ok(records) => records,
        Err(error) => return sink.fail(position, format!("text {error}")),
    };
    for Printed { bytes, cut_off, note, .. } in records {
        if let Err(error) = options.limits.check_record(&bytes) {
            sink.fail(position, error)?;
            continue;
        }
        if let Some(note) = note.filter(|note| *said != Some(*note)) {
            sink.say(position, note);
            *said = Some(note);
        }
        let cut_off = cut_off.as_deref();
        sink.record(position, RecordFields { cut_off, ..RecordFields::of_data(&bytes) })?;
    }
    Ok(())
}

/// How certain it is that a text contains printed bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// Nothing else looks like this.
    Escapes,
    /// It is text in quotes that needs no escape.
    Quotes,
    None,
}

/// Whether a text with this beginning contains printed bytes, and only these so far.
pub(super) fn evidence(head: &[u8], is_whole: bool) -> Evidence {
    let mut chunk = Chunk::default();
    let mut found = Evidence::None;
    let mut add = |records: &[Printed]| match records {
        [] => {}
        _ if records.iter().any(|record| record.is_evident) => found = Evidence::Escapes,
        _ if found == Evidence::None && head.starts_with(b"\"") => found = Evidence::Quotes,
        _ => {}
    };
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        if !chunk.is_open() {
            chunk = Chunk::default();
        }
        chunk.add(line);
        if chunk.is_open() {
            continue;
        }
        match printed::parse(&chunk.text) {
            Ok(records) => add(&records),
            // The head may end within a line.
            Err(_) if is_whole || line.ends_with(b"\n") => return Evidence::None,
            Err(_) => {}
        }
    }
    if chunk.is_open() {
        // Up to where a part ends that can be read alone.
        let end = chunk.text.iter().rposition(|byte| b", \n".contains(byte)).filter(|_| !is_whole);
        let text = chunk.text.get(..end.unwrap_or(chunk.text.len())).unwrap_or_default();
        match printed::parse(text) {
            Ok(records) => add(&records),
            Err(_) => return Evidence::None,
        }
    }
    found
}

/// Lines that are read together.
#[derive(Default)]
struct Chunk {
    text: Vec<u8>,
    /// The number of the first line.
    first: u64,
    /// The number of open brackets.
    depth: usize,
    /// The last line says that it continues.
    goes_on: bool,
    /// There was only a name. Its value ends with a semicolon.
    is_declaration: bool,
}

impl Chunk {
    fn is_open(&self) -> bool {
        self.depth > 0 || self.goes_on
    }

    fn add(&mut self, line: &[u8]) {
        self.text.extend_from_slice(line);
        let mut quote = None;
        let mut bytes = line.iter().copied().peekable();
        let mut before = b' ';
        while let Some(byte) = bytes.next() {
            match (byte, quote) {
                (b'\\', _) => {
                    bytes.next();
                }
                (_, Some(open)) if byte == open => quote = None,
                (_, Some(_)) => {}
                (b'"' | b'\'' | b'`', None) => quote = Some(byte),
                (b'[' | b'{' | b'(' | b'<', None) => self.depth = self.depth.saturating_add(1),
                (b'>', None) if before == b'=' || before == b'-' => {}
                (b']' | b'}' | b')' | b'>', None) => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            before = byte;
        }
        let line = line.trim_ascii_end();
        self.is_declaration |= line.ends_with(b"=");
        let is_blank = line.is_empty();
        let has_operator = matches!(line.last(), Some(b'+' | b'='))
            || line.ends_with(b" .")
            || line.ends_with(b"\\") && !line.starts_with(b"\\");
        self.goes_on = !is_blank && (has_operator || self.is_declaration && !line.ends_with(b";"));
    }
}
