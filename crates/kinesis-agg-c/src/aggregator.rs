//! Writing: `kagg_init` to `kagg_replace_buffer`.

use core::ffi::c_void;
use core::mem::{align_of, size_of};
use core::ptr::{self, NonNull};

use crate::codec::{self, Buffer, Callback, Packer, Slots};
use crate::keys::kagg_md5;
use crate::memory::{Memory, object};
use crate::types::{Aggregator, Digest, KeySlot, Record, Status, UserRecord};

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
    /// The memory, if it lies apart from all that a call may write.
    fn apart(&self, memory: Memory) -> Result<Memory, Status> {
        let own = Memory::of(NonNull::from(self).cast::<Aggregator>());
        memory.apart_from(&[own, self.buffer, self.slots])
    }
}

/// The state in an aggregator: not NULL, aligned, and `READY`.
///
/// # Safety
/// A pointer that is neither NULL nor misaligned points at a `kagg_aggregator`.
unsafe fn place(aggregator: *const Aggregator) -> Result<NonNull<State>, Status> {
    let place: NonNull<State> = object(aggregator)?.cast();
    // SAFETY: it is large enough, and any bits are an integer.
    match unsafe { (&raw const (*place.as_ptr()).ready).read() } {
        READY => Ok(place),
        _ => Err(Status::NOT_INITIALIZED),
    }
}

/// # Safety
/// As for [`place`]; and nobody writes it during `'a`.
unsafe fn state<'a>(aggregator: *const Aggregator) -> Result<&'a State, Status> {
    // SAFETY: a `READY` state was written by `kagg_init`.
    unsafe { place(aggregator).map(|place| place.as_ref()) }
}

/// # Safety
/// As for [`place`]; and nobody else uses it during `'a`.
unsafe fn state_mut<'a>(aggregator: *mut Aggregator) -> Result<&'a mut State, Status> {
    // SAFETY: a `READY` state was written by `kagg_init`.
    unsafe { place(aggregator).map(|mut place| place.as_mut()) }
}

/// The parts of a user record, of which none overlaps what a call may write.
///
/// # Safety
/// What the pointer and those of the record point at is there and does not change during `'a`.
unsafe fn checked<'a>(
    record: *const UserRecord,
    state: &State,
) -> Result<(&'a str, Option<&'a str>, &'a [u8]), Status> {
    // SAFETY: not NULL and aligned; any bits are integers and raw pointers.
    let record = unsafe { object(record)?.read() };
    let partition_key = state.apart(Memory::new(record.partition_key, record.partition_key_len)?)?;
    let explicit = state.apart(Memory::new(record.explicit_hash_key, record.explicit_hash_key_len)?)?;
    let data = state.apart(Memory::new(record.data, record.data_len)?)?;
    // SAFETY: the caller's word.
    unsafe {
        let explicit = if record.explicit_hash_key.is_null() { None } else { Some(explicit.text()?) };
        Ok((partition_key.text()?, explicit, data.bytes()))
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
        let buffer = Memory::new(buffer, buffer_len)?.apart_from(&[own])?;
        let slots_len = slot_count.checked_mul(size_of::<KeySlot>()).ok_or(Status::LENGTH)?;
        let slots = Memory::new(slots, slots_len)?.apart_from(&[own, buffer])?;
        if slots_len > 0 && !slots.start().cast::<KeySlot>().is_aligned() {
            return Err(Status::MISALIGNED);
        }
        // SAFETY: checked, aligned; lent until the aggregator is used no more: the contract of the header.
        let key_slots = unsafe { Slots::new(slots) };
        let packer = codec::packer(Buffer(buffer), key_slots, digest);
        // SAFETY: as for `ready`.
        unsafe { place.write(State { ready: READY, buffer, slots, packer }) };
        Ok(())
    };
    init().into()
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_set_size_limit(aggregator: *mut Aggregator, bytes: usize) -> Status {
    // SAFETY: the same contract.
    unsafe { limited(aggregator, |packer| packer.with_size_limit(bytes)) }
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_set_record_limit(aggregator: *mut Aggregator, bytes: usize) -> Status {
    // SAFETY: the same contract.
    unsafe { limited(aggregator, |packer| packer.with_record_limit(bytes)) }
}

/// # Safety
/// The contract of the header.
unsafe fn limited(aggregator: *mut Aggregator, limit: impl FnOnce(Packer) -> Packer) -> Status {
    // SAFETY: the caller's word.
    match unsafe { state_mut(aggregator) } {
        Err(status) => status,
        Ok(state) if !state.packer.is_empty() => Status::NOT_EMPTY,
        Ok(state) => {
            state.packer = limit(state.packer.clone());
            Status::OK
        }
    }
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
        let (partition_key, explicit_hash_key, data) = unsafe { checked(record, state)? };
        let record = codec::user_record(partition_key, explicit_hash_key, data);
        state.packer.add(&record).map_err(codec::add_status)
    };
    add().into()
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
        let (partition_key, explicit_hash_key, data) = unsafe { checked(record, state)? };
        Ok::<bool, Status>(state.packer.would_fit(&codec::user_record(
            partition_key,
            explicit_hash_key,
            data,
        )))
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
    unsafe { state(aggregator) }.map_or(0, |state| state.packer.size())
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_count(aggregator: *const Aggregator) -> usize {
    // SAFETY: the contract of the header.
    unsafe { state(aggregator) }.map_or(0, |state| state.packer.user_record_count())
}

/// Seals what is held and says where it lies. With `next`, the aggregator goes on there.
///
/// # Safety
/// The contract of the header, for each pointer.
unsafe fn finish(
    aggregator: *mut Aggregator,
    record: *mut Record,
    next: Option<(*mut c_void, usize)>,
) -> Result<(), Status> {
    // SAFETY: the caller's word.
    let place = unsafe { place(aggregator)?.as_ptr() };
    let out = object(record)?;
    // SAFETY: a `READY` state; nobody writes it now.
    let buffer = unsafe {
        (*place).apart(Memory::of(out))?;
        (*place).buffer
    };
    let next = match next {
        // SAFETY: as above.
        Some((start, len)) => unsafe {
            Some((*place).apart(Memory::new(start, len)?)?.apart_from(&[Memory::of(out)])?)
        },
        None => None,
    };
    // The digest may be the caller's. If it calls this library again, this aggregator is in use: no reference to `ready`
    // is alive then.
    // SAFETY: as above.
    let sealed = unsafe {
        (&raw mut (*place).ready).write_volatile(0);
        let sealed = codec::finish(&mut (*place).packer, buffer);
        (&raw mut (*place).ready).write_volatile(READY);
        sealed
    };
    // SAFETY: not NULL, aligned, and apart from all that is referred to here.
    unsafe { out.write(sealed.unwrap_or(Record::EMPTY)) };
    if sealed.is_none() {
        return Err(Status::EMPTY);
    }
    if let Some(next) = next {
        // SAFETY: as above. It is sealed, so that no digest is computed.
        let state = unsafe { &mut *place };
        codec::replace_buffer(&mut state.packer, Buffer(next));
        state.buffer = next;
    }
    Ok(())
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_finish(aggregator: *mut Aggregator, record: *mut Record) -> Status {
    // SAFETY: the same contract.
    unsafe { finish(aggregator, record, None) }.into()
}

/// See the header.
///
/// # Safety
/// The contract of the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_clear(aggregator: *mut Aggregator) -> Status {
    let clear = || {
        // SAFETY: the contract of the header.
        unsafe { state_mut(aggregator)? }.packer.clear();
        Ok(())
    };
    clear().into()
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
    // SAFETY: the same contract.
    unsafe { finish(aggregator, record, Some((next, next_len))) }.into()
}
