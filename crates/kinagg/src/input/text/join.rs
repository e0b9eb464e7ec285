//! Records pasted as lines of base64, hex or decimal numbers: decides which lines are one record.
//!
//! A line is a record, unless it begins an aggregate and does not contain all of it. Such a line takes the
//! lines after it, which tools break at one width, until the aggregate is complete, another one begins, a
//! line is blank, or a shorter line ends the record. If lines could also be read in another way, there is a
//! note.

use std::io;

use kinesis_agg::schema::MAGIC;
use kinesis_agg_inspect::{AggregateEnd, Search};

use super::groups;
use super::notation::Notation;
use crate::base64::Ending;
use crate::input::lines::Lines;
use crate::input::options::{Joining, Options};
use crate::input::place::Position;
use crate::input::record::{KinesisRecord, RecordFields};
use crate::input::report::Failure;
use crate::input::sink::Sink;
use crate::input::source::Source;
use crate::output::Output;

/// Passes each record in the text to `sink`.
pub(in crate::input) fn read<F>(
    source: Source,
    notation: Notation,
    options: Options,
    sink: &Sink<'_, F>,
) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let mut lines = Lines::new(source.into_buffered(|| sink.pause()), options.limits.max_line);
    let mut joiner =
        Joiner { notation, options, sink, open: None, bytes: Vec::new(), doubt: Doubt::default() };
    while let Some((number, line)) = lines.next() {
        match line {
            Ok(line) => {
                let line = notation.trim(line);
                joiner.line(number, &line)?;
            }
            Err(error) => {
                joiner.finish()?;
                sink.fail(Position::Line(number), error)?;
            }
        }
        if sink.is_over() {
            return Ok(());
        }
    }
    joiner.finish()?;
    joiner.end_doubt();
    joiner.doubt.say_how_many_more(sink);
    Ok(())
}

struct Joiner<'r, 's, F> {
    notation: Notation,
    options: Options,
    sink: &'r Sink<'s, F>,
    /// The record that may continue in the next line.
    open: Option<OpenRecord>,
    bytes: Vec<u8>,
    doubt: Doubt,
}

/// A record whose end is not known yet.
struct OpenRecord {
    /// The lines: the number of each, and where it ends in the text.
    lines: Vec<(u64, usize)>,
    text: Vec<u8>,
    width: usize,
    kind: Kind,
    /// Searches for the end of the aggregate.
    bytes: Vec<u8>,
    /// The length of the text for these bytes.
    decoded: usize,
    search: AggregateEnd,
    found: Search,
}

/// Why a record may continue in the next line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Its line begins an aggregate, and may have a width at which tools break lines.
    Aggregate { has_width_of_tool: bool },
    /// Its line says so itself.
    Open,
    /// It is a column of numbers.
    Column,
    /// The user asked for it.
    Wanted,
}

impl<F> Joiner<'_, '_, F>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    fn line(&mut self, number: u64, line: &[u8]) -> io::Result<()> {
        if line.is_empty() {
            self.finish()?;
            self.end_doubt();
            return Ok(());
        }
        let goes_on = self.open.as_ref().is_some_and(|open| open.takes(line, self.notation));
        if !goes_on {
            self.finish()?;
            if self.sink.is_over() {
                return Ok(());
            }
            let Some(kind) = self.kind_of(line) else { return self.single(number, line) };
            self.open = Some(OpenRecord::new(self.notation.width(line), kind));
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        open.add(number, line, self.notation);
        if !self.options.limits.holds_record(open.text.len() / 2) {
            let first = open.first();
            self.open = None;
            return self.sink.fail(Position::Line(first), self.options.limits.record_too_large());
        }
        if open.is_over(line, self.notation) { self.finish() } else { Ok(()) }
    }

    /// Whether a record that begins with this line may continue in the next one, and why.
    fn kind_of(&self, line: &[u8]) -> Option<Kind> {
        let has_width_of_tool = self.notation.is_width_of_tool(line);
        match self.options.joining {
            Joining::Never => None,
            Joining::Always => Some(Kind::Wanted),
            Joining::Auto if self.notation.is_open(line) => Some(Kind::Open),
            Joining::Auto if begins_aggregate(line, self.notation) => {
                Some(Kind::Aggregate { has_width_of_tool })
            }
            Joining::Auto
                if self.notation == Notation::Decimal
                    && self.notation.width(line) == 1
                    && self.doubt.lines.is_none() =>
            {
                Some(Kind::Column)
            }
            Joining::Auto => None,
        }
    }

    /// Passes on a line that is a record.
    fn single(&mut self, number: u64, line: &[u8]) -> io::Result<()> {
        if self.options.joining == Joining::Auto {
            self.doubt_line(number, line);
        }
        self.record(number, line)
    }

    /// Passes on the record whose end was not known: there is no more of it.
    fn finish(&mut self) -> io::Result<()> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let (first, last, count) = (open.first(), open.last(), open.lines.len());
        let is_whole = matches!(open.found, Search::Found(_));
        if count == 1 {
            self.end_doubt();
            return self.record(first, &open.text);
        }
        match open.kind {
            Kind::Aggregate { has_width_of_tool } if !is_whole => {
                let text = match has_width_of_tool {
                    true => "taken as one record, which is not a whole aggregate; `--one-record-per-line` makes one of each line".to_owned(),
                    false => format!("taken as {count} records; `--join-lines` makes one of them"),
                };
                self.end_doubt();
                self.doubt.say(self.sink, Position::Lines(first, last), &text);
                if !has_width_of_tool {
                    return open.each_line().try_for_each(|(number, line)| self.record(number, line));
                }
            }
            Kind::Column => {
                let text = format!(
                    "taken as one record, a number in each line; `--one-record-per-line` makes {count}"
                );
                self.doubt.say(self.sink, Position::Lines(first, last), &text);
            }
            _ => {}
        }
        self.end_doubt();
        self.record(first, &open.text)
    }

    fn record(&mut self, number: u64, text: &[u8]) -> io::Result<()> {
        let position = Position::Line(number);
        self.bytes.clear();
        match self.notation.decode(text, &mut self.bytes) {
            Ok(ending) => {
                let cut_off = (ending == Ending::CutOff).then(|| self.notation.cut_off());
                self.sink.record(position, RecordFields { cut_off, ..RecordFields::of_data(&self.bytes) })
            }
            Err(error) => self.sink.fail(position, format!("text {error}")),
        }
    }

    /// Notices lines that were taken one by one and look like one record.
    fn doubt_line(&mut self, number: u64, line: &[u8]) {
        let (width, is_closed) = (self.notation.width(line), self.notation.is_closed(line));
        if let Some(lines) = &mut self.doubt.lines {
            if width <= lines.width && lines.last.saturating_add(1) == number {
                lines.last = number;
                if width < lines.width || is_closed {
                    self.end_doubt();
                }
                return;
            }
            self.end_doubt();
        }
        if self.notation.is_width_of_tool(line) && !is_closed {
            self.doubt.lines = Some(LikeLines { first: number, last: number, width });
        }
    }

    fn end_doubt(&mut self) {
        let Some(lines) = self.doubt.lines.take() else { return };
        let count = lines.last.saturating_sub(lines.first).saturating_add(1);
        if count > 1 {
            let text = format!("taken as {count} records; `--join-lines` makes one of them");
            self.doubt.say(self.sink, Position::Lines(lines.first, lines.last), &text);
        }
    }
}

impl OpenRecord {
    fn new(width: usize, kind: Kind) -> Self {
        Self {
            lines: Vec::new(),
            text: Vec::new(),
            width,
            kind,
            bytes: Vec::new(),
            decoded: 0,
            search: AggregateEnd::default(),
            found: Search::More,
        }
    }

    fn first(&self) -> u64 {
        self.lines.first().map_or(0, |(number, _)| *number)
    }

    fn last(&self) -> u64 {
        self.lines.last().map_or(0, |(number, _)| *number)
    }

    fn takes(&self, line: &[u8], notation: Notation) -> bool {
        let width = notation.width(line);
        !begins_aggregate(line, notation)
            && match self.kind {
                Kind::Open => true,
                Kind::Column => width == 1,
                Kind::Aggregate { .. } | Kind::Wanted => width <= self.width,
            }
    }

    /// Adds a line, and searches it for the end of the aggregate.
    fn add(&mut self, number: u64, line: &[u8], notation: Notation) {
        let is_spaced = notation == Notation::Decimal || groups::groups(line).nth(1).is_some();
        if notation != Notation::Base64 && is_spaced && !self.text.is_empty() {
            self.text.push(b'\n');
        }
        self.text.extend_from_slice(line);
        self.lines.push((number, self.text.len()));
        if self.found != Search::More {
            return;
        }
        let units = match notation {
            Notation::Base64 => 4,
            Notation::Hex if !is_spaced => 2,
            _ => 1,
        };
        let rest = self.text.get(self.decoded..).unwrap_or_default();
        let whole = rest.len().saturating_sub(rest.len().checked_rem(units).unwrap_or(0));
        let decoded = notation.decode(rest.get(..whole).unwrap_or_default(), &mut self.bytes);
        self.decoded = self.decoded.saturating_add(whole);
        self.found = match decoded {
            Ok(Ending::Whole) if self.bytes.starts_with(&MAGIC) => self.search.search(&self.bytes),
            _ => Search::None,
        };
    }

    /// Whether the line that was added last ends the record.
    fn is_over(&self, line: &[u8], notation: Notation) -> bool {
        matches!(self.found, Search::Found(_))
            || match self.kind {
                Kind::Open => !notation.is_open(line),
                Kind::Column => false,
                Kind::Aggregate { .. } | Kind::Wanted => {
                    notation.width(line) < self.width || notation.is_closed(line)
                }
            }
    }

    fn each_line(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let begins = std::iter::once(0).chain(self.lines.iter().map(|(_, end)| *end));
        begins.zip(&self.lines).map(|(begin, (number, end))| {
            (*number, self.text.get(begin..*end).unwrap_or_default().trim_ascii())
        })
    }
}

/// Whether a line begins with the magic.
fn begins_aggregate(line: &[u8], notation: Notation) -> bool {
    match notation {
        // The sixth symbol has the last two bits of the magic and the first four bits after it.
        Notation::Base64 => {
            line.starts_with(b"84maw") && line.get(5).is_some_and(|symbol| (b'g'..=b'v').contains(symbol))
        }
        Notation::Hex => {
            let digits: Vec<u8> = groups::groups(line).flatten().take(8).copied().collect();
            digits.eq_ignore_ascii_case(b"f3899ac2")
        }
        Notation::Decimal => groups::groups(line).take(4).map(groups::decimal_byte).eq(MAGIC.map(Some)),
    }
}

/// The notes on ambiguous lines: the first one, and how many more there were.
#[derive(Default)]
struct Doubt {
    lines: Option<LikeLines>,
    said: u64,
}

/// Lines that were each taken as a record, of a width at which tools break records.
struct LikeLines {
    first: u64,
    last: u64,
    width: usize,
}

impl Doubt {
    fn say<F>(&mut self, sink: &Sink<'_, F>, position: Position, text: &str)
    where
        F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
    {
        if self.said == 0 {
            sink.say(position, text);
        }
        self.said = self.said.saturating_add(1);
    }

    fn say_how_many_more<F>(&self, sink: &Sink<'_, F>)
    where
        F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
    {
        match self.said.saturating_sub(1) {
            0 => {}
            1 => sink.say(Position::Whole, "the same holds for one more group of lines"),
            more => sink.say(Position::Whole, format_args!("the same holds for {more} more groups of lines")),
        }
    }
}
