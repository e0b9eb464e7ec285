//! Reading: `kagg_parse`, `kagg_deaggregate`, `kagg_next` and `kagg_is_aggregated`.

use core::ffi::{c_char, c_void};
use core::mem::{align_of, size_of};
use core::ptr::{self, NonNull};

use crate::codec::{self, Callback, Unpacker};
use crate::keys::kagg_md5;
use crate::memory::{Lent, Memory, object};
use crate::types::{Digest, ParseError, Reader, Refusal, Status, UserRecord};

/// What lies in a `kagg_reader`.
#[repr(C)]
struct State {
    /// Data and partition key of the Kinesis record, as the caller gave them. First, as `Lent` says.
    lent: Lent,
    /// `READY` once the rest is there; `REFUSED` if it is there only to say why.
    ready: usize,
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
#[inline(always)]
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
    let state: *mut State = reader.cast();
    // Beside the reader, which changes only once all is checked.
    let mut lent = Lent::nothing(0);
    // SAFETY: the reader is checked last, against what was lent: not NULL, aligned and large enough; whatever
    // was there is a reader no more. The data is checked, and unchanged for as long as the reader is used:
    // the contract of the header.
    let refused = unsafe {
        Lent::check(&lent, data, 1)?;
        Lent::check(&lent, partition_key, 1)?;
        lent.parts = [data, partition_key];
        Lent::check_object(&lent, reader)?;
        let digest = digest?;
        lent.own_len = size_of::<Reader>();
        (&raw mut (*state).lent).write(lent);
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
        // SAFETY: the contract of the header: a `READY` state was written by `open`, and nobody else uses it
        // now. The record is not NULL, aligned, and apart from what is referred to.
        unsafe {
            let state = place(reader)?.as_mut();
            Lent::check_object(&raw const state.lent, record)?;
            record.write(codec::next(&mut state.unpacker, state.lent.parts[1]).ok_or(Status::END)?);
        }
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
        let own = object(reader)?;
        let state = own.cast::<State>().as_ptr();
        // SAFETY: large enough, and any bits are an integer.
        let ready = unsafe { (&raw const (*state).ready).read() };
        if ready != READY && ready != REFUSED {
            return Err(Status::NOT_INITIALIZED.into());
        }
        // SAFETY: it was written by `open`; the error is not NULL, aligned, and apart from what is referred
        // to.
        unsafe {
            Lent::check_object(&raw const (*state).lent, error)?;
            error.write(codec::parse_error(&(*state).unpacker));
        }
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
    match (data.check(), Callback::new(digest, context)) {
        // SAFETY: checked; the rest is the contract of the header.
        (Ok(()), Ok(digest)) => codec::is_aggregated(unsafe { data.bytes() }, digest),
        _ => false,
    }
}
