//! Each field in one line: its offset, its bytes, its meaning.

use alloc::string::String;

/// The purpose of a byte of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The four bytes at the beginning.
    Magic,
    /// Text of keys in the tables.
    Keys,
    /// Tags, lengths and indices of the format's own fields.
    Framing,
    /// Data of user records.
    Data,
    /// Tags and unknown fields.
    Other,
    /// The digest.
    Digest,
    /// Unreadable bytes, and bytes after the digest.
    Unreadable,
}

impl Part {
    /// All parts, in display order.
    pub const ALL: [Self; 7] =
        [Self::Magic, Self::Keys, Self::Framing, Self::Data, Self::Other, Self::Digest, Self::Unreadable];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Magic => "magic",
            Self::Keys => "keys",
            Self::Framing => "framing",
            Self::Data => "data",
            Self::Other => "other fields",
            Self::Digest => "digest",
            Self::Unreadable => "unreadable",
        }
    }
}

/// One field.
#[derive(Clone, Debug)]
pub struct DumpLine<'a> {
    /// The offset of its first byte in the data.
    pub offset: usize,
    /// The number of messages around it.
    pub depth: u8,
    /// Tag and length.
    pub head: &'a [u8],
    /// The content; empty if lines of their own follow for it.
    pub content: &'a [u8],
    /// The purpose of the content.
    pub part: Part,
    /// Its meaning. Keys and data in it are escaped.
    pub meaning: String,
}
