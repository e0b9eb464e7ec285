//! Reading: `kagg_parse`, `kagg_deaggregate`, `kagg_next` and `kagg_is_aggregated`.

use core::ffi::{c_char, c_int, c_void};
use core::mem::{align_of, size_of};
use core::ptr::{self, NonNull};

use crate::codec::{self, Callback, Unpacker};
use crate::keys::kagg_md5;
use crate::memory::{Memory, object};
use crate::types::{Digest, ParseError, Reader, Status, UserRecord};

/// What lies in a `kagg_reader`.
struct State {
    /// `READY` once the rest is there.
    ready: usize,
    data: Memory,
    /// The partition key of the Kinesis record, as the caller gave it.
    partition_key: *const c_char,
    partition_key_len: usize,
    unpacker: Unpacker,
}

const READY: usize = 0x4b41_4752;

const _: () = assert!(size_of::<State>() <= size_of::<Reader>());
const _: () = assert!(align_of::<State>() <= align_of::<Reader>());

/// The state in a reader: not NULL, aligned, and `READY`.
///
/// # Safety
/// A pointer that is neither NULL nor misaligned points at a `kagg_reader`.
unsafe fn place(reader: *const Reader) -> Result<NonNull<State>, Status> {
    let place: NonNull<State> = object(reader)?.cast();
    // SAFETY: it is large enough, and any bits are an integer.
    match unsafe { (&raw const (*place.as_ptr()).ready).read() } {
        READY => Ok(place),
        _ => Err(Status::NOT_INITIALIZED),
    }
}

/// What there is to be read.
struct Input {
    data: *const c_void,
    data_len: usize,
    partition_key: *const c_char,
    partition_key_len: usize,
}

/// Reads leniently and says why the data is no aggregate; with `strict` that is a failure, too.
///
/// # Safety
/// The contract of the header.
unsafe fn open(
    reader: *mut Reader,
    input: Input,
    digest: Digest,
    context: *mut c_void,
    error: *mut ParseError,
    strict: bool,
) -> Result<(), Status> {
    let place = object(reader)?;
    let own = Memory::of(place);
    let place: NonNull<State> = place.cast();
    let Input { data, data_len, partition_key, partition_key_len } = input;
    let data = Memory::new(data, data_len)?.apart_from(&[own])?;
    Memory::new(partition_key, partition_key_len)?.apart_from(&[own])?;
    let out = if error.is_null() { None } else { Some(object(error)?) };
    if let Some(out) = out {
        Memory::of(out).apart_from(&[own, data])?;
    }
    // SAFETY: not NULL, aligned and large enough. Whatever was there is a reader no more.
    unsafe { (&raw mut (*place.as_ptr()).ready).write(0) };
    let digest = Callback::new(digest, context)?;
    // SAFETY: checked; unchanged for as long as the reader is used: the contract of the header.
    let unpacker = codec::unpacker(unsafe { data.bytes() }, digest);
    let reason = codec::parse_error(&unpacker);
    if let Some(out) = out {
        // SAFETY: not NULL, aligned, and apart from what is referred to.
        unsafe { out.write(reason.unwrap_or(ParseError::NONE)) };
    }
    if strict && reason.is_some() {
        return Err(Status::NOT_AN_AGGREGATE);
    }
    // SAFETY: as for `ready`.
    unsafe { place.write(State { ready: READY, data, partition_key, partition_key_len, unpacker }) };
    Ok(())
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_parse(
    reader: *mut Reader,
    data: *const c_void,
    data_len: usize,
    error: *mut ParseError,
) -> Status {
    // SAFETY: the same contract.
    unsafe { kagg_parse_with_digest(reader, data, data_len, Some(kagg_md5), ptr::null_mut(), error) }
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_parse_with_digest(
    reader: *mut Reader,
    data: *const c_void,
    data_len: usize,
    digest: Digest,
    context: *mut c_void,
    error: *mut ParseError,
) -> Status {
    let input = Input { data, data_len, partition_key: ptr::null(), partition_key_len: 0 };
    // SAFETY: the same contract.
    unsafe { open(reader, input, digest, context, error, true) }.into()
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_deaggregate(
    reader: *mut Reader,
    partition_key: *const c_char,
    partition_key_len: usize,
    data: *const c_void,
    data_len: usize,
    reason: *mut ParseError,
) -> Status {
    // SAFETY: the same contract.
    unsafe {
        kagg_deaggregate_with_digest(
            reader,
            partition_key,
            partition_key_len,
            data,
            data_len,
            Some(kagg_md5),
            ptr::null_mut(),
            reason,
        )
    }
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_deaggregate_with_digest(
    reader: *mut Reader,
    partition_key: *const c_char,
    partition_key_len: usize,
    data: *const c_void,
    data_len: usize,
    digest: Digest,
    context: *mut c_void,
    reason: *mut ParseError,
) -> Status {
    let input = Input { data, data_len, partition_key, partition_key_len };
    // SAFETY: the same contract.
    unsafe { open(reader, input, digest, context, reason, false) }.into()
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_next(reader: *mut Reader, record: *mut UserRecord) -> Status {
    let next = || {
        // SAFETY: the contract of the header.
        let mut place = unsafe { place(reader)? };
        // SAFETY: a `READY` state was written by `open`, and nobody else uses it now.
        let state = unsafe { place.as_mut() };
        let out = object(record)?;
        Memory::of(out).apart_from(&[Memory::of(place.cast::<Reader>()), state.data])?;
        let Some(found) = state.unpacker.next() else { return Err(Status::END) };
        let (partition_key, partition_key_len) = match found.aggregated {
            true => (found.partition_key.as_ptr().cast(), found.partition_key.len()),
            false => (state.partition_key, state.partition_key_len),
        };
        let record = UserRecord {
            partition_key,
            partition_key_len,
            explicit_hash_key: found.explicit_hash_key.map_or(ptr::null(), |key| key.as_ptr().cast()),
            explicit_hash_key_len: found.explicit_hash_key.map_or(0, str::len),
            data: found.data.as_ptr().cast(),
            data_len: found.data.len(),
            sub_sequence_number: found.sub_sequence_number,
            aggregated: c_int::from(found.aggregated),
        };
        // SAFETY: not NULL, aligned, and apart from what is referred to.
        unsafe { out.write(record) };
        Ok(())
    };
    next().into()
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_left(reader: *const Reader) -> usize {
    // SAFETY: the contract of the header; a `READY` state was written by `open`.
    unsafe { place(reader) }.map_or(0, |place| unsafe { place.as_ref() }.unpacker.len())
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_is_aggregated(data: *const c_void, data_len: usize) -> bool {
    // SAFETY: the same contract.
    unsafe { kagg_is_aggregated_with_digest(data, data_len, Some(kagg_md5), ptr::null_mut()) }
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_is_aggregated_with_digest(
    data: *const c_void,
    data_len: usize,
    digest: Digest,
    context: *mut c_void,
) -> bool {
    match (Memory::new(data, data_len), Callback::new(digest, context)) {
        // SAFETY: checked; the rest is the contract of the header.
        (Ok(data), Ok(digest)) => codec::is_aggregated(unsafe { data.bytes() }, digest),
        _ => false,
    }
}
