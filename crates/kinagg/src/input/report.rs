//! What became of the input: what was bad is said, and whether to go on.

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

/// Why a line or a Kinesis record was not dealt with.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It is bad; those after it may be good.
    Input(String),
    /// Nothing more can be written.
    Output(io::Error),
    /// Nothing more is wanted, and all is well.
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

/// Says it on standard error. Where nobody listens there, it is still no reason to stop.
pub(crate) fn complain(message: impl fmt::Display) {
    progress::aside(|| {
        let _ = writeln!(anstream::stderr(), "{NAME}kinagg:{NAME:#} {message}");
    });
}

/// What became of the input so far.
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

    /// One that goes on, and writes nothing.
    pub(crate) fn quiet() -> Self {
        Self { is_quiet: true, ..Self::new(true) }
    }

    /// Whether something was said that is not bad.
    pub(crate) fn has_said(&self) -> bool {
        self.has_said
    }

    pub(crate) fn status(&self) -> Status {
        self.status
    }

    /// Whether nothing more is to be read.
    pub(crate) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Says how something at a place was read. It is not bad for that.
    pub(crate) fn say(&mut self, place: Place<'_>, message: impl fmt::Display) {
        self.has_said = true;
        self.complain(place, message);
    }

    fn complain(&self, place: Place<'_>, message: impl fmt::Display) {
        if !self.is_quiet {
            complain(format_args!("{PLACE}{place}:{PLACE:#} {message}"));
        }
    }

    /// Takes down how it went at a place.
    ///
    /// # Errors
    /// That of standard output.
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
