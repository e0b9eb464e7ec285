//! Strings with escapes, as programming languages print bytes.

use kinesis_agg::schema::MAGIC;

/// The bytes of a string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) bytes: Vec<u8>,
    /// Its closing quote is missing.
    pub(super) is_cut_off: bool,
    /// It has escapes, or a prefix that marks bytes.
    pub(super) is_evident: bool,
    /// Characters beyond ASCII could be bytes, and not UTF-8.
    pub(super) is_ambiguous: bool,
}

/// Reads a string whose opening quote is before `text`; with `None`, reads to the end of the text. Returns
/// how much of the text it took, including the closing quote.
///
/// `prefix` is the text before the quote.
///
/// # Errors
/// An escape that no language has.
pub(super) fn read(text: &[u8], quote: Option<u8>, prefix: &[u8]) -> Result<(Literal, usize), String> {
    let mut reader = Reader {
        text,
        at: 0,
        utf8: Vec::new(),
        latin_1: Some(Vec::new()),
        is_wide: false,
        // In Rust, `b"\01"` is a zero and a digit. No other language prints that.
        has_octal: !(quote == Some(b'"') && prefix == b"b"),
        has_escapes: false,
    };
    let is_raw = prefix.contains(&b'r') || prefix.contains(&b'R');
    let is_cut_off = loop {
        match reader.next() {
            None => break quote.is_some(),
            Some(byte) if Some(byte) == quote => break false,
            Some(b'\\') if !is_raw => reader.escape()?,
            Some(byte) => reader.plain(byte),
        }
    };
    let utf8_begins = reader.utf8.starts_with(&MAGIC);
    let (bytes, is_ambiguous) = match reader.latin_1 {
        Some(latin_1) if reader.is_wide && !utf8_begins && latin_1.starts_with(&MAGIC) => (latin_1, false),
        other => (reader.utf8, reader.is_wide && other.is_some() && !utf8_begins),
    };
    let is_evident = reader.has_escapes || prefix.eq_ignore_ascii_case(b"b");
    Ok((Literal { bytes, is_cut_off, is_evident, is_ambiguous }, reader.at))
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    /// With characters as UTF-8.
    utf8: Vec<u8>,
    /// With characters as bytes, while all are at most 255.
    latin_1: Option<Vec<u8>>,
    /// There was a character beyond ASCII.
    is_wide: bool,
    has_octal: bool,
    has_escapes: bool,
}

impl Reader<'_> {
    fn rest(&self) -> &[u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.rest().first().copied()?;
        self.at = self.at.saturating_add(1);
        Some(byte)
    }

    fn byte(&mut self, byte: u8) {
        self.utf8.push(byte);
        if let Some(latin_1) = &mut self.latin_1 {
            latin_1.push(byte);
        }
    }

    fn char(&mut self, char: char) {
        self.is_wide |= !char.is_ascii();
        self.utf8.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
        match (&mut self.latin_1, u8::try_from(u32::from(char))) {
            (Some(latin_1), Ok(byte)) => latin_1.push(byte),
            _ => self.latin_1 = None,
        }
    }

    /// A byte that is not an escape: ASCII, or the first byte of a character.
    fn plain(&mut self, byte: u8) {
        let len = match byte {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => return self.byte(byte),
        };
        let begin = self.at.saturating_sub(1);
        let char =
            self.text.get(begin..begin.saturating_add(len)).and_then(|bytes| std::str::from_utf8(bytes).ok());
        match char.and_then(|text| text.chars().next()) {
            Some(char) => {
                self.at = begin.saturating_add(len);
                self.char(char);
            }
            None => self.byte(byte),
        }
    }

    /// What follows a backslash.
    fn escape(&mut self) -> Result<(), String> {
        let Some(byte) = self.next() else { return Ok(()) };
        self.has_escapes |= matches!(byte, b'x' | b'u' | b'U' | b'0'..=b'7' | b'n' | b'r' | b't');
        match byte {
            b'x' => {
                let value = self.digits(16, 2).ok_or("has \\x without digits")?;
                self.byte(u8::try_from(value).unwrap_or_default());
            }
            b'u' if self.rest().first() == Some(&b'{') => {
                self.at = self.at.saturating_add(1);
                self.code_point(8)?;
                self.next();
            }
            b'u' => self.code_point(4)?,
            b'U' => self.code_point(8)?,
            b'0' if !self.has_octal => self.byte(0),
            b'0'..=b'7' => {
                self.at = self.at.saturating_sub(1);
                let value = self.digits(8, 3).and_then(|value| u8::try_from(value).ok());
                self.byte(value.ok_or("has an octal escape beyond a byte")?);
            }
            b'a' => self.byte(7),
            b'b' => self.byte(8),
            b't' => self.byte(9),
            b'n' => self.byte(10),
            b'v' => self.byte(11),
            b'f' => self.byte(12),
            b'r' => self.byte(13),
            b'e' => self.byte(27),
            b'\\' | b'\'' | b'"' | b'`' | b'?' | b'#' | b'$' | b'/' => self.byte(byte),
            // The string continues in the next line.
            b'\n' => {}
            _ => return Err(format!("has the unknown escape \\{}", byte.escape_ascii())),
        }
        Ok(())
    }

    fn code_point(&mut self, most: usize) -> Result<(), String> {
        let value = self.digits(16, most).ok_or("has \\u without digits")?;
        const HALF: u32 = 0xFC00;
        // A surrogate pair, as JavaScript and Java write it.
        let char = match (value & HALF == 0xD800, self.rest()) {
            (true, [b'\\', b'u', ..]) => {
                self.at = self.at.saturating_add(2);
                let low = self.digits(16, 4).unwrap_or_default();
                let offset = ((value & 0x3FF) << 10) | (low & 0x3FF);
                char::from_u32(offset.saturating_add(0x1_0000)).filter(|_| low & HALF == 0xDC00)
            }
            _ => char::from_u32(value),
        };
        self.char(char.ok_or("has an escape that is no character")?);
        Ok(())
    }

    /// The number of up to `most` digits here.
    fn digits(&mut self, radix: u32, most: usize) -> Option<u32> {
        let mut value = None;
        for _ in 0..most {
            let Some(digit) = self.rest().first().and_then(|digit| char::from(*digit).to_digit(radix)) else {
                break;
            };
            value = Some(value.unwrap_or(0_u32).saturating_mul(radix).saturating_add(digit));
            self.at = self.at.saturating_add(1);
        }
        value
    }
}
