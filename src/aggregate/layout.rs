//! The layout of an aggregator's buffer.
//!
//! ```text
//!   open     | magic | user records -> |   free    | <- keys, newest first |
//!   sealed   | magic | partition keys | explicit hash keys | user records | digest |   free   |
//! ```
//!
//! While the aggregate is open, user records grow from the front and key entries from the back, so that no
//! byte moves. At least 16 bytes, the length of the digest, stay free between them.

use crate::message::schema::{DEFAULT_RECORD_LIMIT, FRAME_LEN, MAGIC, MAX_RECORD_LIMIT};
use crate::message::{PerTable, Table};

/// The numbers that describe the buffer. The buffer and the key slots are passed to every call. A new layout
/// is all zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    /// The limits that the caller has set. 0: not set.
    size_limit: usize,
    record_limit: usize,
    /// The generation of the slots of this aggregate. 0: the slots have not been cleared yet.
    pub(crate) generation: u8,
    pub(crate) sealed: bool,
    /// Whether the oldest key entry comes first, as in a sealed aggregate.
    pub(crate) oldest_first: bool,
    /// Whether the first user record has an explicit hash key, which is then the outer one.
    pub(crate) outer_explicit_hash_key: bool,
    /// Open: the greatest size of the aggregate, which the first user record fixes, and where the key entries
    /// end. Sealed: the size of the aggregate.
    pub(crate) end: usize,
    pub(crate) user_records: usize,
    /// The length of the user record fields in bytes.
    pub(crate) records_len: usize,
    pub(crate) tables: PerTable<TableSize>,
}

/// The size of a key table.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TableSize {
    pub(crate) entries: usize,
    /// The length of the fields of the entries in bytes.
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

    /// Returns an empty layout with the same limits. Its slots are not cleared yet.
    pub(crate) fn renewed(self) -> Self {
        Self { size_limit: self.size_limit, record_limit: self.record_limit, ..Self::new() }
    }

    /// Removes all user records and keeps the limits.
    pub(crate) fn clear(&mut self) {
        // The slots are in use only if a user record was added since the last `clear`.
        let generation = if self.end == 0 { self.generation } else { self.generation.wrapping_add(1) };
        *self = Self { generation, ..self.renewed() };
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

    /// Returns the limit on the size of an aggregate in a buffer of `buffer_len` bytes, without the outer
    /// partition key.
    pub(crate) fn capacity(&self, buffer_len: usize) -> usize {
        let size_limit = if self.size_limit == 0 { usize::MAX } else { self.size_limit };
        buffer_len.min(size_limit).min(self.record_limit())
    }

    /// Returns the same limit for an outer partition key of `partition_key_len` bytes.
    pub(crate) fn capacity_with(&self, buffer_len: usize, partition_key_len: usize) -> usize {
        self.capacity(buffer_len).min(self.record_limit().saturating_sub(partition_key_len))
    }

    /// Returns the bytes by which the aggregate can still grow, if the next user record has a partition key
    /// of `partition_key_len` bytes.
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

    /// Returns the size of the aggregate. An empty one has the size of the frame.
    pub(crate) fn framed_len(&self) -> usize {
        FRAME_LEN.wrapping_add(self.records_len).wrapping_add(self.keys_len())
    }

    pub(crate) fn size(&self) -> usize {
        if self.user_records == 0 { 0 } else { self.framed_len() }
    }

    /// Returns the offsets where the user records and the keys begin.
    pub(crate) fn places(&self) -> (usize, usize) {
        let front = MAGIC.len();
        match self.sealed {
            true => (front.wrapping_add(self.keys_len()), front),
            false => (front, self.end.saturating_sub(self.keys_len())),
        }
    }

    /// Counts one more entry, of `entry_len` bytes.
    pub(crate) fn count_key(&mut self, table: Table, entry_len: usize) {
        let size = self.tables.of_mut(table);
        size.entries = size.entries.wrapping_add(1);
        size.len = size.len.wrapping_add(entry_len);
    }
}
