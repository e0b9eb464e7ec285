//! Times as events write them: a number of seconds or milliseconds, or a date.

use std::time::{Duration, SystemTime};

/// The unit of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Milliseconds,
}

impl Unit {
    /// The power of ten that makes nanoseconds of it.
    fn zeros(self) -> i64 {
        match self {
            Self::Seconds => 9,
            Self::Milliseconds => 6,
        }
    }
}

/// Parses a time; `None` if the text is none. Digits below a nanosecond are dropped.
pub(super) fn parse(text: &str, unit: Unit) -> Option<SystemTime> {
    match nanoseconds(text, unit) {
        Some(nanoseconds) => at(nanoseconds),
        None => text.parse::<jiff::Timestamp>().ok().map(SystemTime::from),
    }
}

/// Writes a time as [`parse`] reads it, with each digit of its fraction.
#[cfg(feature = "lambda-events")]
pub(super) fn format(time: SystemTime, unit: Unit) -> String {
    let (sign, distance) = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(distance) => ("", distance),
        Err(before) => ("-", before.duration()),
    };
    let (whole, fraction) = match unit {
        Unit::Seconds => (u128::from(distance.as_secs()), format!("{:09}", distance.subsec_nanos())),
        Unit::Milliseconds => {
            let below = distance.subsec_nanos().checked_rem(1_000_000).unwrap_or_default();
            (distance.as_millis(), format!("{below:06}"))
        }
    };
    match fraction.trim_end_matches('0') {
        "" => format!("{sign}{whole}"),
        fraction => format!("{sign}{whole}.{fraction}"),
    }
}

fn at(nanoseconds: i128) -> Option<SystemTime> {
    const A_SECOND: u128 = 1_000_000_000;
    let distance = nanoseconds.unsigned_abs();
    let seconds = u64::try_from(distance.checked_div(A_SECOND)?).ok()?;
    let rest = u32::try_from(distance.checked_rem(A_SECOND)?).ok()?;
    let distance = Duration::new(seconds, rest);
    match nanoseconds.is_negative() {
        false => SystemTime::UNIX_EPOCH.checked_add(distance),
        true => SystemTime::UNIX_EPOCH.checked_sub(distance),
    }
}

/// Nanoseconds since 1970. It works with decimal digits, so there is no binary fraction.
fn nanoseconds(decimal: &str, unit: Unit) -> Option<i128> {
    let (mantissa, exponent) = decimal.split_once(['e', 'E']).unwrap_or((decimal, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let (negative, whole) = match whole.strip_prefix('-') {
        Some(whole) => (true, whole),
        None => (false, whole),
    };
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !are_digits(whole) || !are_digits(fraction) {
        return None;
    }
    // More digits than this are below a nanosecond, for any exponent.
    let digits = whole.len().checked_add(fraction.len())?.min(MAX_DIGITS);
    let significant: String = whole.chars().chain(fraction.chars()).take(digits).collect();
    let after_point = i64::try_from(digits).ok()?.checked_sub(i64::try_from(whole.len()).ok()?)?;
    let zeros = exponent.parse::<i64>().ok()?.checked_add(unit.zeros())?.checked_sub(after_point)?;
    let power = 10_i128.checked_pow(u32::try_from(zeros.unsigned_abs()).ok()?)?;
    let magnitude = significant.parse::<i128>().ok()?;
    let magnitude = match zeros.is_negative() {
        false => magnitude.checked_mul(power)?,
        true => magnitude.checked_div(power)?,
    };
    Some(if negative { magnitude.checked_neg()? } else { magnitude })
}

/// An `i128` always has room for this many.
const MAX_DIGITS: usize = 38;

#[cfg(test)]
mod tests {
    use super::*;

    fn since_1970(text: &str, unit: Unit) -> Option<Duration> {
        parse(text, unit)?.duration_since(SystemTime::UNIX_EPOCH).ok()
    }

    #[test]
    fn fractions_are_exact() {
        let cases = [
            ("1662158572.64", Unit::Seconds, (1_662_158_572, 640_000_000)),
            ("1617414400.006", Unit::Seconds, (1_617_414_400, 6_000_000)),
            ("1.66215857264E9", Unit::Seconds, (1_662_158_572, 640_000_000)),
            ("1662158572.123456789999", Unit::Seconds, (1_662_158_572, 123_456_789)),
            ("1651020370390", Unit::Milliseconds, (1_651_020_370, 390_000_000)),
            ("1651020370390.5", Unit::Milliseconds, (1_651_020_370, 390_500_000)),
            ("2024-08-12T10:11:12.345000+00:00", Unit::Seconds, (1_723_457_472, 345_000_000)),
            ("2024-08-12T12:11:12.345+02:00", Unit::Seconds, (1_723_457_472, 345_000_000)),
            ("0", Unit::Seconds, (0, 0)),
        ];
        for (text, unit, (seconds, nanoseconds)) in cases {
            assert_eq!(since_1970(text, unit), Some(Duration::new(seconds, nanoseconds)), "{text}");
        }
        assert_eq!(
            parse("-1.5", Unit::Seconds),
            SystemTime::UNIX_EPOCH.checked_sub(Duration::from_millis(1500))
        );
    }

    #[test]
    fn what_is_no_time_is_none() {
        let long = "9".repeat(50);
        for text in ["", "-", "e9", "1e", "1e999999999999999999999", "1e40", "soon", "--1", "1.2.3", &long] {
            assert_eq!(parse(text, Unit::Seconds), None, "{text}");
        }
    }

    #[test]
    fn however_many_digits_a_fraction_has_it_is_read() {
        let text = format!("1.{}", "9".repeat(100));
        assert_eq!(since_1970(&text, Unit::Seconds), Some(Duration::new(1, 999_999_999)));
    }
}
