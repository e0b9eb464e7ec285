//! The service's rules for keys, and the hash key of a key.

use kinesis_agg::KeyError;

use crate::record::OwnedRecord;
use crate::wire::md5;

/// The hash key of a user record; `None` if its explicit hash key is no decimal number below 2^128.
pub fn hash_key(partition_key: &str, explicit_hash_key: Option<&str>) -> Option<u128> {
    match explicit_hash_key {
        // The standard library accepts a plus sign, which is no digit.
        Some(decimal) if decimal.starts_with('+') => None,
        Some(decimal) => decimal.parse().ok(),
        None => Some(u128::from_be_bytes(md5(partition_key.as_bytes()))),
    }
}

impl OwnedRecord {
    /// See [`hash_key`].
    pub fn hash_key(&self) -> Option<u128> {
        hash_key(&self.partition_key, self.explicit_hash_key.as_deref())
    }

    /// Why the service refuses its keys.
    pub fn key_error(&self) -> Option<KeyError> {
        key_error(&self.partition_key, self.explicit_hash_key.as_deref())
    }
}

/// Why the service refuses these keys.
pub fn key_error(partition_key: &str, explicit_hash_key: Option<&str>) -> Option<KeyError> {
    let chars = partition_key.chars().count();
    match explicit_hash_key {
        _ if chars == 0 => Some(KeyError::PartitionKeyEmpty),
        _ if chars > 256 => Some(KeyError::PartitionKeyTooLong { chars }),
        Some(key) if !is_decimal_hash_key(key) => Some(KeyError::ExplicitHashKey),
        _ => None,
    }
}

/// What the service accepts as a decimal hash key.
fn is_decimal_hash_key(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    digits && (text == "0" || !text.starts_with('0')) && text.parse::<u128>().is_ok()
}
