//! Encodes and decodes base64, and says what is wrong with it.

use base64_simd::{STANDARD, STANDARD_NO_PAD};

/// How base64 or hex ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Whole,
    /// Within the symbols of a byte. The bytes before it are complete.
    CutOff,
}

/// Decodes `text` and appends the bytes to `bytes`. Either alphabet, with or without padding, also broken
/// into lines.
///
/// # Errors
/// What is wrong with it and at which byte. The text continues a sentence whose subject is the input.
pub(crate) fn decode(text: &[u8], bytes: &mut Vec<u8>) -> Result<Ending, String> {
    let len = bytes.len();
    if STANDARD_NO_PAD.decode_append(without_padding(text), bytes).is_ok() {
        return Ok(Ending::Whole);
    }
    bytes.truncate(len);
    decode_unusual(text, bytes)
}

#[cold]
fn decode_unusual(text: &[u8], bytes: &mut Vec<u8>) -> Result<Ending, String> {
    let is_foreign = |byte: &u8| !is_symbol(*byte) && !byte.is_ascii_whitespace();
    if let Some(offset) = text.iter().position(is_foreign) {
        return Err(format!("is not base64: invalid symbol at byte {offset}"));
    }
    let standard = |byte: &u8| match *byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    };
    let plain: Vec<u8> = text.iter().filter(|byte| !byte.is_ascii_whitespace()).map(standard).collect();
    let symbols = without_padding(&plain);
    let len = bytes.len();
    if STANDARD_NO_PAD.decode_append(symbols, bytes).is_ok() {
        return Ok(Ending::Whole);
    }
    bytes.truncate(len);
    if plain.contains(&b'=') {
        return Err("is not base64: wrong padding".to_owned());
    }
    // Missing symbols at the end do not change the bits before them.
    let whole_bits = symbols.len().saturating_mul(6);
    let filled: Vec<u8> = symbols.iter().copied().chain(*b"AAA").collect();
    let (groups, _) = filled.as_chunks::<4>();
    let Ok(()) = STANDARD_NO_PAD.decode_append(groups.as_flattened(), bytes).map(|_| ()) else {
        return Err("is not base64".to_owned());
    };
    bytes.truncate(len.saturating_add(whole_bits / 8));
    Ok(Ending::CutOff)
}

/// Appends the base64 of `bytes` to `text`.
pub(crate) fn encode(bytes: &[u8], text: &mut Vec<u8>) {
    STANDARD.encode_append(bytes, text);
}

/// The base64 of `bytes`.
pub(crate) fn encode_to_string(bytes: &[u8]) -> String {
    STANDARD.encode_to_string(bytes)
}

/// Whether a byte can be part of base64, in either alphabet.
pub(crate) fn is_symbol(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte)
}

fn without_padding(text: &[u8]) -> &[u8] {
    let text = text.strip_suffix(b"=").unwrap_or(text);
    text.strip_suffix(b"=").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tables of RFC 4648, and a marker for everything else.
    #[test]
    fn whole_and_cut_off() {
        for (text, bytes, ending) in [
            ("Zm9vYg==", "foob", Ending::Whole),
            ("Zm9vYg", "foob", Ending::Whole),
            ("Zm9v\r\nYmE=\n", "fooba", Ending::Whole),
            ("_-8", "\u{ff}\u{ef}", Ending::Whole),
            ("Zm9vY", "foo", Ending::CutOff),
            ("Zm9vYm", "foob", Ending::CutOff),
            ("Zm9vYmF", "fooba", Ending::CutOff),
            ("Z", "", Ending::CutOff),
            ("Zm\n9vY", "foo", Ending::CutOff),
        ] {
            let mut decoded = vec![];
            let bytes: Vec<u8> =
                bytes.chars().filter_map(|char| u8::try_from(u32::from(char)).ok()).collect();
            assert_eq!((decode(text.as_bytes(), &mut decoded), decoded), (Ok(ending), bytes), "{text}");
        }
        for (text, words) in
            [("Zm9?", "invalid symbol at byte 3"), ("Zm9vYm==", "wrong padding"), ("Z=m9", "wrong padding")]
        {
            let mut decoded = b"before".to_vec();
            assert_eq!(decode(text.as_bytes(), &mut decoded), Err(format!("is not base64: {words}")));
            assert_eq!(decoded, b"before");
        }
    }
}
