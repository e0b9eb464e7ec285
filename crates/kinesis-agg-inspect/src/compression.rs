//! Recognises compressed data.

use core::fmt;

/// A compression format, as far as the first bytes show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Compression {
    /// RFC 1952.
    Gzip,
    /// RFC 1950.
    Zlib,
    /// RFC 8878.
    Zstd,
}

impl Compression {
    /// The format of data that begins like this.
    pub fn of(data: &[u8]) -> Option<Self> {
        match *data {
            [0x1F, 0x8B, 8, ..] => Some(Self::Gzip),
            [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Self::Zstd),
            // Deflate with a window of 32 KiB and no dictionary. The two bytes, read as a number, are a
            // multiple of 31. Text may begin like this, too: `x^2`.
            [0x78, 0x01 | 0x5E | 0x9C | 0xDA, _, ..] if !is_text(data) => Some(Self::Zlib),
            _ => None,
        }
    }
}

fn is_text(data: &[u8]) -> bool {
    core::str::from_utf8(data)
        .is_ok_and(|text| !text.contains(|c: char| c.is_control() && !c.is_whitespace()))
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gzip => "gzip",
            Self::Zlib => "zlib",
            Self::Zstd => "Zstandard",
        })
    }
}
