//! What a record without the magic may be.

use core::fmt;

use kinesis_agg::schema::{DIGEST_LEN, MAGIC};
use md5::{Digest, Md5};

use crate::compression::Compression;

/// The likely origin of data without the magic, if it looks like a damaged aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Guess {
    /// An aggregate that was read as UTF-8 text. U+FFFD replaces bytes, which are lost.
    ReadAsUtf8,
    /// An aggregate that was read as Latin-1 text and written as UTF-8. Nothing is lost.
    ReadAsLatin1,
    /// Base64 text of an aggregate.
    Base64,
    /// Hex digits of an aggregate.
    Hex,
    /// Hex digits of an aggregate, decoded as base64.
    HexReadAsBase64,
    /// Compressed.
    Compressed(Compression),
    /// An aggregate without its magic, or with only the end of it. The digest is right.
    MagicLost,
    /// The beginning of the magic and nothing after it.
    PartOfMagic,
    /// The magic comes later in the data.
    MagicLater {
        /// Its offset in bytes.
        offset: usize,
    },
}

impl Guess {
    /// Examines data without the magic.
    pub fn of(data: &[u8]) -> Option<Self> {
        if let Some(guess) = Self::of_encoded(data) {
            return Some(guess);
        }
        if let Some(compression) = Compression::of(data) {
            return Some(Self::Compressed(compression));
        }
        if !data.is_empty() && MAGIC.starts_with(data) {
            return Some(Self::PartOfMagic);
        }
        if has_lost_magic(data) {
            return Some(Self::MagicLost);
        }
        let offset = data.windows(MAGIC.len()).position(|bytes| bytes == MAGIC)?;
        Some(Self::MagicLater { offset })
    }

    /// The same, but only whether it begins as an aggregate does in another encoding. Takes the same time
    /// for any length.
    pub fn of_encoded(data: &[u8]) -> Option<Self> {
        // U+FFFD for F3 89 9A, which begin a character that C2 does not continue, and one for C2; or one for
        // each of the four bytes. Runtimes differ.
        const UTF8: &[u8] = b"\xEF\xBF\xBD\xEF\xBF\xBD";
        const LATIN_1: &[u8] = "\u{F3}\u{89}\u{9A}\u{C2}".as_bytes();
        // `f3899ac2` and `F3899AC2`, decoded as base64.
        const HEX: [&[u8]; 2] =
            [&[0x7F, 0x7F, 0x3D, 0xF5, 0xA7, 0x36], &[0x17, 0x7F, 0x3D, 0xF4, 0x00, 0xB6]];
        if data.starts_with(LATIN_1) {
            return Some(Self::ReadAsLatin1);
        }
        if data.starts_with(UTF8) {
            return Some(Self::ReadAsUtf8);
        }
        if data.starts_with(b"84ma") && matches!(data.get(4), Some(b'w')) {
            return Some(Self::Base64);
        }
        if data.get(..8).is_some_and(|text| text.eq_ignore_ascii_case(b"f3899ac2")) {
            return Some(Self::Hex);
        }
        HEX.iter().any(|hex| data.starts_with(hex)).then_some(Self::HexReadAsBase64)
    }
}

/// Whether a message and its digest follow the possible rest of a magic.
fn has_lost_magic(data: &[u8]) -> bool {
    let left = (0..MAGIC.len()).filter_map(|lost| data.strip_prefix(MAGIC.get(lost..)?)).next();
    left.unwrap_or(data).split_last_chunk::<DIGEST_LEN>().is_some_and(|(message, digest)| {
        !message.is_empty() && <[u8; DIGEST_LEN]>::from(Md5::digest(message)) == *digest
    })
}

impl fmt::Display for Guess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReadAsUtf8 => {
                "looks like an aggregate that was read as UTF-8 text: each U+FFFD (EF BF BD) stands for bytes that are \
                 lost; read the data as bytes where it was read as text"
            }
            Self::ReadAsLatin1 => {
                "looks like an aggregate that was read as Latin-1 text and written as UTF-8; converted back, nothing \
                 is lost"
            }
            Self::Base64 => "base64 text of an aggregate: decode it once more",
            Self::Hex => "hex digits of an aggregate: decode it once more",
            Self::HexReadAsBase64 => "hex digits of an aggregate that were decoded as base64: decode them as hex",
            Self::Compressed(compression) => return write!(f, "compressed by {compression}"),
            Self::MagicLost => {
                "looks like an aggregate that has lost its magic: the last 16 bytes are the digest of those before them"
            }
            Self::PartOfMagic => "the beginning of the magic, and cut off there",
            Self::MagicLater { offset } => {
                return write!(
                    f,
                    "the magic stands at byte {offset}, where no consumer looks for it: something was put before \
                     an aggregate"
                );
            }
        })
    }
}
