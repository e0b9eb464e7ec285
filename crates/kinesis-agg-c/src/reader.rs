//! Reading: `kagg_parse`, `kagg_deaggregate`, `kagg_next` and `kagg_is_aggregated`.

use core::ffi::{c_char, c_void};
use core::mem::{align_of, size_of};
use core::ptr;

use crate::codec::{self, Callback, Unpacker};
use crate::keys::kagg_md5;
use crate::memory::{Head, LocalHead, Memory, Rule, object};
use crate::types::{Digest, ParseError, Reader, Refusal, Status, UserRecord};

/// What lies in a `kagg_reader`.
#[repr(C)]
struct State {
    /// Data and partition key of the Kinesis record, as the caller gave them.
    head: Head,
    unpacker: Unpacker,
}

const _: () = assert!(size_of::<State>() <= size_of::<Reader>());
const _: () = assert!(align_of::<State>() <= align_of::<Reader>());
const _: () = assert!(align_of::<Reader>() <= align_of::<LocalHead>());

const RULE: Rule = Rule::new(size_of::<Reader>(), align_of::<Reader>());
/// In place of "ready": `kagg_parse` has refused the data, and the unpacker only says why.
const REFUSED: usize = !RULE.ready();

// One rule is for the reader and for the structs that are written.
const _: () = assert!(align_of::<UserRecord>() == align_of::<Reader>());
const _: () = assert!(align_of::<ParseError>() == align_of::<Reader>());

/// Checks the reader, and memory that the call uses.
///
/// # Safety
/// A pointer that is neither NULL nor misaligned points at a `kagg_reader`.
#[inline(always)]
unsafe fn state(reader: *const Reader, memory: Memory) -> Result<*mut State, Refusal> {
    // SAFETY: the caller's word.
    unsafe { Head::check(reader.cast(), memory, RULE)? };
    Ok(reader.cast_mut().cast())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_parse(reader: *mut Reader, data: *const c_void, data_len: usize) -> Status {
    // SAFETY: the same contract.
    unsafe { kagg_parse_with_digest(reader, data, data_len, Some(kagg_md5), ptr::null_mut()) }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_parse_with_digest(
    reader: *mut Reader,
    data: *const c_void,
    data_len: usize,
    digest: Digest,
    context: *mut c_void,
) -> Status {
    // SAFETY: the same contract. A state was written unless there is an error.
    unsafe {
        let status = kagg_deaggregate_with_digest(reader, ptr::null(), 0, data, data_len, digest, context);
        let state: *mut State = reader.cast();
        if status != Status::OK || codec::is_aggregate(&(*state).unpacker) {
            return status;
        }
        (*state).head.ready = REFUSED;
        Status::NOT_AN_AGGREGATE
    }
}

/// See the header.
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
    let open = || {
        let data = Memory::new(data, data_len);
        let partition_key = Memory::new(partition_key, partition_key_len);
        let state: *mut State = reader.cast();
        // Beside the reader, which changes only once all is checked.
        let bytes = Rule::new(0, 1);
        let mut local = LocalHead(Head::new(bytes));
        let head = &mut local.0;
        // SAFETY: the reader is checked last, against what was lent: not NULL, aligned and large enough;
        // whatever was there is a reader no more. The data is checked, and unchanged for as long as the
        // reader is used: the contract of the header.
        unsafe {
            Head::check(head, data, bytes)?;
            Head::check(head, partition_key, bytes)?;
            head.lent = [data, partition_key];
            Head::check(head, Memory::of(reader), Rule::new(0, align_of::<Reader>()))?;
            let digest = Callback::new(digest, context)?;
            // Not ready yet: the digest may be the caller's, and may call this library.
            (&raw mut (*state).head).write(local.0);
            (&raw mut (*state).unpacker).write(codec::unpacker(data.bytes(), digest));
            (*state).head.ready = RULE.ready();
        }
        Ok(())
    };
    Status::from(open())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_next(reader: *mut Reader, record: *mut UserRecord) -> Status {
    let next = || {
        // SAFETY: the contract of the header: a ready state was written, and nobody else uses it now. The
        // record is not NULL, aligned, and apart from what is referred to.
        unsafe {
            let state = state(reader, Memory::of(record))?;
            let found = codec::next(&mut (*state).unpacker, (*state).head.lent[1]);
            record.write(found.ok_or(Status::END)?);
        }
        Ok(())
    };
    Status::from(next())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_left(reader: *const Reader) -> usize {
    // SAFETY: the contract of the header; a ready state was written.
    unsafe { state(reader, Memory::EMPTY).map_or(0, |state| codec::left(&(*state).unpacker)) }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_reason(reader: *const Reader, error: *mut ParseError) -> Status {
    let reason = || {
        let own = object(reader)?.cast::<State>().as_ptr();
        // SAFETY: large enough, and any bits are integers and raw pointers. If the head is ready or refused,
        // the rest of the state was written. The error is not NULL, aligned, and apart from what is referred
        // to.
        unsafe {
            if (*own).head.ready == REFUSED {
                // `kagg_parse` was given data and no partition key.
                let alone = Rule::new(0, align_of::<ParseError>());
                let head = Head { lent: [Memory::of(reader), (*own).head.lent[0]], ..Head::new(alone) };
                Head::check(&head, Memory::of(error), alone)?;
            } else {
                state(reader, Memory::of(error))?;
            }
            error.write(codec::parse_error(&(*own).unpacker));
        }
        Ok(())
    };
    Status::from(reason())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_is_aggregated(data: *const c_void, data_len: usize) -> bool {
    // SAFETY: the same contract.
    unsafe { kagg_is_aggregated_with_digest(data, data_len, Some(kagg_md5), ptr::null_mut()) }
}

/// See the header.
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
