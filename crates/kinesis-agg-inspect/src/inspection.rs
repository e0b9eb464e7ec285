//! What is found in the data of one Kinesis record.

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
    /// The partition key with which the record was put, if it is known.
    pub partition_key: Option<&'a str>,
    /// The size in bytes that an aggregate is to fill.
    pub size_limit: usize,
    /// The most keys of a table, user records, and fields of the dump that are listed. All are counted.
    pub max_items: usize,
    /// The most characters of text, or bytes, that are shown of a key or of data.
    pub max_preview: usize,
}

/// The KPL's limit; a thousand items; the first 48 characters.
impl Default for Options<'_> {
    fn default() -> Self {
        Self { partition_key: None, size_limit: KPL_SIZE_LIMIT, max_items: 1000, max_preview: 48 }
    }
}

/// What a consumer takes the record for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// An aggregate, whole and correct.
    Aggregate {
        /// How many user records are in it.
        user_records: usize,
    },
    /// No aggregate. It may be what is left of one.
    Plain(Option<Guess>),
    /// It begins as an aggregate and is none: consumers take it for a plain record.
    Broken(ParseError),
}

/// The first of many things.
#[derive(Clone, Debug)]
pub struct Listed<T> {
    /// As many as [`Options`] allow.
    pub shown: Vec<T>,
    /// How many there are.
    pub total: usize,
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { shown: Vec::new(), total: 0 }
    }
}

impl<T> Listed<T> {
    /// How many are not shown.
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
    /// Of its first byte, from the beginning of the data.
    pub offset: usize,
    /// Text, if it is as it should be.
    pub bytes: &'a [u8],
    /// How many user records name it.
    pub uses: usize,
}

/// A key table.
#[derive(Clone, Debug, Default)]
pub struct KeyTable<'a> {
    /// The entries, by index.
    pub keys: Listed<Key<'a>>,
    /// How many are named by no user record.
    pub unused: usize,
    /// How many are in the table already.
    pub duplicates: usize,
}

/// A user record, as far as it is there.
#[derive(Clone, Debug)]
pub struct UserRecordFound<'a> {
    /// Of its first byte, that of its tag, from the beginning of the data.
    pub offset: usize,
    /// Its bytes in the message, tag and length included.
    pub len: usize,
    /// Zero-based.
    pub partition_key_index: Option<u64>,
    /// What stands in the table there.
    pub partition_key: Option<&'a [u8]>,
    /// Zero-based.
    pub explicit_hash_key_index: Option<u64>,
    /// What stands in the table there.
    pub explicit_hash_key: Option<&'a [u8]>,
    /// The explicit hash key as a number, or the MD5 of the partition key.
    pub hash_key: Option<HashKey>,
    /// As much as there is of it.
    pub data: &'a [u8],
    /// Of the first byte of the data, from the beginning of the record's.
    pub data_offset: usize,
    /// How many tags it has.
    pub tags: usize,
    /// Why a reader does not deliver it, if its framing and the digest were no obstacle.
    pub problem: Option<String>,
}

/// How many bytes are for what. Together they are the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares([usize; Part::ALL.len()]);

impl Shares {
    pub(crate) fn add(&mut self, part: Part, bytes: usize) {
        let shares = Part::ALL.iter().zip(&mut self.0);
        shares
            .filter(|(other, _)| **other == part)
            .for_each(|(_, share)| *share = share.saturating_add(bytes));
    }

    /// That of one part, in bytes.
    pub fn of(&self, part: Part) -> usize {
        self.iter().find(|(other, _)| *other == part).map_or(0, |(_, share)| share)
    }

    /// Each part with its bytes, those without bytes included.
    pub fn iter(&self) -> impl Iterator<Item = (Part, usize)> {
        Part::ALL.into_iter().zip(self.0)
    }

    /// Where each part that has bytes lies on a bar of `width`: start and width there, which is at least
    /// `min` and beyond that in proportion. Together they are the whole bar.
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

/// What is found in the data of one Kinesis record.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection<'a> {
    /// All of it.
    pub data: &'a [u8],
    /// The size in bytes that it was to fill.
    pub size_limit: usize,
    /// The most characters or bytes of a key or of data to show.
    pub max_preview: usize,
    /// What a consumer takes it for.
    pub verdict: Verdict,
    /// The digest, where one was found.
    pub digest: Option<DigestFound>,
    /// The partition key table.
    pub partition_keys: KeyTable<'a>,
    /// The explicit hash key table.
    pub explicit_hash_keys: KeyTable<'a>,
    /// The user records.
    pub user_records: Listed<UserRecordFound<'a>>,
    /// How many user records are there with key and data: what could be recovered of a broken record.
    pub recoverable: usize,
    /// Bytes of data in these.
    pub recoverable_bytes: usize,
    /// How far the fields can be told apart, in bytes from the beginning.
    pub readable: usize,
    /// What the bytes are for.
    pub shares: Shares,
    /// What is unusual.
    pub oddities: Oddities,
    /// The fields, in the order of their bytes.
    pub dump: Listed<DumpLine<'a>>,
}
