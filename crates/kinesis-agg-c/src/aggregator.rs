//! Writing: `kagg_init` to `kagg_replace_buffer`.

use core::ffi::c_void;
use core::mem::{align_of, size_of};
use core::ptr;

use crate::codec::{self, Buffer, Callback, Packer, Slots};
use crate::keys::kagg_md5;
use crate::memory::{Head, LocalHead, Memory, Rule, object};
use crate::types::{Aggregator, Digest, KeySlot, Record, Refusal, Status, UserRecord};

/// What lies in a `kagg_aggregator`.
#[repr(C)]
struct State {
    /// The buffer and the key slots. Ready once the rest is there, but not while a call computes a digest.
    head: Head,
    packer: Packer,
}

const _: () = assert!(size_of::<State>() <= size_of::<Aggregator>());
const _: () = assert!(align_of::<State>() <= align_of::<Aggregator>());
const _: () = assert!(align_of::<Record>() <= align_of::<LocalHead>());

const RULE: Rule = Rule::new(size_of::<Aggregator>(), align_of::<Aggregator>());
/// For memory that may lie at any address. The aggregator was checked before.
const BYTES: Rule = Rule::new(size_of::<Aggregator>(), 1);

/// More key slots than this have a length that exceeds the address space.
const MAX_SLOTS: usize = usize::MAX >> 4;

/// Checks the aggregator, and memory that the call uses.
///
/// # Safety
/// A pointer that is neither NULL nor misaligned points at a `kagg_aggregator`.
#[inline(always)]
unsafe fn state(aggregator: *const Aggregator, memory: Memory) -> Result<*mut State, Refusal> {
    // SAFETY: the caller's word.
    unsafe { Head::check(aggregator.cast(), memory, RULE)? };
    Ok(aggregator.cast_mut().cast())
}

/// Checks the aggregator, the user record, and what it points at. Fails if a key is not UTF-8.
///
/// Inlined: a firmware that only adds is smaller by 40 bytes, and `kagg_would_fit` is larger.
///
/// # Safety
/// As for [`state`]. What the record points at is there and does not change during the call.
#[inline(always)]
unsafe fn state_and_record(
    aggregator: *const Aggregator,
    record: *const UserRecord,
) -> Result<*mut State, Refusal> {
    // SAFETY: the caller's word.
    let state = unsafe { state(aggregator, Memory::of(record))? };
    // A user record can have a greater alignment than an aggregator.
    if !record.is_aligned() {
        return Err(Status::MISALIGNED.into());
    }
    // SAFETY: not NULL and aligned, and nobody writes to it; any bits are integers and raw pointers.
    let parts = unsafe { (*record).parts() };
    let [_, _, data] = parts;
    for part in parts {
        if part.len() == 0 {
            continue;
        }
        // SAFETY: the caller's word. The part is checked before it is read.
        unsafe {
            Head::check(aggregator.cast(), *part, BYTES)?;
            if !ptr::eq(part, data) && !part.is_text() {
                return Err(Status::NOT_UTF8.into());
            }
        }
    }
    Ok(state)
}

/// See the header.
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
            let head = &raw mut (*state).head;
            head.write(Head::new(RULE));
            let buffer = Memory::new(buffer, buffer_len);
            let slots = if slot_count == 0 { ptr::dangling_mut() } else { slots };
            let lend = || {
                // First, so that the multiplication below does not overflow.
                if slot_count > MAX_SLOTS {
                    return Err(Status::LENGTH.into());
                }
                Head::check(head, buffer, BYTES)?;
                (*head).lent[0] = buffer;
                let slot_bytes = Memory::new(slots, slot_count.wrapping_mul(size_of::<KeySlot>()));
                Head::check(head, slot_bytes, Rule::new(size_of::<Aggregator>(), align_of::<KeySlot>()))?;
                (*head).lent[1] = slot_bytes;
                let digest = Callback::new(digest, context)?;
                let packer = codec::packer(Buffer::new(buffer), Slots::new(slots, slot_count), digest);
                (&raw mut (*state).packer).write(packer);
                // The codec reads the slots before it clears them: the right bits there would stand for a key
                // that the new aggregate does not have.
                slots.write_bytes(0, slot_count);
                Ok(())
            };
            let lent = lend();
            if lent.is_err() {
                (*head).ready = 0;
            }
            lent
        }
    };
    Status::from(init())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_set_size_limit(aggregator: *mut Aggregator, bytes: usize) -> Status {
    // SAFETY: the same contract.
    unsafe { limited(aggregator, |packer| codec::limit_size(packer, bytes)) }
}

/// See the header.
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
        let state = unsafe { &mut *state(aggregator, Memory::EMPTY)? };
        if codec::count(&state.packer) > 0 {
            return Err(Status::NOT_EMPTY.into());
        }
        limit(&mut state.packer);
        Ok(())
    };
    Status::from(limited())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_add(aggregator: *mut Aggregator, record: *const UserRecord) -> Status {
    let add = || {
        // SAFETY: the contract of the header.
        unsafe {
            let state = state_and_record(aggregator, record)?;
            codec::add(&mut (*state).packer, &*record)
        }
    };
    Status::from(add())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_would_fit(aggregator: *const Aggregator, record: *const UserRecord) -> bool {
    let would_fit = || {
        // SAFETY: the contract of the header.
        unsafe {
            let state = state_and_record(aggregator, record)?;
            Ok::<bool, Refusal>(codec::would_fit(&(*state).packer, &*record))
        }
    };
    would_fit().unwrap_or(false)
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_size(aggregator: *const Aggregator) -> usize {
    // SAFETY: the contract of the header.
    unsafe { state(aggregator, Memory::EMPTY).map_or(0, |state| codec::size(&(*state).packer)) }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_count(aggregator: *const Aggregator) -> usize {
    // SAFETY: the contract of the header.
    unsafe { state(aggregator, Memory::EMPTY).map_or(0, |state| codec::count(&(*state).packer)) }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_finish(aggregator: *mut Aggregator, record: *mut Record) -> Status {
    let finish = || {
        // SAFETY: the contract of the header: a ready state, and a record apart from all that is referred
        // to here. The digest may be the caller's: if it calls this library again, this aggregator is in use,
        // and no reference to `ready` is alive.
        unsafe {
            let state = state(aggregator, Memory::of(record))?;
            let ready = &raw mut (*state).head.ready;
            ready.write_volatile(0);
            let found = codec::finish(&mut (*state).packer, (*state).head.lent[0], &mut *record.cast());
            ready.write_volatile(RULE.ready());
            found
        }
    };
    Status::from(finish())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_clear(aggregator: *mut Aggregator) -> Status {
    // SAFETY: the contract of the header.
    unsafe { Status::from(state(aggregator, Memory::EMPTY).map(|state| codec::clear(&mut (*state).packer))) }
}

/// See the header.
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
            let next = Memory::new(next, next_len);
            let state = state(aggregator, Memory::EMPTY)?;
            Head::check(aggregator.cast(), next, BYTES)?;
            // The record must lie apart from the next buffer, too.
            let alone = Rule::new(0, align_of::<Record>());
            let head = LocalHead(Head { lent: [next, Memory::EMPTY], ..Head::new(alone) });
            Head::check(&head.0, Memory::of(record), alone)?;
            let status = kagg_finish(aggregator, record);
            if status != Status::OK {
                return Err(status.into());
            }
            // It is sealed, so that no digest is computed.
            codec::replace_buffer(&mut (*state).packer, Buffer::new(next));
            (*state).head.lent[0] = next;
        }
        Ok(())
    };
    Status::from(replace())
}
