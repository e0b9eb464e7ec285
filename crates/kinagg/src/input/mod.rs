//! Files and standard input: lines and raw records out of them, and what to do when one is bad.

mod place;

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use self::place::is_stdin;
pub(crate) use self::place::{Place, Position};

/// The longest line and the largest raw record, in bytes, so that no input takes more memory than that. The
/// greatest Kinesis record is 10 MiB, which is 14 MiB of base64.
const MAX_LEN: u64 = 64 * 1024 * 1024;

const READ_BUFFER_LEN: usize = 64 * 1024;

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

/// Why a line or a raw record was not dealt with.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It is bad; those after it may be good.
    Input(String),
    /// Nothing more can be written.
    Output(io::Error),
}

impl Failure {
    pub(crate) fn input(error: impl fmt::Display) -> Self {
        Self::Input(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Says it on standard error. Where nobody listens there, it is still no reason to stop.
pub(crate) fn complain(message: impl fmt::Display) {
    let _ = writeln!(io::stderr(), "kinagg: {message}");
}

#[derive(Debug, clap::Args)]
pub(crate) struct Input {
    /// What to read; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<PathBuf>,

    /// Go on after bad input: it is reported, and the exit status is still 1
    #[arg(long)]
    keep_going: bool,
}

impl Input {
    /// Gives each line that is not blank to `each`.
    ///
    /// # Errors
    /// That of standard output, which `each` has met.
    pub(crate) fn for_each_line(
        &self,
        mut each: impl FnMut(&[u8], Place<'_>) -> Result<(), Failure>,
    ) -> io::Result<Status> {
        let mut report = Report::new(self.keep_going);
        let mut line = Vec::new();
        for file in &self.files {
            read_lines(file, &mut line, &mut report, &mut each)?;
            if report.is_final() {
                break;
            }
        }
        Ok(report.status)
    }

    /// Gives the content of each file to `each`.
    ///
    /// # Errors
    /// That of standard output, which `each` has met.
    pub(crate) fn for_each_file(
        &self,
        mut each: impl FnMut(&[u8], Place<'_>) -> Result<(), Failure>,
    ) -> io::Result<Status> {
        let mut report = Report::new(self.keep_going);
        let mut content = Vec::new();
        for file in &self.files {
            let place = Place { file, position: Position::Whole };
            let outcome = read_file(file, &mut content).and_then(|()| each(&content, place));
            report.take(&place, outcome)?;
            if report.is_final() {
                break;
            }
        }
        Ok(report.status)
    }
}

fn read_lines(
    file: &Path,
    line: &mut Vec<u8>,
    report: &mut Report,
    each: &mut impl FnMut(&[u8], Place<'_>) -> Result<(), Failure>,
) -> io::Result<()> {
    let mut place = Place { file, position: Position::Whole };
    let mut reader = match open(file) {
        Ok(reader) => BufReader::with_capacity(READ_BUFFER_LEN, reader),
        Err(error) => return report.take(&place, Err(Failure::input(error))),
    };
    for number in 1.. {
        place.position = Position::Line(number);
        let outcome = match read_line(&mut reader, line) {
            Ok(ReadLine::End) => break,
            Ok(ReadLine::TooLong) => Err(Failure::Input(format!("line has more than {MAX_LEN} bytes"))),
            Ok(ReadLine::Whole) if line.trim_ascii().is_empty() => Ok(()),
            Ok(ReadLine::Whole) => each(line, place),
            // What could not be read once will fail again, and the file would never end.
            Err(error) => return report.take(&place, Err(Failure::input(error))),
        };
        report.take(&place, outcome)?;
        if report.is_final() {
            break;
        }
    }
    Ok(())
}

enum ReadLine {
    /// `line` holds it; its end is still there, unless the file ends without one.
    Whole,
    /// It was passed over.
    TooLong,
    End,
}

fn read_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<ReadLine> {
    line.clear();
    let with_end = MAX_LEN.saturating_add(1);
    let len = reader.by_ref().take(with_end).read_until(b'\n', line)?;
    if len == 0 {
        return Ok(ReadLine::End);
    }
    let is_cut = u64::try_from(len).is_ok_and(|len| len == with_end) && !line.ends_with(b"\n");
    if is_cut {
        reader.skip_until(b'\n')?;
        return Ok(ReadLine::TooLong);
    }
    Ok(ReadLine::Whole)
}

fn read_file(file: &Path, content: &mut Vec<u8>) -> Result<(), Failure> {
    content.clear();
    let reader = open(file).map_err(Failure::input)?;
    let len = reader.take(MAX_LEN.saturating_add(1)).read_to_end(content).map_err(Failure::input)?;
    if u64::try_from(len).is_ok_and(|len| len <= MAX_LEN) {
        return Ok(());
    }
    Err(Failure::Input(format!("record has more than {MAX_LEN} bytes")))
}

fn open(file: &Path) -> io::Result<Box<dyn Read>> {
    if is_stdin(file) {
        return Ok(Box::new(io::stdin().lock()));
    }
    Ok(Box::new(File::open(file)?))
}

/// What became of the input so far.
struct Report {
    keep_going: bool,
    status: Status,
}

impl Report {
    fn new(keep_going: bool) -> Self {
        Self { keep_going, status: Status::Good }
    }

    /// Whether nothing more is to be read.
    fn is_final(&self) -> bool {
        self.status == Status::Bad && !self.keep_going
    }

    fn take(&mut self, place: &Place<'_>, outcome: Result<(), Failure>) -> io::Result<()> {
        match outcome {
            Ok(()) => Ok(()),
            Err(Failure::Output(error)) => Err(error),
            Err(Failure::Input(error)) => {
                complain(format_args!("{place}: {error}"));
                self.status = Status::Bad;
                Ok(())
            }
        }
    }
}
