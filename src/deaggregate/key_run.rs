//! Keys that follow each other, as writers put all of them:
//!
//! ```text
//!   tag  length  partition key | tag  length  partition key | ... | tag  length  explicit hash key | ...
//! ```
//!
//! A tag is ASCII, and so is a length below 128. So a run of keys that short is UTF-8 if and only if each of them is, and
//! to check it at once costs a fraction of key by key.

use crate::deaggregate::key_tables::Table;

/// Keys of less than 128 bytes that follow each other.
#[derive(Clone, Copy)]
pub(crate) struct KeyRun<'a> {
    text: &'a str,
    fields: &'a [u8],
}

impl<'a> KeyRun<'a> {
    /// The keys with which `fields` begin, if any, up to the first that is not UTF-8.
    #[inline]
    pub(crate) fn of(fields: &'a [u8]) -> Option<Self> {
        let mut len = 0_usize;
        while let Some(&[tag, key_len @ ..0x80]) = fields.get(len..).and_then(<[u8]>::first_chunk)
            && Table::of_tag(u32::from(tag)).is_some()
        {
            len = len.saturating_add(HEAD_LEN).saturating_add(usize::from(key_len));
        }
        if len == 0 {
            return None;
        }
        // A last key that reaches past the end is none.
        let run = fields.get(..len).unwrap_or(fields);
        Some(Self { text: valid_prefix(run), fields })
    }

    /// The fields that are still to be given out.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// What is behind the keys that were given out.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.fields
    }
}

/// Bytes of a tag and of a length below 128.
const HEAD_LEN: usize = 2;

impl<'a> Iterator for KeyRun<'a> {
    type Item = (Table, &'a str);

    #[inline]
    fn next(&mut self) -> Option<(Table, &'a str)> {
        let &[tag, key_len] = self.text.as_bytes().first_chunk()?;
        let table = Table::of_tag(u32::from(tag))?;
        let (key, text) = self.text.get(HEAD_LEN..)?.split_at_checked(usize::from(key_len))?;
        self.text = text;
        self.fields = self.fields.get(HEAD_LEN..)?.get(key.len()..)?;
        Some((table, key))
    }
}

/// The text with which `bytes` begin.
fn valid_prefix(bytes: &[u8]) -> &str {
    match core::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => bytes
            .get(..error.valid_up_to())
            .and_then(|valid| core::str::from_utf8(valid).ok())
            .unwrap_or_default(),
    }
}
