//! How keys and user records come into the order in which Google's runtime writes them.

use core::mem;

use crate::aggregate::key_entry_bytes::KeyEntryBytes;
use crate::message::items::Table;

/// Turns `user records | free | keys, newest first` into `partition keys | explicit hash keys | user records | free`.
pub(crate) fn arrange(bytes: &mut [u8], records_len: usize, keys_len: usize, both_tables: bool) {
    let Some(keys_at) = bytes.len().checked_sub(keys_len) else { return };
    order(bytes.get_mut(keys_at..).unwrap_or_default(), both_tables);
    let free = keys_at.saturating_sub(records_len);
    move_to_front(bytes.get_mut(records_len..).unwrap_or_default(), free);
    let records_and_keys = bytes.get_mut(..records_len.saturating_add(keys_len)).unwrap_or_default();
    if keys_len <= records_and_keys.len() {
        records_and_keys.rotate_right(keys_len);
    }
}

/// Turns `keys, newest first` into `partition keys | explicit hash keys`.
///
/// Linear in their length, and n log n where those of both tables are mixed.
#[inline]
pub(crate) fn order(keys: &mut [u8], both_tables: bool) {
    turn(keys);
    if both_tables {
        partition_keys_first(keys);
    }
}

/// Moves what begins at `start` to the front, over what was there.
pub(crate) fn move_to_front(bytes: &mut [u8], start: usize) {
    if start <= bytes.len() {
        bytes.copy_within(start.., 0);
    }
}

/// Turns the order of the entries round: reverses each for itself, then all of them.
pub(crate) fn turn(keys: &mut [u8]) {
    let mut rest = &mut *keys;
    while let Some((entry, tail)) = rest.split_at_mut_checked(first_entry_len(rest)) {
        if entry.is_empty() {
            break;
        }
        reverse(entry);
        rest = tail;
    }
    reverse(keys);
}

fn reverse(mut bytes: &mut [u8]) {
    const STEP: usize = size_of::<u64>();
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

fn swapped(bytes: [u8; 8]) -> [u8; 8] {
    u64::from_ne_bytes(bytes).swap_bytes().to_ne_bytes()
}

/// Moves the entries of the partition key table before those of the other, the order within each table kept.
///
/// Blocks `partition keys | explicit hash keys` are merged in pairs, in rounds, until there is one.
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
            let explicit_hash_keys = first_end.saturating_sub(first);
            if explicit_hash_keys <= out_of_order.len() {
                out_of_order.rotate_left(explicit_hash_keys);
            }
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

/// Where the run of entries of one table that begins at `start` ends.
fn run_len(keys: &[u8], start: usize, table: Table) -> usize {
    let mut end = start;
    while let Some(entry) = keys.get(end..).and_then(KeyEntryBytes::first_of)
        && entry.tag == table.tag()
    {
        end = end.saturating_add(entry.len);
    }
    end
}

/// Bytes of the entry with which `keys` begin; 0 at their end.
fn first_entry_len(keys: &[u8]) -> usize {
    KeyEntryBytes::first_of(keys).map_or(0, |entry| entry.len)
}
