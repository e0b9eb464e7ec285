//! Recognises a text.

use memchr::memmem;

use super::chunks::{self, Evidence};
use super::groups::{self, Radix};
use super::{aws, dump};
use crate::base64;
use crate::input::format::{Format, Reading, is_around_text};

const AS_HEX: &str = "numbers of two digits are taken as hex; `--format decimal` reads decimal numbers";
const NOT_BASE64: &str = "taken as hex; `--format base64` reads base64";
const NOT_PRINTED: &str = "taken as base64; `--format printed` reads text in quotes";
const IN_QUOTES: &str = "text in quotes is taken as the bytes of records";
const NOT_HEX: &str = "a lone number is taken as decimal; `--format hex` reads hex";

/// Recognises a text. `text` is `head` without what precedes it, and `is_whole` says that there is no more.
///
/// # Errors
/// What was found instead.
pub(in crate::input) fn recognise_text(head: &[u8], text: &[u8], is_whole: bool) -> Result<Reading, String> {
    let found = |format, note| Ok(Reading { format, note });
    if dump::is_dump(text) {
        return found(Format::Dump, None);
    }
    // `\xf3\x89` is a string with escapes, unless each line has only one of them.
    let is_escaped =
        text.split(|byte| *byte == b'\n').any(|line| line.iter().filter(|byte| **byte == b'\\').count() > 1);
    if !is_escaped && let Some(radix) = radix_of_lines(text, is_whole) {
        let is_lone = is_whole && groups::groups(text).nth(1).is_none();
        return match radix {
            Radix::Decimal => found(Format::Decimal, is_lone.then_some(NOT_HEX)),
            Radix::HexOrDecimal => found(Format::Hex, Some(AS_HEX)),
            Radix::Hex => found(Format::Hex, is_base64_too(text).then_some(NOT_BASE64)),
        };
    }
    if is_base64_text(text) {
        let is_short = is_whole && text.len() < 24 && !text.contains(&b'=');
        let is_quoted = text.starts_with(b"\"") || text.starts_with(b"'");
        return found(Format::Base64, (is_short && is_quoted).then_some(NOT_PRINTED));
    }
    if aws::is_text_output(text) {
        return found(Format::AwsText, None);
    }
    match chunks::evidence(text, is_whole) {
        Evidence::Escapes => return found(Format::Printed, None),
        Evidence::Quotes => return found(Format::Printed, Some(IN_QUOTES)),
        Evidence::None => {}
    }
    if is_log(text) {
        return found(Format::Log, None);
    }
    Err(describe_unknown(head, is_whole))
}

/// Whether one of the lines at the beginning of a text contains an event.
fn is_log(head: &[u8]) -> bool {
    let names: [&[u8]; 3] = [br#"{"Records""#, br#""Records":"#, br#"KinesisBatchInfo"#];
    names.iter().any(|name| memmem::find(head, name).is_some())
}

/// What the numbers are in lines with one record each: decimal, if any line can be nothing else.
fn radix_of_lines(text: &[u8], is_whole: bool) -> Option<Radix> {
    let mut found = None;
    let mut lines = text.split(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        // The head may end within a number.
        let is_cut = lines.peek().is_none() && !is_whole;
        if line.trim_ascii().is_empty() || is_cut && found.is_some() {
            continue;
        }
        let radix = groups::radix_of(&groups::without_dashes(line))?;
        found = Some(match (found, radix) {
            (None, radix) => radix,
            (Some(Radix::Hex), _) | (_, Radix::Hex) => Radix::Hex,
            (Some(Radix::Decimal), _) | (_, Radix::Decimal) => Radix::Decimal,
            (Some(found), _) => found,
        });
    }
    found
}

/// Whether hex digits could also be base64: each line could have its padding, none begins an aggregate, and
/// there are too few to decide.
fn is_base64_too(text: &[u8]) -> bool {
    /// The probability of so many different digits in so many symbols of base64 is 10^-15.
    const LONG: usize = 32;
    const VARIOUS: usize = 8;
    let lines = || text.split(|byte| *byte == b'\n').map(trim_around).filter(|line| !line.is_empty());
    let is_various = |line: &[u8]| {
        let different = (0..=u8::MAX).filter(|digit| line.contains(digit)).count();
        line.len() >= LONG && different >= VARIOUS
    };
    lines().all(|line| line.len() % 4 == 0 && line.iter().all(u8::is_ascii_hexdigit))
        && !lines().any(|line| {
            line.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"f3899ac2")) || is_various(line)
        })
}

/// Words are also symbols of base64, except for the characters between them. A word may also be a JSON
/// literal.
fn is_base64_text(text: &[u8]) -> bool {
    let words: [&[u8]; 3] = [b"null", b"true", b"false"];
    let is_line = |line: &[u8]| {
        let mut symbols = trim_around(line).iter().copied().rev().skip_while(|byte| *byte == b'=');
        symbols.all(|byte| base64::is_symbol(byte) && byte != b'=')
    };
    !words.contains(&text.trim_ascii()) && text.split(|byte| *byte == b'\n').all(is_line)
}

/// Removes what surrounds a line of text.
fn trim_around(mut line: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = line
        && is_around_text(*first)
    {
        line = rest;
    }
    while let [rest @ .., last] = line
        && is_around_text(*last)
    {
        line = rest;
    }
    line
}

fn describe_unknown(head: &[u8], is_whole: bool) -> String {
    let seen = match head {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "UTF-16 text, where UTF-8 is read".to_owned(),
        [0x1F, 0x8B, ..] | [0x28, 0xB5, 0x2F, 0xFD, ..] => "something compressed twice".to_owned(),
        [b'B', b'Z', b'h', ..] => "something compressed by bzip2; unpack it first".to_owned(),
        [0xFD, b'7', b'z', b'X', b'Z', ..] => "something compressed by xz; unpack it first".to_owned(),
        [b'P', b'K', 3, 4, ..] => "a zip archive; unpack it first".to_owned(),
        _ => describe(head),
    };
    let bytes =
        if is_whole { format!("{} bytes", head.len()) } else { format!("more than {} bytes", head.len()) };
    format!(
        "neither JSON, base64, hex nor an aggregated record, but {seen} ({bytes}); --format raw reads it as the data of a record"
    )
}

/// The beginning of text or bytes.
fn describe(head: &[u8]) -> String {
    const SHOWN: usize = 24;
    let start = head.get(..SHOWN).unwrap_or(head);
    let dots = if start.len() < head.len() { "..." } else { "" };
    match text_of(head, start) {
        Some(text) => format!("text that begins with \"{}{dots}\"", text.escape_debug()),
        None => {
            let hex: Vec<_> = start.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("bytes that begin with {}{dots}", hex.join(" "))
        }
    }
}

/// The beginning as text, if it is text. It may end within a character.
fn text_of<'a>(head: &[u8], start: &'a [u8]) -> Option<&'a str> {
    let whole = |bytes: &'_ [u8]| match std::str::from_utf8(bytes) {
        Ok(_) => Some(bytes.len()),
        Err(error) => error.error_len().is_none().then(|| error.valid_up_to()),
    };
    let is_control = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    whole(head).filter(|_| !head.iter().any(is_control))?;
    std::str::from_utf8(start.get(..whole(start)?)?).ok()
}
