//! The inputs of a command and their lines.

use std::cell::{Cell, RefCell};
use std::io;
use std::path::{Path, PathBuf};

use super::format::{IS_UTF16, is_utf16};
use super::limits::Limits;
use super::lines::Lines;
use super::place::{Place, Position};
use super::report::{Failure, Report, Status};
use super::source::{Head, Source};
use crate::output::Output;
use crate::stop;

/// Any number of inputs, as arguments of a command.
#[derive(Debug, clap::Args)]
pub(crate) struct Input {
    /// What to read; gzip and zstd are recognised. `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<PathBuf>,

    /// Continue after bad input. It is reported, and the exit status is still 1
    #[arg(long)]
    pub(super) keep_going: bool,

    #[command(flatten)]
    pub(super) limits: Limits,
}

impl Input {
    /// Passes each line that is not blank to `each`. Flushes `output` when no more input is available for the
    /// moment.
    ///
    /// # Errors
    /// An error of standard output, from `each`.
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
            if is_utf16(source.head()) {
                let place = Place { file, position: Position::Whole };
                return report.take(place, Err(Failure::Input(IS_UTF16.to_owned())));
            }
            let mut lines = Lines::new(source.without_mark().into_buffered(pause), self.limits.max_line);
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
            // The next input may have nothing for the moment.
            output.borrow_mut().flush()
        })
    }

    /// Reads a file that is not an input of records as a whole: unfolded, and without a byte order mark.
    ///
    /// # Errors
    /// It cannot be read, or is not UTF-8.
    pub(crate) fn read_text(&self, file: &Path) -> io::Result<String> {
        let head = Head { is_enough: &|_| true, needs_more: &|_| false, max: 0 };
        let source = Source::open(file, self.limits.max_unfolded, head)?.without_mark();
        if is_utf16(source.head()) {
            return Err(io::Error::other(IS_UTF16));
        }
        io::read_to_string(source.into_reader(|| Ok(())))
    }

    pub(super) fn for_each_source(
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
            if report.is_over() || stop::is_asked() {
                break;
            }
        }
        Ok(report.status())
    }
}

/// Whether the beginning of an input contains a whole line.
pub(super) fn has_line(head: &[u8]) -> bool {
    head.contains(&b'\n')
}
