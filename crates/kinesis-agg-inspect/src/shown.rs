//! Bytes, text and numbers for people. Nothing that is shown can affect a terminal or mislead a reader.

use core::fmt::{self, Write};

/// Escapes every character that is not simply visible: control characters, characters that change the
/// direction of text or have no width, unassigned ones. It also escapes `"` and `\`, so that no escape can be
/// faked.
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| write_escaped(f, c))
    }
}

fn write_escaped(f: &mut fmt::Formatter<'_>, c: char) -> fmt::Result {
    match c {
        '\'' => f.write_char(c),
        _ => write!(f, "{}", c.escape_debug()),
    }
}

/// The beginning of some bytes: quoted text if they are text, otherwise hex digits; with `…` if there is
/// more.
#[derive(Clone, Copy, Debug)]
pub struct Preview<'a> {
    bytes: &'a [u8],
    /// At most this many characters of text, or bytes.
    max: usize,
    /// A key should be text, so it is shown as text if it is UTF-8.
    is_key: bool,
}

impl<'a> Preview<'a> {
    /// At most `max` characters of text, or bytes, of data.
    pub fn data(bytes: &'a [u8], max: usize) -> Self {
        Self { bytes, max, is_key: false }
    }

    /// The same for a key or a tag, which is shown as text if it is UTF-8.
    pub fn key(bytes: &'a [u8], max: usize) -> Self {
        Self { bytes, max, is_key: true }
    }

    /// The beginning that would be shown, if the bytes are text: UTF-8, and for data hardly any control
    /// characters.
    pub fn text(&self) -> Option<&'a str> {
        let text = core::str::from_utf8(self.bytes).ok()?;
        let shown =
            text.char_indices().nth(self.max).map_or(text, |(end, _)| text.get(..end).unwrap_or(text));
        let controls = shown.chars().filter(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')).count();
        (self.is_key || controls.saturating_mul(8) <= shown.len()).then_some(shown)
    }
}

impl fmt::Display for Preview<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => {
                let more = if text.len() < self.bytes.len() { "…" } else { "" };
                f.write_char('"')?;
                text.chars().try_for_each(|c| match c {
                    // Most data is JSON, which would be hard to read with escaped quotes. Data is always the
                    // last thing in a line.
                    '"' if !self.is_key => f.write_char(c),
                    _ => write_escaped(f, c),
                })?;
                write!(f, "\"{more}")
            }
            None => Hex::new(self.bytes, self.max).fmt(f),
        }
    }
}

/// Bytes as hex digits with a space between, `…` if there are more than `max`.
#[derive(Clone, Copy, Debug)]
pub struct Hex<'a> {
    bytes: &'a [u8],
    max: usize,
}

impl<'a> Hex<'a> {
    /// At most `max` of `bytes`.
    pub fn new(bytes: &'a [u8], max: usize) -> Self {
        Self { bytes, max }
    }
}

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, byte) in self.bytes.iter().take(self.max).enumerate() {
            let space = if position == 0 { "" } else { " " };
            write!(f, "{space}{byte:02X}")?;
        }
        if self.bytes.len() > self.max { f.write_str("…") } else { Ok(()) }
    }
}

/// A number with a comma between thousands.
#[derive(Clone, Copy, Debug)]
pub struct Grouped(pub u64);

impl Grouped {
    /// Of a length or a count.
    pub fn of(number: usize) -> Self {
        Self(u64::try_from(number).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut divisor = 1_u64;
        while self.0.checked_div(divisor).unwrap_or(0) >= 1000 {
            divisor = divisor.saturating_mul(1000);
        }
        write!(f, "{}", self.0.checked_div(divisor).unwrap_or(0))?;
        while divisor > 1 {
            divisor /= 1000;
            let group = self.0.checked_div(divisor).unwrap_or(0).checked_rem(1000).unwrap_or(0);
            write!(f, ",{group:03}")?;
        }
        Ok(())
    }
}

/// A number with its noun in singular or plural.
#[derive(Clone, Copy, Debug)]
pub struct Count<'a>(pub usize, pub &'a str, pub &'a str);

impl fmt::Display for Count<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.0 == 1 { self.1 } else { self.2 };
        write!(f, "{} {word}", Grouped::of(self.0))
    }
}

/// A number of bytes with its unit.
pub fn bytes(number: usize) -> Count<'static> {
    Count(number, "byte", "bytes")
}

/// A share of the whole, with one decimal place: `12.5 %`.
#[derive(Clone, Copy, Debug)]
pub struct Percent {
    /// The part.
    pub part: usize,
    /// The whole.
    pub whole: usize,
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = self.whole / 2;
        let thousandths = self.part.saturating_mul(1000).saturating_add(half).checked_div(self.whole);
        let thousandths = thousandths.unwrap_or(0);
        write!(f, "{}.{} %", Grouped::of(thousandths / 10), thousandths % 10)
    }
}
