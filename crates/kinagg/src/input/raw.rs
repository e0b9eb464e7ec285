//! Kinesis records as raw bytes: one, or several one after another, as Firehose writes them to a bucket.
//!
//! An aggregate ends with its digest. Bytes between two aggregates are plain data. The boundaries of the
//! records in it are unknown.

use std::io::{self, Read};

use kinesis_agg::schema::MAGIC;
use kinesis_agg_inspect::{AggregateEnd, Search};
use memchr::memmem;

use super::options::Options;
use super::place::Position;
use super::record::{KinesisRecord, RecordFields};
use super::report::Failure;
use super::sink::Sink;
use super::source::Source;
use crate::output::Output;

/// The smallest size of a read.
const CHUNK: usize = 256 * 1024;

/// Bounds the work on beginnings that turn out to be no aggregates: bytes to digest for each byte that was
/// read, and a fixed amount in addition. Otherwise an input full of magics would take quadratic time.
const SPENT_PER_BYTE: u64 = 16;
const SPENT_ANYWAY: u64 = 64 * 1024 * 1024;

/// Passes each record to `sink`.
pub(super) fn read<F>(source: Source, options: Options, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let window = Window {
        reader: source.into_reader(|| sink.pause()),
        buffer: Vec::new(),
        begin: 0,
        dropped: 0,
        is_whole: false,
    };
    let mut splitter =
        Splitter { window, options, sink, spent: 0, not_followed: 0, between: None, lines: None };
    match splitter.split() {
        Ok(()) => splitter.say_what_is_unknown(),
        Err(Stop::Output(error)) => return Err(error),
        Err(Stop::Input(error)) => sink.fail(Position::Whole, error)?,
        Err(Stop::Over) => {}
    }
    Ok(())
}

/// The bytes after the last record, as far as they were read.
struct Window<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Where they begin in the buffer.
    begin: usize,
    /// The number of bytes before these.
    dropped: u64,
    /// The input has ended.
    is_whole: bool,
}

impl<R: Read> Window<R> {
    fn bytes(&self) -> &[u8] {
        self.buffer.get(self.begin..).unwrap_or_default()
    }

    /// Reads about as much again, and only then moves the remaining bytes to the front. So each byte is moved
    /// only a few times.
    fn grow(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.begin.min(self.buffer.len()));
        self.begin = 0;
        let wanted = u64::try_from(self.buffer.len().max(CHUNK)).unwrap_or(u64::MAX);
        let len = self.reader.by_ref().take(wanted).read_to_end(&mut self.buffer)?;
        self.is_whole = len == 0;
        Ok(())
    }

    /// The number of bytes read so far.
    fn read(&self) -> u64 {
        self.dropped.saturating_add(u64::try_from(self.bytes().len()).unwrap_or(u64::MAX))
    }

    fn drop_front(&mut self, len: usize) {
        self.begin = self.begin.saturating_add(len);
        self.dropped = self.dropped.saturating_add(u64::try_from(len).unwrap_or(u64::MAX));
    }

    /// The length of the line end at `at`.
    fn line_end(&self, at: usize) -> usize {
        match self.bytes().get(at..) {
            Some([b'\n', ..]) => 1,
            Some([b'\r', b'\n', ..]) => 2,
            _ => 0,
        }
    }
}

struct Splitter<'r, 's, R, F> {
    window: Window<R>,
    options: Options,
    sink: &'r Sink<'s, F>,
    /// The work spent on false beginnings.
    spent: u64,
    /// Beginnings that were not examined, since the work was used up.
    not_followed: u64,
    /// Where the first plain data is, and how many pieces there were.
    between: Option<(u64, u64)>,
    /// Whether each record ends with a line feed; known after the first aggregate.
    lines: Option<bool>,
}

enum Stop {
    Input(String),
    Output(io::Error),
    Over,
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl<R: Read, F> Splitter<'_, '_, R, F>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    fn split(&mut self) -> Result<(), Stop> {
        if self.options.one_record {
            return self.one_record();
        }
        // Where to search for the next magic.
        let mut from = 0;
        loop {
            let rest = self.window.bytes().get(from..).unwrap_or_default();
            let Some(begin) = memmem::find(rest, &MAGIC).map(|found| from.saturating_add(found)) else {
                if self.window.is_whole {
                    return self.rest();
                }
                // The beginning of a magic may be there.
                from = self.window.bytes().len().saturating_sub(MAGIC.len().saturating_sub(1)).max(from);
                self.check_len(self.window.bytes().len())?;
                self.grow()?;
                continue;
            };
            match self.end_of(begin)? {
                Some(end) => {
                    self.plain(begin)?;
                    self.aggregate(begin, end)?;
                    from = 0;
                }
                None => from = begin.saturating_add(1),
            }
        }
    }

    /// The end of the aggregate that begins at `begin`, if it is one.
    fn end_of(&mut self, begin: usize) -> Result<Option<usize>, Stop> {
        let allowed = self.window.read().saturating_mul(SPENT_PER_BYTE).saturating_add(SPENT_ANYWAY);
        if self.spent > allowed {
            self.not_followed = self.not_followed.saturating_add(1);
            return Ok(None);
        }
        let mut search = AggregateEnd::default();
        loop {
            let data = self.window.bytes().get(begin..).unwrap_or_default();
            match search.search(data) {
                Search::Found(len) if self.options.limits.holds_record(len) => {
                    let end = begin.saturating_add(len);
                    // Whether a line ends there.
                    while self.window.bytes().len() < end.saturating_add(2) && !self.window.is_whole {
                        self.grow()?;
                    }
                    return Ok(Some(end));
                }
                Search::More if !self.window.is_whole && self.options.limits.holds_record(data.len()) => {
                    self.grow()?;
                }
                _ => {
                    self.spent = self.spent.saturating_add(search.work());
                    return Ok(None);
                }
            }
        }
    }

    /// Passes on an aggregate. The window then begins after it and its line end.
    fn aggregate(&mut self, begin: usize, end: usize) -> Result<(), Stop> {
        let line_end = self.window.line_end(end);
        let next = end.saturating_add(line_end);
        let is_alone = self.window.dropped == 0
            && begin == 0
            && self.window.is_whole
            && next == self.window.bytes().len();
        let position = if is_alone { Position::Whole } else { self.position(begin) };
        self.record(position, begin, end)?;
        self.lines = Some(
            self.lines.unwrap_or(true)
                && (line_end > 0 || self.window.is_whole && next == self.window.bytes().len()),
        );
        self.window.drop_front(next);
        Ok(())
    }

    /// Passes on the rest: all of it, if no aggregate was found.
    fn rest(&mut self) -> Result<(), Stop> {
        let len = self.window.bytes().len();
        if self.window.dropped > 0 {
            return self.plain(len);
        }
        self.record(Position::Whole, 0, len)
    }

    /// Passes on the plain data up to `end`, if there is any.
    fn plain(&mut self, end: usize) -> Result<(), Stop> {
        if end == 0 {
            return Ok(());
        }
        let at = self.window.dropped;
        let runs = self.between.map_or(1, |(_, runs)| runs.saturating_add(1));
        self.between = Some((self.between.map_or(at, |(first, _)| first), runs));
        let end = end.saturating_sub(self.line_end_before(end));
        self.record(self.position(0), 0, end)
    }

    /// The length of the line end before `end`, if records have line ends.
    fn line_end_before(&self, end: usize) -> usize {
        let has_lines = self.lines.unwrap_or_else(|| {
            // Only plain data so far: the next aggregate decides, if there is one.
            let mut search = AggregateEnd::default();
            match search.search(self.window.bytes().get(end..).unwrap_or_default()) {
                Search::Found(len) => self.window.line_end(end.saturating_add(len)) > 0,
                _ => false,
            }
        });
        let before = self.window.bytes().get(..end).unwrap_or_default();
        match before {
            [.., b'\r', b'\n'] if has_lines => 2,
            [.., b'\n'] if has_lines => 1,
            _ => 0,
        }
    }

    fn one_record(&mut self) -> Result<(), Stop> {
        while !self.window.is_whole {
            self.check_len(self.window.bytes().len())?;
            self.grow()?;
        }
        self.record(Position::Whole, 0, self.window.bytes().len())
    }

    fn position(&self, begin: usize) -> Position {
        Position::Byte(self.window.dropped.saturating_add(u64::try_from(begin).unwrap_or(u64::MAX)))
    }

    fn record(&mut self, position: Position, begin: usize, end: usize) -> Result<(), Stop> {
        self.check_len(end.saturating_sub(begin))?;
        let data = self.window.bytes().get(begin..end).unwrap_or_default();
        self.sink.record(position, RecordFields::of_data(data))?;
        if self.sink.is_over() { Err(Stop::Over) } else { Ok(()) }
    }

    fn check_len(&self, len: usize) -> Result<(), Stop> {
        let limits = self.options.limits;
        if limits.holds_record(len) { Ok(()) } else { Err(Stop::Input(limits.record_too_large())) }
    }

    fn grow(&mut self) -> Result<(), Stop> {
        self.window.grow().map_err(|error| Stop::Input(error.to_string()))
    }

    /// Reports where the boundaries of records are unknown.
    fn say_what_is_unknown(&self) {
        if let Some((first, runs)) = self.between {
            let places = match runs {
                1 => format!("there is plain data beside aggregates, at byte {first}"),
                _ => {
                    format!(
                        "there is plain data beside aggregates in {runs} places, the first at byte {first}"
                    )
                }
            };
            self.sink.say(
                Position::Whole,
                format_args!("{places}: the boundaries of the records in it are unknown; each place is taken as one record"),
            );
        }
        if self.not_followed > 0 {
            self.sink.say(
                Position::Whole,
                format_args!(
                    "{} more places begin like an aggregate and were taken as plain data: too many before them were none",
                    self.not_followed
                ),
            );
        }
    }
}
