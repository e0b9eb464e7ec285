//! Whether a user record to be added surely fits.

use crate::message::fast::width::WIDE;

/// Whether a user record without explicit hash key and tags surely fits into so many bytes, and has a
/// partition key that the service takes. The plain twin: `Layout::check` and `Plan::total_len`.
#[inline]
pub(crate) fn surely_fits(partition_key_len: usize, data_len: usize, room: usize) -> bool {
    let has_short_key = (1..=SHORT_KEY_LEN).contains(&partition_key_len);
    WIDE && has_short_key && data_len.saturating_add(MOST_BESIDE_DATA) <= room
}

/// Bytes of a key whose length takes one byte.
const SHORT_KEY_LEN: usize = 127;

/// More than a user record with such a key takes beside its data: the key, twice, and tags, lengths and an
/// index.
const MOST_BESIDE_DATA: usize = 2 * SHORT_KEY_LEN + 32;
