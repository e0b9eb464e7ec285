//! Writing: `kagg_init` to `kagg_replace_buffer`.

use core::ffi::c_void;
use core::mem::{align_of, size_of};
use core::ptr::{self, NonNull};

use crate::codec::{self, Buffer, Callback, Packer, Parts, Slots};
use crate::keys::kagg_md5;
use crate::memory::{Memory, object};
use crate::types::{Aggregator, Digest, KeySlot, Record, Refusal, Status, UserRecord};

/// What lies in a `kagg_aggregator`.
struct State {
    /// `READY` once the rest is there, but not while a call computes a digest.
    ready: usize,
    buffer: Memory,
    slots: Memory,
    packer: Packer,
}

const READY: usize = 0x4b41_4747;

const _: () = assert!(size_of::<State>() <= size_of::<Aggregator>());
const _: () = assert!(align_of::<State>() <= align_of::<Aggregator>());

impl State {
    /// Memory of the caller, if it lies apart from all that a call may write.
    #[inline(never)]
    fn check(&self, start: *const c_void, len: usize) -> Result<(), Refusal> {
        let own = Memory::of(NonNull::from(self).cast::<Aggregator>());
        Memory::new(start, len).check(&[own, self.buffer, self.slots])
    }
}

/// The state in an aggregator: not NULL, aligned, and `READY`.
///
/// # Safety
/// A pointer that is neither NULL nor misaligned points at a `kagg_aggregator`.
#[inline(never)]
unsafe fn place(aggregator: *const Aggregator) -> Result<NonNull<State>, Refusal> {
    let place: NonNull<State> = object(aggregator)?.cast();
    // SAFETY: it is large enough, and any bits are an integer.
    match unsafe { (&raw const (*place.as_ptr()).ready).read() } {
        READY => Ok(place),
        _ => Err(Status::NOT_INITIALIZED.into()),
    }
}

/// # Safety
/// As for [`place`]; and nobody writes it during `'a`.
unsafe fn state<'a>(aggregator: *const Aggregator) -> Result<&'a State, Refusal> {
    // SAFETY: a `READY` state was written by `kagg_init`.
    unsafe { place(aggregator).map(|place| place.as_ref()) }
}

/// # Safety
/// As for [`place`]; and nobody else uses it during `'a`.
unsafe fn state_mut<'a>(aggregator: *mut Aggregator) -> Result<&'a mut State, Refusal> {
    // SAFETY: a `READY` state was written by `kagg_init`.
    unsafe { place(aggregator).map(|mut place| place.as_mut()) }
}

/// The user record, if nothing of it overlaps what a call may write.
///
/// # Safety
/// What the pointer and those of the record point at is there and does not change during `'a`.
#[inline(never)]
unsafe fn checked<'a>(record: *const UserRecord, state: &State) -> Result<Parts<'a>, Refusal> {
    let record = object(record)?;
    state.check(record.as_ptr().cast(), size_of::<UserRecord>())?;
    // SAFETY: not NULL, aligned, and written by nobody; any bits are integers and raw pointers.
    let record = unsafe { record.as_ref() };
    let parts = [
        (record.partition_key.cast(), record.partition_key_len),
        (record.explicit_hash_key.cast(), record.explicit_hash_key_len),
        (record.data, record.data_len),
    ];
    for (start, len) in parts {
        state.check(start, len)?;
    }
    let [partition_key, explicit_hash_key, data] = parts.map(|(start, len)| Memory::new(start, len));
    // SAFETY: checked; the rest is the caller's word.
    unsafe {
        let explicit_hash_key = match explicit_hash_key.start().is_null() {
            true => None,
            false => Some(explicit_hash_key.text()?),
        };
        Ok((partition_key.text()?, explicit_hash_key, data.bytes()))
    }
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
        let place = object(aggregator)?;
        let own = Memory::of(place);
        let place: NonNull<State> = place.cast();
        // SAFETY: not NULL, aligned and large enough. Whatever was there is an aggregator no more.
        unsafe { (&raw mut (*place.as_ptr()).ready).write(0) };
        let digest = Callback::new(digest, context)?;
        let buffer = Memory::new(buffer, buffer_len);
        buffer.check(&[own])?;
        // Of a count that is too large, the length becomes one that is too large, too.
        let slots = Memory::new(slots, slot_count.saturating_mul(size_of::<KeySlot>()));
        slots.check(&[own, buffer])?;
        if slots.len() > 0 && !slots.start().cast::<KeySlot>().is_aligned() {
            return Err(Status::MISALIGNED.into());
        }
        // SAFETY: checked, aligned; lent until the aggregator is used no more: the contract of the header.
        let key_slots = unsafe { Slots::new(slots) };
        let packer = codec::packer(Buffer(buffer), key_slots, digest);
        // SAFETY: as for `ready`.
        unsafe { place.write(State { ready: READY, buffer, slots, packer }) };
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
        let state = unsafe { state_mut(aggregator)? };
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
        let state = unsafe { state_mut(aggregator)? };
        // SAFETY: as above.
        let parts = unsafe { checked(record, state)? };
        codec::add(&mut state.packer, parts)
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
        let state = unsafe { state(aggregator)? };
        // SAFETY: as above.
        let parts = unsafe { checked(record, state)? };
        Ok::<bool, Refusal>(codec::would_fit(&state.packer, parts))
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
    unsafe { state(aggregator) }.map_or(0, |state| codec::size(&state.packer))
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_count(aggregator: *const Aggregator) -> usize {
    // SAFETY: the contract of the header.
    unsafe { state(aggregator) }.map_or(0, |state| codec::count(&state.packer))
}

/// Seals what is held and says where it lies.
///
/// # Safety
/// The contract of the header.
unsafe fn finish(aggregator: *mut Aggregator, record: *mut Record) -> Result<NonNull<State>, Refusal> {
    // SAFETY: the caller's word.
    let place = unsafe { place(aggregator)? };
    let state = place.as_ptr();
    let out = object(record)?;
    // SAFETY: a `READY` state; nobody writes it now. The digest may be the caller's: if it calls this library
    // again, this aggregator is in use, and no reference to `ready` is alive.
    let sealed = unsafe {
        (*state).check(record.cast(), size_of::<Record>())?;
        let buffer = (*state).buffer;
        (&raw mut (*state).ready).write_volatile(0);
        let sealed = codec::finish(&mut (*state).packer, buffer);
        (&raw mut (*state).ready).write_volatile(READY);
        sealed
    };
    // SAFETY: not NULL, aligned, and apart from all that is referred to here.
    unsafe { out.write(sealed) };
    if sealed.user_records == 0 { Err(Status::EMPTY.into()) } else { Ok(place) }
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_finish(aggregator: *mut Aggregator, record: *mut Record) -> Status {
    // SAFETY: the same contract.
    Status::from(unsafe { finish(aggregator, record) }.map(|_| ()))
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_clear(aggregator: *mut Aggregator) -> Status {
    // SAFETY: the contract of the header.
    Status::from(unsafe { state_mut(aggregator) }.map(|state| codec::clear(&mut state.packer)))
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
        unsafe { state(aggregator)? }.check(next, next_len)?;
        let next = Memory::new(next, next_len);
        next.check(&[Memory::of(object(record)?)])?;
        // SAFETY: as above.
        let state = unsafe { finish(aggregator, record)?.as_mut() };
        // It is sealed, so that no digest is computed.
        codec::replace_buffer(&mut state.packer, Buffer(next));
        state.buffer = next;
        Ok(())
    };
    Status::from(replace())
}
