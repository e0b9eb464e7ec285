//! Hex dumps of `xxd`, `hexdump -C` and `od -t x1`: an offset, bytes, and often their text.

use std::io;

use kinesis_agg::is_aggregated;

use super::groups;
use crate::input::lines::Lines;
use crate::input::options::Options;
use crate::input::place::Position;
use crate::input::record::{KinesisRecord, RecordFields};
use crate::input::report::Failure;
use crate::input::sink::Sink;
use crate::input::source::Source;
use crate::output::Output;

/// A line of a dump.
struct DumpLine<'a> {
    offset: &'a str,
    /// Between the offset and the text.
    groups: &'a [u8],
    text: Option<&'a [u8]>,
    /// As only `xxd` writes it.
    has_colon: bool,
}

/// Whether a text with this beginning is a dump.
pub(in crate::input) fn is_dump(head: &[u8]) -> bool {
    let mut lines =
        head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).filter(|line| !line.is_empty());
    let first = lines.next().and_then(DumpLine::read).filter(|line| !line.groups.is_empty());
    let Some(first) = first else { return false };
    let mut bytes = Vec::new();
    if first.decode(&mut bytes).is_err() {
        // Words of several bytes, for which the reader has an error.
        return first.has_words()
            && first.offset.len() == 7
            && groups::groups(first.groups).all(|group| group.len() == 4);
    }
    let begins_at_zero = first.offset.bytes().all(|digit| digit == b'0');
    let Some(second) = lines.next() else { return begins_at_zero || first.text.is_some() };
    second == b"*"
        || DumpLine::read(second).is_some_and(|second| {
            // Lines with their text, another dump after a short line, or the next line.
            first.text.is_some() && second.text.is_some()
                || second.offset == first.offset
                || first.radices().iter().any(|radix| {
                    let [first, second] =
                        [&first, &second].map(|line| u64::from_str_radix(line.offset, *radix).ok());
                    first.and_then(|first| first.checked_add(u64::try_from(bytes.len()).ok()?)) == second
                        && second.is_some()
                })
        })
}

impl<'a> DumpLine<'a> {
    fn read(line: &'a [u8]) -> Option<Self> {
        let line = line.strip_prefix(b"0x").unwrap_or(line);
        let digits = line.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        let (offset, rest) = line.split_at_checked(digits).filter(|_| (4..=16).contains(&digits))?;
        let offset = std::str::from_utf8(offset).ok()?;
        let (has_colon, rest) = match rest {
            [b':', rest @ ..] => (true, rest),
            [] | [b' ' | b'\t', ..] => (false, rest),
            _ => return None,
        };
        // The text is separated by a bar, by `>`, or by two spaces after the last group.
        let end = match has_colon {
            true => rest.trim_ascii_start().windows(2).position(|pair| pair == b"  "),
            false => rest.iter().position(|byte| b"|>".contains(byte)),
        };
        let rest = if has_colon { rest.trim_ascii_start() } else { rest };
        let (groups, text) = rest.split_at(end.unwrap_or(rest.len()));
        let text = end.map(|_| if has_colon { text } else { text.get(1..).unwrap_or_default() });
        Some(Self { offset, groups, text, has_colon })
    }

    /// Possible bases of its offset: octal or decimal if `od` wrote seven digits, otherwise hex.
    fn radices(&self) -> &'static [u32] {
        if self.offset.len() == 7 { &[8, 10] } else { &[16] }
    }

    /// Whether the groups have several bytes each, in an unknown order.
    fn has_words(&self) -> bool {
        self.text.is_none() && !self.has_colon && groups::groups(self.groups).any(|group| group.len() > 2)
    }

    /// Appends the bytes of the line to `bytes`.
    fn decode(&self, bytes: &mut Vec<u8>) -> Result<(), String> {
        let begin = bytes.len();
        let lens = || groups::groups(self.groups).map(<[u8]>::len);
        if lens().any(|len| len % 2 == 1) {
            return Err("has groups that are not bytes in hex".to_owned());
        }
        if self.has_words() {
            return Err("has words of several bytes, in an unknown order; `hexdump -C`, `xxd` and `od -t x1` show bytes".to_owned());
        }
        for group in groups::groups(self.groups) {
            groups::decode_hex(group, bytes)?;
        }
        let Some(text) = self.text else { return Ok(()) };
        if is_text_of(text, bytes.get(begin..).unwrap_or_default()) {
            return Ok(());
        }
        // `xxd -e` reverses the bytes of each group.
        bytes.truncate(begin);
        for group in groups::groups(self.groups) {
            let group_begin = bytes.len();
            groups::decode_hex(group, bytes)?;
            bytes.get_mut(group_begin..).unwrap_or_default().reverse();
        }
        match is_text_of(text, bytes.get(begin..).unwrap_or_default()) {
            true => Ok(()),
            false => Err("has bytes that are not those of its text".to_owned()),
        }
    }
}

/// Whether the text of a dump, after spaces, can be that of these bytes: each printable byte shows itself.
fn is_text_of(text: &[u8], bytes: &[u8]) -> bool {
    let blanks = text.iter().take_while(|byte| **byte == b' ').count();
    let is_shown = |byte: &u8| byte.is_ascii_graphic();
    let len = bytes.iter().rposition(is_shown).map_or(0, |last| last.saturating_add(1));
    (0..=blanks).filter_map(|blanks| text.get(blanks..)).any(|text| {
        text.len() >= len && bytes.iter().zip(text).all(|(byte, shown)| !is_shown(byte) || byte == shown)
    })
}

/// Passes each record to `sink`. A dump ends where the offsets start again.
pub(in crate::input) fn read<F>(source: Source, options: Options, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let mut lines = Lines::new(source.into_buffered(|| sink.pause()), options.limits.max_line);
    let mut dump: Option<Dump> = None;
    while let Some((number, line)) = lines.next() {
        let outcome = match line {
            Ok(line) if line.trim_ascii().is_empty() => continue,
            Ok(line) => {
                let line = line.trim_ascii_end();
                if dump.as_ref().is_some_and(|dump| dump.is_followed_by_another(line)) {
                    finish(dump.take(), sink)?;
                }
                dump.get_or_insert_with(|| Dump::new(number)).add(line, options)
            }
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            sink.fail(Position::Line(number), error)?;
            return Ok(());
        }
        if sink.is_over() {
            return Ok(());
        }
    }
    finish(dump, sink)
}

fn finish<F>(dump: Option<Dump>, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let Some(dump) = dump else { return Ok(()) };
    let is_cut = dump.has_last_offset && !dump.is_over && !is_aggregated(&dump.bytes);
    let cut_off = is_cut.then_some("the last line of the dump is missing, which is an offset alone");
    sink.record(Position::Line(dump.first), RecordFields { cut_off, ..RecordFields::of_data(&dump.bytes) })
}

/// The dump so far.
struct Dump {
    /// The number of its first line.
    first: u64,
    bytes: Vec<u8>,
    /// The offsets so far, in each base in which they fit: the base and the first offset.
    radices: Vec<(u32, u64)>,
    /// Where the bytes of the last line begin.
    last_line: usize,
    /// Lines equal to the last one were left out.
    is_repeated: bool,
    /// Dumps of its kind end with a lone offset.
    has_last_offset: bool,
    is_over: bool,
}

impl Dump {
    fn new(first: u64) -> Self {
        Self {
            first,
            bytes: Vec::new(),
            radices: Vec::new(),
            last_line: 0,
            is_repeated: false,
            has_last_offset: false,
            is_over: false,
        }
    }

    /// Whether the offsets start again with this line.
    fn is_followed_by_another(&self, line: &[u8]) -> bool {
        let Some(line) = DumpLine::read(line) else { return false };
        let begins =
            |(radix, first): &(u32, u64)| u64::from_str_radix(line.offset, *radix).ok() == Some(*first);
        self.is_over || !self.bytes.is_empty() && self.radices.iter().any(begins)
    }

    fn add(&mut self, line: &[u8], options: Options) -> Result<(), String> {
        if line == b"*" {
            self.is_repeated = true;
            return Ok(());
        }
        let line = DumpLine::read(line).ok_or("is not a line of a hex dump")?;
        let is_first = self.radices.is_empty();
        if is_first {
            let offset = |radix: &u32| Some((*radix, u64::from_str_radix(line.offset, *radix).ok()?));
            self.radices = line.radices().iter().filter_map(offset).collect();
            self.has_last_offset = !line.has_colon;
        }
        if self.is_repeated {
            self.repeat(line.offset, options)?;
        }
        let at = u64::try_from(self.bytes.len()).unwrap_or(u64::MAX);
        self.radices
            .retain(|(radix, first)| u64::from_str_radix(line.offset, *radix).ok() == first.checked_add(at));
        if self.radices.is_empty() {
            return Err("has an offset that does not follow: lines before it are missing".to_owned());
        }
        self.last_line = self.bytes.len();
        line.decode(&mut self.bytes)?;
        self.is_over = !is_first && line.groups.trim_ascii().is_empty();
        options.limits.check_record(&self.bytes)
    }

    /// Repeats the last line up to `offset`.
    fn repeat(&mut self, offset: &str, options: Options) -> Result<(), String> {
        let line = self.bytes.get(self.last_line..).unwrap_or_default().to_vec();
        let end = self.radices.iter().find_map(|(radix, first)| {
            let end = u64::from_str_radix(offset, *radix).ok()?.checked_sub(*first)?;
            usize::try_from(end).ok().filter(|end| end.checked_rem(line.len()) == Some(0))
        });
        let end = end.ok_or("has an offset that does not follow on a `*`")?;
        if !options.limits.holds_record(end) {
            return Err(options.limits.record_too_large());
        }
        while self.bytes.len() < end {
            self.bytes.extend_from_slice(&line);
        }
        self.is_repeated = false;
        Ok(())
    }
}
