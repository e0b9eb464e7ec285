//! Numbers as decimal text.

use core::fmt;

use crate::printing::print_as;

/// The number of digits of 2^128 - 1.
pub(crate) const MAX_DIGITS: usize = 39;

/// A number below 2^128 as decimal text of 1 to 39 digits, without allocation.
///
/// ```
/// use kinesis_agg::{HashKey, UserRecord};
///
/// let decimal = HashKey::from_u128(42).to_decimal();
/// let record = UserRecord::new("sensor-7", "21.5").with_explicit_hash_key(decimal.as_str());
/// assert_eq!(record.explicit_hash_key, Some("42"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DecimalString {
    digits: [u8; MAX_DIGITS],
    start: usize,
}

impl DecimalString {
    /// Makes the digits of a number, without leading zeros.
    pub(crate) fn of(number: u128) -> Self {
        let mut text = Self { digits: [b'0'; MAX_DIGITS], start: MAX_DIGITS };
        let mut rest = number;
        for digit in text.digits.iter_mut().rev() {
            let [low, ..] = (rest % 10).to_le_bytes();
            *digit = b'0'.wrapping_add(low);
            rest /= 10;
            text.start = text.start.saturating_sub(1);
            if rest == 0 {
                break;
            }
        }
        text
    }

    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        let digits = self.digits.get(self.start..).unwrap_or_default();
        core::str::from_utf8(digits).unwrap_or_default()
    }
}

impl AsRef<str> for DecimalString {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for DecimalString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

print_as!([] DecimalString, self => "{}", self.as_str());
