//! Kinesis records pasted as base64 or hex.

use kinesis_agg::is_aggregated;

use super::buffered;
use super::format::{is_around_text, without_hex_prefix};
use super::limits::Limits;
use super::lines::Lines;
use super::place::Position;
use super::record::{KinesisRecord, RecordFields};
use super::report::Failure;
use super::sink::Sink;
use super::source::Source;
use crate::base64::{self, Ending};
use crate::output::Output;

/// How bytes are written as text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    Base64,
    Hex,
}

impl Notation {
    /// How an aggregate begins.
    fn begins_aggregate(self, text: &[u8]) -> bool {
        match self {
            // The last two bits of the magic, and the first four of what follows, are the sixth symbol.
            Self::Base64 => {
                text.starts_with(b"84maw") && text.get(5).is_some_and(|symbol| (b'g'..=b'v').contains(symbol))
            }
            Self::Hex => text.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"f3899ac2")),
        }
    }

    /// The widths to which tools break lines: openssl and PEM 64, MIME and coreutils 76; `xxd -p` 60.
    fn is_usual_width(self, width: usize) -> bool {
        match self {
            Self::Base64 => width == 64 || width == 76,
            Self::Hex => width == 60 || width == 64,
        }
    }

    /// The part of a line that stands for bytes.
    fn trim(self, line: &[u8]) -> Vec<u8> {
        let is_noise = |byte: u8| is_around_text(byte) || (self == Self::Hex && byte == b':');
        let text: Vec<u8> = line.iter().copied().filter(|byte| !is_noise(*byte)).collect();
        match self {
            Self::Base64 => text,
            Self::Hex => without_hex_prefix(&text).to_vec(),
        }
    }

    fn cut_off(self) -> &'static str {
        match self {
            Self::Base64 => "base64 is cut off within a byte at its end",
            Self::Hex => "hex is cut off within a byte at its end",
        }
    }

    fn decode(self, text: &[u8], bytes: &mut Vec<u8>) -> Result<Ending, String> {
        bytes.clear();
        match self {
            Self::Base64 => base64::decode(text, bytes),
            Self::Hex => decode_hex(text, bytes),
        }
    }
}

fn decode_hex(text: &[u8], bytes: &mut Vec<u8>) -> Result<Ending, String> {
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    if let Some(offset) = text.iter().position(|digit| value(*digit).is_none()) {
        return Err(format!("is not hex: no digit of it at byte {offset}"));
    }
    let (pairs, odd) = text.as_chunks::<2>();
    bytes.extend(pairs.iter().filter_map(|[high, low]| Some(value(*high)? << 4 | value(*low)?)));
    Ok(if odd.is_empty() { Ending::Whole } else { Ending::CutOff })
}

/// Gives each record in the text to `sink`.
///
/// A record goes on in the next line if its lines are as tools break them: all of one width, but for the last one, and a
/// blank line is no part of it. What begins like an aggregate begins a record, and what is a whole one ends with its line.
pub(super) fn read<F>(
    source: Source,
    notation: Notation,
    limits: Limits,
    sink: &Sink<'_, F>,
) -> std::io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let mut lines = Lines::new(buffered(source, || sink.pause()), limits.max_line);
    let mut current =
        Current { notation, text: Vec::new(), bytes: Vec::new(), width: 0, line: 0, may_go_on: false };
    while let Some((number, line)) = lines.next() {
        let line = match line {
            Ok(line) => notation.trim(line),
            Err(error) => {
                current.end(sink)?;
                sink.fail(Position::Line(number), error)?;
                if sink.is_over() {
                    return Ok(());
                }
                continue;
            }
        };
        if !current.takes(&line) {
            current.end(sink)?;
            if sink.is_over() {
                return Ok(());
            }
            current.begin(number, &line);
        }
        if !current.add(&line, limits.max_record) {
            sink.fail(Position::Line(current.line), limits.record_too_large())?;
            current.text.clear();
            current.may_go_on = false;
        }
        if !current.may_go_on {
            current.end(sink)?;
            if sink.is_over() {
                return Ok(());
            }
        }
    }
    current.end(sink)
}

/// The record that is being read.
struct Current {
    notation: Notation,
    text: Vec<u8>,
    bytes: Vec<u8>,
    /// That of its first line.
    width: usize,
    /// The number of its first line.
    line: u64,
    may_go_on: bool,
}

impl Current {
    fn takes(&self, line: &[u8]) -> bool {
        self.may_go_on
            && !line.is_empty()
            && line.len() <= self.width
            && !self.notation.begins_aggregate(line)
    }

    fn begin(&mut self, number: u64, line: &[u8]) {
        self.text.clear();
        self.width = line.len();
        self.line = number;
        self.may_go_on = match self.notation.begins_aggregate(line) {
            true => self.notation.decode(line, &mut self.bytes).is_err() || !is_aggregated(&self.bytes),
            false => self.notation.is_usual_width(line.len()),
        };
    }

    /// `false` if the record would be too long.
    fn add(&mut self, line: &[u8], max_record: u64) -> bool {
        self.may_go_on &= line.len() == self.width && !line.ends_with(b"=");
        self.text.extend_from_slice(line);
        u64::try_from(self.text.len() / 2).is_ok_and(|len| len <= max_record)
    }

    fn end<F>(&mut self, sink: &Sink<'_, F>) -> std::io::Result<()>
    where
        F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
    {
        if self.text.is_empty() {
            return Ok(());
        }
        let position = Position::Line(self.line);
        match self.notation.decode(&self.text, &mut self.bytes) {
            Ok(ending) => {
                let cut_off = (ending == Ending::CutOff).then(|| self.notation.cut_off());
                sink.record(position, RecordFields { cut_off, ..RecordFields::of_data(&self.bytes) })?;
            }
            Err(error) => sink.fail(position, format!("text {error}"))?,
        }
        self.text.clear();
        Ok(())
    }
}
