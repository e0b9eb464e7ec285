//! Each field in one line: where it is, its bytes, what it means.

use alloc::string::String;

/// What a byte of the data is for.
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
    /// What cannot be read, or stands behind the digest.
    Unreadable,
}

impl Part {
    /// All of them, in the order in which they are shown.
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
    /// Of its first byte, from the beginning of the data.
    pub offset: usize,
    /// How many messages it is inside of.
    pub depth: u8,
    /// Tag and length.
    pub head: &'a [u8],
    /// What is behind them; empty where lines of their own follow for it.
    pub content: &'a [u8],
    /// What the content is for.
    pub part: Part,
    /// What it says. Keys and data in it are escaped.
    pub meaning: String,
}
