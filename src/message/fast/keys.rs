//! Keys: their text kept in the index, and runs of them checked at once.

use crate::message::fast::width::WIDE;
use crate::message::items::Table;

/// A key that an entry of the index keeps, so that a look-up is one access. The plain twin:
/// `KeyTables::find`. There is no such value where no shortcuts for 64 bits are taken: an entry of the index
/// then takes 12 bytes in place of 16.
pub(crate) use self::kept::KeptKey;

#[cfg(any(
    kinesis_agg_fast = "64",
    all(target_pointer_width = "64", not(any(kinesis_agg_fast = "none", kinesis_agg_fast = "32")))
))]
mod kept {
    #[derive(Clone, Copy)]
    pub(crate) struct KeptKey<'a>(&'a str);

    impl<'a> KeptKey<'a> {
        pub(crate) const EXISTS: bool = true;

        #[inline]
        pub(crate) fn of(key: &'a str) -> Option<Self> {
            Some(Self(key))
        }

        #[inline]
        pub(crate) fn text(self) -> &'a str {
            self.0
        }
    }
}

#[cfg(not(any(
    kinesis_agg_fast = "64",
    all(target_pointer_width = "64", not(any(kinesis_agg_fast = "none", kinesis_agg_fast = "32")))
)))]
mod kept {
    use core::convert::Infallible;
    use core::marker::PhantomData;

    #[derive(Clone, Copy)]
    pub(crate) struct KeptKey<'a>(Infallible, PhantomData<&'a str>);

    impl<'a> KeptKey<'a> {
        pub(crate) const EXISTS: bool = false;

        pub(crate) fn of(_: &'a str) -> Option<Self> {
            None
        }

        pub(crate) fn text(self) -> &'a str {
            match self.0 {}
        }
    }
}

/// Keys that follow each other, as writers put all of them:
///
/// ```text
///   tag  length  partition key | tag  length  partition key | ... | tag  length  explicit hash key | ...
/// ```
///
/// A tag is ASCII, and so is a length below 128. So a run of keys that short is UTF-8 if and only if each of
/// them is, and to check it at once costs a fraction of key by key. The plain twin: `items::next` and
/// `check_key`, again and again.
#[derive(Clone, Copy, Default)]
pub(crate) struct KeyRun<'a> {
    text: &'a str,
    start: usize,
}

impl<'a> KeyRun<'a> {
    /// The keys whose fields begin at this offset, if any, up to the first that is not UTF-8.
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
        // A last key that reaches past the end is none.
        let run = fields.get(..len).unwrap_or(fields);
        Some(Self { text: valid_prefix(run), start: at })
    }

    /// Where the keys that are still to be given out begin.
    pub(crate) fn start(&self) -> usize {
        self.start
    }
}

/// The first run of keys of a message, mostly that of all of them. Where no runs are looked for, it takes no
/// room.
#[derive(Clone, Copy, Default)]
pub(crate) struct FirstRun<'a>([KeyRun<'a>; if WIDE { 1 } else { 0 }]);

impl<'a> FirstRun<'a> {
    /// Keeps a run of which no key was given out, if it is the first.
    #[inline]
    pub(crate) fn keep(&mut self, run: &KeyRun<'a>) {
        if let [first] = self.0.as_mut_slice()
            && first.text.is_empty()
        {
            *first = *run;
        }
    }

    /// The key of so many bytes at this offset, if it lies in the run. The plain twin: `from_utf8` of these
    /// bytes.
    #[inline]
    pub(crate) fn key(&self, at: usize, len: usize) -> Option<&'a str> {
        let run = self.0.first()?;
        run.text.get(at.checked_sub(run.start)?..)?.get(..len)
    }
}

/// Bytes of a tag and of a length below 128.
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
