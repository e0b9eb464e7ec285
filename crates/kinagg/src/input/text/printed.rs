//! Bytes as Python, Ruby, C, Java, Go, Rust and JavaScript print them: strings with escapes, lists of
//! numbers, `<Buffer f3 89>`.

use super::groups::{self, Radix};
use super::literal::{self, Literal};

/// A record in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Printed {
    pub(super) bytes: Vec<u8>,
    /// Why some of its bytes are missing.
    pub(super) cut_off: Option<String>,
    /// A note, if there is another way to read it.
    pub(super) note: Option<&'static str>,
    /// Only printed bytes look like this.
    pub(super) is_evident: bool,
}

const AS_HEX: &str =
    "numbers of two digits are taken as hex; `--format decimal` takes lines of decimal numbers";
const AS_UTF8: &str = "characters beyond ASCII are taken as UTF-8, and not as bytes";

/// Words around bytes. The marked ones are followed by decimal numbers.
const WORDS: [(&str, bool); 56] = [
    ("array", true),
    ("Array", true),
    ("ArrayBuffer", true),
    ("Blob", true),
    ("Buffer", true),
    ("ByteArray", true),
    ("byte", true),
    ("byteArrayOf", true),
    ("bytearray", true),
    ("bytes", true),
    ("Bytes", true),
    ("from", true),
    ("inner", true),
    ("Int8Array", true),
    ("int8", true),
    ("i8", true),
    ("listOf", true),
    ("u8", true),
    ("uint8", true),
    ("Uint8Array", true),
    ("Uint8Contents", false),
    ("Vec", true),
    ("vec!", true),
    ("Binary", false),
    ("ByteString", false),
    ("auto", false),
    ("byteLength", false),
    ("char", false),
    ("const", false),
    ("data", false),
    ("Data", false),
    ("datetime", false),
    ("final", false),
    ("int", false),
    ("let", false),
    ("long", false),
    ("memoryview", false),
    ("mut", false),
    ("new", false),
    ("None", false),
    ("null", false),
    ("of", false),
    ("print", false),
    ("private", false),
    ("public", false),
    ("puts", false),
    ("short", false),
    ("signed", false),
    ("size_t", false),
    ("Some", false),
    ("static", false),
    ("String", false),
    ("str", false),
    ("uint8_t", true),
    ("unsigned", false),
    ("var", false),
];

/// Names of fields that may contain bytes or records.
const FIELDS: [&str; 9] =
    ["Data", "data", "inner", "bytes", "Records", "records", "kinesis", "blob", "Uint8Contents"];

/// The records in a text.
///
/// # Errors
/// What could not be parsed.
pub(super) fn parse(text: &[u8]) -> Result<Vec<Printed>, String> {
    let text = text.trim_ascii();
    if text.starts_with(b"\\") {
        // A string without quotes.
        let (literal, _) = literal::read(text, None, b"")?;
        return Ok(vec![printed(literal)]);
    }
    let mut parser = Parser { text, at: 0, is_statement: text.ends_with(b";"), ..Parser::default() };
    parser.parse()?;
    Ok(parser.records)
}

/// The bytes of the only record in a text, if it certainly is printed bytes, and whether they are cut off.
pub(in crate::input) fn only_record(text: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut records = parse(text).ok()?.into_iter();
    let record = records.next().filter(|record| record.is_evident)?;
    records.next().is_none().then_some((record.bytes, record.cut_off.is_some()))
}

fn printed(literal: Literal) -> Printed {
    Printed {
        bytes: literal.bytes,
        cut_off: literal.is_cut_off.then(|| "the closing quote is missing".to_owned()),
        note: literal.is_ambiguous.then_some(AS_UTF8),
        is_evident: literal.is_evident,
    }
}

/// An open bracket and its content.
struct Frame<'a> {
    bracket: u8,
    numbers: Vec<&'a [u8]>,
    cut_off: Option<String>,
    /// The word before it says that its numbers are decimal.
    is_decimal: bool,
    /// It follows a word directly.
    follows_word: bool,
    /// It is in a field that contains no bytes.
    is_skipped: bool,
}

#[derive(Default)]
struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    frames: Vec<Frame<'a>>,
    records: Vec<Printed>,
    /// A string that may continue in another.
    literal: Option<Literal>,
    /// The text between that string and the next one decides whether they are one or two.
    has_plus: bool,
    has_newline: bool,
    /// The last word, and whether a bracket follows it directly.
    word: &'a [u8],
    follows_word: bool,
    /// The name of the field whose value comes next.
    name: Option<&'a [u8]>,
    /// The text ends with a semicolon.
    is_statement: bool,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn parse(&mut self) -> Result<(), String> {
        while let Some(&byte) = self.rest().first() {
            let before = self.at;
            self.at = self.at.saturating_add(1);
            match byte {
                b'\n' => self.has_newline = true,
                b'"' | b'\'' | b'`' => self.string(byte, b"")?,
                b'[' | b'{' | b'(' | b'<' => self.open(byte),
                b']' | b'}' | b')' | b'>' => self.close(byte)?,
                b',' | b';' => {
                    self.end_literal();
                    self.name = None;
                }
                b'+' => self.has_plus = true,
                b'.' if self.rest().starts_with(b"..") => self.dots(),
                b'.' if self.is_fraction(before) && !self.is_skipped() => {
                    return Err("has a number with a fraction between bytes".to_owned());
                }
                b':' | b'=' => self.named(),
                b'.' | b'\\' | b'&' | b'*' | b'#' => {}
                _ if byte.is_ascii_whitespace() => {}
                _ if is_of_word(byte) || byte == b'-' => {
                    let len = self.rest().iter().take_while(|byte| is_of_word(**byte)).count();
                    self.at = self.at.saturating_add(len);
                    self.word(self.text.get(before..self.at).unwrap_or_default())?;
                    continue;
                }
                _ => return Err(format!("has \"{}\" between bytes", byte.escape_ascii())),
            }
            if !byte.is_ascii_whitespace() {
                self.follows_word = false;
            }
        }
        self.end_literal();
        while let Some(mut frame) = self.frames.pop() {
            frame.cut_off.get_or_insert_with(|| "the end of the list is missing".to_owned());
            self.end_frame(frame)?;
        }
        Ok(())
    }

    /// Whether digits are on both sides of the dot at this place.
    fn is_fraction(&self, dot: usize) -> bool {
        let digit_at = |place| self.text.get(place).is_some_and(u8::is_ascii_digit);
        dot.checked_sub(1).is_some_and(digit_at) && digit_at(self.at)
    }

    fn is_skipped(&self) -> bool {
        self.frames.last().is_some_and(|frame| {
            frame.is_skipped
                || self.name.is_some_and(|name| !FIELDS.iter().any(|field| field.as_bytes() == name))
        })
    }

    fn string(&mut self, quote: u8, prefix: &'a [u8]) -> Result<(), String> {
        let begin = self.at;
        let (literal, len) = literal::read(self.rest(), Some(quote), prefix)?;
        self.at = self.at.saturating_add(len);
        if self.rest().trim_ascii_start().starts_with(b":") && !self.frames.is_empty() {
            // The name of a field.
            self.name = self.text.get(begin..self.at.saturating_sub(1));
            return Ok(());
        }
        if !self.is_skipped() {
            let goes_on = self.has_plus || !self.has_newline || !self.frames.is_empty() || self.is_statement;
            match &mut self.literal {
                Some(before) if goes_on => {
                    before.bytes.extend(literal.bytes);
                    before.is_cut_off |= literal.is_cut_off;
                    before.is_evident |= literal.is_evident;
                    before.is_ambiguous |= literal.is_ambiguous;
                }
                _ => {
                    self.end_literal();
                    self.literal = Some(literal);
                }
            }
        }
        (self.has_plus, self.has_newline) = (false, false);
        Ok(())
    }

    fn end_literal(&mut self) {
        self.records.extend(self.literal.take().map(printed));
    }

    fn named(&mut self) {
        // `:=` and `::`, and names followed by a type.
        if self.name.is_none() || !self.word.is_empty() {
            self.name = Some(self.word).filter(|word| !word.is_empty()).or(self.name);
        }
        self.word = b"";
    }

    fn word(&mut self, word: &'a [u8]) -> Result<(), String> {
        if let Some(&quote) = self.rest().first().filter(|quote| b"\"'".contains(quote)) {
            let prefixes: [&[u8]; 9] = [b"b", b"B", b"r", b"rb", b"br", b"Rb", b"u", b"c", b"L"];
            if prefixes.contains(&word) {
                self.at = self.at.saturating_add(1);
                return self.string(quote, word);
            }
        }
        let number = without_suffix(word);
        let is_number = groups::radix_of(number).is_some()
            && (number.len() <= 4 || number.iter().all(u8::is_ascii_digit));
        let is_named = self.name.is_some();
        if let Some(frame) = self.frames.last_mut().filter(|_| is_number) {
            if !frame.is_skipped && !is_named {
                frame.numbers.push(number);
            }
            self.word = b"";
            return Ok(());
        }
        let next = self.rest().trim_ascii_start().first().copied();
        let is_known = WORDS.iter().any(|(known, _)| known.as_bytes() == word)
            || is_number
            || is_named
            || self.frames.last().is_some_and(|frame| frame.is_skipped)
            || next.is_some_and(|next| b"=:[({.".contains(&next));
        if !is_known {
            return Err(format!("has the word \"{}\" between bytes", word.escape_ascii()));
        }
        (self.word, self.follows_word) = (word, true);
        Ok(())
    }

    fn open(&mut self, bracket: u8) {
        let is_decimal = WORDS.iter().any(|(word, is_decimal)| *is_decimal && word.as_bytes() == self.word)
            || self.frames.last().is_some_and(|frame| frame.is_decimal);
        let is_skipped = self.is_skipped();
        self.frames.push(Frame {
            bracket,
            numbers: Vec::new(),
            cut_off: None,
            is_decimal: is_decimal && bracket != b'<',
            follows_word: self.follows_word,
            is_skipped,
        });
        self.name = None;
    }

    fn close(&mut self, byte: u8) -> Result<(), String> {
        let bracket = match byte {
            b']' => b'[',
            b'}' => b'{',
            b')' => b'(',
            _ => b'<',
        };
        self.end_literal();
        self.name = None;
        match self.frames.pop() {
            Some(frame) if frame.bracket == bracket => self.end_frame(frame),
            // An arrow.
            Some(frame) if byte == b'>' => {
                self.frames.push(frame);
                Ok(())
            }
            None if byte == b'>' => Ok(()),
            _ => Err(format!("has a \"{}\" that closes nothing", byte.escape_ascii())),
        }
    }

    /// Makes a record from the numbers in a bracket.
    fn end_frame(&mut self, frame: Frame<'a>) -> Result<(), String> {
        // The size of an array or its type: `Uint8Array(88) [`, `x[88] = {`, `[88]byte{`.
        let next = self.rest();
        let is_size = frame.numbers.len() <= 1
            && (next.first().is_some_and(u8::is_ascii_alphabetic)
                || frame.follows_word
                    && next.trim_ascii_start().first().is_some_and(|next| b"[{(=".contains(next)));
        let is_empty_buffer = frame.bracket == b'<' && self.word == b"Buffer";
        self.word = if is_size { self.word } else { b"" };
        if frame.is_skipped
            || is_size
            || frame.numbers.is_empty() && !is_empty_buffer && frame.cut_off.is_none()
        {
            return Ok(());
        }
        if frame.numbers.is_empty() && !is_empty_buffer {
            return Ok(());
        }
        let (bytes, is_guess) = numbers(&frame)?;
        self.records.push(Printed {
            bytes,
            cut_off: frame.cut_off,
            note: is_guess.then_some(AS_HEX),
            is_evident: true,
        });
        Ok(())
    }

    /// What was left out: `... 38 more bytes`.
    fn dots(&mut self) {
        self.at = self.at.saturating_add(2);
        let mut words = self.rest().split(|byte| !is_of_word(*byte)).filter(|word| !word.is_empty());
        let count = words.next().and_then(|word| std::str::from_utf8(word).ok()?.parse::<u64>().ok());
        let missing = match (count, words.next()) {
            (Some(1), Some(b"more")) => "1 byte is missing".to_owned(),
            (Some(count), Some(b"more")) => format!("{count} bytes are missing"),
            _ => "bytes are missing".to_owned(),
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.cut_off = Some(missing);
        }
        // Only words up to the end of the list.
        let len = self.rest().iter().take_while(|byte| !b">]})".contains(byte)).count();
        self.at = self.at.saturating_add(len);
    }
}

fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'!' || byte == b'-'
}

/// A number without the type suffix that it may have: `243u8`, `0xf3u`.
fn without_suffix(word: &[u8]) -> &[u8] {
    let suffixes: [&[u8]; 6] = [b"_u8", b"u8", b"i8", b"uy", b"u", b"U"];
    let number = suffixes.iter().find_map(|suffix| word.strip_suffix(*suffix));
    number
        .filter(|number| number.first().is_some_and(|first| first.is_ascii_digit() || *first == b'-'))
        .unwrap_or(word)
}

/// The bytes of the numbers in a bracket, and whether they could be read in another way.
fn numbers(frame: &Frame<'_>) -> Result<(Vec<u8>, bool), String> {
    let text = frame.numbers.join(&b' ');
    let mut bytes = Vec::with_capacity(frame.numbers.len());
    let is_prefixed = |number: &[u8]| number.starts_with(b"0x") || number.starts_with(b"0X");
    let has_prefix = frame.numbers.iter().any(|number| is_prefixed(number));
    let radix = groups::radix_of(&text);
    let is_decimal = radix == Some(Radix::Decimal) || frame.is_decimal && radix == Some(Radix::HexOrDecimal);
    for number in &frame.numbers {
        let byte = match is_prefixed(number) {
            true => number.get(2..).and_then(groups::hex_byte),
            false if is_decimal || has_prefix => groups::decimal_byte(number),
            false => groups::hex_byte(number),
        };
        bytes
            .push(byte.ok_or_else(|| format!("has an invalid byte value at \"{}\"", number.escape_ascii()))?);
    }
    Ok((bytes, !is_decimal && !has_prefix && radix == Some(Radix::HexOrDecimal) && frame.bracket != b'<'))
}
