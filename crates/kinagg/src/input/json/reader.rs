//! Reads JSON of any length: the items of lists one by one, other values whole.

use std::io::{self, Read};

use kinesis_agg_shapes::{Role, role};

use super::finder::Finder;
use super::scan::{Fault, Scan};
use crate::input::limits::Limits;
use crate::input::record::KinesisRecord;
use crate::input::report::Failure;
use crate::input::sink::Sink;
use crate::input::source::Source;
use crate::output::Output;

/// Passes each record to `sink`.
pub(in crate::input) fn read<F>(source: Source, limits: Limits, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let reader = source.into_reader(|| sink.pause());
    let mut reader = Reader { scan: Scan::new(reader, limits.max_line), finder: Finder::new(limits, sink) };
    match reader.read_values() {
        Ok(()) => reader.finder.end(),
        Err(End::Over) => Ok(()),
        Err(End::Output(error)) => Err(error),
        Err(End::Fault(fault)) => sink.fail(reader.finder.place_behind(), fault.to_string()),
    }
}

struct Reader<'r, 's, R, F> {
    scan: Scan<R>,
    finder: Finder<'r, 's, F>,
}

/// Why reading ends before the input does.
enum End {
    /// The rest cannot be read.
    Fault(Fault),
    /// Standard output is gone.
    Output(io::Error),
    /// Nothing more is wanted.
    Over,
}

impl From<Fault> for End {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl<R, F> Reader<'_, '_, R, F>
where
    R: Read,
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    fn read_values(&mut self) -> Result<(), End> {
        while let Some(byte) = self.scan.peek_token()? {
            match byte {
                b'[' => self.read_list(Role::List)?,
                b'{' => self.read_object()?,
                _ => return Err(self.scan.unexpected("an object or a list").into()),
            }
        }
        Ok(())
    }

    fn read_list(&mut self, role: Role) -> Result<(), End> {
        self.scan.expect(b'[')?;
        if self.scan.next_is(b']')? {
            return Ok(());
        }
        loop {
            self.scan.require("a record")?;
            self.scan.mark();
            let outcome = self.scan.skip_value();
            self.hand_on(role, outcome)?;
            if self.scan.next_is(b']')? {
                return Ok(());
            }
            self.scan.expect(b',')?;
        }
    }

    /// Reads an object with a list of records, or one that is a record or contains it in another way.
    fn read_object(&mut self) -> Result<(), End> {
        self.scan.mark();
        self.scan.expect(b'{')?;
        let mut has_list = false;
        let mut is_first = true;
        while !self.scan.next_is(b'}')? {
            if !is_first {
                self.scan.expect(b',')?;
            }
            is_first = false;
            let list = self.scan.read_name(|name| {
                let role = role(std::str::from_utf8(name).ok()?)?;
                matches!(role, Role::List | Role::LogList).then_some(role)
            })?;
            self.scan.expect(b':')?;
            match list {
                Some(role) if self.scan.peek_token()? == Some(b'[') => {
                    if has_list {
                        self.finder.say("a second list in the same object: it is read, too");
                    }
                    self.read_list(role)?;
                    has_list = true;
                }
                _ => {
                    self.scan.require("a value")?;
                    self.scan.skip_value()?;
                }
            }
            if has_list {
                self.scan.mark();
            }
        }
        if has_list { Ok(()) } else { self.hand_on(Role::Wrapper, Ok(())) }
    }

    /// Passes on the JSON since the mark: an item of a list, or a wrapper outside any list.
    fn hand_on(&mut self, role: Role, outcome: Result<(), Fault>) -> Result<(), End> {
        let is_whole = match outcome {
            Ok(()) => true,
            Err(Fault::TooLong { .. }) => false,
            Err(fault) => return Err(fault.into()),
        };
        match self.scan.marked().filter(|_| is_whole) {
            Some(event) if role == Role::LogList => self.finder.find_in_log_event(event)?,
            Some(json) if role == Role::Wrapper => self.finder.find_alone(json)?,
            Some(json) => self.finder.find(json)?,
            None => self.finder.fail(self.scan.too_long().to_string())?,
        }
        if self.finder.is_over() { Err(End::Over) } else { Ok(()) }
    }
}
