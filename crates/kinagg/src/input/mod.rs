//! Files and standard input: lines and Kinesis records out of them, and what to do when one is bad.
//!
//! ```text
//!   source  (live, zstd, progress)     a file -> bytes, uncompressed, bounded
//!   format                       how it begins -> what it is
//!   lines                        -> lines
//!   json    (json_scan)          -> records of answers and events
//!   texts                        -> records pasted as base64 or hex
//!   sink    (batch)              records -> digests, many at once -> the command
//!   report  (place)              what is bad -> standard error, the exit status
//! ```

mod batch;
mod format;
mod json;
mod json_scan;
mod limits;
mod lines;
mod live;
mod place;
mod progress;
mod record;
mod report;
mod sink;
mod source;
mod texts;
mod zstd;

use std::cell::{Cell, RefCell};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

pub(crate) use self::format::Format;
pub(crate) use self::place::{Place, Position};
pub(crate) use self::record::KinesisRecord;
pub(crate) use self::report::{Failure, Status, complain};

use self::batch::Batch;
use self::format::{is_decided, recognise, without_mark};
use self::limits::Limits;
use self::lines::Lines;
use self::record::RecordFields;
use self::report::Report;
use self::sink::Sink;
use self::source::Source;
use self::texts::Notation;
use crate::base64::Ending;
use crate::line::{CUT_OFF, KinesisLine, Text, parse};
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
        self.for_each_source(has_line, |file, source, report| {
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
        is_enough: impl Fn(&[u8]) -> bool,
        mut each: impl FnMut(&Path, Source, &mut Report) -> io::Result<()>,
    ) -> io::Result<Status> {
        let mut report = Report::new(self.keep_going);
        for file in &self.files {
            match Source::open(file, self.limits.max_unfolded, &is_enough) {
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

    /// Each FILE holds the bytes of one Kinesis record: --format raw
    #[arg(long, group = "given_format")]
    raw: bool,
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
        let limits = self.input.limits;
        let mut batch = Batch::default();
        let is_enough = |head: &[u8]| match (self.format, self.raw) {
            (None, false) => is_decided(head),
            _ => has_line(head),
        };
        self.input.for_each_source(is_enough, |file, source, report| {
            let format = match self.format_of(&source) {
                Ok(format) => format,
                Err(error) => {
                    let place = Place { file, position: Position::Whole };
                    return report.take(place, Err(Failure::Input(error)));
                }
            };
            let sink = Sink::new(file, format, report, &mut batch, output, &mut each);
            match format {
                Format::JsonLines => read_lines(source, limits, &sink)?,
                Format::Json => json::read(source.without_mark(), limits, &sink)?,
                Format::Base64 => texts::read(source, Notation::Base64, limits, &sink)?,
                Format::Hex => texts::read(source, Notation::Hex, limits, &sink)?,
                Format::Raw => read_raw(source, limits, &sink)?,
            }
            sink.flush()
        })
    }

    fn format_of(&self, source: &Source) -> Result<Format, String> {
        match (self.format, self.raw) {
            (_, true) => Ok(Format::Raw),
            (Some(format), false) => Ok(format),
            (None, false) => recognise(source.head(), source.is_whole()),
        }
    }
}

fn read_lines<F>(source: Source, limits: Limits, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let mut lines = Lines::new(buffered(source, || sink.pause()), limits.max_line);
    let mut buffer = Vec::new();
    while let Some((number, line)) = lines.next() {
        let position = Position::Line(number);
        let outcome = match line {
            Ok(line) if line.trim_ascii().is_empty() => continue,
            Ok(line) => read_line(
                if number == 1 { without_mark(line) } else { line },
                position,
                limits,
                &mut buffer,
                sink,
            )?,
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

fn read_raw<F>(source: Source, limits: Limits, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let mut data = Vec::new();
    let outcome =
        source.into_reader(|| Ok(())).take(limits.max_record.saturating_add(1)).read_to_end(&mut data);
    let outcome = outcome.map_err(|error| error.to_string()).and_then(|_| limits.check_record(&data));
    match outcome {
        Ok(()) => sink.record(Position::Whole, RecordFields::of_data(&data)),
        Err(error) => sink.fail(Position::Whole, error),
    }
}
