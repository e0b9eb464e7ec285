//! Numbers as decimal text.

use crate::printing::print_as;
use core::fmt;

/// Digits of 2^128 - 1.
pub(crate) const MAX_DIGITS: usize = 39;

/// A number below 2^128 as decimal text, without allocation: 1 to 39 digits.
#[derive(Clone, PartialEq, Eq)]
pub struct DecimalString(heapless::String<MAX_DIGITS>);

impl DecimalString {
    /// The digits of a number, without leading zeros.
    pub(crate) fn of(number: u128) -> Self {
        let mut digits = [b'0'; MAX_DIGITS];
        let mut rest = number;
        let mut len = 0_usize;
        for digit in digits.iter_mut().rev() {
            let [low, ..] = (rest % 10).to_le_bytes();
            *digit = b'0'.wrapping_add(low);
            rest /= 10;
            len = len.saturating_add(1);
            if rest == 0 {
                break;
            }
        }
        let mut text = heapless::String::new();
        for digit in digits.iter().skip(MAX_DIGITS.saturating_sub(len)) {
            // 39 digits are the capacity, so none is refused.
            let _ = text.push(char::from(*digit));
        }
        Self(text)
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
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
