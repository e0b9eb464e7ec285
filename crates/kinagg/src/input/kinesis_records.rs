//! The Kinesis records in the inputs of a command.

use std::io;
use std::path::Path;

use super::batch::Batch;
use super::files::{Input, has_line};
use super::format::{Format, Reading};
use super::options::{Joining, Options};
use super::place::{Place, Position};
use super::read::read;
use super::recognise::{format_of, is_decided, needs_more};
use super::record::KinesisRecord;
use super::report::{Failure, Status};
use super::sink::Sink;
use super::source::{Head, Source};
use crate::output::Output;

/// The Kinesis records of any number of inputs, as arguments of a command. Flatten it into the command:
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
///     Ok(())                              // Err(Failure::Enough) also ends it, as a success
/// })?;                                     // Status::Bad if anything was reported
/// ```
#[derive(Debug, clap::Args)]
pub(crate) struct KinesisRecords {
    #[command(flatten)]
    input: Input,

    /// The format of the records, if the beginning of each FILE cannot tell it
    #[arg(long, value_enum, group = "given_format")]
    format: Option<Format>,

    /// Each FILE contains the bytes of one Kinesis record, or of several one after another; same as --format
    /// raw
    #[arg(long, group = "given_format")]
    raw: bool,

    /// Raw bytes are one record, even if more bytes follow its digest
    #[arg(long)]
    one_record: bool,

    /// Join lines of base64, hex or numbers that could be one record: lines of one width, and a shorter one
    /// after them
    #[arg(long, conflicts_with = "one_record_per_line")]
    join_lines: bool,

    /// Treat each line of base64, hex or numbers as a record
    #[arg(long)]
    one_record_per_line: bool,
}

impl KinesisRecords {
    /// Passes each Kinesis record to `each`, in order, in constant memory. Some records are read ahead, so
    /// that their digests are computed together: see [`KinesisRecord::parse`]. When no more input is
    /// available for the moment, all records so far are passed on and `output` is flushed.
    ///
    /// Unreadable input, and records that `each` calls bad ([`Failure::Input`]), are reported on standard
    /// error with their place. Reading ends there, unless the user asked for `--keep-going`.
    ///
    /// # Errors
    /// An error of standard output, from `each`.
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

    /// Like [`for_each`](Self::for_each), but includes records of which a part is missing because their text
    /// was cut off within a byte.
    ///
    /// # Errors
    /// The same.
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
            for note in [reading.note, self.options().without_effect(reading.format)].into_iter().flatten() {
                report.say(place, note);
            }
            let sink = Sink::new(file, reading.format, report, &mut batch, output, &mut each);
            read(source, reading.format, self.options(), &sink)?;
            drop(sink);
            // The next input may have nothing for the moment.
            output.flush()
        })
    }

    /// Reads a file that is not one of the inputs: see [`Input::read_text`].
    ///
    /// # Errors
    /// The same.
    pub(crate) fn read_text(&self, file: &Path) -> io::Result<String> {
        self.input.read_text(file)
    }

    /// The most bytes that a compressed user record may have when decompressed. It is in memory as a whole.
    pub(crate) fn max_unfolded(&self) -> u64 {
        self.input.limits.max_unfolded.min(self.input.limits.max_record)
    }

    /// Whether reading goes on after bad input.
    pub(crate) fn keeps_going(&self) -> bool {
        self.input.keep_going
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
