//! Decides whether a user record fits, and how it will be written. Changes nothing.

use crate::aggregate::error::AddError;
use crate::aggregate::key_entry_bytes::KeyEntryBytes;
use crate::aggregate::key_slots::{self, KeySlot};
use crate::aggregate::layout::Layout;
use crate::key_rules::check_keys;
use crate::message::schema::{FRAME_LEN, MIN_USER_RECORD_LEN};
use crate::message::{Table, fast, len_field_len, max_len_field_content, varint_field_len};
use crate::record::UserRecord;

/// How a user record that fits will be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    pub(crate) partition_key: KeyPlan,
    pub(crate) explicit_hash_key: Option<KeyPlan>,
    pub(crate) message_len: usize,
}

/// A key of a user record to be added.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyPlan {
    pub(crate) hash: u32,
    pub(crate) number: usize,
    /// The bytes of its new entry; 0 if the key has an entry already.
    pub(crate) entry_len: usize,
}

impl Plan {
    fn new_keys_len(&self) -> usize {
        let explicit_hash_key = self.explicit_hash_key.map_or(0, |key| key.entry_len);
        self.partition_key.entry_len.wrapping_add(explicit_hash_key)
    }

    /// Returns the bytes by which the aggregate grows.
    fn total_len(&self) -> usize {
        len_field_len(self.message_len).saturating_add(self.new_keys_len())
    }
}

impl Layout {
    /// Plans how to add a user record.
    ///
    /// # Errors
    /// Every reason to refuse the user record.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(crate) fn plan(
        &self,
        buffer: &[u8],
        slots: &[KeySlot],
        record: &UserRecord<'_>,
    ) -> Result<Plan, AddError> {
        let key_len = record.partition_key.len();
        let room = self.room_for(buffer.len(), key_len);
        let content_len = len_field_len(record.data.len()).saturating_add(record.tags.len());
        let is_plain = record.explicit_hash_key.is_none() && record.tags.is_empty();
        let surely_fits = is_plain && fast::surely_fits(key_len, record.data.len(), room);
        let fits = surely_fits && self.end <= buffer.len();
        if !fits {
            self.check(buffer.len(), record, content_len)?;
        }
        let plan = self.lay_out(buffer, slots, record, content_len);
        if !fits && plan.total_len() > room { Err(AddError::Full) } else { Ok(plan) }
    }

    /// Checks that the service accepts the keys, and that the user record fits an aggregate of its own.
    fn check(&self, buffer_len: usize, record: &UserRecord<'_>, content_len: usize) -> Result<(), AddError> {
        check_keys(record.partition_key, record.explicit_hash_key)?;
        let needed = self.end.max(MIN_USER_RECORD_LEN);
        if buffer_len < needed {
            return Err(AddError::BufferTooSmall { len: buffer_len, needed });
        }
        let key_len = record.partition_key.len();
        let message_len = content_len.saturating_add(lone_indices_len(record));
        let size = len_field_len(message_len).saturating_add(lone_keys_len(record)).saturating_add(FRAME_LEN);
        if size <= self.capacity_with(buffer_len, key_len) {
            return Ok(());
        }
        let record_limit = self.record_limit();
        let fits_plain = record.tags.is_empty() && record.data.len().saturating_add(key_len) <= record_limit;
        let put = size.saturating_add(key_len);
        match put > record_limit {
            true => Err(AddError::TooLarge { size: put, limit: record_limit, fits_plain }),
            false => Err(AddError::TooLarge { size, limit: self.capacity(buffer_len), fits_plain }),
        }
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn lay_out(&self, buffer: &[u8], slots: &[KeySlot], record: &UserRecord<'_>, content_len: usize) -> Plan {
        let partition_key = self.find_key(buffer, slots, Table::PartitionKeys, record.partition_key);
        let explicit_hash_key =
            record.explicit_hash_key.map(|key| self.find_key(buffer, slots, Table::ExplicitHashKeys, key));
        let indices_len = varint_field_len(partition_key.number)
            .wrapping_add(explicit_hash_key.map_or(0, |key| varint_field_len(key.number)));
        Plan { partition_key, explicit_hash_key, message_len: content_len.saturating_add(indices_len) }
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn find_key(&self, buffer: &[u8], slots: &[KeySlot], table: Table, key: &str) -> KeyPlan {
        let hash = key_slots::hash(table.tag(), key.as_bytes());
        let is_key = |place| {
            let entry = buffer.get(place..).and_then(KeyEntryBytes::first_of);
            entry.is_some_and(|entry| entry.tag == table.tag() && entry.key == key.as_bytes())
        };
        match key_slots::find(slots, self.generation, hash, is_key) {
            Some(number) => KeyPlan { hash, number, entry_len: 0 },
            None => {
                KeyPlan { hash, number: self.tables.of(table).entries, entry_len: len_field_len(key.len()) }
            }
        }
    }

    /// Returns the greatest length of data with which this user record would fit now. Its own data is
    /// ignored.
    pub(crate) fn max_data_len(
        &self,
        buffer: &[u8],
        slots: &[KeySlot],
        record: &UserRecord<'_>,
    ) -> Option<usize> {
        let bare = UserRecord { data: &[], ..*record };
        let plan = self.plan(buffer, slots, &bare).ok()?;
        let key_len = record.partition_key.len();
        let room = self.room_for(buffer.len(), key_len).checked_sub(plan.new_keys_len())?;
        let now = max_data_len(room, plan.message_len.checked_sub(len_field_len(0))?)?;
        let own_room = self.capacity_with(buffer.len(), key_len).checked_sub(FRAME_LEN)?;
        let own_fields = lone_indices_len(record).saturating_add(record.tags.len());
        Some(now.min(max_data_len(own_room.checked_sub(lone_keys_len(record))?, own_fields)?))
    }
}

/// Returns the bytes of the key entries of an aggregate of this user record alone. Its keys were checked.
fn lone_keys_len(record: &UserRecord<'_>) -> usize {
    let explicit_hash_key = record.explicit_hash_key.map_or(0, |key| len_field_len(key.len()));
    len_field_len(record.partition_key.len()).wrapping_add(explicit_hash_key)
}

/// Returns the bytes of the indices in that user record.
fn lone_indices_len(record: &UserRecord<'_>) -> usize {
    let index_len = varint_field_len(0);
    if record.explicit_hash_key.is_some() { index_len.wrapping_add(index_len) } else { index_len }
}

/// Returns the greatest length of data in a user record of at most `room` bytes whose other fields take
/// `other_fields` bytes.
fn max_data_len(room: usize, other_fields: usize) -> Option<usize> {
    max_len_field_content(max_len_field_content(room)?.checked_sub(other_fields)?)
}
