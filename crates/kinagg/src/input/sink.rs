//! Where the readers of the formats put what they have read.

use std::io;
use std::path::Path;

use super::batch::Batch;
use super::format::Format;
use super::place::{Place, Position};
use super::record::{KinesisRecord, RecordFields};
use super::report::{Failure, Report};

/// Kinesis records and faults of one input, in order.
pub(super) struct Sink<'s, F> {
    pub(super) file: &'s Path,
    pub(super) format: Format,
    pub(super) report: &'s mut Report,
    pub(super) batch: &'s mut Batch,
    pub(super) each: &'s mut F,
}

impl<F: FnMut(KinesisRecord<'_>) -> Result<(), Failure>> Sink<'_, F> {
    pub(super) fn record(&mut self, position: Position, fields: RecordFields<'_>) -> io::Result<()> {
        self.batch.push(position, self.format, fields);
        if self.batch.is_full() { self.flush() } else { Ok(()) }
    }

    pub(super) fn fail(&mut self, position: Position, error: String) -> io::Result<()> {
        self.flush()?;
        if self.is_over() {
            return Ok(());
        }
        self.report.take(Place { file: self.file, position }, Err(Failure::Input(error)))
    }

    /// Hands on what waits. After the last record it is to be called.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        for record in self.batch.records(self.file) {
            if self.report.is_over() {
                break;
            }
            self.report.take(record.place, (self.each)(record))?;
        }
        self.batch.clear();
        Ok(())
    }

    /// Whether nothing more is to be read.
    pub(super) fn is_over(&self) -> bool {
        self.report.is_over()
    }
}
