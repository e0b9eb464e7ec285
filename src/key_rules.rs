//! Which keys the service takes.

use crate::decimal::MAX_DIGITS;
use crate::message::schema::MAX_PARTITION_KEY_CHARS;
use crate::printing::error_texts;

/// 2^128 - 1.
const MAX_EXPLICIT_HASH_KEY: &str = "340282366920938463463374607431768211455";

/// Checks keys as the service does before it takes them.
pub(crate) fn check_keys(partition_key: &str, explicit_hash_key: Option<&str>) -> Result<(), KeyError> {
    if partition_key.is_empty() {
        return Err(KeyError::PartitionKeyEmpty);
    }
    // Only a key with more bytes than that can have more code points.
    if partition_key.len() > MAX_PARTITION_KEY_CHARS {
        let chars = code_points(partition_key);
        if chars > MAX_PARTITION_KEY_CHARS {
            return Err(KeyError::PartitionKeyTooLong { chars });
        }
    }
    match explicit_hash_key {
        Some(decimal) if !is_explicit_hash_key(decimal) => Err(KeyError::ExplicitHashKey),
        _ => Ok(()),
    }
}

/// As `chars().count()`, which takes three times the code on small targets.
fn code_points(text: &str) -> usize {
    text.bytes().filter(|byte| !matches!(byte, 0x80..0xC0)).count()
}

/// The service's own pattern, `0|([1-9]\d{0,38})`, and below 2^128.
fn is_explicit_hash_key(decimal: &str) -> bool {
    let has_leading_zero = matches!(decimal.as_bytes(), [b'0', _, ..]);
    // Of two texts the longer is the greater number, and texts of equal length compare as numbers do.
    let is_in_range = match decimal.len() {
        0 => false,
        MAX_DIGITS => decimal <= MAX_EXPLICIT_HASH_KEY,
        len => len < MAX_DIGITS,
    };
    is_in_range && !has_leading_zero && decimal.bytes().all(|byte| byte.is_ascii_digit())
}

/// Why the service would refuse a partition key or an explicit hash key.
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
    /// The explicit hash key is not `0`, nor a digit from 1 to 9 with up to 38 more digits, below 2^128.
    ExplicitHashKey,
}

error_texts!([] KeyError,
    Self::PartitionKeyEmpty => "partition key is empty";
    Self::PartitionKeyTooLong { chars } =>
        "partition key has {chars} code points where at most {MAX_PARTITION_KEY_CHARS} are allowed";
    Self::ExplicitHashKey => "explicit hash key is not a decimal below 2^128 without leading zeros";
);
