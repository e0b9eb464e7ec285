//! What an aggregator holds, and where in the buffer it lies.
//!
//! ```text
//!   open     | gap | magic | user records -> |   free    | <- keys, newest first |
//!   sealed   | gap | magic | partition keys | explicit hash keys | user records | digest |   free   |
//! ```
//!
//! While the aggregate is open, user records grow from the front and key entries from the back, so that nothing moves.
//! At least the digest's length stays free between them. Sealing brings the keys into order and before the user records: into
//! the gap that a buffer leaves which is longer than the limit, or else the user records make room.
//!
//! [`Held::add`] is split in two: `plan` makes every refusal and changes nothing, `commit` changes everything
//! and cannot refuse.

use core::num::NonZeroUsize;

use crate::aggregate::error::AddError;
use crate::aggregate::key_entry_bytes::KeyEntryBytes;
use crate::aggregate::key_slots::{self, KeySlot};
use crate::aggregate::seal;
use crate::deaggregate::contents::Contents;
use crate::deaggregate::key_index::{INDEX_LEN, KeyEntry};
use crate::deaggregate::key_tables::{CachedKeys, KeyTables, Order};
use crate::digest::Digest;
use crate::key_rules::check_keys;
use crate::message::items::{self, Item, KeyCounts};
use crate::message::number::to_u32;
use crate::message::reader::Reader;
use crate::message::record::{self, RecordFields};
use crate::message::schema::aggregated_record::{EXPLICIT_HASH_KEY_TABLE, PARTITION_KEY_TABLE, RECORDS};
use crate::message::schema::record::{DATA, EXPLICIT_HASH_KEY_INDEX, PARTITION_KEY_INDEX};
use crate::message::schema::{
    DEFAULT_RECORD_LIMIT, DIGEST_LEN, FRAME_LEN, MAGIC, MAX_RECORD_LIMIT, MIN_USER_RECORD_LEN,
};
use crate::message::writer::{Writer, len_field_len, max_len_field_content, varint_field_len};
use crate::record::{KinesisRecord, UserRecord};

/// Numbers only: the buffer and the key slots lie beside it and are given to every call. All zero when new.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    limits: Limits,
    /// Which slots are of this aggregate; 0 until it is made sure that none is.
    generation: u8,
    sealed: bool,
    /// In which order the key entries lie; oldest first when sealed.
    order: Order,
    /// Bytes before the aggregate.
    gap: [usize; GAPS],
    /// Where the key entries end while the aggregate is open: as far behind its start as its size may be, fixed by the first
    /// user record.
    end: usize,
    user_records: usize,
    /// Bytes of the user records' fields.
    records_len: usize,
    partition_keys: TableSize,
    explicit_hash_keys: TableSize,
    /// Length in bytes of the first user record's partition key, which is the outer one.
    outer_partition_key_len: usize,
    /// Whether the first user record has an explicit hash key, which then is the outer one.
    outer_explicit_hash_key: bool,
}

#[derive(Clone, Copy, Debug)]
struct Limits {
    size: Option<NonZeroUsize>,
    record: Option<NonZeroUsize>,
}

/// Size of a key table.
#[derive(Clone, Copy, Debug)]
struct TableSize {
    entries: usize,
    /// Bytes of its entries' fields.
    len: usize,
}

impl TableSize {
    const EMPTY: Self = Self { entries: 0, len: 0 };

    fn push(&mut self, entry_len: usize) {
        self.entries = self.entries.saturating_add(1);
        self.len = self.len.saturating_add(entry_len);
    }
}

/// What was found out about a user record that fits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    partition_key: KeyPlan,
    explicit_hash_key: Option<KeyPlan>,
    message_len: usize,
}

/// A key of a user record to be added.
#[derive(Clone, Copy, Debug)]
struct KeyPlan {
    hash: u32,
    number: usize,
    /// Bytes of its new entry; 0 if it has one already.
    entry_len: usize,
}

impl Held {
    pub(crate) const fn new() -> Self {
        Self {
            limits: Limits { size: None, record: None },
            generation: 0,
            sealed: false,
            order: Order::NewestFirst,
            gap: [0; GAPS],
            end: 0,
            user_records: 0,
            records_len: 0,
            partition_keys: TableSize::EMPTY,
            explicit_hash_keys: TableSize::EMPTY,
            outer_partition_key_len: 0,
            outer_explicit_hash_key: false,
        }
    }

    pub(crate) const fn set_size_limit(&mut self, bytes: usize) {
        self.limits.size = NonZeroUsize::new(if bytes == 0 { 1 } else { bytes });
    }

    pub(crate) const fn set_record_limit(&mut self, bytes: usize) {
        let bytes = if bytes < MAX_RECORD_LIMIT { bytes } else { MAX_RECORD_LIMIT };
        self.limits.record = NonZeroUsize::new(if bytes == 0 { 1 } else { bytes });
    }

    pub(crate) fn record_limit(&self) -> usize {
        self.limits.record.map_or(DEFAULT_RECORD_LIMIT, NonZeroUsize::get)
    }

    /// The limit on the size of an aggregate in a buffer of `buffer_len` bytes, whatever its outer partition key.
    pub(crate) fn capacity(&self, buffer_len: usize) -> usize {
        let size_limit = self.limits.size.map_or(usize::MAX, NonZeroUsize::get);
        buffer_len.min(size_limit).min(self.record_limit())
    }

    pub(crate) fn user_records(&self) -> usize {
        self.user_records
    }

    pub(crate) fn is_sealed(&self) -> bool {
        self.sealed
    }

    /// Bytes of the buffer before the aggregate.
    #[inline]
    fn gap(&self) -> usize {
        self.gap.first().copied().unwrap_or_default()
    }

    /// Where the message begins.
    #[inline]
    fn front(&self) -> usize {
        self.gap().saturating_add(MAGIC.len())
    }

    fn keys_len(&self) -> usize {
        self.partition_keys.len.saturating_add(self.explicit_hash_keys.len)
    }

    /// The size of the aggregate, a frame without content included.
    fn framed_len(&self) -> usize {
        FRAME_LEN.saturating_add(self.records_len).saturating_add(self.keys_len())
    }

    pub(crate) fn size(&self) -> usize {
        if self.user_records == 0 { 0 } else { self.framed_len() }
    }

    /// Bytes by which the aggregate can still grow, if the user record with this partition key is the next.
    fn room_for(&self, buffer_len: usize, partition_key_len: usize) -> usize {
        if self.sealed {
            return 0;
        }
        if self.user_records == 0 {
            return self.own_room(buffer_len, partition_key_len);
        }
        let size_limit = self.end.saturating_sub(self.gap());
        let limit = size_limit.min(self.record_limit().saturating_sub(self.outer_partition_key_len));
        limit.saturating_sub(self.framed_len())
    }

    pub(crate) fn room(&self, buffer_len: usize) -> usize {
        self.room_for(buffer_len, 0)
    }

    /// Adds a user record, or changes nothing.
    ///
    /// # Errors
    /// Every reason not to add it.
    pub(crate) fn add(
        &mut self,
        buffer: &mut [u8],
        slots: &mut [KeySlot],
        record: &UserRecord<'_>,
    ) -> Result<(), AddError> {
        // In code of which there is much to spare.
        let usual = match usize::BITS == u64::BITS {
            true => self.plan_usual(buffer, slots, record),
            false => None,
        };
        let plan = match usual {
            Some(plan) => plan,
            None => self.plan(buffer, slots, record)?,
        };
        self.commit(buffer, slots, record, &plan);
        Ok(())
    }

    /// The plan for a user record that surely fits, made without asking by how much: most user records are such.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn plan_usual(&self, buffer: &[u8], slots: &[KeySlot], record: &UserRecord<'_>) -> Option<Plan> {
        let plain = record.explicit_hash_key.is_none() && record.tags.is_empty();
        let key_len = record.partition_key.len();
        // Neither here nor alone does it take more than that, an outer partition key of the same length included.
        let most = record.data.len().saturating_add(MOST_BESIDE_DATA);
        let fits = most <= self.room(buffer.len()) && self.end <= buffer.len();
        if !plain || !fits || key_len == 0 || key_len > USUAL_KEY_LEN {
            return None;
        }
        Some(self.lay_out(buffer, slots, record, len_field_len(record.data.len())))
    }

    /// Finds out all that adding a user record takes.
    ///
    /// # Errors
    /// Every reason not to add it.
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    pub(crate) fn plan(
        &self,
        buffer: &[u8],
        slots: &[KeySlot],
        record: &UserRecord<'_>,
    ) -> Result<Plan, AddError> {
        check_keys(record.partition_key, record.explicit_hash_key)?;
        let content_len = len_field_len(record.data.len()).saturating_add(record.tags.len());
        self.check_alone(buffer.len(), record, content_len)?;
        let plan = self.lay_out(buffer, slots, record, content_len);
        if plan.total_len() > self.room_for(buffer.len(), record.partition_key.len()) {
            return Err(AddError::Full);
        }
        Ok(plan)
    }

    /// Checks that a user record fits an aggregate of its own.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn check_alone(
        &self,
        buffer_len: usize,
        record: &UserRecord<'_>,
        content_len: usize,
    ) -> Result<(), AddError> {
        let needed = self.end.max(MIN_USER_RECORD_LEN);
        if buffer_len < needed {
            return Err(AddError::BufferTooSmall { len: buffer_len, needed });
        }
        let message = lone_message_len(record, content_len);
        let size = FRAME_LEN.saturating_add(message);
        let outer_len = record.partition_key.len();
        if message <= self.own_room(buffer_len, outer_len) {
            return Ok(());
        }
        Err(self.too_large(buffer_len, record, size))
    }

    /// Why a user record does not fit an aggregate of its own, which would be so large.
    #[cfg_attr(target_pointer_width = "64", cold)]
    fn too_large(&self, buffer_len: usize, record: &UserRecord<'_>, size: usize) -> AddError {
        let outer_len = record.partition_key.len();
        let (record_limit, capacity) = (self.record_limit(), self.capacity(buffer_len));
        let fits_plain =
            record.tags.is_empty() && record.data.len().saturating_add(outer_len) <= record_limit;
        let put = size.saturating_add(outer_len);
        match put > record_limit {
            true => AddError::TooLarge { size: put, limit: record_limit, fits_plain },
            false => AddError::TooLarge { size, limit: capacity, fits_plain },
        }
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn lay_out(&self, buffer: &[u8], slots: &[KeySlot], record: &UserRecord<'_>, content_len: usize) -> Plan {
        let partition_key =
            self.find_key(buffer, slots, PARTITION_KEY_TABLE, record.partition_key, &self.partition_keys);
        let explicit_hash_key = record
            .explicit_hash_key
            .map(|key| self.find_key(buffer, slots, EXPLICIT_HASH_KEY_TABLE, key, &self.explicit_hash_keys));
        let indices_len = varint_field_len(partition_key.number)
            .saturating_add(explicit_hash_key.map_or(0, |key| varint_field_len(key.number)));
        Plan { partition_key, explicit_hash_key, message_len: content_len.saturating_add(indices_len) }
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn find_key(&self, buffer: &[u8], slots: &[KeySlot], table: u32, key: &str, size: &TableSize) -> KeyPlan {
        let hash = key_slots::hash(table, key.as_bytes());
        let is_key = |place| entry_at(buffer, place, table) == Some(key.as_bytes());
        match key_slots::find(slots, self.generation, hash, is_key) {
            Some(number) => KeyPlan { hash, number, entry_len: 0 },
            None => KeyPlan { hash, number: size.entries, entry_len: len_field_len(key.len()) },
        }
    }

    /// The greatest length of data with which this user record would fit now, whatever its data is.
    pub(crate) fn max_data_len(
        &self,
        buffer: &[u8],
        slots: &[KeySlot],
        record: &UserRecord<'_>,
    ) -> Option<usize> {
        let bare = UserRecord { data: &[], ..*record };
        let plan = self.plan(buffer, slots, &bare).ok()?;
        let outer_len = record.partition_key.len();
        let room = self.room_for(buffer.len(), outer_len).checked_sub(plan.new_keys_len())?;
        let no_data = len_field_len(0);
        let now = max_data_len(room, plan.message_len.checked_sub(no_data)?)?;
        let own_room = self.own_room(buffer.len(), outer_len).checked_sub(lone_keys_len(record))?;
        let own_fields = lone_indices_len(record).saturating_add(record.tags.len());
        Some(now.min(max_data_len(own_room, own_fields)?))
    }

    /// Bytes of message for which an empty aggregate has room, if the user record with this partition key is its first.
    fn own_room(&self, buffer_len: usize, partition_key_len: usize) -> usize {
        let limit = self.capacity(buffer_len).min(self.record_limit().saturating_sub(partition_key_len));
        limit.saturating_sub(FRAME_LEN)
    }

    /// Adds the user record that was planned. Nothing may have happened in between.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn commit(&mut self, buffer: &mut [u8], slots: &mut [KeySlot], record: &UserRecord<'_>, plan: &Plan) {
        if self.user_records == 0 {
            self.begin(buffer, slots, record);
        }
        if plan.partition_key.entry_len > 0 {
            self.push_key(buffer, slots, PARTITION_KEY_TABLE, record.partition_key, &plan.partition_key);
            self.partition_keys.push(plan.partition_key.entry_len);
        }
        if let (Some(key), Some(key_plan)) = (record.explicit_hash_key, &plan.explicit_hash_key)
            && key_plan.entry_len > 0
        {
            self.push_key(buffer, slots, EXPLICIT_HASH_KEY_TABLE, key, key_plan);
            self.explicit_hash_keys.push(key_plan.entry_len);
        }
        let at = self.front().saturating_add(self.records_len);
        plan.write(record, &mut Writer::new(buffer.get_mut(at..).unwrap_or_default()));
        self.records_len = self.records_len.saturating_add(len_field_len(plan.message_len));
        self.user_records = self.user_records.saturating_add(1);
    }

    /// What the first user record fixes.
    fn begin(&mut self, buffer: &[u8], slots: &mut [KeySlot], record: &UserRecord<'_>) {
        self.end = self.capacity(buffer.len());
        if GAPS > 0 {
            let gap = buffer.len().saturating_sub(self.end).min(MAX_GAP);
            self.gap = [gap; GAPS];
            self.end = self.end.saturating_add(gap);
        }
        self.outer_partition_key_len = record.partition_key.len();
        self.outer_explicit_hash_key = record.explicit_hash_key.is_some();
        // Slots may come with what others remembered there, and a generation may come again: once in 256 times they are cleared.
        if self.generation == 0 {
            slots.fill(KeySlot::EMPTY);
            self.generation = 1;
        }
    }

    fn push_key(&self, buffer: &mut [u8], slots: &mut [KeySlot], table: u32, key: &str, plan: &KeyPlan) {
        let place = self.end.saturating_sub(self.keys_len()).saturating_sub(plan.entry_len);
        let entry = buffer.get_mut(place..).unwrap_or_default();
        Writer::new(entry).len_field(table, key.as_bytes());
        key_slots::remember(slots, self.generation, plan.hash, place, plan.number);
    }

    /// Makes the aggregate whole: keys, user records, digest. Does nothing if that was done, or if nothing is held.
    pub(crate) fn seal(&mut self, buffer: &mut [u8], digest: &mut impl Digest) {
        let Some(frame) = buffer.get_mut(self.gap()..self.end) else { return };
        if self.sealed || self.user_records == 0 {
            return;
        }
        if GAPS > 0 && self.keys_len() <= self.gap() {
            self.fill_gap(buffer);
        } else {
            let Some((magic, rest)) = frame.split_first_chunk_mut() else { return };
            *magic = MAGIC;
            seal::arrange(rest, self.records_len, self.keys_len(), self.explicit_hash_keys.entries > 0);
        }
        self.write_digest(buffer, digest);
        self.sealed = true;
        self.order = Order::OldestFirst;
    }

    /// Puts magic and keys right before the user records, into the gap, in which there is room for them.
    fn fill_gap(&mut self, buffer: &mut [u8]) {
        let gap = self.gap().saturating_sub(self.keys_len());
        let (records_at, keys_at) = self.places();
        if let Some((front, back)) = buffer.split_at_mut_checked(records_at)
            && let Some(keys) = back.get_mut(keys_at.saturating_sub(records_at)..)
            && let Some(keys) = keys.get_mut(..self.keys_len())
        {
            seal::order(keys, self.explicit_hash_keys.entries > 0);
            let mut out = Writer::new(front.get_mut(gap..).unwrap_or_default());
            out.array(MAGIC);
            out.bytes(keys);
            self.gap = [gap; GAPS];
        }
    }

    fn write_digest(&self, buffer: &mut [u8], digest: &mut impl Digest) {
        let frame = buffer.get_mut(self.gap()..).unwrap_or_default();
        if let Some((message, rest)) =
            frame.split_at_mut_checked(self.framed_len().saturating_sub(DIGEST_LEN))
            && let Some((place, _)) = rest.split_first_chunk_mut::<DIGEST_LEN>()
            && let Some(message) = message.get(MAGIC.len()..)
        {
            *place = digest.digest(message);
        }
    }

    /// What was sealed, as the Kinesis record that it is; `None` if nothing is held.
    pub(crate) fn sealed_record<'b>(&self, buffer: &'b [u8]) -> Option<KinesisRecord<'b>> {
        if !self.sealed {
            return None;
        }
        let data = buffer.get(self.gap()..)?.get(..self.size())?;
        let (records_at, keys_at) = self.places();
        let keys = buffer.get(keys_at..records_at)?;
        let (partition_keys, explicit_hash_keys) = keys.split_at_checked(self.partition_keys.len)?;
        // Those of the first user record, which were the first to be numbered.
        let partition_key = first_key(partition_keys)?;
        let explicit_hash_key = match self.outer_explicit_hash_key {
            true => Some(first_key(explicit_hash_keys)?),
            false => None,
        };
        Some(KinesisRecord { partition_key, explicit_hash_key, data, user_records: self.user_records })
    }

    /// Where the user records and the keys begin.
    fn places(&self) -> (usize, usize) {
        let front = self.front();
        match self.sealed {
            true => (front.saturating_add(self.keys_len()), front),
            false => (front, self.end.saturating_sub(self.keys_len())),
        }
    }

    /// The user records held, ready to be iterated over, with an index for their keys or without.
    pub(crate) fn contents<'b>(&self, buffer: &'b [u8], index: Option<&mut [KeyEntry<'b>]>) -> Contents<'b> {
        let (records_at, keys_at) = self.places();
        let up_to = |end: usize| buffer.get(..end).unwrap_or_default();
        let keys = up_to(keys_at.saturating_add(self.keys_len()));
        let tables = match index {
            Some(index) => KeyTables::indexed(keys, keys_at, self.order, index),
            None => {
                let counts = KeyCounts {
                    partition_keys: to_u32(self.partition_keys.entries),
                    explicit_hash_keys: to_u32(self.explicit_hash_keys.entries),
                };
                KeyTables::counted(keys, keys_at, self.order, counts)
            }
        };
        let data = up_to(records_at.saturating_add(self.records_len));
        Contents { data, first: records_at, user_records: self.user_records, tables }
    }

    /// Turns the order of the key entries of an open aggregate round, and back the next time: user records name keys mostly
    /// in the order of their age, in which entries that lie newest first are dear to look up.
    pub(crate) fn turn_keys(&mut self, buffer: &mut [u8]) {
        if self.sealed {
            return;
        }
        let (_, keys_at) = self.places();
        seal::turn(buffer.get_mut(keys_at..self.end).unwrap_or_default());
        self.order = self.order.turned();
    }

    /// Takes out the user records that are not to be kept, by their keys. The keys themselves stay in the tables. The first user
    /// record must be kept, since its keys are the outer ones.
    pub(crate) fn retain<D: Digest>(
        &mut self,
        buffer: &mut [u8],
        digest: &mut D,
        mut keep: impl FnMut(&str, Option<&str>, &mut D) -> bool,
    ) {
        self.turn_keys(buffer);
        let (records_at, keys_at) = self.places();
        let Some((front, back)) = buffer.split_at_mut_checked(records_at.max(keys_at)) else { return };
        let (records, keys) = match self.sealed {
            true => (back, front.get(keys_at..).unwrap_or_default()),
            false => (front.get_mut(records_at..).unwrap_or_default(), &*back),
        };
        let keys = keys.get(..self.keys_len()).unwrap_or_default();
        let mut index = [KeyEntry::EMPTY; INDEX_LEN];
        let tables = KeyTables::indexed(keys, 0, self.order, &mut index);
        let mut cached = CachedKeys::default();
        let (mut kept, mut kept_len, mut from) = (0_usize, 0_usize, 0_usize);
        while from < self.records_len {
            let mut reader = Reader::new(records, from);
            let Some(record) = next_record(&mut reader) else { return };
            let Some((partition_key, explicit_hash_key)) = tables.keys_of(&record, &mut cached, &index)
            else {
                return;
            };
            let to = reader.at();
            if keep(partition_key, explicit_hash_key, digest) {
                let passed = records.get_mut(kept_len..to).unwrap_or_default();
                seal::move_to_front(passed, from.saturating_sub(kept_len));
                kept_len = kept_len.saturating_add(to.saturating_sub(from));
                kept = kept.saturating_add(1);
            }
            from = to;
        }
        self.user_records = kept;
        self.records_len = kept_len;
        self.turn_keys(buffer);
        if self.sealed {
            self.write_digest(buffer, digest);
        }
    }

    /// Holds nothing any more; the limits stay.
    pub(crate) fn clear(&mut self) {
        // Only slots that a user record was added with are to be forgotten.
        let generation = if self.end == 0 { self.generation } else { self.generation.wrapping_add(1) };
        *self = Self { limits: self.limits, generation, ..Self::new() };
    }
}

impl Plan {
    fn new_keys_len(&self) -> usize {
        self.partition_key.entry_len.saturating_add(self.explicit_hash_key.map_or(0, |key| key.entry_len))
    }

    /// Bytes by which the message grows.
    fn total_len(&self) -> usize {
        self.new_keys_len().saturating_add(len_field_len(self.message_len))
    }

    fn write(&self, record: &UserRecord<'_>, out: &mut Writer<'_>) {
        if usize::BITS == u64::BITS
            && let Some(head) = self.short_head(record)
        {
            out.array(head);
            out.bytes(record.data);
        } else {
            out.len_prefix(RECORDS, self.message_len);
            out.varint_field(PARTITION_KEY_INDEX, self.partition_key.number);
            if let Some(key) = &self.explicit_hash_key {
                out.varint_field(EXPLICIT_HASH_KEY_INDEX, key.number);
            }
            out.len_field(DATA, record.data);
        }
        record.tags.write(out);
    }

    /// What lies before the data, where no number takes a second byte: written at once on targets that can spare the code.
    #[inline]
    fn short_head(&self, record: &UserRecord<'_>) -> Option<[u8; 6]> {
        const fn tag(tag: u32) -> u8 {
            let [low, ..] = tag.to_le_bytes();
            low
        }
        if self.explicit_hash_key.is_some() {
            return None;
        }
        let short = |number: usize| u8::try_from(number).ok().filter(|byte| *byte < 0x80);
        Some([
            tag(RECORDS),
            short(self.message_len)?,
            tag(PARTITION_KEY_INDEX),
            short(self.partition_key.number)?,
            tag(DATA),
            short(record.data.len())?,
        ])
    }
}

/// No more of a longer buffer is left before an aggregate: the keys of most take less.
const MAX_GAP: usize = 64 << 10;

/// How many gaps there are: none on targets where memory is dear.
const GAPS: usize = if usize::BITS == u64::BITS { 1 } else { 0 };

/// Bytes up to which a key is called usual; its length takes one byte then.
const USUAL_KEY_LEN: usize = 127;

/// More than a user record with such a key takes beside its data: the key, twice, and tags, lengths and an index.
const MOST_BESIDE_DATA: usize = 2 * USUAL_KEY_LEN + 32;

/// Bytes of the message of an aggregate that holds nothing but this user record.
#[inline]
fn lone_message_len(record: &UserRecord<'_>, content_len: usize) -> usize {
    lone_keys_len(record).saturating_add(len_field_len(content_len.saturating_add(lone_indices_len(record))))
}

#[inline]
fn lone_keys_len(record: &UserRecord<'_>) -> usize {
    let explicit_hash_key = record.explicit_hash_key.map_or(0, |key| len_field_len(key.len()));
    len_field_len(record.partition_key.len()).saturating_add(explicit_hash_key)
}

#[inline]
fn lone_indices_len(record: &UserRecord<'_>) -> usize {
    let index_len = varint_field_len(0);
    if record.explicit_hash_key.is_some() { index_len.saturating_add(index_len) } else { index_len }
}

/// The greatest length of data in a user record of at most `room` bytes that has other fields of so many bytes.
fn max_data_len(room: usize, other_fields: usize) -> Option<usize> {
    max_len_field_content(max_len_field_content(room)?.checked_sub(other_fields)?)
}

/// The key whose entry in this table begins at `place`.
fn entry_at(buffer: &[u8], place: usize, table: u32) -> Option<&[u8]> {
    let entry = KeyEntryBytes::first_of(buffer.get(place..)?)?;
    (entry.tag == table).then_some(entry.key)
}

/// The first key of a table.
fn first_key(entries: &[u8]) -> Option<&str> {
    core::str::from_utf8(KeyEntryBytes::first_of(entries)?.key).ok()
}

/// The next user record.
fn next_record<'a>(reader: &mut Reader<'a>) -> Option<RecordFields<'a>> {
    match items::next(reader)? {
        Item::UserRecord => record::read(reader, None),
        _ => None,
    }
}
