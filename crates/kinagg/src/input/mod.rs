//! Files and standard input: lines and Kinesis records out of them, and what to do when one is bad.
//!
//! ```text
//!   source  (live, unfold, progress)   a file -> bytes, uncompressed, bounded
//!   recognise                      how it begins -> what it is (format)
//!   json/                          -> records of answers, events and what wraps them
//!   json_lines  (lines)            -> records of this program's own lines
//!   text/                          -> records pasted or printed as text
//!   raw                            -> records one behind the other
//!   sink    (batch)                records -> digests, many at once -> the command
//!   report  (place)                what is bad or doubtful -> standard error, the exit status
//!   options (limits)               what the user has decided
//! ```

mod batch;
mod format;
mod json;
mod json_lines;
mod limits;
mod lines;
mod live;
mod options;
mod place;
mod progress;
mod raw;
mod recognise;
mod record;
mod report;
mod sink;
mod source;
pub(crate) mod text;
mod zstd;

use std::cell::{Cell, RefCell};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

pub(crate) use self::format::Format;
pub(crate) use self::json::decode;
pub(crate) use self::place::{Place, Position};
pub(crate) use self::record::KinesisRecord;
pub(crate) use self::report::{Failure, Status, complain};
pub(crate) use self::zstd::ZstdReader;

use self::batch::Batch;
use self::format::Reading;
use self::limits::Limits;
use self::lines::Lines;
use self::options::{Joining, Options};
use self::recognise::{format_of, is_decided, needs_more};
use self::report::Report;
use self::sink::Sink;
use self::source::{Head, Source};
use self::text::notation::Notation;
use self::text::{aws, chunks, dump, join, log};
use crate::output::Output;

const READ_BUFFER_LEN: usize = 64 * 1024;

/// Any number of inputs, as arguments of a command.
#[derive(Debug, clap::Args)]
pub(crate) struct Input {
    /// What to read, also compressed by gzip or zstd; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<PathBuf>,

    /// Go on after bad input: it is reported, and the exit status is still 1
    #[arg(long)]
    keep_going: bool,

    #[command(flatten)]
    limits: Limits,
}

impl Input {
    /// Gives each line that is not blank to `each`, and writes `output` out where the input has no more for the moment.
    ///
    /// # Errors
    /// That of standard output, which `each` has met.
    pub(crate) fn for_each_line(
        &self,
        output: &mut Output,
        mut each: impl FnMut(&mut Output, &[u8]) -> Result<(), Failure>,
    ) -> io::Result<Status> {
        let output = RefCell::new(output);
        let broken = Cell::new(None);
        let pause = || {
            output.borrow_mut().flush().map_err(|error| {
                broken.set(Some(error));
                io::Error::other("nothing more is wanted")
            })
        };
        let head = Head { is_enough: &has_line, needs_more: &|_| false, max: self.limits.max_line };
        self.for_each_source(head, |file, source, report| {
            let mut lines = Lines::new(buffered(source, pause), self.limits.max_line);
            while let Some((number, line)) = lines.next() {
                let place = Place { file, position: Position::Line(number) };
                let outcome = match line {
                    Ok(line) if line.trim_ascii().is_empty() => continue,
                    Ok(line) => each(&mut output.borrow_mut(), line),
                    Err(error) => Err(broken.take().map_or(Failure::Input(error), Failure::Output)),
                };
                report.take(place, outcome)?;
                if report.is_over() {
                    break;
                }
            }
            Ok(())
        })
    }

    fn for_each_source(
        &self,
        head: Head<'_>,
        mut each: impl FnMut(&Path, Source, &mut Report) -> io::Result<()>,
    ) -> io::Result<Status> {
        let mut report = Report::new(self.keep_going);
        for file in &self.files {
            match Source::open(file, self.limits.max_unfolded, head) {
                Ok(source) => each(file, source, &mut report)?,
                Err(error) => {
                    let place = Place { file, position: Position::Whole };
                    report.take(place, Err(Failure::input(error)))?;
                }
            }
            if report.is_over() {
                break;
            }
        }
        Ok(report.status())
    }
}

/// Whether what is there of an input that may go on is a line at least.
fn has_line(head: &[u8]) -> bool {
    head.contains(&b'\n')
}

fn buffered(source: Source, before_wait: impl FnMut() -> io::Result<()>) -> BufReader<impl Read> {
    BufReader::with_capacity(READ_BUFFER_LEN, source.into_reader(before_wait))
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
/// let read: Status = stats.records.for_each(output, |output, record| {
///     count(record.data.len());           // Err(Failure::input("too many")) is reported with `record.place`
///     output.write(&line)?;               // an io::Error is one of standard output, and ends the run
///     Ok(())                              // Err(Failure::Enough) ends it, too, and all is well
/// })?;                                     // Status::Bad if anything was reported
/// ```
#[derive(Debug, clap::Args)]
pub(crate) struct KinesisRecords {
    #[command(flatten)]
    input: Input,

    /// How the records are written, where it is not to be told by how each FILE begins
    #[arg(long, value_enum, group = "given_format")]
    format: Option<Format>,

    /// Each FILE holds the bytes of a Kinesis record, or of several one behind the other: --format raw
    #[arg(long, group = "given_format")]
    raw: bool,

    /// Raw bytes are one record, whatever stands behind its digest
    #[arg(long)]
    one_record: bool,

    /// Lines of base64, hex or numbers that could be one record are one: those of one width, and a shorter
    /// one behind them
    #[arg(long, conflicts_with = "one_record_per_line")]
    join_lines: bool,

    /// Each line of base64, hex or numbers is a record
    #[arg(long)]
    one_record_per_line: bool,
}

impl KinesisRecords {
    /// Gives each Kinesis record to `each`, in order, in constant memory. Some are read ahead, so that their digests are
    /// computed together: see [`KinesisRecord::parse`]. Where the input has no more for the moment, those that are there are
    /// given, and `output` is written out.
    ///
    /// What cannot be read, and what `each` says is bad ([`Failure::Input`]), is reported on standard error with its place;
    /// the rest is not read then, unless the user asked for it with `--keep-going`.
    ///
    /// # Errors
    /// That of standard output, which `each` has met.
    pub(crate) fn for_each(
        &self,
        output: &mut Output,
        mut each: impl FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
    ) -> io::Result<Status> {
        self.for_each_even_cut_off(output, |output, record| match record.cut_off {
            Some(error) => Err(Failure::input(error)),
            None => each(output, record),
        })
    }

    /// [`for_each`](Self::for_each), and even records of which a part is missing, since their text was cut off within a byte.
    ///
    /// # Errors
    /// As that.
    pub(crate) fn for_each_even_cut_off(
        &self,
        output: &mut Output,
        mut each: impl FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
    ) -> io::Result<Status> {
        let mut batch = Batch::default();
        let is_given = self.format.is_some() || self.raw;
        let head = Head {
            is_enough: if is_given { &has_line } else { &is_decided },
            needs_more: if is_given { &|_| false } else { &needs_more },
            max: self.input.limits.max_line,
        };
        self.input.for_each_source(head, |file, source, report| {
            let place = Place { file, position: Position::Whole };
            let reading = match self.reading_of(&source) {
                Ok(reading) => reading,
                Err(error) => return report.take(place, Err(Failure::Input(error))),
            };
            if let Some(note) = reading.note {
                report.say(place, note);
            }
            let sink = Sink::new(file, reading.format, report, &mut batch, output, &mut each);
            read(source, reading.format, self.options(), &sink)
        })
    }

    /// The most that a compressed user record may unfold to, in bytes: it is in memory as a whole.
    pub(crate) fn max_unfolded(&self) -> u64 {
        self.input.limits.max_unfolded.min(self.input.limits.max_record)
    }

    fn options(&self) -> Options {
        let joining = match (self.join_lines, self.one_record_per_line) {
            (true, _) => Joining::Always,
            (_, true) => Joining::Never,
            _ => Joining::Auto,
        };
        Options { limits: self.input.limits, joining, one_record: self.one_record }
    }

    fn reading_of(&self, source: &Source) -> Result<Reading, String> {
        let given = if self.raw { Some(Format::Raw) } else { self.format };
        match given {
            Some(format) => Ok(Reading { format, note: None }),
            None => format_of(source.head(), source.is_whole()),
        }
    }
}

/// Gives each record of an input to `sink`.
fn read<F>(source: Source, format: Format, options: Options, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let source = if format == Format::Raw { source } else { source.without_mark() };
    let limits = options.limits;
    match format {
        Format::JsonLines => json_lines::read(source, limits, sink)?,
        Format::Json => json::read(source, limits, sink)?,
        Format::Base64 => join::read(source, Notation::Base64, options, sink)?,
        Format::Hex => join::read(source, Notation::Hex, options, sink)?,
        Format::Decimal => join::read(source, Notation::Decimal, options, sink)?,
        Format::Printed => chunks::read(source, options, sink)?,
        Format::Dump => dump::read(source, options, sink)?,
        Format::AwsText => aws::read(source, options, sink)?,
        Format::Log => log::read(source, limits, sink)?,
        Format::Raw => raw::read(source, options, sink)?,
    }
    sink.flush()
}

/// What [`recognise()`] has found.
#[derive(Debug, Default)]
pub struct Recognised {
    /// The data of each record.
    pub records: Vec<Vec<u8>>,
    /// How many records were cut off, which are among them.
    pub cut_off: usize,
    /// The input was bad, or a part of it.
    pub is_bad: bool,
    /// Something was said about how it was read.
    pub is_doubtful: bool,
    /// It is taken for raw bytes.
    pub is_raw: bool,
}

/// Reads an input that is in memory as a FILE without options, and keeps quiet. For tests.
///
/// `max` bounds lines and records, in bytes.
pub fn recognise(input: &[u8], max: u64) -> Recognised {
    let mut found = Recognised::default();
    let mut report = Report::quiet();
    let reading = match format_of(input, true) {
        Ok(reading) => reading,
        Err(_) => return Recognised { is_bad: true, ..found },
    };
    let options = Options { limits: Limits::of(max), joining: Joining::Auto, one_record: false };
    let (mut batch, mut output) = (Batch::default(), Output::new());
    let mut each = |_: &mut Output, record: KinesisRecord<'_>| {
        found.records.push(record.data.to_vec());
        found.cut_off = found.cut_off.saturating_add(usize::from(record.cut_off.is_some()));
        Ok(())
    };
    let sink = Sink::new(Path::new("-"), reading.format, &mut report, &mut batch, &mut output, &mut each);
    let outcome = read(Source::of_bytes(input), reading.format, options, &sink);
    found.is_bad = outcome.is_err() || report.status() == Status::Bad;
    found.is_doubtful = reading.note.is_some() || report.has_said();
    found.is_raw = reading.format == Format::Raw;
    found
}
