//! The findings about the data of one Kinesis record.

use alloc::string::String;
use alloc::vec::Vec;

use kinesis_agg::schema::KPL_SIZE_LIMIT;
use kinesis_agg::{HashKey, ParseError};

use crate::dump::{DumpLine, Part};
use crate::frame::DigestFound;
use crate::oddity::Oddities;
use crate::plain::Guess;

/// What to compare with, and how much to list.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// The partition key of the Kinesis record, if known.
    pub partition_key: Option<&'a str>,
    /// The size in bytes of a full aggregate.
    pub size_limit: usize,
    /// The most keys of a table, user records, and fields of the dump to list. All are counted.
    pub max_items: usize,
    /// The most characters of text, or bytes, to show of a key or of data.
    pub max_preview: usize,
}

/// The KPL's limit; a thousand items; the first 48 characters.
impl Default for Options<'_> {
    fn default() -> Self {
        Self { partition_key: None, size_limit: KPL_SIZE_LIMIT, max_items: 1000, max_preview: 48 }
    }
}

/// What consumers take the record for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A whole and correct aggregate.
    Aggregate {
        /// The number of user records in it.
        user_records: usize,
    },
    /// Not an aggregate. It may be a part of one.
    Plain(Option<Guess>),
    /// It begins like an aggregate but is none. Consumers take it for a plain record.
    Broken(ParseError),
}

/// The first of many items.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// As many as [`Options`] allow.
    pub shown: Vec<T>,
    /// The number of all items.
    pub total: usize,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { shown: Vec::new(), total: 0 }
    }
}

impl<T> Listed<T> {
    /// The number of items that are not shown.
    pub fn left_out(&self) -> usize {
        self.total.saturating_sub(self.shown.len())
    }

    pub(crate) fn push(&mut self, max: usize, item: impl FnOnce() -> T) {
        self.total = self.total.saturating_add(1);
        if self.shown.len() < max {
            self.shown.push(item());
        }
    }
}

/// An entry of a key table.
#[derive(Clone, Debug)]
pub struct Key<'a> {
    /// The offset of its first byte in the data.
    pub offset: usize,
    /// Its text, if it is valid.
    pub bytes: &'a [u8],
    /// The number of user records that refer to it.
    pub uses: usize,
}

/// A key table.
#[derive(Clone, Debug, Default)]
pub struct KeyTable<'a> {
    /// The entries, by index.
    pub keys: Listed<Key<'a>>,
    /// The number of entries that no user record refers to.
    pub unused: usize,
    /// The number of entries that repeat an earlier one.
    pub duplicates: usize,
}

/// A user record, as far as it exists.
#[derive(Clone, Debug)]
pub struct UserRecordFound<'a> {
    /// The offset of its tag in the data.
    pub offset: usize,
    /// Its bytes in the message, including tag and length.
    pub len: usize,
    /// Zero-based.
    pub partition_key_index: Option<u64>,
    /// The key in the table at this index.
    pub partition_key: Option<&'a [u8]>,
    /// Zero-based.
    pub explicit_hash_key_index: Option<u64>,
    /// The key in the table at this index.
    pub explicit_hash_key: Option<&'a [u8]>,
    /// The explicit hash key as a number, or the MD5 of the partition key.
    pub hash_key: Option<HashKey>,
    /// The part of it that exists.
    pub data: &'a [u8],
    /// The offset of its first byte in the record.
    pub data_offset: usize,
    /// The number of its tags.
    pub tags: usize,
    /// Why a reader does not deliver it, even if its framing and the digest were correct.
    pub problem: Option<String>,
}

/// What the bytes are used for. The sum is the length of the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares([usize; Part::ALL.len()]);

impl Shares {
    pub(crate) fn add(&mut self, part: Part, bytes: usize) {
        let shares = Part::ALL.iter().zip(&mut self.0);
        shares
            .filter(|(other, _)| **other == part)
            .for_each(|(_, share)| *share = share.saturating_add(bytes));
    }

    /// The bytes of one part.
    pub fn of(&self, part: Part) -> usize {
        self.iter().find(|(other, _)| *other == part).map_or(0, |(_, share)| share)
    }

    /// Each part with its bytes, including parts without bytes.
    pub fn iter(&self) -> impl Iterator<Item = (Part, usize)> {
        Part::ALL.into_iter().zip(self.0)
    }

    /// The position of each part that has bytes on a bar of `width`: start and width. The width is at least
    /// `min` and otherwise proportional. The parts fill the whole bar.
    pub fn on_bar(&self, width: usize, min: usize) -> impl Iterator<Item = (Part, usize, usize)> {
        let parts = self.0.iter().filter(|&&bytes| bytes > 0).count();
        let whole = self.0.iter().fold(0_usize, |sum, &bytes| sum.saturating_add(bytes));
        let spare = width.saturating_sub(parts.saturating_mul(min));
        let place = move |bytes: usize| bytes.saturating_mul(spare).checked_div(whole).unwrap_or(0);
        let (mut passed, mut end) = (0_usize, 0_usize);
        self.iter().filter(|&(_, bytes)| bytes > 0).map(move |(part, bytes)| {
            let spare_before = place(passed);
            passed = passed.saturating_add(bytes);
            let (start, width) = (end, place(passed).saturating_sub(spare_before).saturating_add(min));
            end = end.saturating_add(width);
            (part, start, width)
        })
    }
}

/// The findings about the data of one Kinesis record.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection<'a> {
    /// All of it.
    pub data: &'a [u8],
    /// The size in bytes of a full aggregate.
    pub size_limit: usize,
    /// The most characters or bytes to show of a key or of data.
    pub max_preview: usize,
    /// What consumers take it for.
    pub verdict: Verdict,
    /// The digest, if one was found.
    pub digest: Option<DigestFound>,
    /// The partition key table.
    pub partition_keys: KeyTable<'a>,
    /// The explicit hash key table.
    pub explicit_hash_keys: KeyTable<'a>,
    /// The user records.
    pub user_records: Listed<UserRecordFound<'a>>,
    /// The number of user records with key and data, which can be recovered from a broken record.
    pub recoverable: usize,
    /// Bytes of data in these.
    pub recoverable_bytes: usize,
    /// The number of bytes, from the beginning, in which the fields are readable.
    pub readable: usize,
    /// What the bytes are used for.
    pub shares: Shares,
    /// Everything unusual.
    pub oddities: Oddities,
    /// The fields, in the order of their bytes.
    pub dump: Listed<DumpLine<'a>>,
}
