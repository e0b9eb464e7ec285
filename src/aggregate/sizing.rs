//! The length of a buffer.

use crate::decimal::MAX_DIGITS;
use crate::message::schema::{FRAME_LEN, MAX_KEY_LEN, MIN_USER_RECORD_LEN};
use crate::message::{len_field_len, varint_field_len};

/// Computes the length of the buffer from what the aggregate will contain.
///
/// ```
/// use kinesis_agg::{Aggregator, Sizing};
///
/// // Half a minute of readings of four sensors, each of 32 bytes.
/// const READINGS: Sizing = Sizing::new(30, 32).with_partition_keys(4, "sensor-7".len());
/// static BUFFER: [u8; READINGS.buffer_len()] = [0; READINGS.buffer_len()];
/// assert_eq!(READINGS.buffer_len(), 20 + 4 * 10 + 30 * 38);
/// ```
///
/// The rule, in bytes: 20 for the frame; for each distinct key its length plus 2; for each user record the
/// length of its data plus 6, and 2 more if it has an explicit hash key. Data of more than 121 bytes, keys of
/// more than 127 bytes and tables of more than 128 keys take a few bytes more.
///
/// The rule holds while the aggregator remembers every key. It always does with at most 32 keys and at least
/// as many key slots as keys. With four slots for each key it almost certainly does. Tags are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Sizing {
    /// The number of user records.
    pub user_records: usize,
    /// The length of the longest data, in bytes.
    pub data_len: usize,
    /// The number of distinct partition keys.
    pub partition_keys: usize,
    /// The length of the longest partition key, in bytes.
    pub partition_key_len: usize,
    /// The number of distinct explicit hash keys; 0 if no user record has one. Each is counted with 39
    /// digits.
    pub explicit_hash_keys: usize,
}

impl Sizing {
    /// Plans for this number of user records with at most `data_len` bytes of data each.
    ///
    /// It assumes that each has its own partition key of the greatest length, and that none has an explicit
    /// hash key.
    pub const fn new(user_records: usize, data_len: usize) -> Self {
        Self {
            user_records,
            data_len,
            partition_keys: user_records,
            partition_key_len: MAX_KEY_LEN,
            explicit_hash_keys: 0,
        }
    }

    /// Sets the number of distinct partition keys, and the length of the longest in bytes.
    #[must_use]
    pub const fn with_partition_keys(self, distinct: usize, longest: usize) -> Self {
        Self { partition_keys: distinct, partition_key_len: longest, ..self }
    }

    /// Sets the number of distinct explicit hash keys.
    #[must_use]
    pub const fn with_explicit_hash_keys(self, distinct: usize) -> Self {
        Self { explicit_hash_keys: distinct, ..self }
    }

    /// Returns the length in bytes of a buffer in which these user records fit, whatever their keys and data
    /// are. It saturates.
    ///
    /// The length is exact if every key and all data have the greatest length and no table has more than 128
    /// keys.
    pub const fn buffer_len(&self) -> usize {
        let partition_keys = if self.partition_keys == 0 { 1 } else { self.partition_keys };
        let mut keys_len = partition_keys.saturating_mul(len_field_len(self.partition_key_len));
        let mut indices_len = longest_index_field(partition_keys);
        if self.explicit_hash_keys > 0 {
            let key_len = len_field_len(MAX_DIGITS);
            keys_len = keys_len.saturating_add(self.explicit_hash_keys.saturating_mul(key_len));
            indices_len = indices_len.saturating_add(longest_index_field(self.explicit_hash_keys));
        }
        let record_len = len_field_len(indices_len.saturating_add(len_field_len(self.data_len)));
        let records_len = self.user_records.saturating_mul(record_len);
        let len = FRAME_LEN.saturating_add(keys_len).saturating_add(records_len);
        if len < MIN_USER_RECORD_LEN { MIN_USER_RECORD_LEN } else { len }
    }
}

/// The length in bytes of the index field for the last of `keys` keys.
const fn longest_index_field(keys: usize) -> usize {
    varint_field_len(keys.saturating_sub(1))
}
