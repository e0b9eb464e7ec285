//! Hash keys, which decide to which shard a record belongs.

use core::str::FromStr;

use heapless::Vec;

use crate::decimal::DecimalString;
use crate::gathered::gather;
use crate::md5_engine::{Md5, Md5Engine, TOGETHER, md5_fn};
use crate::printing::{display_texts, error_texts, print_as};

/// A hash key: an unsigned integer of 128 bits.
///
/// A record goes to the shard whose [`HashKeyRange`](crate::HashKeyRange) contains its hash key.
///
/// ```
/// use kinesis_agg::HashKey;
///
/// let hash_key = HashKey::of_partition_key("sensor-7");
/// assert_eq!(hash_key.to_decimal().as_str().parse(), Ok(hash_key));
/// assert!("2^7".parse::<HashKey>().is_err());
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashKey(u128);

impl HashKey {
    /// The least hash key: 0.
    pub const MIN: Self = Self(0);
    /// The greatest hash key: 2^128 - 1.
    pub const MAX: Self = Self(u128::MAX);

    /// Makes the hash key with this number.
    pub const fn from_u128(number: u128) -> Self {
        Self(number)
    }

    /// Returns the number.
    pub const fn to_u128(self) -> u128 {
        self.0
    }

    /// Computes the hash key of a partition key: the MD5 of its UTF-8 bytes as a big-endian integer.
    pub fn of_partition_key(partition_key: &str) -> Self {
        Self::of_partition_key_with(partition_key, Md5)
    }

    /// Does what [`HashKey::of_partition_key`] does, with another MD5.
    pub fn of_partition_key_with(partition_key: &str, mut engine: impl Md5Engine) -> Self {
        Self(u128::from_be_bytes(engine.digest(partition_key.as_bytes())))
    }

    /// Computes the hash keys of many partition keys, in order.
    ///
    /// It stops at the end of the shorter slice. With the feature `md5-lanes` the hash keys are computed
    /// together, which takes a fifth to a tenth of the time.
    ///
    /// ```
    /// use kinesis_agg::HashKey;
    ///
    /// let mut hash_keys = [HashKey::MIN; 2];
    /// HashKey::of_partition_keys(&["sensor-7", "sensor-8"], &mut hash_keys);
    /// assert_eq!(hash_keys[1], HashKey::of_partition_key("sensor-8"));
    /// ```
    pub fn of_partition_keys(partition_keys: &[&str], hash_keys: &mut [Self]) {
        Self::of_partition_keys_with(partition_keys, hash_keys, Md5);
    }

    /// Does what [`HashKey::of_partition_keys`] does, with another MD5.
    pub fn of_partition_keys_with(
        partition_keys: &[&str],
        hash_keys: &mut [Self],
        mut engine: impl Md5Engine,
    ) {
        let mut messages = partition_keys.iter().map(|key| key.as_bytes()).take(hash_keys.len());
        let mut hash_keys = hash_keys.iter_mut();
        let mut digests = [[0; 16]; TOGETHER];
        loop {
            let messages: Vec<&[u8], TOGETHER> = gather(&mut messages);
            if messages.is_empty() {
                return;
            }
            engine.digest_all(&messages, &mut digests);
            for (digest, hash_key) in digests.iter().take(messages.len()).zip(&mut hash_keys) {
                *hash_key = Self(u128::from_be_bytes(*digest));
            }
        }
    }

    /// Returns the effective hash key of a record: its explicit hash key if there is one, otherwise the hash
    /// key of its partition key.
    ///
    /// It decides to which shard the record belongs.
    ///
    /// # Errors
    /// The explicit hash key is not a decimal below 2^128. Real producers have written such keys.
    pub fn of_record(partition_key: &str, explicit_hash_key: Option<&str>) -> Result<Self, HashKeyError> {
        Self::of_record_with(partition_key, explicit_hash_key, Md5)
    }

    /// Does what [`HashKey::of_record`] does, with another MD5.
    ///
    /// # Errors
    /// The same as those of [`HashKey::of_record`].
    pub fn of_record_with(
        partition_key: &str,
        explicit_hash_key: Option<&str>,
        engine: impl Md5Engine,
    ) -> Result<Self, HashKeyError> {
        match explicit_hash_key {
            Some(decimal) => decimal.parse(),
            None => Ok(Self::of_partition_key_with(partition_key, engine)),
        }
    }

    /// Returns the decimal digits without leading zeros, which the service accepts as an explicit hash key.
    pub fn to_decimal(self) -> DecimalString {
        DecimalString::of(self.0)
    }
}

print_as!([] HashKey, self => "HashKey({:?})", self.to_decimal());

/// The partition key and the explicit hash key of a user record.
type Keys<'a> = (&'a str, Option<&'a str>);

/// Computes the effective hash keys of user records in order. It caches the last one, since neighbours mostly
/// have the same keys.
#[derive(Clone, Copy, Default)]
pub(crate) struct HashKeys<'a> {
    last: Option<(Keys<'a>, Result<HashKey, HashKeyError>)>,
}

impl<'a> HashKeys<'a> {
    pub(crate) fn of(
        &mut self,
        keys: Keys<'a>,
        engine: &mut impl Md5Engine,
    ) -> Result<HashKey, HashKeyError> {
        if let Some((last, answer)) = self.last
            && last == keys
        {
            return answer;
        }
        let answer = HashKey::of_record_with(keys.0, keys.1, engine);
        self.last = Some((keys, answer));
        answer
    }

    /// Returns the hash keys of the next [`TOGETHER`] user records, computed together.
    pub(crate) fn of_next(
        &mut self,
        keys: impl Iterator<Item = Keys<'a>> + Clone,
        engine: &mut impl Md5Engine,
    ) -> Vec<Result<HashKey, HashKeyError>, TOGETHER> {
        let keys = keys.take(TOGETHER);
        let mut last = self.last.map(|(last, _)| last);
        let is_to_be_computed = |next: &Keys<'a>| last.replace(*next) != Some(*next) && next.1.is_none();
        let messages: Vec<&[u8], TOGETHER> =
            gather(keys.clone().filter(is_to_be_computed).map(|(partition_key, _)| partition_key.as_bytes()));
        let mut digests = [[0; 16]; TOGETHER];
        engine.digest_all(&messages, &mut digests);
        let mut digests = digests.into_iter();
        let mut computed = md5_fn(|_: &[u8]| digests.next().unwrap_or_default());
        gather(keys.map(|keys| self.of(keys, &mut computed)))
    }
}

/// Parses decimal digits. Leading zeros are allowed, because some producers write them. A sign, a blank or
/// any other character is an error.
impl FromStr for HashKey {
    type Err = HashKeyError;

    fn from_str(decimal: &str) -> Result<Self, HashKeyError> {
        if decimal.is_empty() {
            return Err(HashKeyError::Empty);
        }
        if let Some(offset) = decimal.bytes().position(|byte| !byte.is_ascii_digit()) {
            return Err(HashKeyError::NotADigit { offset });
        }
        decimal.parse().map(Self).map_err(|_| HashKeyError::TooLarge)
    }
}

display_texts!([] HashKey, Self(number) => "{}", DecimalString::of(*number););

/// Why text is not a hash key.
///
/// ```
/// use kinesis_agg::{HashKey, HashKeyError};
///
/// assert_eq!("2^7".parse::<HashKey>(), Err(HashKeyError::NotADigit { offset: 1 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum HashKeyError {
    /// The text is empty.
    Empty,
    /// The text has a character other than the digits 0 to 9.
    NotADigit {
        /// The offset of the character, in bytes from the beginning of the text.
        offset: usize,
    },
    /// The number is 2^128 or more.
    TooLarge,
}

error_texts!([] HashKeyError,
    Self::Empty => "hash key is empty";
    Self::NotADigit { offset } => "hash key has something else than a digit at byte {offset}";
    Self::TooLarge => "hash key is 2^128 or more";
);
