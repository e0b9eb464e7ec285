//! How far a shard was read. A checkpoint consists of these.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// How far a shard was read, or where reading begins. It is written and read as text, so you can store it
/// anywhere.
///
/// ```
/// use kinesis_agg_aws::consumer::Position;
///
/// let position: Position = "49590338271490256608559692538361571095921575989136588898:3".parse()?;
/// assert_eq!(position.to_string().parse(), Ok(position));
/// # Ok::<(), kinesis_agg_aws::consumer::PositionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Position {
    /// Nothing was read; reading begins with the oldest record: `TRIM_HORIZON`.
    TrimHorizon,
    /// Nothing was read; reading begins with the next record from now: `LATEST`.
    Latest,
    /// This user record and all before it were read: `SEQUENCE:SUBSEQUENCE`.
    UserRecord {
        /// The sequence number of its Kinesis record.
        sequence_number: Arc<str>,
        /// Its position in the aggregate, from 0.
        sub_sequence_number: u64,
    },
    /// The whole Kinesis record with this sequence number and all before it were read: `SEQUENCE`.
    KinesisRecord {
        /// Its sequence number.
        sequence_number: Arc<str>,
    },
    /// The shard was closed, and read to its end: `SHARD_END`.
    ShardEnd,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TrimHorizon => f.write_str("TRIM_HORIZON"),
            Self::Latest => f.write_str("LATEST"),
            Self::UserRecord { sequence_number, sub_sequence_number } => {
                write!(f, "{sequence_number}:{sub_sequence_number}")
            }
            Self::KinesisRecord { sequence_number } => f.write_str(sequence_number),
            Self::ShardEnd => f.write_str("SHARD_END"),
        }
    }
}

impl FromStr for Position {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, PositionError> {
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| Arc::from(text)).ok_or(PositionError)
        };
        match (text, text.split_once(':')) {
            ("TRIM_HORIZON", _) => Ok(Self::TrimHorizon),
            ("LATEST", _) => Ok(Self::Latest),
            ("SHARD_END", _) => Ok(Self::ShardEnd),
            (_, Some((sequence, sub_sequence))) => Ok(Self::UserRecord {
                sequence_number: number(sequence)?,
                sub_sequence_number: number(sub_sequence)?.parse().map_err(|_| PositionError)?,
            }),
            (_, None) => Ok(Self::KinesisRecord { sequence_number: number(text)? }),
        }
    }
}

/// The text is no position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not TRIM_HORIZON, LATEST, SHARD_END, a sequence number, or SEQUENCE:SUBSEQUENCE")]
pub struct PositionError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_survives_as_text() {
        for text in
            ["TRIM_HORIZON", "LATEST", "SHARD_END", "495903", "495903:0", "495903:18446744073709551615"]
        {
            assert_eq!(text.parse().map(|position: Position| position.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn other_text_is_no_position() {
        for text in
            ["", ":", "1:", ":1", "-1", "1:-1", "1:+1", "a", "1:2:3", "latest", "1:18446744073709551616"]
        {
            assert_eq!(text.parse::<Position>(), Err(PositionError), "{text}");
        }
    }
}
