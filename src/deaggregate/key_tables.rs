//! The two key tables of a message. Finds a key by its number without allocation.
//!
//! An entry of the index is a checkpoint: the offset of a field in the message, and the number of keys of
//! each table before it. A look-up walks from the nearest checkpoint before its key, or from the key that it
//! found last. While there is room, every key has a checkpoint. If there are more keys than entries, the
//! checkpoints are spread evenly over the fields up to the last key. With n entries, a look-up then walks
//! over at most one n-th of the fields.
//!
//! On 64-bit targets the entries are the keys themselves while there is room for all, and a look-up is one
//! access. Partition keys are at the front of the index, and explicit hash keys at its back.
//!
//! ```text
//!   index   | pk 0 | pk 1 | pk 2 | ... free ... | ehk 1 | ehk 0 |
//! ```

use crate::deaggregate::key_index::KeyIndexEntry;
use crate::message::fast::{FirstRun, KeptKey, KeyRun, WIDE};
use crate::message::schema::MAX_KEY_LEN;
use crate::message::{Item, PerTable, Reader, RecordFields, Table, items, to_u32, to_usize};
use crate::parse_error::ParseErrorKind;

/// The key tables of a message. Every call must get the same index.
#[derive(Clone, Copy)]
pub(crate) struct KeyTables<'a> {
    /// The message that has the entries. Its fields begin at `start`.
    data: &'a [u8],
    start: usize,
    counts: PerTable<u32>,
    /// Whether key 0 comes first, as in the format. In an open aggregator it comes last.
    oldest_first: bool,
    /// Whether the entries of the index are keys.
    keeps_keys: bool,
    first_run: FirstRun<'a>,
}

/// The key that was found last in each table. The next look-up can continue there.
pub(crate) type CachedKeys<'a> = PerTable<Option<CachedKey<'a>>>;

#[derive(Clone, Copy)]
pub(crate) struct CachedKey<'a> {
    number: u32,
    key: &'a str,
    /// The offset of the field after the key.
    next: usize,
}

impl<'a> KeyTables<'a> {
    /// Makes empty tables. The fields of `data` begin at `start`.
    pub(crate) fn new(data: &'a [u8], start: usize, oldest_first: bool) -> Self {
        let (counts, first_run) = (PerTable::default(), FirstRun::default());
        Self { data, start, counts, oldest_first, keeps_keys: WIDE, first_run }
    }

    /// Indexes the first `count` keys among fields that are known to be correct.
    pub(crate) fn indexed(
        count: usize,
        data: &'a [u8],
        start: usize,
        oldest_first: bool,
        index: &mut [KeyIndexEntry<'a>],
    ) -> Self {
        let mut tables = Self::new(data, start, oldest_first);
        let mut reader = Reader::new(data, start);
        let mut passed = 0_usize;
        while tables.total() < count {
            let at = reader.at();
            if let Some((keys, next)) = tables.push_run(data, at, index) {
                reader.go_to(next);
                passed = passed.saturating_add(keys);
                continue;
            }
            match items::next(&mut reader) {
                Some(Item::Key(table)) => {
                    let key = core::str::from_utf8(reader.content()).unwrap_or_default();
                    tables.push(at, table, key, index);
                }
                Some(Item::End) | None => break,
                _ => {}
            }
            passed = passed.saturating_add(1);
        }
        tables.complete(passed, &mut reader, index);
        tables
    }

    /// Returns the same tables with another index.
    pub(crate) fn reindexed(&self, index: &mut [KeyIndexEntry<'a>]) -> Self {
        Self::indexed(self.total(), self.data, self.start, self.oldest_first, index)
    }

    /// Returns the number of entries of each table.
    pub(crate) fn counts(&self) -> &PerTable<u32> {
        &self.counts
    }

    /// Returns the number of entries of a table.
    pub(crate) fn count(&self, table: Table) -> usize {
        to_usize(*self.counts.of(table))
    }

    /// Returns the number of entries of both tables together.
    pub(crate) fn total(&self) -> usize {
        self.count(Table::PartitionKeys).wrapping_add(self.count(Table::ExplicitHashKeys))
    }

    /// Counts one more key, whose field begins at this offset, and puts it into the index if there is room.
    #[inline]
    pub(crate) fn push(&mut self, at: usize, table: Table, key: &'a str, index: &mut [KeyIndexEntry<'a>]) {
        let before = self.counts;
        let total = self.total();
        if total < index.len() {
            let place = if WIDE { slot(table, *before.of(table), index.len()) } else { Some(total) };
            if let Some(entry) = place.and_then(|place| index.get_mut(place)) {
                *entry = KeyIndexEntry { offset: to_u32(at), before, key: KeptKey::of(key) };
            }
        }
        self.counts.increment(table);
    }

    /// Fast path: pushes a run of keys whose fields begin at this offset. Returns their number, and the
    /// offset of the next field.
    #[inline]
    pub(crate) fn push_run(
        &mut self,
        data: &'a [u8],
        at: usize,
        index: &mut [KeyIndexEntry<'a>],
    ) -> Option<(usize, usize)> {
        let mut run = KeyRun::of(data, at)?;
        self.first_run.keep(&run);
        let before = self.total();
        for (at, table, key) in &mut run {
            self.push(at, table, key, index);
        }
        let pushed = self.total().saturating_sub(before);
        (pushed > 0).then_some((pushed, run.start()))
    }

    /// Completes the index after every key was pushed. If there are more keys than entries, it fills the
    /// index with checkpoints, spread evenly over the first `fields` fields, which are those up to the last
    /// key. `reader` reads the message.
    pub(crate) fn complete(
        &mut self,
        fields: usize,
        reader: &mut Reader<'a>,
        index: &mut [KeyIndexEntry<'a>],
    ) {
        if self.total() <= index.len() {
            return;
        }
        self.keeps_keys = false;
        reader.go_to(self.start);
        let stride = fields.div_ceil(index.len().max(1));
        let mut before = PerTable::default();
        for entry in index {
            (entry.offset, entry.before) = (to_u32(reader.at()), before);
            for _ in 0..stride {
                if let Some(Item::Key(table)) = items::next(reader) {
                    before.increment(table);
                }
            }
        }
    }

    /// Whether the entries of the index are all keys.
    #[inline]
    pub(crate) fn keeps_every_key(&self) -> bool {
        self.keeps_keys
    }

    /// Returns the partition key with this number, if the entries of the index are all keys. The number was
    /// checked against the count: entries beyond it are keys of another Kinesis record.
    #[inline]
    pub(crate) fn kept_partition_key(&self, number: u32, index: &[KeyIndexEntry<'a>]) -> Option<&'a str> {
        match index.get(to_usize(number)) {
            Some(entry) if self.keeps_keys && self.oldest_first => entry.key.text(),
            _ => None,
        }
    }

    /// Returns the keys of a user record. `index` is the index that was filled.
    #[inline]
    pub(crate) fn keys_of(
        &self,
        record: &RecordFields<'_>,
        cached: &mut CachedKeys<'a>,
        index: &[KeyIndexEntry<'a>],
    ) -> Option<(&'a str, Option<&'a str>)> {
        let mut key = |table, number| self.get(table, number, cached.of_mut(table), index);
        let partition_key = key(Table::PartitionKeys, record.partition_key)?;
        let explicit_hash_key = match record.explicit_hash_key {
            Some(number) => Some(key(Table::ExplicitHashKeys, number)?),
            None => None,
        };
        Some((partition_key, explicit_hash_key))
    }

    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    fn get(
        &self,
        table: Table,
        number: u32,
        cached: &mut Option<CachedKey<'a>>,
        index: &[KeyIndexEntry<'a>],
    ) -> Option<&'a str> {
        let len = *self.counts.of(table);
        if number >= len {
            return None;
        }
        let number = if self.oldest_first { number } else { len.wrapping_sub(1).wrapping_sub(number) };
        if self.keeps_keys {
            return index.get(slot(table, number, index.len())?)?.key.text();
        }
        match cached {
            Some(cached) if cached.number == number => Some(cached.key),
            _ => self.find(table, number, cached, index),
        }
    }

    /// Walks to a key from the checkpoint before it or from the key that was found last, whichever is nearer.
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn find(
        &self,
        table: Table,
        number: u32,
        cached: &mut Option<CachedKey<'a>>,
        index: &[KeyIndexEntry<'a>],
    ) -> Option<&'a str> {
        let checkpoints = if WIDE { index } else { index.get(..self.total()).unwrap_or(index) };
        let before = |entry: &KeyIndexEntry<'a>| *entry.before.of(table);
        let after_cached = cached
            .map(|cached| (cached.number.wrapping_add(1), cached.next))
            .filter(|(seen, _)| *seen <= number);
        let start = match after_cached {
            Some(next) if next.0 == number => next,
            _ => {
                let after = checkpoints.partition_point(|entry| before(entry) <= number);
                let nearest = after.checked_sub(1).and_then(|nearest| checkpoints.get(nearest));
                let checkpoint = match nearest {
                    Some(entry) => (before(entry), to_usize(entry.offset)),
                    None => (0, self.start),
                };
                // Take the later one. The offsets compare like the numbers of keys before them.
                after_cached.map_or(checkpoint, |after_cached| after_cached.max(checkpoint))
            }
        };
        let (mut seen, offset) = start;
        let mut reader = Reader::new(self.data, offset);
        loop {
            match items::next(&mut reader)? {
                Item::Key(of) if of == table && seen == number => break,
                Item::Key(of) if of == table => seen = seen.wrapping_add(1),
                Item::End => return None,
                _ => {}
            }
        }
        let bytes = reader.content();
        let checked = self.first_run.key(reader.content_at(), bytes.len());
        let key = checked.or_else(|| core::str::from_utf8(bytes).ok())?;
        *cached = Some(CachedKey { number, key, next: reader.at() });
        Some(key)
    }
}

/// Returns the index of the entry that keeps a key.
#[inline]
fn slot(table: Table, number: u32, index_len: usize) -> Option<usize> {
    let number = to_usize(number);
    match table {
        Table::PartitionKeys => Some(number),
        Table::ExplicitHashKeys => index_len.checked_sub(number)?.checked_sub(1),
    }
}

/// Returns the key that was just read as content, if it is valid. `None`: the reader has the error.
#[inline]
pub(crate) fn read_key<'a>(reader: &mut Reader<'a>) -> Option<&'a str> {
    let (key, start) = (reader.content(), reader.content_at());
    if key.len() > MAX_KEY_LEN {
        let kind = ParseErrorKind::KeyTooLong { len: to_u32(key.len()), limit: to_u32(MAX_KEY_LEN) };
        return reader.fail(kind, start);
    }
    match core::str::from_utf8(key) {
        Ok(key) => Some(key),
        Err(error) => reader.fail(ParseErrorKind::KeyNotUtf8, start.wrapping_add(error.valid_up_to())),
    }
}
