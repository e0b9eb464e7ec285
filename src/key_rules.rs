//! The rules of the service for keys.

use crate::decimal::MAX_DIGITS;
use crate::message::schema::MAX_PARTITION_KEY_CHARS;
use crate::printing::error_texts;

/// 2^128 - 1.
const MAX_EXPLICIT_HASH_KEY: &str = "340282366920938463463374607431768211455";

/// Checks keys as the service does.
pub(crate) fn check_keys(partition_key: &str, explicit_hash_key: Option<&str>) -> Result<(), KeyError> {
    if partition_key.is_empty() {
        return Err(KeyError::PartitionKeyEmpty);
    }
    // Only a key with more than this many bytes can have more than this many code points.
    if partition_key.len() > MAX_PARTITION_KEY_CHARS {
        // Counts as `chars().count()` does, which takes three times the code on small targets.
        let chars = partition_key.bytes().filter(|byte| !matches!(byte, 0x80..0xC0)).count();
        if chars > MAX_PARTITION_KEY_CHARS {
            return Err(KeyError::PartitionKeyTooLong { chars });
        }
    }
    match explicit_hash_key {
        Some(decimal) if !is_explicit_hash_key(decimal) => Err(KeyError::ExplicitHashKey),
        _ => Ok(()),
    }
}

/// Checks the pattern of the service, `0|([1-9]\d{0,38})`, and that the number is below 2^128.
fn is_explicit_hash_key(decimal: &str) -> bool {
    let has_leading_zero = matches!(decimal.as_bytes(), [b'0', _, ..]);
    // The longer of two texts is the greater number, and texts of equal length compare like numbers.
    let is_in_range = match decimal.len() {
        0 => false,
        MAX_DIGITS => decimal <= MAX_EXPLICIT_HASH_KEY,
        len => len < MAX_DIGITS,
    };
    is_in_range && !has_leading_zero && decimal.bytes().all(|byte| byte.is_ascii_digit())
}

/// Why the service would refuse a partition key or an explicit hash key.
///
/// ```
/// use kinesis_agg::{AddError, Aggregator, KeyError, UserRecord};
///
/// let mut aggregator = Aggregator::new([0; 64]);
/// let refused = aggregator.add(&UserRecord::new("", "21.5"));
/// assert_eq!(refused, Err(AddError::Key(KeyError::PartitionKeyEmpty)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum KeyError {
    /// The partition key is empty.
    PartitionKeyEmpty,
    /// The partition key has more than [`MAX_PARTITION_KEY_CHARS`] Unicode code points.
    PartitionKeyTooLong {
        /// Its length in code points.
        chars: usize,
    },
    /// The explicit hash key is neither `0` nor a number below 2^128 of 1 to 39 digits that starts with 1 to
    /// 9.
    ExplicitHashKey,
}

error_texts!([] KeyError,
    Self::PartitionKeyEmpty => "partition key is empty";
    Self::PartitionKeyTooLong { chars } =>
        "partition key has {chars} code points where at most {MAX_PARTITION_KEY_CHARS} are allowed";
    Self::ExplicitHashKey => "explicit hash key is not a decimal below 2^128 without leading zeros";
);
