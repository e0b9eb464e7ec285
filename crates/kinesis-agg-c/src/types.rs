//! The structs and numbers of the header. Layouts and values are compared with it by `tests::header`.

use core::ffi::{c_char, c_int, c_void};
use core::mem::{offset_of, size_of};
use core::ptr;

use crate::memory::Memory;
use crate::status::numbers;
pub(crate) use crate::status::{Refusal, Status};

/// `kagg_parse_error_kind`.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind(pub u32);

numbers! { Kind, KINDS:
    NONE = 0 "KAGG_PARSE_OK",
    NO_MAGIC = 1 "KAGG_PARSE_NO_MAGIC",
    TOO_SHORT = 2 "KAGG_PARSE_TOO_SHORT",
    TOO_LONG = 3 "KAGG_PARSE_TOO_LONG",
    DIGEST = 4 "KAGG_PARSE_DIGEST",
    VARINT_TRUNCATED = 5 "KAGG_PARSE_VARINT_TRUNCATED",
    VARINT_TOO_LONG = 6 "KAGG_PARSE_VARINT_TOO_LONG",
    VARINT_OVERFLOW = 7 "KAGG_PARSE_VARINT_OVERFLOW",
    FIELD_NUMBER = 8 "KAGG_PARSE_FIELD_NUMBER",
    WIRE_TYPE = 9 "KAGG_PARSE_WIRE_TYPE",
    FIXED_TRUNCATED = 10 "KAGG_PARSE_FIXED_TRUNCATED",
    LENGTH_PAST_END = 11 "KAGG_PARSE_LENGTH_PAST_END",
    GROUP_END_UNMATCHED = 12 "KAGG_PARSE_GROUP_END_UNMATCHED",
    GROUP_TRUNCATED = 13 "KAGG_PARSE_GROUP_TRUNCATED",
    GROUP_TOO_DEEP = 14 "KAGG_PARSE_GROUP_TOO_DEEP",
    PARTITION_KEY_INDEX_MISSING = 15 "KAGG_PARSE_PARTITION_KEY_INDEX_MISSING",
    DATA_MISSING = 16 "KAGG_PARSE_DATA_MISSING",
    TAG_KEY_MISSING = 17 "KAGG_PARSE_TAG_KEY_MISSING",
    PARTITION_KEY_INDEX = 18 "KAGG_PARSE_PARTITION_KEY_INDEX",
    EXPLICIT_HASH_KEY_INDEX = 19 "KAGG_PARSE_EXPLICIT_HASH_KEY_INDEX",
    KEY_TOO_LONG = 20 "KAGG_PARSE_KEY_TOO_LONG",
    KEY_NOT_UTF8 = 21 "KAGG_PARSE_KEY_NOT_UTF8",
    TAG_NOT_UTF8 = 22 "KAGG_PARSE_TAG_NOT_UTF8",
    UNKNOWN = 23 "KAGG_PARSE_UNKNOWN",
}

/// Words of a `kagg_aggregator`.
pub(crate) const AGGREGATOR_WORDS: usize = 22;
/// 64-bit words of a `kagg_reader` on targets of 32 bits ...
pub(crate) const READER_WORDS_32: usize = 28;
/// ... and on others.
pub(crate) const READER_WORDS_64: usize = 288;
/// 64-bit words of a `kagg_reader` here.
pub(crate) const READER_WORDS: usize = if usize::BITS > 32 { READER_WORDS_64 } else { READER_WORDS_32 };

/// `kagg_aggregator`.
#[repr(C)]
#[derive(Debug)]
pub struct Aggregator {
    opaque: [usize; AGGREGATOR_WORDS],
}

/// `kagg_reader`.
#[repr(C)]
#[derive(Debug)]
pub struct Reader {
    opaque: [u64; READER_WORDS],
}

/// `kagg_key_slot`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct KeySlot {
    opaque: [u32; 2],
}

/// `kagg_user_record`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct UserRecord {
    pub(crate) partition_key: *const c_char,
    pub(crate) partition_key_len: usize,
    pub(crate) explicit_hash_key: *const c_char,
    pub(crate) explicit_hash_key_len: usize,
    pub(crate) data: *const c_void,
    pub(crate) data_len: usize,
    pub(crate) sub_sequence_number: u64,
    pub(crate) aggregated: c_int,
}

impl UserRecord {
    /// Partition key, explicit hash key and data.
    pub(crate) fn parts(&self) -> &[Memory; 3] {
        // SAFETY: it begins with three pointers, each with its length behind it.
        unsafe { &*(&raw const *self).cast() }
    }
}

const _: () = {
    assert!(offset_of!(UserRecord, partition_key_len) == size_of::<usize>());
    assert!(offset_of!(UserRecord, explicit_hash_key) == size_of::<Memory>());
    assert!(offset_of!(UserRecord, data) == size_of::<[Memory; 2]>());
    assert!(offset_of!(UserRecord, sub_sequence_number) == size_of::<[Memory; 3]>());
};

/// `kagg_record`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct Record {
    pub(crate) partition_key: *const c_char,
    pub(crate) partition_key_len: usize,
    pub(crate) explicit_hash_key: *const c_char,
    pub(crate) explicit_hash_key_len: usize,
    pub(crate) data: *const c_void,
    pub(crate) data_len: usize,
    pub(crate) user_records: usize,
}

impl Record {
    pub(crate) const EMPTY: Self = Self {
        partition_key: ptr::null(),
        partition_key_len: 0,
        explicit_hash_key: ptr::null(),
        explicit_hash_key_len: 0,
        data: ptr::null(),
        data_len: 0,
        user_records: 0,
    };
}

/// `kagg_parse_error`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    pub(crate) found: u64,
    pub(crate) offset: usize,
    pub(crate) kind: Kind,
    pub(crate) limit: u32,
}

impl ParseError {
    pub(crate) const NONE: Self = Self { found: 0, offset: 0, kind: Kind::NONE, limit: 0 };
}

/// `kagg_hash_key`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashKey {
    pub(crate) high: u64,
    pub(crate) low: u64,
}

/// `kagg_hash_key_range`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashKeyRange {
    pub(crate) start: HashKey,
    pub(crate) end: HashKey,
}

/// `kagg_digest`.
pub type Digest =
    Option<unsafe extern "C" fn(context: *mut c_void, message: *const c_void, len: usize, digest: *mut u8)>;
