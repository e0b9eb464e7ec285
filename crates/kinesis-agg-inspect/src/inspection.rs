//! What is found in the data of one Kinesis record.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;
use core::str;

use kinesis_agg::schema::{
    DEFAULT_RECORD_LIMIT, KPL_SIZE_LIMIT, MAGIC, MAX_KEY_LEN, MAX_PARTITION_KEY_CHARS,
};
use kinesis_agg::{AggregatedRecord, HashKey, HashKeyError, ParseError, ParseErrorKind};

use crate::compression::Compression;
use crate::dump::{DumpLine, Part};
use crate::end::{AggregateEnd, Search, next_magic};
use crate::fields::{Fault, Field, Fields, Wire};
use crate::frame::{DigestFound, End, Frame};
use crate::oddity::{Oddities, OddityKind};
use crate::plain::Guess;
use crate::shown::{Grouped, Preview, bytes};

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

    fn push(&mut self, max: usize, item: impl FnOnce() -> T) {
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
    fn add(&mut self, part: Part, bytes: usize) {
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

    /// Where each part that has bytes lies on a bar of `width`: start and width there, which is at least `min` and beyond
    /// that in proportion. Together they are the whole bar.
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

/// Looks into the data of one Kinesis record.
pub fn inspect<'a>(data: &'a [u8], options: &Options<'_>) -> Inspection<'a> {
    let verdict = match AggregatedRecord::parse(data) {
        Ok(view) => Verdict::Aggregate { user_records: view.user_record_count() },
        Err(error) if error.kind() == ParseErrorKind::NotAggregated => Verdict::Plain(Guess::of(data)),
        Err(error) => Verdict::Broken(error),
    };
    let found = Inspection {
        data,
        size_limit: options.size_limit,
        max_preview: options.max_preview,
        verdict,
        digest: None,
        partition_keys: KeyTable::default(),
        explicit_hash_keys: KeyTable::default(),
        user_records: Listed::default(),
        recoverable: 0,
        recoverable_bytes: 0,
        readable: 0,
        shares: Shares::default(),
        oddities: Oddities::default(),
        dump: Listed::default(),
    };
    let mut walk = Walk {
        max_items: options.max_items,
        found,
        partition_keys: Table::default(),
        explicit_hash_keys: Table::default(),
    };
    let is_walkable = u32::try_from(data.len()).is_ok() && data.starts_with(&MAGIC);
    match is_walkable {
        true => walk.aggregate(),
        false => walk.plain(),
    }
    let with_outer_key = data.len().saturating_add(options.partition_key.map_or(0, str::len));
    if with_outer_key > DEFAULT_RECORD_LIMIT {
        walk.odd(OddityKind::OverServiceLimit, 0, || bytes(with_outer_key).to_string());
    }
    walk.found
}

/// A key table as the first pass reads it. Twelve bytes a key, so that a record of nothing but keys stays small.
#[derive(Default)]
struct Table {
    keys: Vec<KeySpan>,
}

#[derive(Clone, Copy)]
struct KeySpan {
    start: u32,
    len: u32,
    uses: u32,
}

impl Table {
    fn push(&mut self, content: &Range<usize>) {
        let (Ok(start), Ok(len)) = (u32::try_from(content.start), u32::try_from(content.len())) else {
            return;
        };
        self.keys.push(KeySpan { start, len, uses: 0 });
    }

    fn len(&self) -> usize {
        self.keys.len()
    }

    /// The key at `index`, which has one more use now.
    fn take<'a>(&mut self, data: &'a [u8], index: u64) -> Option<&'a [u8]> {
        let key = self.keys.get_mut(usize::try_from(index).ok()?)?;
        key.uses = key.uses.saturating_add(1);
        Some(key.bytes(data))
    }

    /// The indices of keys that are in the table before.
    fn duplicates(&self, data: &[u8]) -> Vec<u32> {
        let mut order: Vec<u32> = (0..).take(self.keys.len()).collect();
        let bytes = |index: u32| self.get(index).map(|key| key.bytes(data)).unwrap_or_default();
        order.sort_unstable_by(|&a, &b| bytes(a).cmp(bytes(b)).then(a.cmp(&b)));
        let neighbours = order.iter().zip(order.iter().skip(1));
        let mut duplicates: Vec<u32> =
            neighbours.filter(|&(&a, &b)| bytes(a) == bytes(b)).map(|(_, &b)| b).collect();
        duplicates.sort_unstable();
        duplicates
    }

    fn get(&self, index: u32) -> Option<&KeySpan> {
        self.keys.get(usize::try_from(index).ok()?)
    }
}

impl KeySpan {
    fn offset(&self) -> usize {
        usize::try_from(self.start).unwrap_or(usize::MAX)
    }

    fn bytes<'a>(&self, data: &'a [u8]) -> &'a [u8] {
        let len = usize::try_from(self.len).unwrap_or(usize::MAX);
        data.get(self.offset()..self.offset().saturating_add(len)).unwrap_or_default()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    PartitionKeys,
    ExplicitHashKeys,
}

impl Which {
    fn name(self) -> &'static str {
        match self {
            Self::PartitionKeys => "partition key",
            Self::ExplicitHashKeys => "explicit hash key",
        }
    }
}

/// Two passes: the first reads the key tables, which may stand behind the user records.
struct Walk<'a> {
    max_items: usize,
    found: Inspection<'a>,
    partition_keys: Table,
    explicit_hash_keys: Table,
}

impl<'a> Walk<'a> {
    fn slice(&self, range: Range<usize>) -> &'a [u8] {
        self.found.data.get(range).unwrap_or_default()
    }

    fn preview(&self, data: &'a [u8]) -> Preview<'a> {
        Preview::data(data, self.found.max_preview)
    }

    fn preview_key(&self, key: &'a [u8]) -> Preview<'a> {
        Preview::key(key, self.found.max_preview)
    }

    fn odd(&mut self, kind: OddityKind, offset: usize, describe: impl FnOnce() -> String) {
        self.found.oddities.add(kind, offset, describe);
    }

    /// Counts the bytes from `offset` on as framing up to `content`, which is of `part`, and lists them in the dump.
    fn line(
        &mut self,
        (offset, depth): (usize, u8),
        content: Range<usize>,
        part: Part,
        meaning: impl FnOnce() -> String,
    ) {
        let (head, content) = (self.slice(offset..content.start), self.slice(content));
        let head_part = if matches!(part, Part::Other | Part::Unreadable) { part } else { Part::Framing };
        self.found.shares.add(head_part, head.len());
        self.found.shares.add(part, content.len());
        let max_items = self.max_items;
        self.found.dump.push(max_items, || DumpLine {
            offset,
            depth,
            head,
            content,
            part,
            meaning: meaning(),
        });
    }

    fn plain(&mut self) {
        let data = self.found.data;
        let preview = self.preview(data);
        self.line((0, 0), 0..data.len(), Part::Data, || format!("data, {}: {preview}", bytes(data.len())));
    }

    fn aggregate(&mut self) {
        let data = self.found.data;
        let frame = Frame::of(data);
        self.line((0, 0), 0..MAGIC.len(), Part::Magic, || "magic of an aggregated record".into());
        self.found.readable = MAGIC.len();
        self.read_tables(frame.message.clone());
        for field in Fields::new(data, frame.message.clone(), 0) {
            self.field(&field, &frame);
        }
        if frame.message.is_empty() && matches!(frame.end, End::Digest(..)) {
            self.odd(OddityKind::NoMessage, MAGIC.len(), String::new);
        }
        self.end(frame.end);
        self.complete_table(Which::PartitionKeys);
        self.complete_table(Which::ExplicitHashKeys);
        if self.found.user_records.total == 0 && matches!(self.found.verdict, Verdict::Aggregate { .. }) {
            self.odd(OddityKind::NoUserRecords, MAGIC.len(), String::new);
        }
    }

    fn read_tables(&mut self, message: Range<usize>) {
        for field in Fields::new(self.found.data, message, 0).filter(|field| field.fault.is_none()) {
            match (field.number, field.wire) {
                (1, Wire::Len) => self.partition_keys.push(&field.content),
                (2, Wire::Len) => self.explicit_hash_keys.push(&field.content),
                _ => {}
            }
        }
    }

    fn field(&mut self, field: &Field, frame: &Frame) {
        let is_cut = matches!(frame.end, End::Cut) && field.fault.is_some_and(|fault| fault.is_cut());
        match (field.number, field.wire) {
            (1, Wire::Len) => self.key(Which::PartitionKeys, field),
            (2, Wire::Len) => self.key(Which::ExplicitHashKeys, field),
            (3, Wire::Len) => self.user_record(field, is_cut),
            (1..=3, _) => self.unknown(field, 0, true),
            _ => self.unknown(field, 0, false),
        }
        self.found.readable = field.fault.map_or(field.content.end, |fault| fault.offset);
        match field.fault {
            None => self.padding(field),
            Some(fault) if is_cut => self.odd(OddityKind::Truncated, fault.offset, || describe_cut(fault)),
            Some(fault) => self.odd(OddityKind::Unreadable, fault.offset, || fault.kind.to_string()),
        }
    }

    fn padding(&mut self, field: &Field) {
        if field.padded {
            let head = crate::shown::Hex::new(self.slice(field.offset..field.content.end), 12);
            self.odd(OddityKind::PaddedVarint, field.offset, || head.to_string());
        }
    }

    /// `is_known` where the number is one of the format's and the wire type is not.
    fn unknown(&mut self, field: &Field, depth: u8, is_known: bool) {
        let (number, len) = (field.number, field.content.len());
        let place = (field.offset, depth);
        if field.wire == Wire::Unreadable {
            let why = field.fault.map(|fault| fault.kind.to_string()).unwrap_or_default();
            return self
                .line(place, field.content.clone(), Part::Unreadable, || format!("{}: {why}", bytes(len)));
        }
        let wire = match field.wire {
            Wire::Varint => format!("varint {}", field.value),
            Wire::Fixed64 => "8 bytes".into(),
            Wire::Fixed32 => "4 bytes".into(),
            Wire::Group => format!("group of {}", bytes(len)),
            _ => bytes(len).to_string(),
        };
        let kind = if is_known { OddityKind::WrongWireType } else { OddityKind::UnknownField };
        self.odd(kind, field.offset, || format!("field {number}, {wire}"));
        self.line(place, field.content.clone(), Part::Other, || match is_known {
            true => format!("field {number} with another wire type: {wire}"),
            false => format!("unknown field {number}: {wire}"),
        });
    }

    fn key(&mut self, which: Which, field: &Field) {
        let content = self.slice(field.content.clone());
        let preview = self.preview_key(content);
        let name = which.name();
        if field.fault.is_some() {
            return self.line((field.offset, 0), field.content.clone(), Part::Keys, || {
                format!("{name}, cut off: {preview}")
            });
        }
        let table = self.table_mut(which);
        let index = table.keys.total;
        table.keys.total = index.saturating_add(1);
        self.line((field.offset, 0), field.content.clone(), Part::Keys, || {
            format!("{name} {}, {}: {preview}", Grouped::of(index), bytes(content.len()))
        });
        let offset = field.content.start;
        if self.found.user_records.total > 0 {
            self.odd(OddityKind::KeysAfterRecords, offset, || format!("{name} {preview}"));
        }
        let Ok(text) = str::from_utf8(content) else {
            return self.odd(OddityKind::KeyNotUtf8, offset, || format!("{name} {preview}"));
        };
        let is_partition_key = which == Which::PartitionKeys;
        let is_too_long =
            content.len() > MAX_KEY_LEN || is_partition_key && text.chars().count() > MAX_PARTITION_KEY_CHARS;
        if is_too_long {
            self.odd(OddityKind::KeyTooLong, offset, || format!("{}: {preview}", bytes(content.len())));
        }
        match (which, text.parse::<HashKey>()) {
            (Which::PartitionKeys, _) if text.is_empty() => {
                self.odd(OddityKind::EmptyPartitionKey, offset, String::new);
            }
            (Which::PartitionKeys, _) => {}
            (_, Err(HashKeyError::TooLarge)) => {
                self.odd(OddityKind::ExplicitHashKeyTooLarge, offset, || preview.to_string());
            }
            (_, Err(_)) => self.odd(OddityKind::ExplicitHashKeyNoNumber, offset, || preview.to_string()),
            (_, Ok(_)) if text.len() > 1 && text.starts_with('0') => {
                self.odd(OddityKind::ExplicitHashKeyLeadingZeros, offset, || preview.to_string());
            }
            (_, Ok(_)) => {}
        }
    }

    fn table_mut(&mut self, which: Which) -> &mut KeyTable<'a> {
        match which {
            Which::PartitionKeys => &mut self.found.partition_keys,
            Which::ExplicitHashKeys => &mut self.found.explicit_hash_keys,
        }
    }

    fn complete_table(&mut self, which: Which) {
        let data = self.found.data;
        let table = core::mem::take(match which {
            Which::PartitionKeys => &mut self.partition_keys,
            Which::ExplicitHashKeys => &mut self.explicit_hash_keys,
        });
        let duplicates = table.duplicates(data);
        let (unused_kind, duplicate_kind) = match which {
            Which::PartitionKeys => (OddityKind::UnusedPartitionKey, OddityKind::DuplicatePartitionKey),
            Which::ExplicitHashKeys => {
                (OddityKind::UnusedExplicitHashKey, OddityKind::DuplicateExplicitHashKey)
            }
        };
        let mut unused = 0_usize;
        for (index, key) in table.keys.iter().enumerate().filter(|(_, key)| key.uses == 0) {
            unused = unused.saturating_add(1);
            let preview = self.preview_key(key.bytes(data));
            self.odd(unused_kind, key.offset(), || format!("{}: {preview}", Grouped::of(index)));
        }
        for &index in &duplicates {
            let Some(key) = table.get(index) else { continue };
            let preview = self.preview_key(key.bytes(data));
            self.odd(duplicate_kind, key.offset(), || format!("{}: {preview}", Grouped(u64::from(index))));
        }
        let shown = table.keys.iter().take(self.max_items).map(|key| Key {
            offset: key.offset(),
            bytes: key.bytes(data),
            uses: usize::try_from(key.uses).unwrap_or(usize::MAX),
        });
        let shown = shown.collect();
        let keys = Listed { shown, total: table.len() };
        *self.table_mut(which) = KeyTable { keys, unused, duplicates: duplicates.len() };
    }

    fn end(&mut self, end: End) {
        match end {
            End::Digest(digest, trailing) => {
                self.found.digest = Some(digest);
                let range = digest.offset..digest.offset.saturating_add(digest.stored.len());
                let computed = digest.computed;
                let hex = crate::shown::Hex::new(&computed, computed.len());
                if !digest.is_right() {
                    self.odd(OddityKind::WrongDigest, digest.offset, || {
                        format!("that of the message is {hex}")
                    });
                } else {
                    self.found.readable = range.end;
                }
                self.line((digest.offset, 0), range, Part::Digest, || match digest.is_right() {
                    true => "digest, which is right: MD5 of the message".into(),
                    false => format!("digest, which is wrong: the MD5 of the message is {hex}"),
                });
                if !trailing.is_empty() {
                    let preview = self.preview(self.slice(trailing.clone()));
                    let what = format!("{}: {preview}", bytes(trailing.len()));
                    self.odd(OddityKind::TrailingBytes, trailing.start, || what.clone());
                    self.aggregate_behind(&trailing);
                    self.line((trailing.start, 0), trailing, Part::Unreadable, || {
                        format!("behind the digest, {what}")
                    });
                }
            }
            End::DigestCut(range) => {
                let len = range.len();
                let what = match len {
                    0 => "none of its 16 bytes is there".into(),
                    _ => format!("{len} of its 16 bytes are there, and right"),
                };
                self.odd(OddityKind::DigestCut, range.start, || what);
                if len > 0 {
                    self.line((range.start, 0), range, Part::Digest, || "digest, cut off".into());
                }
            }
            End::Cut => {
                if self.found.data.len() == MAGIC.len() {
                    self.odd(OddityKind::Truncated, MAGIC.len(), || "nothing behind the magic".into());
                }
            }
        }
    }

    /// Names the first aggregate, whole or not, among the bytes behind the digest.
    fn aggregate_behind(&mut self, trailing: &Range<usize>) {
        let Some(begin) = next_magic(self.found.data, trailing.start) else { return };
        let behind = self.slice(begin..trailing.end);
        let what = match AggregateEnd::default().search(behind) {
            Search::Found(len) => format!("{}, whole", bytes(len)),
            _ => "not whole".into(),
        };
        self.odd(OddityKind::AggregateBehind, begin, || what);
    }

    fn user_record(&mut self, field: &Field, is_cut: bool) {
        let number = self.found.user_records.total;
        let len = field.content.end.saturating_sub(field.offset);
        let content = field.content.clone();
        self.line((field.offset, 0), content.start..content.start, Part::Framing, || {
            let cut = if field.fault.is_some() { ", cut off" } else { "" };
            format!("user record {}, {}{cut}", Grouped::of(number), bytes(content.len()))
        });
        let mut record = UserRecordFound {
            offset: field.offset,
            len,
            partition_key_index: None,
            partition_key: None,
            explicit_hash_key_index: None,
            explicit_hash_key: None,
            hash_key: None,
            data: &[],
            data_offset: 0,
            tags: 0,
            problem: field.fault.map(|_| "cut off".into()),
        };
        let mut has_data = false;
        for inner in Fields::new(self.found.data, field.content.clone(), 1) {
            self.record_field(&inner, &mut record, &mut has_data);
            match inner.fault {
                None => self.padding(&inner),
                // The cut through the record is told once.
                Some(_) if field.fault.is_some() && is_cut => {}
                Some(fault) => {
                    let why = fault.kind.to_string();
                    record
                        .problem
                        .get_or_insert_with(|| format!("unreadable: {why} at byte {}", fault.offset));
                    self.odd(OddityKind::Unreadable, fault.offset, || why);
                }
            }
        }
        self.resolve(&mut record, has_data);
        if record.problem.is_none() {
            self.found.recoverable = self.found.recoverable.saturating_add(1);
            self.found.recoverable_bytes = self.found.recoverable_bytes.saturating_add(record.data.len());
        }
        if let Some(compression) = Compression::of(record.data) {
            self.odd(OddityKind::Compressed, record.data_offset, || {
                format!("{} by {compression}", bytes(record.data.len()))
            });
        }
        if record.data.starts_with(&MAGIC) {
            self.odd(OddityKind::NestedAggregate, record.data_offset, || {
                bytes(record.data.len()).to_string()
            });
        }
        let max_items = self.max_items;
        self.found.user_records.push(max_items, || {
            record.hash_key = hash_key(&record);
            record
        });
    }

    fn record_field(&mut self, inner: &Field, record: &mut UserRecordFound<'a>, has_data: &mut bool) {
        let place = (inner.offset, 1);
        let range = inner.content.clone();
        match (inner.number, inner.wire) {
            (1, Wire::Varint) if inner.fault.is_none() => {
                let before = record.partition_key_index.replace(inner.value);
                self.repeated(before.is_some(), inner, "partition key index");
                self.index_line(Which::PartitionKeys, inner);
            }
            (2, Wire::Varint) if inner.fault.is_none() => {
                let before = record.explicit_hash_key_index.replace(inner.value);
                self.repeated(before.is_some(), inner, "explicit hash key index");
                self.index_line(Which::ExplicitHashKeys, inner);
            }
            (3, Wire::Len) => {
                self.repeated(*has_data, inner, "data");
                *has_data = true;
                record.data = self.slice(range.clone());
                record.data_offset = range.start;
                let (preview, len) = (self.preview(record.data), record.data.len());
                self.line(place, range, Part::Data, || match inner.fault {
                    None => format!("data, {}: {preview}", bytes(len)),
                    Some(fault) => format!("data, cut off, {}: {preview}", describe_cut(fault)),
                });
            }
            (4, Wire::Len) => {
                record.tags = record.tags.saturating_add(1);
                self.tag(inner);
            }
            (1 | 2, Wire::Varint) => self.line(place, range, Part::Framing, || "index, cut off".into()),
            (1..=4, _) => self.unknown(inner, 1, true),
            _ => self.unknown(inner, 1, false),
        }
    }

    fn repeated(&mut self, is_repeated: bool, field: &Field, name: &str) {
        if is_repeated {
            self.odd(OddityKind::RepeatedField, field.offset, || name.into());
        }
    }

    fn index_line(&mut self, which: Which, field: &Field) {
        let (data, index) = (self.found.data, field.value);
        let table = match which {
            Which::PartitionKeys => &self.partition_keys,
            Which::ExplicitHashKeys => &self.explicit_hash_keys,
        };
        let key =
            usize::try_from(index).ok().and_then(|index| table.keys.get(index)).map(|key| key.bytes(data));
        let max_preview = self.found.max_preview;
        self.line((field.offset, 1), field.content.clone(), Part::Framing, || match key {
            Some(key) => format!("{} {}: {}", which.name(), Grouped(index), Preview::key(key, max_preview)),
            None => format!("{} {}, which the table does not have", which.name(), Grouped(index)),
        });
    }

    fn tag(&mut self, field: &Field) {
        let (mut key, mut value): (Option<&[u8]>, Option<&[u8]>) = (None, None);
        let mut is_broken = field.fault.is_some();
        for inner in Fields::new(self.found.data, field.content.clone(), 2) {
            is_broken |= inner.fault.is_some();
            match (inner.number, inner.wire) {
                (1, Wire::Len) => key = Some(self.slice(inner.content)),
                (2, Wire::Len) => value = Some(self.slice(inner.content)),
                _ => {}
            }
        }
        let preview = |text: Option<&'a [u8]>| self.preview_key(text.unwrap_or_default());
        let text = format!("{} = {}", preview(key), preview(value));
        let is_text = [key, value].into_iter().flatten().all(|text| str::from_utf8(text).is_ok());
        let is_bad = is_broken || key.is_none() || !is_text;
        let kind = if is_bad { OddityKind::BadTag } else { OddityKind::Tag };
        self.odd(kind, field.offset, || text.clone());
        self.line((field.offset, 1), field.content.clone(), Part::Other, || format!("tag {text}"));
    }

    /// Finds the keys of a record by their indices, and says what is missing.
    fn resolve(&mut self, record: &mut UserRecordFound<'a>, has_data: bool) {
        let data = self.found.data;
        let is_whole = record.problem.is_none();
        let mut problem = None;
        match record.partition_key_index {
            Some(index) => {
                record.partition_key = self.partition_keys.take(data, index);
                if record.partition_key.is_none() {
                    problem = Some(self.outside(Which::PartitionKeys, record.offset, index));
                }
            }
            None if is_whole => {
                self.odd(OddityKind::PartitionKeyIndexMissing, record.offset, String::new);
                problem = Some(OddityKind::PartitionKeyIndexMissing.name().into());
            }
            None => {}
        }
        if let Some(index) = record.explicit_hash_key_index {
            record.explicit_hash_key = self.explicit_hash_keys.take(data, index);
            if record.explicit_hash_key.is_none() {
                problem = Some(self.outside(Which::ExplicitHashKeys, record.offset, index));
            }
        } else if self.explicit_hash_keys.len() > 0 && is_whole {
            self.odd(OddityKind::ExplicitHashKeyAbsent, record.offset, String::new);
        }
        if !has_data && is_whole {
            self.odd(OddityKind::DataMissing, record.offset, String::new);
            problem = Some(OddityKind::DataMissing.name().into());
        }
        if record.problem.is_none() {
            record.problem = problem;
        }
    }

    fn outside(&mut self, which: Which, offset: usize, index: u64) -> String {
        let len = match which {
            Which::PartitionKeys => self.partition_keys.len(),
            Which::ExplicitHashKeys => self.explicit_hash_keys.len(),
        };
        let name = which.name();
        let what = format!("{name} {} where the table has {}", Grouped(index), Grouped::of(len));
        self.odd(OddityKind::IndexOutsideTable, offset, || what.clone());
        what
    }
}

fn hash_key(record: &UserRecordFound<'_>) -> Option<HashKey> {
    if record.explicit_hash_key_index.is_some() {
        return str::from_utf8(record.explicit_hash_key?).ok()?.parse().ok();
    }
    str::from_utf8(record.partition_key?).ok().map(HashKey::of)
}

fn describe_cut(fault: Fault) -> String {
    match fault.kind {
        ParseErrorKind::LengthPastEnd { length, left } => {
            format!("{} of {} bytes are there", Grouped(u64::from(left)), Grouped(length))
        }
        kind => kind.to_string(),
    }
}
