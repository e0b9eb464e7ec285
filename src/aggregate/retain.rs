//! Reads user records back from the buffer, and removes those of another shard.

use crate::aggregate::layout::Layout;
use crate::aggregate::seal;
use crate::deaggregate::contents::Contents;
use crate::deaggregate::key_index::{DEFAULT_INDEX_LEN, KeyIndexEntry};
use crate::deaggregate::key_tables::{CachedKeys, KeyTables};
use crate::deaggregate::user_records::UserRecords;
use crate::md5_engine::Md5Engine;
use crate::message::{Item, Reader, items, record};

impl Layout {
    /// Iterates over the user records.
    pub(crate) fn user_records<'b>(&self, buffer: &'b [u8]) -> UserRecords<'b> {
        let mut index = [KeyIndexEntry::EMPTY; DEFAULT_INDEX_LEN];
        UserRecords::of(&self.contents(buffer, &mut index), index)
    }

    /// Returns the user records, ready to be iterated over with this index.
    pub(crate) fn contents<'b>(&self, buffer: &'b [u8], index: &mut [KeyIndexEntry<'b>]) -> Contents<'b> {
        let (records_at, keys_at) = self.places();
        let up_to = |end: usize| buffer.get(..end).unwrap_or_default();
        let keys = up_to(keys_at.wrapping_add(self.keys_len()));
        let tables = KeyTables::indexed(self.key_count(), keys, keys_at, self.oldest_first, index);
        let data = up_to(records_at.wrapping_add(self.records_len));
        Contents { data, first: records_at, user_records: self.user_records, tables }
    }

    fn key_count(&self) -> usize {
        self.tables.partition_keys.entries.wrapping_add(self.tables.explicit_hash_keys.entries)
    }

    /// Reverses the key entries of an open aggregate in place; a second call restores their order. User
    /// records mostly name keys from the oldest to the newest, and look-ups in that order are slow while the
    /// newest entry comes first.
    pub(crate) fn turn_keys(&mut self, buffer: &mut [u8]) {
        if self.sealed {
            return;
        }
        let (_, keys_at) = self.places();
        seal::turn(buffer.get_mut(keys_at..self.end).unwrap_or_default());
        self.oldest_first = !self.oldest_first;
    }

    /// Removes the user records whose keys `keep` rejects. The keys themselves stay in the tables. `keep`
    /// must accept the first user record, since its keys are the outer ones.
    pub(crate) fn retain<M: Md5Engine>(
        &mut self,
        buffer: &mut [u8],
        engine: &mut M,
        mut keep: impl FnMut(&str, Option<&str>, &mut M) -> bool,
    ) {
        self.turn_keys(buffer);
        let (records_at, keys_at) = self.places();
        let Some((front, back)) = buffer.split_at_mut_checked(records_at.max(keys_at)) else { return };
        let (records, keys) = match self.sealed {
            true => (back, front.get(keys_at..).unwrap_or_default()),
            false => (front.get_mut(records_at..).unwrap_or_default(), &*back),
        };
        let keys = keys.get(..self.keys_len()).unwrap_or_default();
        let mut index = [KeyIndexEntry::EMPTY; DEFAULT_INDEX_LEN];
        let tables = KeyTables::indexed(self.key_count(), keys, 0, self.oldest_first, &mut index);
        let mut cached = CachedKeys::default();
        let (mut kept, mut kept_len, mut from) = (0_usize, 0_usize, 0_usize);
        while from < self.records_len {
            let mut reader = Reader::new(records, from);
            let Some(Item::UserRecord) = items::next(&mut reader) else { return };
            let Some(record) = record::read(&mut reader, None) else { return };
            let Some((partition_key, explicit_hash_key)) = tables.keys_of(&record, &mut cached, &index)
            else {
                return;
            };
            let to = reader.at();
            if keep(partition_key, explicit_hash_key, engine) {
                let passed = records.get_mut(kept_len..to).unwrap_or_default();
                seal::move_to_front(passed, from.saturating_sub(kept_len));
                kept_len = kept_len.wrapping_add(to.saturating_sub(from));
                kept = kept.wrapping_add(1);
            }
            from = to;
        }
        self.user_records = kept;
        self.records_len = kept_len;
        self.turn_keys(buffer);
        if self.sealed {
            self.end = self.framed_len();
            self.write_digest(buffer, engine);
        }
    }
}
