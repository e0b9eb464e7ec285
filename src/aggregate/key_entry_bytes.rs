//! An entry of a key table in the buffer of an aggregator.

/// Tag, length and key. No key has more than 1,024 bytes, so the length takes one or two bytes.
pub(crate) struct KeyEntryBytes<'a> {
    pub(crate) tag: u32,
    pub(crate) key: &'a [u8],
    /// The bytes of the whole entry.
    pub(crate) len: usize,
}

impl<'a> KeyEntryBytes<'a> {
    /// Returns the first entry in `bytes`.
    pub(crate) fn first_of(bytes: &'a [u8]) -> Option<Self> {
        let (tag, key_len, rest) = match bytes {
            [tag, len @ ..0x80, rest @ ..] => (tag, usize::from(*len), rest),
            [tag, low, high @ ..0x80, rest @ ..] => {
                (tag, usize::from(low & 0x7F) | usize::from(*high) << 7, rest)
            }
            _ => return None,
        };
        let key = rest.get(..key_len)?;
        let head_len = bytes.len().saturating_sub(rest.len());
        Some(Self { tag: u32::from(*tag), key, len: head_len.saturating_add(key_len) })
    }
}
