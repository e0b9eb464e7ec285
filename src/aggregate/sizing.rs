//! How long a buffer must be.

use crate::decimal::MAX_DIGITS;
use crate::message::schema::{FRAME_LEN, MAX_KEY_LEN, MIN_USER_RECORD_LEN};
use crate::message::{len_field_len, varint_field_len};

/// What an aggregate is to hold, from which follows how long its buffer must be.
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
/// The rule, in bytes: 20 for the frame; for each distinct key its length and 2; for each user record the
/// length of its data and 6, and 2 more if it has an explicit hash key. Where data has more than 121 bytes, a
/// key more than 127, or a table more than 128 keys, a few bytes are added.
///
/// It holds while the aggregator remembers every key: always with at least as many key slots as keys and at
/// most 32 keys, and with four slots for each key in all likelihood. Tags are not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Sizing {
    /// How many user records.
    pub user_records: usize,
    /// Bytes of the longest data of one.
    pub data_len: usize,
    /// How many distinct partition keys they have.
    pub partition_keys: usize,
    /// Bytes of the longest of these.
    pub partition_key_len: usize,
    /// How many distinct explicit hash keys they have; 0 if none has one. Each is counted with 39 digits.
    pub explicit_hash_keys: usize,
}

impl Sizing {
    /// So many user records, the longest data of which has `data_len` bytes. Each is taken to have a
    /// partition key of its own, the longest that there is, and none an explicit hash key.
    pub const fn new(user_records: usize, data_len: usize) -> Self {
        Self {
            user_records,
            data_len,
            partition_keys: user_records,
            partition_key_len: MAX_KEY_LEN,
            explicit_hash_keys: 0,
        }
    }

    /// The same with so many distinct partition keys, the longest of which has `longest` bytes.
    #[must_use]
    pub const fn with_partition_keys(self, distinct: usize, longest: usize) -> Self {
        Self { partition_keys: distinct, partition_key_len: longest, ..self }
    }

    /// The same with so many distinct explicit hash keys.
    #[must_use]
    pub const fn with_explicit_hash_keys(self, distinct: usize) -> Self {
        Self { explicit_hash_keys: distinct, ..self }
    }

    /// The length in bytes of a buffer in which so many user records fit, whatever their keys and data are;
    /// saturates.
    ///
    /// No byte less would do where every key and all data are longest, and no table has more than 128 keys.
    pub const fn buffer_len(&self) -> usize {
        let partition_keys = at_least_one(self.partition_keys);
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

const fn at_least_one(number: usize) -> usize {
    if number == 0 { 1 } else { number }
}

/// Bytes of the field that names a key, for the last of so many.
const fn longest_index_field(keys: usize) -> usize {
    varint_field_len(keys.saturating_sub(1))
}
