//! Where the readers of all formats put their records.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::path::Path;

use super::batch::Batch;
use super::format::Format;
use super::place::{Place, Position};
use super::record::{KinesisRecord, RecordFields};
use super::report::{Failure, Report};
use crate::output::Output;

/// The Kinesis records and errors of one input, in order.
///
/// Shared between the code that finds the records and the reader below it, which reports when it has to wait
/// for more.
pub(super) struct Sink<'s, F> {
    state: RefCell<State<'s, F>>,
}

struct State<'s, F> {
    file: &'s Path,
    format: Format,
    report: &'s mut Report,
    batch: &'s mut Batch,
    output: &'s mut Output,
    each: &'s mut F,
    /// The error of standard output that occurred during reading.
    broken: Option<io::Error>,
}

impl<'s, F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>> Sink<'s, F> {
    pub(super) fn new(
        file: &'s Path,
        format: Format,
        report: &'s mut Report,
        batch: &'s mut Batch,
        output: &'s mut Output,
        each: &'s mut F,
    ) -> Self {
        Self { state: RefCell::new(State { file, format, report, batch, output, each, broken: None }) }
    }

    pub(super) fn record(&self, position: Position, fields: RecordFields<'_>) -> io::Result<()> {
        let state = &mut *self.state.borrow_mut();
        state.batch.push(position, state.format, fields);
        if state.batch.is_full() { state.hand_on() } else { Ok(()) }
    }

    pub(super) fn fail(&self, position: Position, error: String) -> io::Result<()> {
        let state = &mut *self.state.borrow_mut();
        if let Some(error) = state.broken.take() {
            return Err(error);
        }
        state.hand_on()?;
        if state.report.is_over() {
            return Ok(());
        }
        state.report.take(Place { file: state.file, position }, Err(Failure::Input(error)))
    }

    /// Reports a note on how something was read, after the records before it. The input is not bad.
    pub(super) fn say(&self, position: Position, message: impl fmt::Display) {
        let state = &mut *self.state.borrow_mut();
        // An error of standard output occurs again with the next record, or at the end.
        if state.broken.is_none() {
            state.broken = state.hand_on().err();
        }
        if !state.report.is_over() {
            state.report.say(Place { file: state.file, position }, message);
        }
    }

    /// Passes on the waiting records. Must be called after the last record.
    pub(super) fn flush(&self) -> io::Result<()> {
        let state = &mut *self.state.borrow_mut();
        match state.broken.take() {
            Some(error) => Err(error),
            None => state.hand_on(),
        }
    }

    /// Passes on the waiting records and flushes them, since no more input is available for the moment.
    ///
    /// # Errors
    /// Reading has to stop. [`fail`](Self::fail) has the reason.
    pub(super) fn pause(&self) -> io::Result<()> {
        let state = &mut *self.state.borrow_mut();
        let written = state.hand_on().and_then(|()| state.output.flush());
        state.broken = written.err();
        if state.broken.is_none() && !state.report.is_over() {
            return Ok(());
        }
        Err(io::Error::other("nothing more is wanted"))
    }

    /// Whether to stop reading.
    pub(super) fn is_over(&self) -> bool {
        self.state.borrow().report.is_over()
    }
}

impl<F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>> State<'_, F> {
    fn hand_on(&mut self) -> io::Result<()> {
        for record in self.batch.records(self.file) {
            if self.report.is_over() {
                break;
            }
            self.report.take(record.place, (self.each)(self.output, record))?;
        }
        self.batch.clear();
        Ok(())
    }
}
