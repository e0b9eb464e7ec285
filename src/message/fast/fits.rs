//! A quick test that a user record fits.

use crate::message::fast::width::WIDE;

/// Whether a user record without explicit hash key and tags certainly fits into `room` bytes and has a
/// partition key that the service accepts. Plain form: `Layout::check` and `Plan::total_len`.
pub(crate) fn surely_fits(partition_key_len: usize, data_len: usize, room: usize) -> bool {
    let has_short_key = (1..=SHORT_KEY_LEN).contains(&partition_key_len);
    WIDE && has_short_key && data_len.saturating_add(MOST_BESIDE_DATA) <= room
}

/// The greatest length of a key whose length prefix takes one byte.
const SHORT_KEY_LEN: usize = 127;

/// An upper bound on the bytes of a user record with such a key, without its data: the key, twice, and tags,
/// lengths and an index.
const MOST_BESIDE_DATA: usize = 2 * SHORT_KEY_LEN + 32;
