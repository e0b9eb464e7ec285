//! The Kinesis records in an input that is in memory, for tests.

use std::path::Path;

use super::batch::Batch;
use super::format::Format;
use super::limits::Limits;
use super::options::{Joining, Options};
use super::read::read;
use super::recognise::format_of;
use super::record::KinesisRecord;
use super::report::{Report, Status};
use super::sink::Sink;
use super::source::Source;
use crate::output::Output;

/// The result of [`recognise()`].
#[derive(Debug, Default)]
pub struct Recognised {
    /// The data of each record.
    pub records: Vec<Vec<u8>>,
    /// The number of records that were cut off; they are included.
    pub cut_off: usize,
    /// Some of the input was bad.
    pub is_bad: bool,
    /// There was a note on how it was read.
    pub is_doubtful: bool,
    /// It is read as raw bytes.
    pub is_raw: bool,
}

/// Reads an input in memory like a FILE without options, and reports nothing.
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
