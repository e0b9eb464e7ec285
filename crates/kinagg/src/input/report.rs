//! The result for the input: reports bad input, and decides whether to continue.

use std::fmt;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::place::Place;
use super::progress;

/// Whether everything that was read was good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Good,
    Bad,
}

impl Status {
    /// Good if both are.
    pub(crate) fn and(self, other: Self) -> Self {
        if self == Self::Good { other } else { Self::Bad }
    }
}

/// Why a line or a Kinesis record was not processed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It is bad. Later ones may be good.
    Input(String),
    /// Standard output failed.
    Output(io::Error),
    /// The command needs no more input. This is no error.
    Enough,
}

impl Failure {
    pub(crate) fn input(error: impl fmt::Display) -> Self {
        Self::Input(error.to_string())
    }
}

/// What is wrong with input, in words.
impl From<String> for Failure {
    fn from(error: String) -> Self {
        Self::Input(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

const NAME: Style = AnsiColor::Red.on_default().bold();
const PLACE: Style = Style::new().bold();

/// Reports it on standard error. An error there is no reason to stop.
pub(crate) fn complain(message: impl fmt::Display) {
    progress::aside(|| {
        let _ = writeln!(anstream::stderr(), "{NAME}kinagg:{NAME:#} {message}");
    });
}

/// The result for the input so far.
#[derive(Debug)]
pub(crate) struct Report {
    keep_going: bool,
    status: Status,
    is_over: bool,
    is_quiet: bool,
    has_said: bool,
}

impl Report {
    pub(crate) fn new(keep_going: bool) -> Self {
        Self { keep_going, status: Status::Good, is_over: false, is_quiet: false, has_said: false }
    }

    /// Continues after bad input and writes nothing.
    pub(crate) fn quiet() -> Self {
        Self { is_quiet: true, ..Self::new(true) }
    }

    /// Whether there was a note, which is not bad.
    pub(crate) fn has_said(&self) -> bool {
        self.has_said
    }

    pub(crate) fn status(&self) -> Status {
        self.status
    }

    /// Whether to stop reading.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Reports a note on how a place was read. It is not bad.
    pub(crate) fn say(&mut self, place: Place<'_>, message: impl fmt::Display) {
        self.has_said = true;
        self.complain(place, message);
    }

    fn complain(&self, place: Place<'_>, message: impl fmt::Display) {
        if !self.is_quiet {
            complain(format_args!("{PLACE}{place}:{PLACE:#} {message}"));
        }
    }

    /// Records the result for a place.
    ///
    /// # Errors
    /// An error of standard output.
    pub(crate) fn take(&mut self, place: Place<'_>, outcome: Result<(), Failure>) -> io::Result<()> {
        match outcome {
            Ok(()) => {}
            Err(Failure::Output(error)) => return Err(error),
            Err(Failure::Enough) => self.is_over = true,
            Err(Failure::Input(error)) => {
                self.complain(place, error);
                self.status = Status::Bad;
                self.is_over |= !self.keep_going;
            }
        }
        Ok(())
    }
}
