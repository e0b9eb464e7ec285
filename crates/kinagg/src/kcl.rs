//! What a consumer that uses the Kinesis Client Library drops of an aggregate, silently.
//!
//! It examines one user record after another. If the hash key of one is outside the shard, it drops the whole
//! aggregate. At an explicit hash key that is no number it stops and drops the rest. See
//! `docs/reference/shards.md`.

use std::fmt;

use kinesis_agg::{DeaggregatedRecord, HashKey, HashKeyRange};
use kinesis_agg_inspect::shown::Escaped;

/// An explicit hash key, parsed like Java's `BigInteger`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    HashKey(HashKey),
    /// Below 0, or 2^128 and more: outside every shard.
    OutOfRange,
    None,
}

fn number(text: &str) -> Number {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Number::None;
    }
    match digits.parse::<u128>() {
        Ok(0) => Number::HashKey(HashKey::from_u128(0)),
        Ok(number) if !is_negative => Number::HashKey(HashKey::from_u128(number)),
        _ => Number::OutOfRange,
    }
}

/// What KCL drops, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Loss {
    /// How many user records.
    pub(crate) dropped: usize,
    /// The position of the user record that causes it.
    position: u64,
    pub(crate) reason: Reason,
}

/// Why user records are dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// A user record belongs to another shard.
    OtherShard,
    /// An explicit hash key is below 0, or 2^128 and more.
    OutOfRange(String),
    /// An explicit hash key is no number.
    NoNumber(String),
}

/// What KCL drops of an aggregate that was read from a shard with this range; `None` if nothing.
pub(crate) fn loss<'a>(
    user_records: impl Iterator<Item = DeaggregatedRecord<'a>>,
    shard: HashKeyRange,
) -> Option<Loss> {
    find(user_records, |hash_key| shard.contains(hash_key))
}

/// What KCL drops for any shard.
pub(crate) fn loss_by_explicit_hash_keys<'a>(
    user_records: impl Iterator<Item = DeaggregatedRecord<'a>>,
) -> Option<Loss> {
    find(user_records, |_| true)
}

fn find<'a>(
    mut user_records: impl Iterator<Item = DeaggregatedRecord<'a>>,
    is_in_shard: impl Fn(HashKey) -> bool,
) -> Option<Loss> {
    let mut position = 0_usize;
    let reason = loop {
        let record = user_records.next()?;
        let explicit = record.explicit_hash_key;
        let number =
            explicit.map_or_else(|| Number::HashKey(HashKey::of_partition_key(record.partition_key)), number);
        match number {
            Number::HashKey(hash_key) if is_in_shard(hash_key) => {}
            Number::HashKey(_) => break Reason::OtherShard,
            Number::OutOfRange => break Reason::OutOfRange(explicit.unwrap_or_default().to_owned()),
            Number::None => break Reason::NoNumber(explicit.unwrap_or_default().to_owned()),
        }
        position = position.saturating_add(1);
    };
    let rest = user_records.count().saturating_add(1);
    let dropped = if matches!(reason, Reason::NoNumber(_)) { rest } else { rest.saturating_add(position) };
    Some(Loss { dropped, position: u64::try_from(position).unwrap_or(u64::MAX), reason })
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { dropped, position, reason } = self;
        match reason {
            Reason::OtherShard => {
                write!(f, "drops all {dropped}: user record {position} belongs to another shard")
            }
            Reason::OutOfRange(key) => write!(
                f,
                "drops all {dropped}: the explicit hash key \"{}\" of user record {position} is below 0, or 2^128 or more",
                Escaped(key)
            ),
            Reason::NoNumber(key) => write!(
                f,
                "drops {dropped}, from user record {position} on: its explicit hash key \"{}\" is no number",
                Escaped(key)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// <https://docs.oracle.com/javase/8/docs/api/java/math/BigInteger.html#BigInteger-java.lang.String->
    #[test]
    fn explicit_hash_keys_are_read_as_java_reads_them() {
        let key = |number: u128| Number::HashKey(HashKey::from_u128(number));
        for (text, number) in [
            ("0", key(0)),
            ("-0", key(0)),
            ("+5", key(5)),
            ("007", key(7)),
            ("340282366920938463463374607431768211455", key(u128::MAX)),
            ("340282366920938463463374607431768211456", Number::OutOfRange),
            ("-1", Number::OutOfRange),
            ("-340282366920938463463374607431768211456", Number::OutOfRange),
            ("", Number::None),
            ("-", Number::None),
            ("--1", Number::None),
            ("abc", Number::None),
            (" 1", Number::None),
            ("1.0", Number::None),
        ] {
            assert_eq!(super::number(text), number, "{text:?}");
        }
    }
}
