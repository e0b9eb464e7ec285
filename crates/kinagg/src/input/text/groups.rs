//! Bytes as groups of digits: hex or decimal numbers with separators.

use std::borrow::Cow;

use crate::base64::Ending;

/// What the groups of a text can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Radix {
    Decimal,
    Hex,
    /// Only groups of two decimal digits. They are taken as hex, with a note.
    HexOrDecimal,
}

/// The groups of a text, without `0x`, or `\x` as databases write it.
pub(super) fn groups(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| is_between(*byte)).map(without_prefix).filter(|group| !group.is_empty())
}

fn is_between(byte: u8) -> bool {
    byte.is_ascii_whitespace() || b"\"',:;".contains(&byte)
}

/// Without `0x`, or `\x` as databases write it.
fn without_prefix(group: &[u8]) -> &[u8] {
    hex_prefix(group).unwrap_or(group)
}

fn hex_prefix(group: &[u8]) -> Option<&[u8]> {
    let prefixes: [&[u8]; 3] = [b"0x", b"0X", b"\\x"];
    prefixes.iter().find_map(|prefix| group.strip_prefix(*prefix))
}

/// What these groups are; `None` if they are not numbers.
pub(super) fn radix_of(text: &[u8]) -> Option<Radix> {
    // Quotes may be around numbers, but not inside them: `b'8'` is a string.
    let is_inside = |part: &[u8]| matches!(part, [a, b'"' | b'\'', b] if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric());
    if text.windows(3).any(is_inside) {
        return None;
    }
    let mut is_hex = text.split(|byte| is_between(*byte)).any(|group| hex_prefix(group).is_some());
    let (mut count, mut pairs, mut short, mut long, mut has_sign, mut are_bytes) =
        (0_usize, 0_usize, 0_usize, 0_usize, false, true);
    for group in groups(text) {
        let digits = group.strip_prefix(b"-").unwrap_or(group);
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        count = count.saturating_add(1);
        is_hex |= !digits.iter().all(u8::is_ascii_digit);
        has_sign |= digits.len() < group.len();
        match digits.len() {
            1 | 3 => short = short.saturating_add(1),
            2 => pairs = pairs.saturating_add(1),
            _ => long = long.saturating_add(1),
        }
        are_bytes &= decimal_byte(group).is_some();
    }
    match () {
        () if count == 0 || has_sign && (is_hex || !are_bytes) => None,
        // Several numbers, such as `256 1 2 300`, are decimal even if one is too large: that is said then.
        () if has_sign || !is_hex && short > 0 && (are_bytes || count > 1 && long == 0) => {
            Some(Radix::Decimal)
        }
        () if !is_hex && pairs == count => Some(Radix::HexOrDecimal),
        () => Some(Radix::Hex),
    }
}

/// Replaces the dashes of a line such as `F3-89-9A` by spaces.
pub(super) fn without_dashes(line: &[u8]) -> Cow<'_, [u8]> {
    let is_pair = |group: &[u8]| matches!(group, [a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    match line.contains(&b'-') && line.trim_ascii().split(|byte| *byte == b'-').all(is_pair) {
        true => line.iter().map(|byte| if *byte == b'-' { b' ' } else { *byte }).collect(),
        false => line.into(),
    }
}

/// A byte as a decimal number, also from a language with signed bytes.
pub(super) fn decimal_byte(group: &[u8]) -> Option<u8> {
    let number: i16 = std::str::from_utf8(group).ok().filter(|text| text.len() <= 4)?.parse().ok()?;
    let is_plain = !group.starts_with(b"+");
    u8::try_from(number)
        .ok()
        .or_else(|| i8::try_from(number).ok().map(i8::cast_unsigned))
        .filter(|_| is_plain)
}

/// Appends the bytes of decimal numbers to `bytes`.
///
/// # Errors
/// What is not the number of a byte.
pub(super) fn decode_decimal(text: &[u8], bytes: &mut Vec<u8>) -> Result<Ending, String> {
    for group in groups(text) {
        let byte = decimal_byte(group);
        bytes.push(byte.ok_or_else(|| format!("has an invalid byte value at \"{}\"", group.escape_ascii()))?);
    }
    Ok(Ending::Whole)
}

/// Appends the bytes of hex digits to `bytes`. A single digit among groups of two is a byte, but as the last
/// group it was cut off. Groups of more digits have several bytes each.
///
/// # Errors
/// What is not hex, and where.
pub(super) fn decode_hex(text: &[u8], bytes: &mut Vec<u8>) -> Result<Ending, String> {
    let is_foreign = |byte: &u8| !byte.is_ascii_hexdigit() && !is_between(*byte) && !b"xX\\".contains(byte);
    if let Some(offset) = text.iter().position(is_foreign) {
        return Err(format!("is not hex: invalid digit at byte {offset}"));
    }
    let has_single = {
        let mut lens = groups(text).map(<[u8]>::len).peekable();
        let (mut single, mut others) = (false, true);
        while let Some(len) = lens.next() {
            single |= len == 1 && lens.peek().is_some();
            others &= len <= 2;
        }
        single && others
    };
    if has_single {
        for group in groups(text) {
            bytes.push(hex_byte(group).ok_or_else(|| not_hex(text))?);
        }
        return Ok(Ending::Whole);
    }
    let digits: Vec<u8> = groups(text).flatten().copied().collect();
    let (pairs, odd) = digits.as_chunks::<2>();
    for pair in pairs {
        bytes.push(hex_byte(pair).ok_or_else(|| not_hex(text))?);
    }
    Ok(if odd.is_empty() { Ending::Whole } else { Ending::CutOff })
}

fn not_hex(text: &[u8]) -> String {
    let offset = text.iter().position(|byte| b"xX\\".contains(byte)).unwrap_or(0);
    format!("is not hex: invalid digit at byte {offset}")
}

/// A byte as one or two hex digits.
pub(super) fn hex_byte(group: &[u8]) -> Option<u8> {
    let value = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    match *group {
        [low] => value(low),
        [high, low] => Some(value(high)? << 4 | value(low)?),
        _ => None,
    }
}
