//! Everything that calls the codec: the two states that lie in the caller's memory, and conversions.

use core::ffi::{c_int, c_void};
use core::mem::{MaybeUninit, align_of, size_of};
use core::ptr::{self, NonNull};

use codec::{
    AddError, Decoder, HashKey, HashKeyRange, KeyError, KeySlot, Md5Engine, ParseErrorKind, UserRecord,
    UserRecords,
};

use crate::memory::Memory;
use crate::types::{self, Kind, Record, Refusal, Status};

// ---- memory and digests that C lends

/// The buffer of an aggregator.
#[derive(Clone, Copy)]
pub(crate) struct Buffer(NonNull<[u8]>);

impl Buffer {
    /// # Safety
    /// The memory was checked, and is lent to `kagg_init` or `kagg_replace_buffer` for as long as the
    /// aggregator uses it. Nobody reads or writes it during a call; inputs and outputs of a call lie apart
    /// from it.
    pub(crate) unsafe fn new(memory: Memory) -> Self {
        // It is NULL only if it has no bytes. `Memory::slice` looks at the length instead. Here that makes an
        // image larger. There this comparison makes an image for a Cortex-M0 larger.
        let start = NonNull::new(memory.start()).unwrap_or(NonNull::dangling());
        Self(NonNull::slice_from_raw_parts(start, memory.len()))
    }
}

impl AsRef<[u8]> for Buffer {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: the word of `new`.
        unsafe { self.0.as_ref() }
    }
}

impl AsMut<[u8]> for Buffer {
    fn as_mut(&mut self) -> &mut [u8] {
        // SAFETY: the word of `new`.
        unsafe { self.0.as_mut() }
    }
}

/// The key slots of an aggregator.
#[derive(Clone, Copy)]
pub(crate) struct Slots(NonNull<[KeySlot]>);

// What C calls a key slot is one.
const _: () = assert!(size_of::<types::KeySlot>() == size_of::<KeySlot>());
const _: () = assert!(align_of::<types::KeySlot>() == align_of::<KeySlot>());

impl Slots {
    /// # Safety
    /// As for [`Buffer::new`]; and the memory is aligned for a key slot, also if there is none. Any bits
    /// are a key slot, which is two integers; all must be zero before the codec uses them.
    pub(crate) unsafe fn new(start: *mut types::KeySlot, count: usize) -> Self {
        // SAFETY: checked.
        Self(unsafe { NonNull::slice_from_raw_parts(NonNull::new_unchecked(start.cast()), count) })
    }
}

impl AsRef<[KeySlot]> for Slots {
    fn as_ref(&self) -> &[KeySlot] {
        // SAFETY: the word of `new`.
        unsafe { self.0.as_ref() }
    }
}

impl AsMut<[KeySlot]> for Slots {
    fn as_mut(&mut self) -> &mut [KeySlot] {
        // SAFETY: the word of `new`.
        unsafe { self.0.as_mut() }
    }
}

/// An MD5 of the caller's.
#[derive(Clone, Copy)]
pub(crate) struct Callback {
    function: unsafe extern "C" fn(*mut c_void, *const c_void, usize, *mut u8),
    context: *mut c_void,
}

impl Callback {
    pub(crate) fn new(function: types::Digest, context: *mut c_void) -> Result<Self, Refusal> {
        function.map(|function| Self { function, context }).ok_or(Status::NULL.into())
    }
}

impl Md5Engine for Callback {
    fn digest(&mut self, message: &[u8]) -> [u8; 16] {
        let mut digest = [0; 16];
        // SAFETY: the function reads as many bytes and writes 16: the contract of `kagg_digest`.
        unsafe { (self.function)(self.context, message.as_ptr().cast(), message.len(), digest.as_mut_ptr()) };
        digest
    }
}

/// The MD5 in software.
pub(crate) fn md5(message: &[u8]) -> [u8; 16] {
    codec::Md5.digest(message)
}

// ---- writing

pub(crate) type Packer = codec::Aggregator<Buffer, Slots, Callback>;

pub(crate) fn packer(buffer: Buffer, slots: Slots, digest: Callback) -> Packer {
    Packer::new_with(buffer, slots, digest)
}

pub(crate) fn limit_size(packer: &mut Packer, bytes: usize) {
    *packer = packer.clone().with_size_limit(bytes);
}

pub(crate) fn limit_record(packer: &mut Packer, bytes: usize) {
    *packer = packer.clone().with_record_limit(bytes);
}

pub(crate) fn size(packer: &Packer) -> usize {
    packer.size()
}

pub(crate) fn count(packer: &Packer) -> usize {
    packer.user_record_count()
}

pub(crate) fn clear(packer: &mut Packer) {
    packer.clear();
}

/// The codec's own view of a user record. Inlined, so that the compiler sees that there are no tags.
///
/// # Safety
/// What the record points at was checked, and its keys are UTF-8.
#[inline(always)]
unsafe fn user_record(record: &types::UserRecord) -> UserRecord<'_> {
    let [partition_key, explicit_hash_key, data] = record.parts();
    // SAFETY: the caller's word.
    unsafe {
        UserRecord::new(partition_key.known_text(), data.bytes())
            .with_explicit_hash_key(explicit_hash_key.known_text_or_none())
    }
}

/// # Safety
/// As for [`user_record`].
#[inline(always)]
pub(crate) unsafe fn would_fit(packer: &Packer, record: &types::UserRecord) -> bool {
    // SAFETY: the caller's word.
    packer.would_fit(&unsafe { user_record(record) })
}

/// # Safety
/// As for [`user_record`].
#[inline(always)]
pub(crate) unsafe fn add(packer: &mut Packer, record: &types::UserRecord) -> Result<(), Refusal> {
    // SAFETY: the caller's word.
    packer.add(&unsafe { user_record(record) }).map_err(add_refusal)
}

fn add_refusal(error: AddError) -> Refusal {
    // Statuses in the order of the codec's variants: an addition in place of a table.
    let status = match error {
        AddError::Full => Status::FULL,
        AddError::TooLarge { .. } => Status::TOO_LARGE,
        AddError::BufferTooSmall { .. } => Status::BUFFER_TOO_SMALL,
        AddError::Key(_) => Status::PARTITION_KEY,
        _ => Status::OTHER,
    };
    if error == AddError::Key(KeyError::ExplicitHashKey) { Status::EXPLICIT_HASH_KEY } else { status }.into()
}

/// Seals what is held. Pointers of the record are the caller's own, into `buffer`; all zero if nothing is
/// held.
#[inline(always)]
pub(crate) fn finish(
    packer: &mut Packer,
    buffer: Memory,
    record: &mut MaybeUninit<Record>,
) -> Result<(), Refusal> {
    let record = record.write(Record::EMPTY);
    let sealed = packer.finish().ok_or(Status::EMPTY)?;
    // As derived from the pointer that the caller gave: valid whatever the library does with the buffer
    // later.
    let place = |bytes: &[u8]| buffer.start().with_addr(bytes.as_ptr().addr()).cast_const();
    record.partition_key = place(sealed.partition_key.as_bytes()).cast();
    record.partition_key_len = sealed.partition_key.len();
    record.data = place(sealed.data).cast();
    record.data_len = sealed.data.len();
    record.user_records = sealed.user_records;
    if let Some(key) = sealed.explicit_hash_key {
        record.explicit_hash_key = place(key.as_bytes()).cast();
        record.explicit_hash_key_len = key.len();
    }
    Ok(())
}

/// Goes on in another buffer. What is sealed in the old one stays there.
pub(crate) fn replace_buffer(packer: &mut Packer, next: Buffer) {
    *packer = packer.clone().with_buffer(next);
}

// ---- reading

pub(crate) type Unpacker = UserRecords<'static>;

/// Reads the data of a Kinesis record leniently. A plain one comes out with an empty partition key.
pub(crate) fn unpacker(data: &'static [u8], digest: Callback) -> Unpacker {
    Decoder::new().with_engine(digest).deaggregate("", data)
}

pub(crate) fn is_aggregate(unpacker: &Unpacker) -> bool {
    unpacker.is_aggregated()
}

pub(crate) fn left(unpacker: &Unpacker) -> usize {
    unpacker.len()
}

/// The next user record; a plain one has this partition key.
#[inline(always)]
pub(crate) fn next(unpacker: &mut Unpacker, partition_key: Memory) -> Option<types::UserRecord> {
    let found = unpacker.next()?;
    let mut record = types::UserRecord {
        partition_key: partition_key.start().cast(),
        partition_key_len: partition_key.len(),
        explicit_hash_key: ptr::null(),
        explicit_hash_key_len: 0,
        data: found.data.as_ptr().cast(),
        data_len: found.data.len(),
        sub_sequence_number: found.sub_sequence_number,
        aggregated: c_int::from(found.aggregated),
    };
    if found.aggregated {
        record.partition_key = found.partition_key.as_ptr().cast();
        record.partition_key_len = found.partition_key.len();
    }
    if let Some(key) = found.explicit_hash_key {
        record.explicit_hash_key = key.as_ptr().cast();
        record.explicit_hash_key_len = key.len();
    }
    Some(record)
}

pub(crate) fn is_aggregated(data: &[u8], digest: Callback) -> bool {
    Decoder::new().with_engine(digest).is_aggregated(data)
}

/// Why the data is no aggregate.
pub(crate) fn parse_error(unpacker: &Unpacker) -> types::ParseError {
    let Some(error) = unpacker.error() else { return types::ParseError::NONE };
    let (found, limit) = match error.kind() {
        ParseErrorKind::TooShort { len, needed: limit } | ParseErrorKind::KeyTooLong { len, limit } => {
            (u64::from(len), limit)
        }
        ParseErrorKind::LengthPastEnd { length: found, left: limit }
        | ParseErrorKind::PartitionKeyIndex { index: found, table_len: limit }
        | ParseErrorKind::ExplicitHashKeyIndex { index: found, table_len: limit } => (found, limit),
        ParseErrorKind::GroupTooDeep { limit } => (0, limit),
        _ => (0, 0),
    };
    let kind = match error.kind() {
        ParseErrorKind::NotAggregated => Kind::NO_MAGIC,
        ParseErrorKind::TooShort { .. } => Kind::TOO_SHORT,
        ParseErrorKind::TooLong => Kind::TOO_LONG,
        ParseErrorKind::Digest => Kind::DIGEST,
        ParseErrorKind::VarintTruncated => Kind::VARINT_TRUNCATED,
        ParseErrorKind::VarintTooLong => Kind::VARINT_TOO_LONG,
        ParseErrorKind::VarintOverflow => Kind::VARINT_OVERFLOW,
        ParseErrorKind::FieldNumber => Kind::FIELD_NUMBER,
        ParseErrorKind::WireType => Kind::WIRE_TYPE,
        ParseErrorKind::FixedTruncated => Kind::FIXED_TRUNCATED,
        ParseErrorKind::LengthPastEnd { .. } => Kind::LENGTH_PAST_END,
        ParseErrorKind::GroupEndUnmatched => Kind::GROUP_END_UNMATCHED,
        ParseErrorKind::GroupTruncated => Kind::GROUP_TRUNCATED,
        ParseErrorKind::GroupTooDeep { .. } => Kind::GROUP_TOO_DEEP,
        ParseErrorKind::PartitionKeyIndexMissing => Kind::PARTITION_KEY_INDEX_MISSING,
        ParseErrorKind::DataMissing => Kind::DATA_MISSING,
        ParseErrorKind::TagKeyMissing => Kind::TAG_KEY_MISSING,
        ParseErrorKind::PartitionKeyIndex { .. } => Kind::PARTITION_KEY_INDEX,
        ParseErrorKind::ExplicitHashKeyIndex { .. } => Kind::EXPLICIT_HASH_KEY_INDEX,
        ParseErrorKind::KeyTooLong { .. } => Kind::KEY_TOO_LONG,
        ParseErrorKind::KeyNotUtf8 => Kind::KEY_NOT_UTF8,
        ParseErrorKind::TagNotUtf8 => Kind::TAG_NOT_UTF8,
        _ => Kind::UNKNOWN,
    };
    types::ParseError { found, offset: error.offset(), kind, limit }
}

/// The codec's own kind again, for its text; `None` for numbers that are none.
pub(crate) fn parse_error_kind(error: &types::ParseError) -> Option<ParseErrorKind> {
    let types::ParseError { found, limit, .. } = *error;
    let short = || u32::try_from(found).unwrap_or(u32::MAX);
    Some(match error.kind {
        Kind::NO_MAGIC => ParseErrorKind::NotAggregated,
        Kind::TOO_SHORT => ParseErrorKind::TooShort { len: short(), needed: limit },
        Kind::TOO_LONG => ParseErrorKind::TooLong,
        Kind::DIGEST => ParseErrorKind::Digest,
        Kind::VARINT_TRUNCATED => ParseErrorKind::VarintTruncated,
        Kind::VARINT_TOO_LONG => ParseErrorKind::VarintTooLong,
        Kind::VARINT_OVERFLOW => ParseErrorKind::VarintOverflow,
        Kind::FIELD_NUMBER => ParseErrorKind::FieldNumber,
        Kind::WIRE_TYPE => ParseErrorKind::WireType,
        Kind::FIXED_TRUNCATED => ParseErrorKind::FixedTruncated,
        Kind::LENGTH_PAST_END => ParseErrorKind::LengthPastEnd { length: found, left: limit },
        Kind::GROUP_END_UNMATCHED => ParseErrorKind::GroupEndUnmatched,
        Kind::GROUP_TRUNCATED => ParseErrorKind::GroupTruncated,
        Kind::GROUP_TOO_DEEP => ParseErrorKind::GroupTooDeep { limit },
        Kind::PARTITION_KEY_INDEX_MISSING => ParseErrorKind::PartitionKeyIndexMissing,
        Kind::DATA_MISSING => ParseErrorKind::DataMissing,
        Kind::TAG_KEY_MISSING => ParseErrorKind::TagKeyMissing,
        Kind::PARTITION_KEY_INDEX => ParseErrorKind::PartitionKeyIndex { index: found, table_len: limit },
        Kind::EXPLICIT_HASH_KEY_INDEX => {
            ParseErrorKind::ExplicitHashKeyIndex { index: found, table_len: limit }
        }
        Kind::KEY_TOO_LONG => ParseErrorKind::KeyTooLong { len: short(), limit },
        Kind::KEY_NOT_UTF8 => ParseErrorKind::KeyNotUtf8,
        Kind::TAG_NOT_UTF8 => ParseErrorKind::TagNotUtf8,
        _ => return None,
    })
}

// ---- keys

impl From<HashKey> for types::HashKey {
    fn from(hash_key: HashKey) -> Self {
        let low = |number: u128| u64::try_from(number & u128::from(u64::MAX)).unwrap_or_default();
        let number = hash_key.to_u128();
        Self { high: low(number >> u64::BITS), low: low(number) }
    }
}

impl From<types::HashKey> for HashKey {
    fn from(hash_key: types::HashKey) -> Self {
        Self::from_u128(u128::from(hash_key.high) << u64::BITS | u128::from(hash_key.low))
    }
}

impl From<HashKeyRange> for types::HashKeyRange {
    fn from(range: HashKeyRange) -> Self {
        Self { start: range.start.into(), end: range.end.into() }
    }
}

pub(crate) fn hash_key_of(partition_key: &str, digest: Callback) -> types::HashKey {
    HashKey::of_partition_key_with(partition_key, digest).into()
}

pub(crate) fn parse_hash_key(decimal: &str) -> Option<types::HashKey> {
    decimal.parse().ok().map(|hash_key: HashKey| hash_key.into())
}

pub(crate) fn range_contains(range: &types::HashKeyRange, hash_key: types::HashKey) -> bool {
    HashKeyRange::new(range.start.into(), range.end.into()).contains(hash_key.into())
}

pub(crate) fn even_split(index: usize, shards: usize) -> Option<types::HashKeyRange> {
    HashKeyRange::of_even_split(index, shards).map(Into::into)
}

/// Hands over its decimal digits.
pub(crate) fn with_decimal<T>(hash_key: types::HashKey, look: impl FnOnce(&str) -> T) -> T {
    look(HashKey::from(hash_key).to_decimal().as_str())
}
