//! Hash keys: where a partition key lies among the shards of a stream.

use core::fmt;
use core::str::FromStr;

use heapless::Vec;

use crate::decimal::Decimal;
use crate::digest::{Digest, Md5, TOGETHER};

/// A point of the hash key space: an unsigned integer of 128 bits.
///
/// The shard whose [`HashKeyRange`](crate::HashKeyRange) contains it gets the record.
///
/// ```
/// use kinesis_agg::HashKey;
///
/// let hash_key = HashKey::of("sensor-7");
/// assert_eq!(hash_key.to_decimal().as_str().parse(), Ok(hash_key));
/// assert!("2^7".parse::<HashKey>().is_err());
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct HashKey(pub u128);

impl HashKey {
    /// The first point: 0.
    pub const MIN: Self = Self(0);
    /// The last point: 2^128 - 1.
    pub const MAX: Self = Self(u128::MAX);

    /// That of a partition key: the MD5 of its UTF-8, read as a big-endian integer.
    pub fn of(partition_key: &str) -> Self {
        Self::of_with(partition_key, Md5)
    }

    /// [`HashKey::of`] with another implementation of MD5.
    pub fn of_with(partition_key: &str, mut digest: impl Digest) -> Self {
        Self(u128::from_be_bytes(digest.digest(partition_key.as_bytes())))
    }

    /// Those of many partition keys, in order, as far as there are keys and places. With the feature `md5-lanes` they are computed
    /// together, which takes a fifth to a tenth of the time.
    ///
    /// ```
    /// use kinesis_agg::HashKey;
    ///
    /// let mut hash_keys = [HashKey::MIN; 2];
    /// HashKey::of_all(&["sensor-7", "sensor-8"], &mut hash_keys);
    /// assert_eq!(hash_keys, [HashKey::of("sensor-7"), HashKey::of("sensor-8")]);
    /// ```
    pub fn of_all(partition_keys: &[&str], hash_keys: &mut [Self]) {
        Self::of_all_with(partition_keys, hash_keys, Md5);
    }

    /// [`HashKey::of_all`] with another implementation of MD5.
    pub fn of_all_with(partition_keys: &[&str], hash_keys: &mut [Self], mut digest: impl Digest) {
        let mut partition_keys = partition_keys.iter();
        let mut hash_keys = hash_keys.iter_mut();
        let mut digests = [[0; 16]; TOGETHER];
        loop {
            let mut messages: Vec<&[u8], TOGETHER> = Vec::new();
            for partition_key in partition_keys.by_ref().take(TOGETHER) {
                // It has room for as many.
                let _ = messages.push(partition_key.as_bytes());
            }
            if messages.is_empty() || hash_keys.len() == 0 {
                return;
            }
            digest.digest_all(&messages, &mut digests);
            for (digest, _) in digests.iter().zip(&messages) {
                let Some(hash_key) = hash_keys.next() else { return };
                *hash_key = Self(u128::from_be_bytes(*digest));
            }
        }
    }

    /// The effective hash key of a user record: its explicit hash key if it has one, else that of its partition key.
    ///
    /// # Errors
    /// The explicit hash key is no decimal below 2^128. Real producers have written such.
    pub fn effective(partition_key: &str, explicit_hash_key: Option<&str>) -> Result<Self, HashKeyError> {
        Self::effective_with(partition_key, explicit_hash_key, Md5)
    }

    /// [`HashKey::effective`] with another implementation of MD5.
    ///
    /// # Errors
    /// As [`HashKey::effective`].
    pub fn effective_with(
        partition_key: &str,
        explicit_hash_key: Option<&str>,
        digest: impl Digest,
    ) -> Result<Self, HashKeyError> {
        match explicit_hash_key {
            Some(decimal) => decimal.parse(),
            None => Ok(Self::of_with(partition_key, digest)),
        }
    }

    /// Its decimal digits, without leading zeros: an explicit hash key as the service takes it.
    pub fn to_decimal(self) -> Decimal {
        Decimal::of(self.0)
    }
}

/// As the number that it is. The standard library's `{:?}` of a `u128` keeps a panic path on some targets.
impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HashKey").field(&self.to_decimal()).finish()
    }
}

/// Partition key and explicit hash key of a user record.
type Keys<'a> = (&'a str, Option<&'a str>);

/// Effective hash keys of user records one after another. The last one is kept, since most neighbours have the same keys.
#[derive(Clone, Copy, Default)]
pub(crate) struct HashKeys<'a> {
    last: Option<(Keys<'a>, Result<HashKey, HashKeyError>)>,
}

impl<'a> HashKeys<'a> {
    pub(crate) fn of(&mut self, keys: Keys<'a>, digest: &mut impl Digest) -> Result<HashKey, HashKeyError> {
        if let Some((last, answer)) = self.last
            && last == keys
        {
            return answer;
        }
        let digest = |message: &[u8]| digest.digest(message);
        let answer = HashKey::effective_with(keys.0, keys.1, digest);
        self.last = Some((keys, answer));
        answer
    }

    /// Those of the next [`TOGETHER`] user records, computed together.
    pub(crate) fn of_next(
        &mut self,
        keys: impl Iterator<Item = Keys<'a>> + Clone,
        digest: &mut impl Digest,
    ) -> Vec<Result<HashKey, HashKeyError>, TOGETHER> {
        let keys = keys.take(TOGETHER);
        let mut messages: Vec<&[u8], TOGETHER> = Vec::new();
        let mut last = self.last.map(|(last, _)| last);
        for next in keys.clone() {
            if next.1.is_none() && last != Some(next) {
                // It has room for one of each.
                let _ = messages.push(next.0.as_bytes());
            }
            last = Some(next);
        }
        let mut digests = [[0; 16]; TOGETHER];
        digest.digest_all(&messages, &mut digests);
        let mut digests = digests.into_iter();
        let mut answers = Vec::new();
        for keys in keys {
            let answer = self.of(keys, &mut |_: &[u8]| digests.next().unwrap_or_default());
            let _ = answers.push(answer);
        }
        answers
    }
}

/// Reads decimal digits; leading zeros are read, as some producers write them. A sign, a blank or any other character
/// is an error.
impl FromStr for HashKey {
    type Err = HashKeyError;

    fn from_str(decimal: &str) -> Result<Self, HashKeyError> {
        if decimal.is_empty() {
            return Err(HashKeyError::Empty);
        }
        if let Some(offset) = decimal.bytes().position(|byte| !byte.is_ascii_digit()) {
            return Err(HashKeyError::NotADigit { offset });
        }
        let mut value = 0_u128;
        // Leading zeros say nothing, however many there are; so many digits as are left either fit or end it.
        for byte in decimal.trim_start_matches('0').bytes() {
            value = value
                .checked_mul(10)
                .and_then(|value| value.checked_add(u128::from(byte.wrapping_sub(b'0'))))
                .ok_or(HashKeyError::TooLarge)?;
        }
        Ok(Self(value))
    }
}

impl fmt::Display for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_decimal().fmt(f)
    }
}

impl From<u128> for HashKey {
    fn from(value: u128) -> Self {
        Self(value)
    }
}

impl From<HashKey> for u128 {
    fn from(hash_key: HashKey) -> Self {
        hash_key.0
    }
}

/// Why text is no hash key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum HashKeyError {
    /// There is no digit.
    Empty,
    /// Something else than the digits 0 to 9.
    NotADigit {
        /// Where, in bytes from the beginning of the text.
        offset: usize,
    },
    /// 2^128 or more.
    TooLarge,
}

impl fmt::Display for HashKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Empty => f.write_str("hash key is empty"),
            Self::NotADigit { offset } => {
                write!(f, "hash key has something else than a digit at byte {offset}")
            }
            Self::TooLarge => f.write_str("hash key is 2^128 or more"),
        }
    }
}

impl core::error::Error for HashKeyError {}
