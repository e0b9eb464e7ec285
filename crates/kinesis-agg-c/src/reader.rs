//! Reading: `kagg_parse`, `kagg_deaggregate`, `kagg_next` and `kagg_is_aggregated`.

use core::ffi::{c_char, c_void};
use core::mem::{align_of, size_of};
use core::ptr::{self, NonNull};

use crate::codec::{self, Callback, Unpacker};
use crate::keys::kagg_md5;
use crate::memory::{Memory, object};
use crate::types::{Digest, ParseError, Reader, Refusal, Status, UserRecord};

/// What lies in a `kagg_reader`.
struct State {
    /// `READY` once the rest is there; `REFUSED` if it is there only to say why.
    ready: usize,
    data: Memory,
    /// The partition key of the Kinesis record, as the caller gave it.
    partition_key: Memory,
    unpacker: Unpacker,
}

const READY: usize = 0x4b41_4752;
const REFUSED: usize = 0x4b41_4758;

const _: () = assert!(size_of::<State>() <= size_of::<Reader>());
const _: () = assert!(align_of::<State>() <= align_of::<Reader>());

/// The state in a reader: not NULL, aligned, and `READY`.
///
/// # Safety
/// A pointer that is neither NULL nor misaligned points at a `kagg_reader`.
unsafe fn place(reader: *const Reader) -> Result<NonNull<State>, Refusal> {
    let place: NonNull<State> = object(reader)?.cast();
    // SAFETY: it is large enough, and any bits are an integer.
    match unsafe { (&raw const (*place.as_ptr()).ready).read() } {
        READY => Ok(place),
        _ => Err(Status::NOT_INITIALIZED.into()),
    }
}

/// Reads leniently; with `strict`, data that is no aggregate is a failure.
///
/// # Safety
/// The contract of the header.
unsafe fn open(
    reader: *mut Reader,
    data: Memory,
    partition_key: Memory,
    digest: Result<Callback, Refusal>,
    strict: bool,
) -> Result<(), Refusal> {
    let place = object(reader)?;
    let own = Memory::of(place);
    let state = place.cast::<State>().as_ptr();
    data.check(&[own])?;
    partition_key.check(&[own])?;
    let digest = digest?;
    // SAFETY: not NULL, aligned and large enough; whatever was there is a reader no more. The data is
    // checked, and unchanged for as long as the reader is used: the contract of the header.
    let refused = unsafe {
        (&raw mut (*state).data).write(data);
        (&raw mut (*state).partition_key).write(partition_key);
        (&raw mut (*state).unpacker).write(codec::unpacker(data.bytes(), digest));
        strict && !codec::is_aggregate(&(*state).unpacker)
    };
    // SAFETY: as above; the rest of it is there.
    unsafe { (&raw mut (*state).ready).write(if refused { REFUSED } else { READY }) };
    if refused { Err(Status::NOT_AN_AGGREGATE.into()) } else { Ok(()) }
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_parse(reader: *mut Reader, data: *const c_void, data_len: usize) -> Status {
    // SAFETY: the same contract.
    unsafe { kagg_parse_with_digest(reader, data, data_len, Some(kagg_md5), ptr::null_mut()) }
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
) -> Status {
    let (data, digest) = (Memory::new(data, data_len), Callback::new(digest, context));
    // SAFETY: the same contract.
    Status::from(unsafe { open(reader, data, Memory::EMPTY, digest, true) })
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
) -> Status {
    let (data, digest) = (Memory::new(data, data_len), Callback::new(digest, context));
    let partition_key = Memory::new(partition_key, partition_key_len);
    // SAFETY: the same contract.
    Status::from(unsafe { open(reader, data, partition_key, digest, false) })
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
        Memory::of(out).check(&[Memory::of(place.cast::<Reader>()), state.data])?;
        let record = codec::next(&mut state.unpacker, state.partition_key).ok_or(Status::END)?;
        // SAFETY: not NULL, aligned, and apart from what is referred to.
        unsafe { out.write(record) };
        Ok(())
    };
    Status::from(next())
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_left(reader: *const Reader) -> usize {
    // SAFETY: the contract of the header; a `READY` state was written by `open`.
    unsafe { place(reader) }.map_or(0, |place| codec::left(&unsafe { place.as_ref() }.unpacker))
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_reason(reader: *const Reader, error: *mut ParseError) -> Status {
    let reason = || {
        let (own, out) = (object(reader)?, object(error)?);
        let state = own.cast::<State>().as_ptr();
        // SAFETY: large enough, and any bits are an integer.
        let ready = unsafe { (&raw const (*state).ready).read() };
        if ready != READY && ready != REFUSED {
            return Err(Status::NOT_INITIALIZED.into());
        }
        // SAFETY: it was written by `open`.
        let state = unsafe { &*state };
        Memory::of(out).check(&[Memory::of(own), state.data])?;
        // SAFETY: not NULL, aligned, and apart from what is referred to.
        unsafe { out.write(codec::parse_error(&state.unpacker)) };
        Ok(())
    };
    Status::from(reason())
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
    let data = Memory::new(data, data_len);
    match (data.check(&[]), Callback::new(digest, context)) {
        // SAFETY: checked; the rest is the contract of the header.
        (Ok(()), Ok(digest)) => codec::is_aggregated(unsafe { data.bytes() }, digest),
        _ => false,
    }
}
