//! An entry of a key table, as an aggregator has written it.

/// Tag, length and key. No key has more than 1,024 bytes, so its length has one byte or two.
pub(crate) struct KeyEntryBytes<'a> {
    pub(crate) tag: u32,
    pub(crate) key: &'a [u8],
    /// Bytes of all of it.
    pub(crate) len: usize,
}

impl<'a> KeyEntryBytes<'a> {
    /// The entry with which `bytes` begin.
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
