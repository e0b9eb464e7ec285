//! What an aggregator holds, and where in the buffer it lies.
//!
//! ```text
//!   open     | magic | user records -> |   free    | <- keys, newest first |
//!   sealed   | magic | partition keys | explicit hash keys | user records | digest |   free   |
//! ```
//!
//! While the aggregate is open, user records grow from the front and key entries from the back, so that
//! nothing moves. At least the digest's length stays free between them.

use crate::message::schema::{DEFAULT_RECORD_LIMIT, FRAME_LEN, MAGIC, MAX_RECORD_LIMIT};
use crate::message::{PerTable, Table};

/// Numbers only: the buffer and the key slots lie beside it and are given to every call. All zero when new.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// The limits that the caller has set; 0: none.
    size_limit: usize,
    record_limit: usize,
    /// Which slots are of this aggregate; 0 until it is made sure that none is.
    pub(crate) generation: u8,
    pub(crate) sealed: bool,
    /// Whether the oldest key entry comes first, as in a sealed aggregate.
    pub(crate) oldest_first: bool,
    /// Whether the first user record has an explicit hash key, which then is the outer one.
    pub(crate) outer_explicit_hash_key: bool,
    /// The greatest size of the aggregate, fixed by the first user record: the key entries end there while it
    /// is open. The size itself when sealed.
    pub(crate) end: usize,
    pub(crate) user_records: usize,
    /// Bytes of the user records' fields.
    pub(crate) records_len: usize,
    pub(crate) tables: PerTable<TableSize>,
}

/// Size of a key table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TableSize {
    pub(crate) entries: usize,
    /// Bytes of its entries' fields.
    pub(crate) len: usize,
}

impl Layout {
    pub(crate) const fn new() -> Self {
        const EMPTY: TableSize = TableSize { entries: 0, len: 0 };
        Self {
            size_limit: 0,
            record_limit: 0,
            generation: 0,
            sealed: false,
            oldest_first: false,
            outer_explicit_hash_key: false,
            end: 0,
            user_records: 0,
            records_len: 0,
            tables: PerTable { partition_keys: EMPTY, explicit_hash_keys: EMPTY },
        }
    }

    /// Holds nothing any more; the limits stay.
    pub(crate) fn clear(&mut self) {
        // Only slots that a user record was added with are to be forgotten.
        let generation = if self.end == 0 { self.generation } else { self.generation.wrapping_add(1) };
        let Self { size_limit, record_limit, .. } = *self;
        *self = Self { size_limit, record_limit, generation, ..Self::new() };
    }

    pub(crate) const fn set_size_limit(&mut self, bytes: usize) {
        self.size_limit = if bytes == 0 { 1 } else { bytes };
    }

    pub(crate) const fn set_record_limit(&mut self, bytes: usize) {
        self.record_limit = match bytes {
            0 => 1,
            1..MAX_RECORD_LIMIT => bytes,
            _ => MAX_RECORD_LIMIT,
        };
    }

    pub(crate) fn record_limit(&self) -> usize {
        if self.record_limit == 0 { DEFAULT_RECORD_LIMIT } else { self.record_limit }
    }

    /// The limit on the size of an aggregate in a buffer of `buffer_len` bytes, whatever its outer partition
    /// key.
    pub(crate) fn capacity(&self, buffer_len: usize) -> usize {
        let size_limit = if self.size_limit == 0 { usize::MAX } else { self.size_limit };
        buffer_len.min(size_limit).min(self.record_limit())
    }

    /// The same for an outer partition key of so many bytes.
    #[inline]
    pub(crate) fn capacity_with(&self, buffer_len: usize, partition_key_len: usize) -> usize {
        self.capacity(buffer_len).min(self.record_limit().saturating_sub(partition_key_len))
    }

    /// Bytes by which the aggregate can still grow, if the user record with a partition key of so many bytes
    /// is the next.
    #[inline]
    pub(crate) fn room_for(&self, buffer_len: usize, partition_key_len: usize) -> usize {
        let end = match self.user_records {
            0 => self.capacity_with(buffer_len, partition_key_len),
            _ => self.end,
        };
        end.saturating_sub(self.framed_len())
    }

    pub(crate) fn keys_len(&self) -> usize {
        self.tables.partition_keys.len.wrapping_add(self.tables.explicit_hash_keys.len)
    }

    /// The size of the aggregate, a frame without content included.
    pub(crate) fn framed_len(&self) -> usize {
        FRAME_LEN.wrapping_add(self.records_len).wrapping_add(self.keys_len())
    }

    pub(crate) fn size(&self) -> usize {
        if self.user_records == 0 { 0 } else { self.framed_len() }
    }

    /// Where the user records and the keys begin.
    pub(crate) fn places(&self) -> (usize, usize) {
        let front = MAGIC.len();
        match self.sealed {
            true => (front.wrapping_add(self.keys_len()), front),
            false => (front, self.end.saturating_sub(self.keys_len())),
        }
    }

    /// Counts one more entry of so many bytes.
    pub(crate) fn count_key(&mut self, table: Table, entry_len: usize) {
        let size = self.tables.of_mut(table);
        size.entries = size.entries.wrapping_add(1);
        size.len = size.len.wrapping_add(entry_len);
    }
}
