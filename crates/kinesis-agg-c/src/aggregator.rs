//! Writing: `kagg_init` to `kagg_replace_buffer`.

use core::ffi::c_void;
use core::mem::{align_of, size_of};
use core::ptr;

use crate::codec::{self, Buffer, Callback, Packer, Slots};
use crate::keys::kagg_md5;
use crate::memory::{Lent, Memory, object};
use crate::types::{Aggregator, Digest, KeySlot, Record, Refusal, Status, UserRecord};

/// What lies in a `kagg_aggregator`.
#[repr(C)]
struct State {
    /// The buffer and the key slots. First, as `Lent` says.
    lent: Lent,
    /// `READY` once the rest is there, but not while a call computes a digest.
    ready: usize,
    packer: Packer,
}

const READY: usize = 0x4b41_4747;

const _: () = assert!(size_of::<State>() <= size_of::<Aggregator>());
const _: () = assert!(align_of::<State>() <= align_of::<Aggregator>());

/// Fails unless it is not NULL, aligned, and `READY`.
///
/// # Safety
/// A pointer that is neither NULL nor misaligned points at a `kagg_aggregator`.
#[inline(never)]
unsafe fn check_ready(aggregator: *const Aggregator) -> Result<(), Refusal> {
    let state = object(aggregator)?.cast::<State>().as_ptr();
    // SAFETY: it is large enough, and any bits are an integer.
    match unsafe { (&raw const (*state).ready).read() } {
        READY => Ok(()),
        _ => Err(Status::NOT_INITIALIZED.into()),
    }
}

/// # Safety
/// As for [`check_ready`].
#[inline(always)]
unsafe fn state(aggregator: *const Aggregator) -> Result<*mut State, Refusal> {
    // SAFETY: the caller's word.
    unsafe { check_ready(aggregator) }.map(|()| aggregator.cast_mut().cast())
}

/// Fails if anything of the user record overlaps what a call may write, or if a key is not UTF-8.
///
/// # Safety
/// What the pointer and those of the record point at is there and does not change during the call.
#[inline(never)]
unsafe fn check_record(lent: *const Lent, record: *const UserRecord) -> Result<(), Refusal> {
    // SAFETY: the caller's word: not NULL, aligned, and written by nobody once it is checked; any bits are
    // integers and raw pointers.
    let parts = unsafe {
        Lent::check_object(lent, record)?;
        (*record).parts()
    };
    for part in parts {
        // SAFETY: the caller's word.
        unsafe { Lent::check(lent, *part, 1)? };
    }
    let [keys @ .., _] = parts;
    // SAFETY: checked; the rest is the caller's word.
    if keys.iter().all(|key| unsafe { key.is_text() }) { Ok(()) } else { Err(Status::NOT_UTF8.into()) }
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_init(
    aggregator: *mut Aggregator,
    buffer: *mut c_void,
    buffer_len: usize,
    slots: *mut KeySlot,
    slot_count: usize,
) -> Status {
    // SAFETY: the same contract.
    unsafe {
        kagg_init_with_digest(
            aggregator,
            buffer,
            buffer_len,
            slots,
            slot_count,
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
pub unsafe extern "C" fn kagg_init_with_digest(
    aggregator: *mut Aggregator,
    buffer: *mut c_void,
    buffer_len: usize,
    slots: *mut KeySlot,
    slot_count: usize,
    digest: Digest,
    context: *mut c_void,
) -> Status {
    let init = || {
        let state = object(aggregator)?.cast::<State>().as_ptr();
        // SAFETY: not NULL, aligned and large enough. Whatever was there is an aggregator no more. The buffer
        // and the slots are checked, and lent until the aggregator is used no more: the contract of the
        // header.
        unsafe {
            (&raw mut (*state).ready).write(0);
            let digest = Callback::new(digest, context)?;
            let lent = &raw mut (*state).lent;
            lent.write(Lent::nothing(size_of::<Aggregator>()));
            let buffer = Memory::new(buffer, buffer_len);
            Lent::check(lent, buffer, 1)?;
            (*lent).parts[0] = buffer;
            // Of a count that is too large, the length becomes one that is too large, too.
            let slots = Memory::new(slots, slot_count.saturating_mul(size_of::<KeySlot>()));
            Lent::check(lent, slots, align_of::<KeySlot>())?;
            (*lent).parts[1] = slots;
            (&raw mut (*state).packer).write(codec::packer(Buffer::new(buffer), Slots::new(slots), digest));
            (&raw mut (*state).ready).write(READY);
        }
        Ok(())
    };
    Status::from(init())
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_set_size_limit(aggregator: *mut Aggregator, bytes: usize) -> Status {
    // SAFETY: the same contract.
    unsafe { limited(aggregator, |packer| codec::limit_size(packer, bytes)) }
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_set_record_limit(aggregator: *mut Aggregator, bytes: usize) -> Status {
    // SAFETY: the same contract.
    unsafe { limited(aggregator, |packer| codec::limit_record(packer, bytes)) }
}

/// # Safety
/// The contract of the header.
unsafe fn limited(aggregator: *mut Aggregator, limit: impl FnOnce(&mut Packer)) -> Status {
    let limited = || {
        // SAFETY: the caller's word.
        let state = unsafe { &mut *state(aggregator)? };
        if codec::count(&state.packer) > 0 {
            return Err(Status::NOT_EMPTY.into());
        }
        limit(&mut state.packer);
        Ok(())
    };
    Status::from(limited())
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_add(aggregator: *mut Aggregator, record: *const UserRecord) -> Status {
    let add = || {
        // SAFETY: the contract of the header.
        unsafe {
            let state = state(aggregator)?;
            check_record(&raw const (*state).lent, record)?;
            codec::add(&mut (*state).packer, &*record)
        }
    };
    Status::from(add())
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_would_fit(aggregator: *const Aggregator, record: *const UserRecord) -> bool {
    let would_fit = || {
        // SAFETY: the contract of the header.
        unsafe {
            let state = state(aggregator)?;
            check_record(&raw const (*state).lent, record)?;
            Ok::<bool, Refusal>(codec::would_fit(&(*state).packer, &*record))
        }
    };
    would_fit().unwrap_or(false)
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_size(aggregator: *const Aggregator) -> usize {
    // SAFETY: the contract of the header.
    unsafe { state(aggregator).map_or(0, |state| codec::size(&(*state).packer)) }
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_count(aggregator: *const Aggregator) -> usize {
    // SAFETY: the contract of the header.
    unsafe { state(aggregator).map_or(0, |state| codec::count(&(*state).packer)) }
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_finish(aggregator: *mut Aggregator, record: *mut Record) -> Status {
    let finish = || {
        // SAFETY: the contract of the header: a `READY` state, and a record apart from all that is referred
        // to here. The digest may be the caller's: if it calls this library again, this aggregator is in use,
        // and no reference to `ready` is alive.
        unsafe {
            let state = state(aggregator)?;
            Lent::check_object(&raw const (*state).lent, record)?;
            (&raw mut (*state).ready).write_volatile(0);
            let found = codec::finish(&mut (*state).packer, (*state).lent.parts[0], &mut *record.cast());
            (&raw mut (*state).ready).write_volatile(READY);
            found
        }
    };
    Status::from(finish())
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_clear(aggregator: *mut Aggregator) -> Status {
    // SAFETY: the contract of the header.
    unsafe { Status::from(state(aggregator).map(|state| codec::clear(&mut (*state).packer))) }
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_replace_buffer(
    aggregator: *mut Aggregator,
    next: *mut c_void,
    next_len: usize,
    record: *mut Record,
) -> Status {
    let replace = || {
        // SAFETY: the contract of the header.
        unsafe {
            let state = state(aggregator)?;
            let next = Memory::new(next, next_len);
            Lent::check(&raw const (*state).lent, next, 1)?;
            Lent::check_object(&Lent { own_len: 0, parts: [next, Memory::EMPTY] }, record)?;
            let status = kagg_finish(aggregator, record);
            if status != Status::OK {
                return Err(status.into());
            }
            // It is sealed, so that no digest is computed.
            codec::replace_buffer(&mut (*state).packer, Buffer::new(next));
            (*state).lent.parts[0] = next;
        }
        Ok(())
    };
    Status::from(replace())
}
