//! Why bytes are no aggregated record.

use crate::decimal::DecimalString;
use crate::printing::error_texts;

/// Why bytes are no aggregated record, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ParseError {
    kind: ParseErrorKind,
    offset: usize,
}

impl ParseError {
    /// What is wrong.
    pub fn kind(&self) -> ParseErrorKind {
        self.kind
    }

    /// Where: bytes from the first byte of the data, which is that of the magic, to the first byte of the
    /// item at fault.
    pub fn offset(&self) -> usize {
        self.offset
    }
}

/// What is wrong with bytes that are no aggregated record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The data does not begin with the magic: a plain record.
    NotAggregated,
    /// The magic is there, but no message of at least one byte and a digest behind it.
    TooShort {
        /// Length of the data in bytes.
        len: u32,
        /// Length in bytes of the smallest aggregated record.
        needed: u32,
    },
    /// 4 GiB or more: no Kinesis record is.
    TooLong,
    /// The digest is not that of the message.
    Digest,
    /// The message ends inside a varint.
    VarintTruncated,
    /// A varint of more than 10 bytes.
    VarintTooLong,
    /// A varint of more than 64 bits.
    VarintOverflow,
    /// A field number of zero, or one beyond 2^29 - 1.
    FieldNumber,
    /// Wire type 6 or 7: neither exists.
    WireType,
    /// A field of fixed length reaches past the end of its message.
    FixedTruncated,
    /// A length-delimited field reaches past the end of its message.
    LengthPastEnd {
        /// Its length in bytes.
        length: u64,
        /// Bytes that are left.
        left: u32,
    },
    /// The end of a group that is not open.
    GroupEndUnmatched,
    /// The message ends inside a group.
    GroupTruncated,
    /// Groups nested too deep, the messages around them counting as levels.
    GroupTooDeep {
        /// How deep they may nest.
        limit: u32,
    },
    /// A user record without the index of its partition key.
    PartitionKeyIndexMissing,
    /// A user record without data.
    DataMissing,
    /// A tag without its key.
    TagKeyMissing,
    /// A user record names a partition key that the table does not have.
    PartitionKeyIndex {
        /// The index, zero-based.
        index: u64,
        /// Entries in the table.
        table_len: u32,
    },
    /// A user record names an explicit hash key that the table does not have.
    ExplicitHashKeyIndex {
        /// The index, zero-based.
        index: u64,
        /// Entries in the table.
        table_len: u32,
    },
    /// A key longer than any that the service takes.
    KeyTooLong {
        /// Its length in bytes.
        len: u32,
        /// The greatest length in bytes.
        limit: u32,
    },
    /// A key that is not UTF-8.
    KeyNotUtf8,
    /// The key or the value of a tag that is not UTF-8.
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

/// The standard library's `{}` of a `u64` keeps a panic path on targets of 32 bits; this does not.
fn decimal(number: u64) -> DecimalString {
    DecimalString::of(u128::from(number))
}

error_texts!([] ParseError, Self { kind, offset } => "{kind} at byte {offset}";);
