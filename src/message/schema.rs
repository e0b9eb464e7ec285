//! The constants of the format (magic, digest, protobuf fields, limits), and its frame.
//!
//! Sources: `aggregation-format.md` and `messages.proto` of the Kinesis Producer Library, and the limits in
//! the Amazon Kinesis Data Streams service's API reference (`PutRecord`).

/// The greatest depth of nested unknown groups. The messages around them count as levels. Google's runtimes
/// have the same bound.
pub const MAX_GROUP_DEPTH: usize = 100;

/// The first four bytes of every aggregated record.
pub const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];

/// The length in bytes of the MD5 digest at the end of every aggregated record. The digest covers the
/// protobuf message only.
pub const DIGEST_LEN: usize = 16;

/// The bytes around the protobuf message: the magic before it and the digest after it.
pub const FRAME_LEN: usize = MAGIC.len() + DIGEST_LEN;

/// The length in bytes of the smallest aggregated record: a frame around a message of one byte.
pub const MIN_LEN: usize = FRAME_LEN + 1;

/// The length in bytes of the smallest aggregated record with a user record: it has a partition key of one
/// byte, whose entry takes 3, and no data, so that its field takes 6.
pub const MIN_USER_RECORD_LEN: usize = FRAME_LEN + 3 + 6;

/// The service's limit on a partition key, in Unicode code points.
pub const MAX_PARTITION_KEY_CHARS: usize = 256;

/// The length in bytes of the longest key that a reader accepts: a partition key of 256 code points of four
/// bytes each.
pub const MAX_KEY_LEN: usize = MAX_PARTITION_KEY_CHARS * 4;

/// The service's default limit on a Kinesis record, in bytes: data and outer partition key together.
pub const DEFAULT_RECORD_LIMIT: usize = 1024 * 1024;

/// The greatest limit on a Kinesis record, in bytes, that a stream can be configured for.
pub const MAX_RECORD_LIMIT: usize = 10 * 1024 * 1024;

/// The size in bytes at which the Kinesis Producer Library closes an aggregate by default.
pub const KPL_SIZE_LIMIT: usize = 51_200;

/// Splits the data of a Kinesis record into the protobuf message and the digest after it.
///
/// Returns `None` if the data cannot be an aggregated record: the magic is missing, there is no byte between
/// magic and digest, or the data has 4 GiB or more. Otherwise the data is an aggregated record only if the
/// digest is the MD5 of the message. [`Decoder`](crate::Decoder) checks that. Use this function to compute
/// many digests at once, or where a hash engine computes them in the background.
///
/// ```
/// use kinesis_agg::{Md5, Md5Engine, schema};
///
/// # let mut aggregator = kinesis_agg::Aggregator::new([0; 64]);
/// # aggregator.add(&kinesis_agg::UserRecord::new("sensor-7", b"21.5"))?;
/// # let sent = aggregator.finish().unwrap();
/// # let data = sent.data;
/// let (message, digest) = schema::unframe(data).unwrap();
/// assert_eq!(Md5.digest(message), *digest);
/// # Ok::<(), kinesis_agg::AddError>(())
/// ```
#[inline(always)]
pub fn unframe(data: &[u8]) -> Option<(&[u8], &[u8; DIGEST_LEN])> {
    let (magic, rest) = data.split_first_chunk()?;
    let (message, digest) = rest.split_last_chunk()?;
    let framed = *magic == MAGIC && !message.is_empty() && u32::try_from(data.len()).is_ok();
    framed.then_some((message, digest))
}

/// The bytes of the longest varint: 64 bits, seven in each byte.
pub(crate) const MAX_VARINT_LEN: usize = 10;

/// The encoding of a field's content, which is in the low bits of its tag.
pub(crate) mod wire_type {
    pub(crate) const VARINT: u32 = 0;
    pub(crate) const FIXED64: u32 = 1;
    pub(crate) const LEN: u32 = 2;
    pub(crate) const GROUP_START: u32 = 3;
    pub(crate) const GROUP_END: u32 = 4;
    pub(crate) const FIXED32: u32 = 5;

    pub(crate) const BITS: u32 = 3;
    pub(crate) const MASK: u32 = 0b111;
}

/// Returns the tag of a varint field.
const fn varint_tag(number: u32) -> u32 {
    number << wire_type::BITS | wire_type::VARINT
}

/// Returns the tag of a length-delimited field.
const fn len_tag(number: u32) -> u32 {
    number << wire_type::BITS | wire_type::LEN
}

pub(crate) mod aggregated_record {
    pub(crate) const PARTITION_KEY_TABLE: u32 = super::len_tag(1);
    pub(crate) const EXPLICIT_HASH_KEY_TABLE: u32 = super::len_tag(2);
    pub(crate) const RECORDS: u32 = super::len_tag(3);
}

pub(crate) mod record {
    pub(crate) const PARTITION_KEY_INDEX: u32 = super::varint_tag(1);
    pub(crate) const EXPLICIT_HASH_KEY_INDEX: u32 = super::varint_tag(2);
    pub(crate) const DATA: u32 = super::len_tag(3);
    pub(crate) const TAGS: u32 = super::len_tag(4);
}

pub(crate) mod tag {
    pub(crate) const KEY: u32 = super::len_tag(1);
    pub(crate) const VALUE: u32 = super::len_tag(2);
}
