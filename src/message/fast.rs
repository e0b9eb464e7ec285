//! Shortcuts for what every known producer writes.
//!
//! Each function answers `None`, or exactly what its plain twin answers; nothing outside this file knows
//! which. Without this file and the places that ask it, the crate gives the same answers.
//!
//! `--cfg kinesis_agg_fast="none"`, `"32"` or `"64"` chooses what is taken; by default what fits the target.
//! All three give the same answers, and run on any development machine.
//!
//! Instructions that `bash .ci/instructions` counts on x86-64 with Rust 1.95:
//!
//! | without | workload | without it | with it |
//! |---|---|---|---|
//! | any of them | `read b100_keys_50` | 302,852 | 55,920 |
//! | any of them | `read_with_index b100_keys_500` | 586,083 | 182,767 |
//! | words: bytes in their place | `read b100_keys_50` | 81,847 | 55,920 |
//! | runs of keys | `read_with_index b100_keys_500` | 357,440 | 182,767 |
//! | the first run | `read b100_keys_500` | 330,663 | 273,645 |
//!
//! What cannot follow this contract stands beside its plain twin: `Cursor::fold`, `seal::reverse`,
//! `key_slots::hash`.

use crate::message::items::Table;
use crate::message::number::to_usize;
use crate::message::record::RecordFields;
use crate::message::schema::aggregated_record::RECORDS;
use crate::message::schema::record::{DATA, EXPLICIT_HASH_KEY_INDEX, PARTITION_KEY_INDEX};
use crate::record::UserRecord;

/// For how wide a target shortcuts are taken.
const WIDTH: u32 = if cfg!(kinesis_agg_fast = "none") {
    0
} else if cfg!(kinesis_agg_fast = "32") {
    32
} else if cfg!(kinesis_agg_fast = "64") {
    64
} else {
    usize::BITS
};

/// Whether shortcuts for 64 bits are taken.
pub(crate) const WIDE: bool = WIDTH >= 64;

/// The user record whose field begins at this offset, and where the next field begins. The plain twin:
/// `items::next`, and then `record::read`.
#[inline]
pub(crate) fn user_record(data: &[u8], at: usize) -> Option<(RecordFields<'_>, usize)> {
    match WIDTH {
        64.. => by_word(data, at),
        32.. => by_bytes(data, at),
        _ => None,
    }
}

/// [`user_record`] where a user record is to be read in few instructions, whatever code that takes.
#[inline]
pub(crate) fn inline_user_record(data: &[u8], at: usize) -> Option<(RecordFields<'_>, usize)> {
    if WIDTH < 64 {
        return None;
    }
    by_word(data, at)
}

/// A user record without explicit hash key and tags whose numbers have one byte each.
#[inline]
fn by_bytes(data: &[u8], at: usize) -> Option<(RecordFields<'_>, usize)> {
    let head = data.get(at..)?.first_chunk::<SHORT_HEAD_LEN>()?;
    let &[records, message_len @ ..0x80, key, partition_key @ ..0x80, data_tag, data_len @ ..0x80] = head
    else {
        return None;
    };
    let are_tags =
        u32::from(records) == RECORDS && u32::from(key) == PARTITION_KEY_INDEX && u32::from(data_tag) == DATA;
    if !are_tags || message_len != data_len.wrapping_add(4) {
        return None;
    }
    let from = at.saturating_add(SHORT_HEAD_LEN);
    let next = from.saturating_add(usize::from(data_len));
    let data = data.get(from..next)?;
    let partition_key = u32::from(partition_key);
    Some((RecordFields { partition_key, explicit_hash_key: None, data, has_tags: false }, next))
}

/// Tag and length of the message, tag and index of the partition key, tag and length of the data.
const SHORT_HEAD_LEN: usize = 6;

/// What a user record's message holds: indices, data, and nothing else. The plain twin: `record::read`.
#[inline]
pub(crate) fn fields(message: &[u8]) -> Option<RecordFields<'_>> {
    if WIDTH < 64 {
        return None;
    }
    let (partition_key, rest) = short_varint_field(message, PARTITION_KEY_INDEX)?;
    let (explicit_hash_key, rest) = match short_varint_field(rest, EXPLICIT_HASH_KEY_INDEX) {
        Some((index, rest)) => (Some(index), rest),
        None => (None, rest),
    };
    let (data_len, data) = short_varint_field(rest, DATA)?;
    let fields = RecordFields { partition_key, explicit_hash_key, data, has_tags: false };
    (to_usize(data_len) == data.len()).then_some(fields)
}

/// The varint with which `bytes` begin, if it has at most three bytes, and what is behind it.
#[inline]
fn short_varint(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let low = |byte: u8| u32::from(byte & 0x7F);
    match bytes {
        [a @ ..0x80, rest @ ..] => Some((low(*a), rest)),
        [a, b @ ..0x80, rest @ ..] => Some((low(*a) | low(*b) << 7, rest)),
        [a, b, c @ ..0x80, rest @ ..] => Some((low(*a) | low(*b) << 7 | low(*c) << 14, rest)),
        _ => None,
    }
}

/// The value of the varint field, or the length of the length-delimited one, with which `bytes` begin, and
/// what is behind it.
#[inline]
fn short_varint_field(bytes: &[u8], tag: u32) -> Option<(u32, &[u8])> {
    match bytes {
        [first, rest @ ..] if u32::from(*first) == tag => short_varint(rest),
        _ => None,
    }
}

// ---- the head of a user record, read from one word

/// What lies before the data of a user record without explicit hash key and tags:
///
/// ```text
///   tag  message length  tag  partition key index  tag  data length
/// ```
///
/// Most user records of most producers begin so. One comparison tells, where reading field by field takes a
/// dozen.
#[inline]
fn by_word(data: &[u8], at: usize) -> Option<(RecordFields<'_>, usize)> {
    let fields = data.get(at..)?;
    let word = u64::from_le_bytes(*fields.first_chunk()?);
    let head = if SHORT.is_of(word) {
        SHORT.read(word)
    } else if LONG_DATA.is_of(word) {
        LONG_DATA.read(word)
    } else if LONG_INDEX.is_of(word) {
        LONG_INDEX.read(word)
    } else if LONGEST_INDEX.is_of(word) {
        LONGEST_INDEX.read(word)
    } else {
        return None;
    };
    if head.message_len != head.data_len.wrapping_add(head.len_in_message) {
        return None;
    }
    let data_len = to_usize(head.data_len);
    let data = fields.get(head.len..)?.get(..data_len)?;
    let next = at.wrapping_add(head.len).wrapping_add(data_len);
    let partition_key = head.partition_key;
    Some((RecordFields { partition_key, explicit_hash_key: None, data, has_tags: false }, next))
}

/// The numbers of a head.
struct Head {
    message_len: u32,
    partition_key: u32,
    data_len: u32,
    /// Bytes of it, and those of them that belong to the message.
    len: usize,
    len_in_message: u32,
}

/// How many bytes the varints of a head have.
struct Shape {
    /// The bits that tell it from others: tags, and whether a varint goes on.
    mask: u64,
    /// Their values.
    tags: u64,
    /// Bytes of either length: 1 or 2.
    length_bytes: u32,
    /// Bytes of the index: 1 to 3.
    index_bytes: u32,
}

const SHORT: Shape = Shape::new(1, 1);
const LONG_DATA: Shape = Shape::new(2, 1);
const LONG_INDEX: Shape = Shape::new(1, 2);
const LONGEST_INDEX: Shape = Shape::new(1, 3);

#[expect(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "computed by the compiler alone")]
impl Shape {
    const fn new(length_bytes: u32, index_bytes: u32) -> Self {
        let shape = Self { mask: 0, tags: 0, length_bytes, index_bytes };
        let shape = shape.with_tag(0, RECORDS).with_varint(1, length_bytes);
        let shape =
            shape.with_tag(length_bytes + 1, PARTITION_KEY_INDEX).with_varint(length_bytes + 2, index_bytes);
        let data_at = length_bytes + 2 + index_bytes;
        shape.with_tag(data_at, DATA).with_varint(data_at + 1, length_bytes)
    }

    const fn with_tag(self, at: u32, tag: u32) -> Self {
        let shift = at * u8::BITS;
        let [tag, ..] = tag.to_le_bytes();
        Self { mask: self.mask | 0xFF << shift, tags: self.tags | (tag as u64) << shift, ..self }
    }

    /// All bytes of a varint but the last one have their uppermost bit set.
    const fn with_varint(self, at: u32, bytes: u32) -> Self {
        let tops = 0x80_8080_u64 & ((1 << (bytes * u8::BITS)) - 1);
        let set = tops & !(0x80 << ((bytes - 1) * u8::BITS));
        let shift = at * u8::BITS;
        Self { mask: self.mask | tops << shift, tags: self.tags | set << shift, ..self }
    }
}

impl Shape {
    #[inline(always)]
    fn is_of(&self, word: u64) -> bool {
        word & self.mask == self.tags
    }

    /// The numbers in a word of this shape.
    #[inline(always)]
    fn read(&self, word: u64) -> Head {
        let index_at = self.length_bytes.wrapping_add(2);
        let data_len_at = index_at.wrapping_add(self.index_bytes).wrapping_add(1);
        let len = data_len_at.wrapping_add(self.length_bytes);
        Head {
            message_len: varint(word, 1, self.length_bytes),
            partition_key: varint(word, index_at, self.index_bytes),
            data_len: varint(word, data_len_at, self.length_bytes),
            len: usize::try_from(len).unwrap_or_default(),
            len_in_message: len.wrapping_sub(self.length_bytes).wrapping_sub(1),
        }
    }
}

/// The varint of so many bytes, at most three, that begins with byte `at` of a word.
#[inline(always)]
fn varint(word: u64, at: u32, bytes: u32) -> u32 {
    let [a, b, c, ..] = word.wrapping_shr(at.wrapping_mul(u8::BITS)).to_le_bytes();
    let low = |byte: u8| u32::from(byte & 0x7F);
    match bytes {
        1 => low(a),
        2 => low(a) | low(b) << 7,
        _ => low(a) | low(b) << 7 | low(c) << 14,
    }
}

// ---- the text of keys

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

// ---- runs of keys

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
        if WIDTH < 64 {
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
pub(crate) struct FirstRun<'a>([KeyRun<'a>; if WIDTH < 64 { 0 } else { 1 }]);

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

// ---- user records on the way in

/// Whether a user record fits whatever it takes beside its data, and has keys that the service takes: so it is
/// with most. The plain twin: `Layout::check`.
#[inline]
pub(crate) fn surely_fits(record: &UserRecord<'_>, room: usize) -> bool {
    let is_plain = record.explicit_hash_key.is_none() && record.tags.is_empty();
    let has_short_key = (1..=SHORT_KEY_LEN).contains(&record.partition_key.len());
    WIDE && is_plain && has_short_key && record.data.len().saturating_add(MOST_BESIDE_DATA) <= room
}

/// Bytes of a key whose length takes one byte.
const SHORT_KEY_LEN: usize = 127;

/// More than a user record with such a key takes beside its data: the key, twice, and tags, lengths and an index.
const MOST_BESIDE_DATA: usize = 2 * SHORT_KEY_LEN + 32;
