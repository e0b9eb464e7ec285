//! Errors of decoding an aggregated record.

use crate::decimal::DecimalString;
use crate::printing::error_texts;

/// Why data is not an aggregated record, and the offset of the fault.
///
/// ```
/// use kinesis_agg::{AggregatedRecord, ParseErrorKind};
///
/// let error = AggregatedRecord::parse(b"plain").unwrap_err();
/// assert_eq!((error.kind(), error.offset()), (ParseErrorKind::NotAggregated, 0));
/// assert_eq!(error.to_string(), "no magic of an aggregated record at byte 0");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ParseError {
    kind: ParseErrorKind,
    offset: usize,
}

impl ParseError {
    /// Returns what is wrong.
    pub fn kind(&self) -> ParseErrorKind {
        self.kind
    }

    /// Returns the offset of the first byte of the faulty item. 0 is the first byte of the data, where the
    /// magic is.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

/// What is wrong with data that is not an aggregated record.
///
/// ```
/// use kinesis_agg::{ParseErrorKind, deaggregate};
///
/// match deaggregate("sensor-7", b"plain").error().map(|error| error.kind()) {
///     None => println!("an aggregate"),
///     Some(ParseErrorKind::NotAggregated) => println!("a plain record"),
///     Some(_) => println!("a damaged aggregate: count these"),
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The data does not begin with the magic: it is a plain record.
    NotAggregated,
    /// The data starts with the magic but is too short for a message of at least one byte and a digest.
    TooShort {
        /// The length of the data in bytes.
        len: u32,
        /// The length of the smallest aggregated record in bytes.
        needed: u32,
    },
    /// The data has 4 GiB or more. No Kinesis record is that long.
    TooLong,
    /// The digest is not that of the message.
    Digest,
    /// The message ends inside a varint.
    VarintTruncated,
    /// A varint has more than 10 bytes.
    VarintTooLong,
    /// A varint has more than 64 bits.
    VarintOverflow,
    /// A field number is 0 or more than 2^29 - 1.
    FieldNumber,
    /// A wire type is 6 or 7, which do not exist.
    WireType,
    /// A field of fixed length reaches past the end of its message.
    FixedTruncated,
    /// A length-delimited field reaches past the end of its message.
    LengthPastEnd {
        /// Its length in bytes.
        length: u64,
        /// The number of bytes left in the message.
        left: u32,
    },
    /// A group ends that was not open.
    GroupEndUnmatched,
    /// The message ends inside a group.
    GroupTruncated,
    /// Groups are nested too deep. The messages around them count as levels.
    GroupTooDeep {
        /// The greatest allowed depth.
        limit: u32,
    },
    /// A user record has no partition key index.
    PartitionKeyIndexMissing,
    /// A user record has no data.
    DataMissing,
    /// A tag has no key.
    TagKeyMissing,
    /// A user record names a partition key that the table does not have.
    PartitionKeyIndex {
        /// The index, from 0.
        index: u64,
        /// The number of entries in the table.
        table_len: u32,
    },
    /// A user record names an explicit hash key that the table does not have.
    ExplicitHashKeyIndex {
        /// The index, from 0.
        index: u64,
        /// The number of entries in the table.
        table_len: u32,
    },
    /// A key is longer than the service allows.
    KeyTooLong {
        /// Its length in bytes.
        len: u32,
        /// The greatest allowed length in bytes.
        limit: u32,
    },
    /// A key is not UTF-8.
    KeyNotUtf8,
    /// The key or the value of a tag is not UTF-8.
    TagNotUtf8,
}

impl ParseErrorKind {
    #[cold]
    pub(crate) const fn at(self, offset: usize) -> ParseError {
        ParseError { kind: self, offset }
    }
}

error_texts!([] ParseErrorKind,
    Self::NotAggregated => "no magic of an aggregated record";
    Self::TooShort { len, needed } => "aggregated record of {len} bytes where at least {needed} are needed";
    Self::TooLong => "an aggregated record has less than 4 GiB";
    Self::Digest => "the digest is not that of the message";
    Self::VarintTruncated => "varint is cut off";
    Self::VarintTooLong => "varint has more than 10 bytes";
    Self::VarintOverflow => "varint has more than 64 bits";
    Self::FieldNumber => "field number is not between 1 and 2^29 - 1";
    Self::WireType => "wire type does not exist";
    Self::FixedTruncated => "field of fixed length is cut off";
    Self::LengthPastEnd { length, left } => "length of {} bytes where {left} are left", decimal(*length);
    Self::GroupEndUnmatched => "end of a group that is not open";
    Self::GroupTruncated => "group is not closed";
    Self::GroupTooDeep { limit } => "groups nested more than {limit} deep";
    Self::PartitionKeyIndexMissing => "user record without a partition key index";
    Self::DataMissing => "user record without data";
    Self::TagKeyMissing => "tag without a key";
    Self::PartitionKeyIndex { index, table_len } =>
        "partition key index {} is outside a table of {table_len} keys", decimal(*index);
    Self::ExplicitHashKeyIndex { index, table_len } =>
        "explicit hash key index {} is outside a table of {table_len} keys", decimal(*index);
    Self::KeyTooLong { len, limit } => "key of {len} bytes where at most {limit} are allowed";
    Self::KeyNotUtf8 => "key is not UTF-8";
    Self::TagNotUtf8 => "tag is not UTF-8";
);

/// Formats without the standard library's `{}` of `u64`, which keeps a panic path on targets of 32 bits.
fn decimal(number: u64) -> DecimalString {
    DecimalString::of(u128::from(number))
}

error_texts!([] ParseError, Self { kind, offset } => "{kind} at byte {offset}";);
