//! Sealing an aggregate: puts keys and user records into the order in which Google's runtime writes them, and
//! writes the digest after them.

use core::cell::Cell;
use core::mem;

use crate::aggregate::key_entry_bytes::KeyEntryBytes;
use crate::aggregate::layout::Layout;
use crate::md5_engine::Md5Engine;
use crate::message::schema::{DIGEST_LEN, MAGIC};
use crate::message::{Table, fast};
use crate::record::KinesisRecord;

impl Layout {
    /// Seals the aggregate: keys, user records, digest. Does nothing if it is sealed already or empty.
    pub(crate) fn seal(&mut self, buffer: &mut [u8], engine: &mut impl Md5Engine) {
        if self.sealed || self.user_records == 0 {
            return;
        }
        let frame = buffer.get_mut(..self.end).unwrap_or_default();
        let Some((magic, message)) = frame.split_first_chunk_mut() else { return };
        *magic = MAGIC;
        arrange(message, self.records_len, self.keys_len(), self.tables.explicit_hash_keys.entries > 0);
        self.write_digest(buffer, engine);
        self.sealed = true;
        self.oldest_first = true;
        self.end = self.framed_len();
    }

    pub(crate) fn write_digest(&self, buffer: &mut [u8], engine: &mut impl Md5Engine) {
        let message_end = self.framed_len().saturating_sub(DIGEST_LEN);
        if let Some((message, rest)) = buffer.split_at_mut_checked(message_end)
            && let Some(place) = rest.first_chunk_mut::<DIGEST_LEN>()
            && let Some(message) = message.get(MAGIC.len()..)
        {
            *place = engine.digest(message);
        }
    }

    /// Returns the sealed aggregate as a Kinesis record; `None` if it is not sealed.
    pub(crate) fn sealed_record<'b>(&self, buffer: &'b [u8]) -> Option<KinesisRecord<'b>> {
        if !self.sealed {
            return None;
        }
        let data = buffer.get(..self.end)?;
        let partition_keys = data.get(MAGIC.len()..)?;
        // The outer keys are those of the first user record, which were numbered first.
        let partition_key = first_key(partition_keys)?;
        let explicit_hash_key = match self.outer_explicit_hash_key {
            true => Some(first_key(partition_keys.get(self.tables.partition_keys.len..)?)?),
            false => None,
        };
        Some(KinesisRecord { partition_key, explicit_hash_key, data, user_records: self.user_records })
    }
}

/// Returns the key of the first entry in these bytes.
fn first_key(entries: &[u8]) -> Option<&str> {
    core::str::from_utf8(KeyEntryBytes::first_of(entries)?.key).ok()
}

/// Rearranges `user records | free | keys, newest first` as
/// `partition keys | explicit hash keys | user records | free`.
///
/// It is a function of its own so that its stack is free when the digest is computed.
#[inline(never)]
fn arrange(bytes: &mut [u8], records_len: usize, keys_len: usize, both_tables: bool) {
    let Some(keys_at) = bytes.len().checked_sub(keys_len) else { return };
    let keys = bytes.get_mut(keys_at..).unwrap_or_default();
    turn(keys);
    if both_tables {
        partition_keys_first(keys);
    }
    let free = keys_at.saturating_sub(records_len);
    move_to_front(bytes.get_mut(records_len..).unwrap_or_default(), free);
    rotate_left(bytes.get_mut(..records_len.wrapping_add(keys_len)).unwrap_or_default(), records_len);
}

/// Moves the bytes from `start` on to the front, over the bytes there.
pub(crate) fn move_to_front(bytes: &mut [u8], start: usize) {
    if fast::WIDE {
        if start <= bytes.len() {
            bytes.copy_within(start.., 0);
        }
        return;
    }
    let bytes = Cell::from_mut(bytes).as_slice_of_cells();
    for (to, from) in bytes.iter().zip(bytes.get(start..).unwrap_or_default()) {
        to.set(from.get());
    }
}

/// Moves the first `len` bytes after the others. One function calls core's, so that it is inlined together
/// with its check.
#[inline(never)]
fn rotate_left(bytes: &mut [u8], len: usize) {
    if fast::WIDE {
        if len <= bytes.len() {
            bytes.rotate_left(len);
        }
        return;
    }
    if let Some((first, rest)) = bytes.split_at_mut_checked(len) {
        reverse(first);
        reverse(rest);
        reverse(bytes);
    }
}

/// Reverses the order of the key entries in place: reverses the bytes of each entry, then all bytes.
pub(crate) fn turn(keys: &mut [u8]) {
    let mut rest = &mut *keys;
    while let Some(len) = KeyEntryBytes::first_of(rest).map(|entry| entry.len)
        && let Some((entry, tail)) = rest.split_at_mut_checked(len)
    {
        reverse(entry);
        rest = tail;
    }
    reverse(keys);
}

/// Reverses bytes by words, which takes a third of the instructions.
fn reverse(mut bytes: &mut [u8]) {
    const STEP: usize = size_of::<usize>();
    let swapped = |bytes: [u8; STEP]| usize::from_ne_bytes(bytes).swap_bytes().to_ne_bytes();
    while bytes.len() >= STEP + STEP {
        let Some((first, rest)) = mem::take(&mut bytes).split_first_chunk_mut::<STEP>() else { return };
        let Some((middle, last)) = rest.split_last_chunk_mut::<STEP>() else { return };
        (*first, *last) = (swapped(*last), swapped(*first));
        bytes = middle;
    }
    while let [first, middle @ .., last] = bytes {
        mem::swap(first, last);
        bytes = middle;
    }
}

/// Moves the entries of the partition key table before those of the other table. Keeps the order within each
/// table. It takes n log n for n bytes.
///
/// Each round merges pairs of blocks `partition keys | explicit hash keys`, until one block is left.
fn partition_keys_first(keys: &mut [u8]) {
    loop {
        let mut blocks = 0_usize;
        let mut rest = &mut *keys;
        while !rest.is_empty() {
            let first = run_len(rest, 0, Table::PartitionKeys);
            let first_end = run_len(rest, first, Table::ExplicitHashKeys);
            let second = run_len(rest, first_end, Table::PartitionKeys);
            let second_end = run_len(rest, second, Table::ExplicitHashKeys);
            let out_of_order = rest.get_mut(first..second).unwrap_or_default();
            rotate_left(out_of_order, first_end.saturating_sub(first));
            blocks = blocks.saturating_add(1);
            match rest.split_at_mut_checked(second_end) {
                Some((pair, tail)) if !pair.is_empty() => rest = tail,
                _ => return,
            }
        }
        if blocks <= 1 {
            return;
        }
    }
}

/// Returns the length of the run of entries of `table` that begins at `start`.
fn run_len(keys: &[u8], start: usize, table: Table) -> usize {
    let mut end = start;
    while let Some(entry) = keys.get(end..).and_then(KeyEntryBytes::first_of)
        && entry.tag == table.tag()
    {
        end = end.saturating_add(entry.len);
    }
    end
}
