//! The two key tables of a message, and how a key is found by its number without allocation.
//!
//! While there is room, every key has an entry of the index: partition keys from its front, explicit hash keys from
//! its back. A look-up is one access then.
//!
//! ```text
//!   index   | pk 0 | pk 1 | pk 2 | ... free ... | ehk 1 | ehk 0 |
//! ```
//!
//! Where there are more keys than entries, the entries become checkpoints, evenly spread over the fields of the message
//! up to the last key: each says where in the message it stands and how many keys of either table lie before it. A look-up
//! then walks from the nearest checkpoint before its key, or from the key found last: with n entries, over at most
//! one n-th of the fields.

use core::fmt;

use crate::deaggregate::key_run::KeyRun;
use crate::deaggregate::record_fields::RecordFields;
use crate::escape::Escaped;
use crate::parse_error::{ParseError, ParseErrorKind};
use crate::schema::{MAX_KEY_LEN, aggregated_record};
use crate::wire::{Reader, to_u32};

/// Entries of the index inside a view or an iterator, where no other number is given: 64, and 8 on targets of 32 bits, where
/// the stack is small.
pub const INDEX_LEN: usize = if usize::BITS == u64::BITS { 64 } else { 8 };

/// One entry of the index by which keys are found; its content is of no use to anybody else.
///
/// An index is made of [`KeyEntry::EMPTY`] and lent to
/// [`AggregatedRecord::parse_with_index`](crate::AggregatedRecord::parse_with_index) and its kin.
#[derive(Clone, Copy)]
pub struct KeyEntry<'a>(Entry<'a>);

#[derive(Clone, Copy)]
enum Entry<'a> {
    Key(&'a str),
    Checkpoint(Checkpoint),
}

/// A field of the message.
#[derive(Clone, Copy, Default)]
struct Checkpoint {
    /// Absolute offset of its first byte.
    offset: u32,
    /// Entries of the tables before it.
    partition_keys: u32,
    explicit_hash_keys: u32,
}

impl KeyEntry<'_> {
    /// What an index is made of.
    pub const EMPTY: Self = Self(Entry::Key(""));
}

impl Default for KeyEntry<'_> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl fmt::Debug for KeyEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Entry::Key(key) => f.debug_tuple("KeyEntry").field(&Escaped(key)).finish(),
            Entry::Checkpoint(Checkpoint { offset, .. }) => f.debug_tuple("KeyEntry").field(&offset).finish(),
        }
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for KeyEntry<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        match self.0 {
            Entry::Key(key) => defmt::write!(f, "KeyEntry({=str})", key),
            Entry::Checkpoint(Checkpoint { offset, .. }) => defmt::write!(f, "KeyEntry({=u32})", offset),
        }
    }
}

/// Which of the two tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    PartitionKeys,
    ExplicitHashKeys,
}

impl Table {
    /// The tag of its entries.
    pub(crate) const fn tag(self) -> u32 {
        match self {
            Self::PartitionKeys => aggregated_record::PARTITION_KEY_TABLE,
            Self::ExplicitHashKeys => aggregated_record::EXPLICIT_HASH_KEY_TABLE,
        }
    }

    /// The table whose entries have this tag.
    pub(crate) const fn of_tag(tag: u32) -> Option<Self> {
        match tag {
            aggregated_record::PARTITION_KEY_TABLE => Some(Self::PartitionKeys),
            aggregated_record::EXPLICIT_HASH_KEY_TABLE => Some(Self::ExplicitHashKeys),
            _ => None,
        }
    }
}

/// The key tables of a message. The index lies beside them and is given to every call, the same to each.
#[derive(Clone, Copy)]
pub(crate) struct KeyTables<'a> {
    /// The fields among which the entries are.
    fields: Reader<'a>,
    partition_keys: u32,
    explicit_hash_keys: u32,
    order: Order,
    /// How many entries of the index are checkpoints; `None` where every key has an entry.
    checkpoints: Option<usize>,
    /// The first run of keys, mostly that of all of them.
    run: [RunText<'a>; RUNS],
}

/// A run of keys that was checked to be text, and the absolute offset of its first byte: nobody needs to check it again.
#[derive(Clone, Copy, Default)]
struct RunText<'a> {
    text: &'a str,
    start: usize,
}

/// How many of them are kept: none on targets where memory is dear.
const RUNS: usize = if usize::BITS == u64::BITS { 1 } else { 0 };

/// In which order the entries of a table follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// As an aggregator has it until it is sealed: key 0 last. The first variant, so that a new aggregator is all zero bits.
    NewestFirst,
    /// As the format has it: key 0 first.
    OldestFirst,
}

impl Order {
    pub(crate) fn turned(self) -> Self {
        match self {
            Self::OldestFirst => Self::NewestFirst,
            Self::NewestFirst => Self::OldestFirst,
        }
    }
}

/// The key found last in each table: where the next look-up may go on.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cursors<'a> {
    partition_keys: Option<Found<'a>>,
    explicit_hash_keys: Option<Found<'a>>,
}

#[derive(Clone, Copy)]
struct Found<'a> {
    number: u32,
    key: &'a str,
    /// Absolute offset of the field after it.
    next: usize,
}

impl<'a> KeyTables<'a> {
    /// No entry yet, of tables somewhere among `fields`.
    pub(crate) fn new(fields: Reader<'a>, order: Order) -> Self {
        Self {
            fields,
            partition_keys: 0,
            explicit_hash_keys: 0,
            order,
            checkpoints: None,
            run: [RunText::default(); RUNS],
        }
    }

    /// Tables of which the numbers of entries are known, without an index: every look-up is a walk.
    pub(crate) fn counted(
        fields: Reader<'a>,
        order: Order,
        partition_keys: u32,
        explicit_hash_keys: u32,
    ) -> Self {
        Self { partition_keys, explicit_hash_keys, checkpoints: Some(0), ..Self::new(fields, order) }
    }

    /// The tables among `fields`, indexed. Fields that are no key are passed over; an error ends the walk.
    pub(crate) fn indexed(fields: Reader<'a>, order: Order, index: &mut [KeyEntry<'a>]) -> Self {
        Self::first_indexed(usize::MAX, fields, order, index)
    }

    /// The same tables, indexed anew.
    pub(crate) fn reindexed(&self, index: &mut [KeyEntry<'a>]) -> Self {
        Self::first_indexed(self.total(), self.fields, self.order, index)
    }

    /// The first `count` keys among `fields`, indexed.
    fn first_indexed(count: usize, fields: Reader<'a>, order: Order, index: &mut [KeyEntry<'a>]) -> Self {
        let mut tables = Self::new(fields, order);
        let mut key_fields = KeyFields::new(fields);
        while tables.total() < count {
            if let Some((keys, rest)) = tables.push_run(key_fields.fields, index) {
                key_fields.pass(keys, rest);
            } else if let Some((table, bytes)) = key_fields.next() {
                tables.push(table, core::str::from_utf8(bytes).unwrap_or_default(), index);
            } else {
                break;
            }
        }
        tables.complete(key_fields.passed_to_last_key, index);
        tables
    }

    /// Entries of a table.
    pub(crate) fn len(&self, table: Table) -> u32 {
        match table {
            Table::PartitionKeys => self.partition_keys,
            Table::ExplicitHashKeys => self.explicit_hash_keys,
        }
    }

    /// Entries of a table.
    pub(crate) fn count(&self, table: Table) -> usize {
        usize::try_from(self.len(table)).unwrap_or(usize::MAX)
    }

    /// Entries of both tables.
    fn total(&self) -> usize {
        self.count(Table::PartitionKeys).saturating_add(self.count(Table::ExplicitHashKeys))
    }

    /// Counts one more entry and puts it into the index if there is room.
    #[inline]
    pub(crate) fn push(&mut self, table: Table, key: &'a str, index: &mut [KeyEntry<'a>]) {
        let number = self.len(table);
        if self.total() < index.len()
            && let Some(entry) = slot(table, number, index.len()).and_then(|slot| index.get_mut(slot))
        {
            *entry = KeyEntry(Entry::Key(key));
        }
        match table {
            Table::PartitionKeys => self.partition_keys = number.saturating_add(1),
            Table::ExplicitHashKeys => self.explicit_hash_keys = number.saturating_add(1),
        }
    }

    /// Pushes the keys with which `fields` begin, if they are written as most are, on targets that can spare the code: how many,
    /// and what is behind them.
    #[inline]
    pub(crate) fn push_run(
        &mut self,
        fields: Reader<'a>,
        index: &mut [KeyEntry<'a>],
    ) -> Option<(usize, &'a [u8])> {
        if usize::BITS != u64::BITS {
            return None;
        }
        let before = self.total();
        let mut run = KeyRun::of(fields.rest())?;
        if let Some(first) = self.run.first_mut()
            && first.text.is_empty()
        {
            *first = RunText { text: run.text(), start: fields.offset() };
        }
        for (table, key) in &mut run {
            self.push(table, key, index);
        }
        let pushed = self.total().saturating_sub(before);
        (pushed > 0).then_some((pushed, run.rest()))
    }

    /// To be called when every entry was pushed. Where they were too many for the index, it is filled with checkpoints,
    /// evenly over the first `fields` fields: those up to the last key.
    pub(crate) fn complete(&mut self, fields: usize, index: &mut [KeyEntry<'a>]) {
        if self.total() <= index.len() {
            return;
        }
        let stride = fields.div_ceil(index.len().max(1)).max(1);
        let mut walk = KeyFields::new(self.fields);
        let mut seen = Checkpoint::default();
        let mut entries = index.iter_mut();
        let mut used = 0_usize;
        let mut until_next = 0_usize;
        loop {
            if until_next == 0 {
                let Some(entry) = entries.next() else { break };
                seen.offset = to_u32(walk.fields.offset());
                *entry = KeyEntry(Entry::Checkpoint(seen));
                used = used.saturating_add(1);
                until_next = stride;
            }
            until_next = until_next.saturating_sub(1);
            match walk.step() {
                Some(Some((Table::PartitionKeys, _))) => {
                    seen.partition_keys = seen.partition_keys.saturating_add(1)
                }
                Some(Some((Table::ExplicitHashKeys, _))) => {
                    seen.explicit_hash_keys = seen.explicit_hash_keys.saturating_add(1);
                }
                Some(None) => {}
                None => break,
            }
        }
        self.checkpoints = Some(used);
    }

    /// Whether the index holds every key, and no checkpoints.
    #[inline]
    pub(crate) fn every_key_has_an_entry(&self) -> bool {
        self.checkpoints.is_none()
    }

    /// The partition key of this number, which was checked against the count, where every key has an entry of the index. Entries
    /// beyond the count are those of another Kinesis record.
    #[inline]
    pub(crate) fn usual_key(&self, number: u32, index: &[KeyEntry<'a>]) -> Option<&'a str> {
        let usual = self.every_key_has_an_entry() && self.order == Order::OldestFirst;
        match index.get(usize::try_from(number).ok()?) {
            Some(KeyEntry(Entry::Key(key))) if usual => Some(key),
            _ => None,
        }
    }

    /// The partition key of this number. `index` is the one that was filled.
    #[inline]
    pub(crate) fn partition_key(
        &self,
        number: u32,
        cursors: &mut Cursors<'a>,
        index: &[KeyEntry<'a>],
    ) -> Option<&'a str> {
        self.get(Table::PartitionKeys, number, &mut cursors.partition_keys, index)
    }

    /// The keys of a user record. `index` is the one that was filled.
    #[inline]
    pub(crate) fn keys_of(
        &self,
        record: RecordFields<'_>,
        cursors: &mut Cursors<'a>,
        index: &[KeyEntry<'a>],
    ) -> Option<(&'a str, Option<&'a str>)> {
        let partition_key = self.partition_key(record.partition_key, cursors, index)?;
        let explicit_hash_key = match record.explicit_hash_key {
            Some(number) => {
                Some(self.get(Table::ExplicitHashKeys, number, &mut cursors.explicit_hash_keys, index)?)
            }
            None => None,
        };
        Some((partition_key, explicit_hash_key))
    }

    #[inline]
    fn get(
        &self,
        table: Table,
        number: u32,
        last: &mut Option<Found<'a>>,
        index: &[KeyEntry<'a>],
    ) -> Option<&'a str> {
        let len = self.len(table);
        if number >= len {
            return None;
        }
        let mut number = number;
        if self.order == Order::NewestFirst {
            number = len.wrapping_sub(1).wrapping_sub(number);
        }
        match (self.checkpoints, *last) {
            (None, _) => match slot(table, number, index.len()).and_then(|slot| index.get(slot)) {
                Some(KeyEntry(Entry::Key(key))) => Some(key),
                _ => None,
            },
            (Some(_), Some(found)) if found.number == number => Some(found.key),
            (Some(used), _) => self.find(table, number, last, index.get(..used)?),
        }
    }

    /// Walks to a key from the checkpoint before it or from the key found last, whichever is nearer.
    #[inline(never)]
    fn find(
        &self,
        table: Table,
        number: u32,
        last: &mut Option<Found<'a>>,
        checkpoints: &[KeyEntry<'a>],
    ) -> Option<&'a str> {
        let before = |entry: &KeyEntry<'a>| match (entry.0, table) {
            (Entry::Checkpoint(at), Table::PartitionKeys) => (at.partition_keys, at.offset),
            (Entry::Checkpoint(at), Table::ExplicitHashKeys) => (at.explicit_hash_keys, at.offset),
            (Entry::Key(_), _) => (u32::MAX, 0),
        };
        let after_last =
            last.map(|last| (last.number.saturating_add(1), last.next)).filter(|(seen, _)| *seen <= number);
        let start = match after_last {
            Some(next) if next.0 == number => next,
            _ => {
                let after = checkpoints.partition_point(|entry| before(entry).0 <= number);
                let checkpoint =
                    after.checked_sub(1).and_then(|nearest| checkpoints.get(nearest)).map(before);
                let (seen, offset) = checkpoint.unwrap_or_default();
                let checkpoint = (seen, usize::try_from(offset).ok()?);
                // Whichever is further on; their offsets compare as the numbers of keys before them do.
                after_last.map_or(checkpoint, |after_last| after_last.max(checkpoint))
            }
        };
        let (mut seen, offset) = start;
        let mut walk = KeyFields::new(self.fields.at(offset));
        while let Some((key_table, bytes)) = walk.next() {
            if key_table != table {
                continue;
            }
            if seen == number {
                let key = self.text_of(bytes, walk.fields.offset())?;
                *last = Some(Found { number, key, next: walk.fields.offset() });
                return Some(key);
            }
            seen = seen.saturating_add(1);
        }
        None
    }

    /// A key that ends at this absolute offset, as text.
    fn text_of(&self, key: &'a [u8], end: usize) -> Option<&'a str> {
        let start = end.saturating_sub(key.len());
        let in_run =
            self.run.first().and_then(|run| run.text.get(start.checked_sub(run.start)?..)?.get(..key.len()));
        in_run.or_else(|| core::str::from_utf8(key).ok())
    }
}

/// The entry of the index that belongs to a key while there is room for every key.
#[inline]
fn slot(table: Table, number: u32, index_len: usize) -> Option<usize> {
    let number = usize::try_from(number).ok()?;
    match table {
        Table::PartitionKeys => Some(number),
        Table::ExplicitHashKeys => index_len.checked_sub(number)?.checked_sub(1),
    }
}

/// Checks a key as `parse` does, before it is pushed. `start` is the absolute offset of its field.
#[inline]
pub(crate) fn check_key(bytes: &[u8], end: usize) -> Result<&str, ParseError> {
    let start = end.saturating_sub(bytes.len());
    if bytes.len() > MAX_KEY_LEN {
        let kind = ParseErrorKind::KeyTooLong { len: to_u32(bytes.len()), limit: to_u32(MAX_KEY_LEN) };
        return Err(kind.at(start));
    }
    core::str::from_utf8(bytes)
        .map_err(|error| ParseErrorKind::KeyNotUtf8.at(start.saturating_add(error.valid_up_to())))
}

/// Walks the fields of a message that was checked, and stops at its keys.
struct KeyFields<'a> {
    fields: Reader<'a>,
    passed: usize,
    /// Fields up to the last key, itself included.
    passed_to_last_key: usize,
}

impl<'a> KeyFields<'a> {
    fn new(fields: Reader<'a>) -> Self {
        Self { fields, passed: 0, passed_to_last_key: 0 }
    }

    /// Passes one field: a key, or `Some(None)`; `None` at the end.
    fn step(&mut self) -> Option<Option<(Table, &'a [u8])>> {
        let offset = self.fields.offset();
        let tag = self.fields.read_tag().ok()??;
        self.passed = self.passed.saturating_add(1);
        let Some(table) = Table::of_tag(tag) else {
            self.fields = self.fields.skip(tag, offset).ok()?;
            return Some(None);
        };
        self.passed_to_last_key = self.passed;
        Some(Some((table, self.fields.read_len().ok()?)))
    }

    /// Passes so many keys, which end where `rest` begins.
    fn pass(&mut self, keys: usize, rest: &'a [u8]) {
        self.fields = self.fields.with_rest(rest);
        self.passed = self.passed.saturating_add(keys);
        self.passed_to_last_key = self.passed;
    }

    /// Passes fields up to the next key.
    fn next(&mut self) -> Option<(Table, &'a [u8])> {
        loop {
            if let Some(key) = self.step()? {
                return Some(key);
            }
        }
    }
}
