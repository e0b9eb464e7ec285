//! Shortcuts for keys: the index keeps their text, and runs of keys are checked at once.

use crate::message::fast::width::WIDE;
use crate::message::items::Table;

/// The key that an entry of the index keeps, so that a look-up is one access. Plain form: `KeyTables::find`.
/// Without the shortcuts for 64 bits it takes no memory.
#[derive(Clone, Copy)]
pub(crate) struct KeptKey<'a>([&'a str; if WIDE { 1 } else { 0 }]);

impl<'a> KeptKey<'a> {
    #[inline]
    pub(crate) const fn of(key: &'a str) -> Self {
        Self([key; if WIDE { 1 } else { 0 }])
    }

    #[inline]
    pub(crate) fn text(&self) -> Option<&'a str> {
        self.0.first().copied()
    }
}

/// Consecutive keys. Producers write all keys this way:
///
/// ```text
///   tag  length  partition key | tag  length  partition key | ... | tag  length  explicit hash key | ...
/// ```
///
/// Tags are ASCII, and so are lengths below 128. A run of keys with such lengths is therefore UTF-8 if and
/// only if each key is. Checking the run at once takes a fraction of the time of checking each key. Plain
/// form: `items::next` and `read_key` for each key.
#[derive(Clone, Copy, Default)]
pub(crate) struct KeyRun<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> KeyRun<'a> {
    /// Returns the keys whose fields begin at this offset, up to the first that is not UTF-8; `None` if there
    /// are none.
    #[inline]
    pub(crate) fn of(data: &'a [u8], at: usize) -> Option<Self> {
        if !WIDE {
            return None;
        }
        let fields = data.get(at..)?;
        let mut len = 0_usize;
        while let Some(&[tag, key_len @ ..0x80]) = fields.get(len..).and_then(<[u8]>::first_chunk)
            && table_of(tag).is_some()
        {
            len = len.saturating_add(KEY_HEAD_LEN).saturating_add(usize::from(key_len));
        }
        if len == 0 {
            return None;
        }
        // A last key that reaches past the end does not count.
        let run = fields.get(..len).unwrap_or(fields);
        Some(Self { text: valid_prefix(run), start: at })
    }

    /// Returns the offset of the remaining keys.
    pub(crate) fn start(&self) -> usize {
        self.start
    }
}

/// The first run of keys of a message, which mostly has all keys. Without the shortcuts for 64 bits it takes
/// no memory.
#[derive(Clone, Copy, Default)]
pub(crate) struct FirstRun<'a>([KeyRun<'a>; if WIDE { 1 } else { 0 }]);

impl<'a> FirstRun<'a> {
    /// Keeps a run if it is the first. None of its keys must have been returned yet.
    #[inline]
    pub(crate) fn keep(&mut self, run: &KeyRun<'a>) {
        if let [first] = self.0.as_mut_slice()
            && first.text.is_empty()
        {
            *first = *run;
        }
    }

    /// Returns the key of `len` bytes at this offset, if it is in the run. Plain form: `from_utf8` of these
    /// bytes.
    #[inline]
    pub(crate) fn key(&self, at: usize, len: usize) -> Option<&'a str> {
        let run = self.0.first()?;
        run.text.get(at.checked_sub(run.start)?..)?.get(..len)
    }
}

/// The bytes of a tag and of a length below 128.
const KEY_HEAD_LEN: usize = 2;

impl<'a> Iterator for KeyRun<'a> {
    /// The offset of a key's field, its table, and the key.
    type Item = (usize, Table, &'a str);

    #[inline]
    fn next(&mut self) -> Option<(usize, Table, &'a str)> {
        let &[tag, key_len] = self.text.as_bytes().first_chunk()?;
        let table = table_of(tag)?;
        let (key, text) = self.text.get(KEY_HEAD_LEN..)?.split_at_checked(usize::from(key_len))?;
        let start = self.start;
        self.text = text;
        self.start = start.wrapping_add(KEY_HEAD_LEN).wrapping_add(key.len());
        Some((start, table, key))
    }
}

#[inline]
fn table_of(tag: u8) -> Option<Table> {
    [Table::PartitionKeys, Table::ExplicitHashKeys].into_iter().find(|table| table.tag() == u32::from(tag))
}

/// Returns the longest prefix of `bytes` that is UTF-8.
fn valid_prefix(bytes: &[u8]) -> &str {
    match core::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => bytes
            .get(..error.valid_up_to())
            .and_then(|valid| core::str::from_utf8(valid).ok())
            .unwrap_or_default(),
    }
}
