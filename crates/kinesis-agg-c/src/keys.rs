//! Hash keys and shards, and the MD5 in software.

use core::ffi::{c_char, c_void};
use core::mem::size_of;
use core::ptr;

use crate::codec::{self, Callback};
use crate::memory::{Memory, object};
use crate::types::{Digest, HashKey, HashKeyRange, Refusal, Status};

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_md5(
    _context: *mut c_void,
    message: *const c_void,
    len: usize,
    digest: *mut u8,
) {
    let message = Memory::new(message, len);
    if let (Ok(()), Ok(out)) = (message.check(), object(digest.cast::<[u8; 16]>())) {
        // SAFETY: checked; the rest is the contract of the header.
        let digest = codec::md5(unsafe { message.bytes() });
        // SAFETY: not NULL; bytes need no alignment. The message is referred to no more.
        unsafe { out.write(digest) };
    }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_hash_key_of(
    partition_key: *const c_char,
    partition_key_len: usize,
    hash_key: *mut HashKey,
) -> Status {
    // SAFETY: the same contract.
    unsafe {
        kagg_hash_key_of_with_digest(
            partition_key,
            partition_key_len,
            Some(kagg_md5),
            ptr::null_mut(),
            hash_key,
        )
    }
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_hash_key_of_with_digest(
    partition_key: *const c_char,
    partition_key_len: usize,
    digest: Digest,
    context: *mut c_void,
    hash_key: *mut HashKey,
) -> Status {
    let hash = || {
        let partition_key = Memory::new(partition_key, partition_key_len);
        partition_key.check()?;
        let out = object(hash_key)?;
        let digest = Callback::new(digest, context)?;
        // SAFETY: checked; the rest is the contract of the header.
        let hash_key = codec::hash_key_of(unsafe { partition_key.text()? }, digest);
        // SAFETY: not NULL and aligned. The key is referred to no more.
        unsafe { out.write(hash_key) };
        Ok(())
    };
    Status::from(hash())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_hash_key_parse(
    decimal: *const c_char,
    len: usize,
    hash_key: *mut HashKey,
) -> Status {
    let parse = || {
        let decimal = Memory::new(decimal, len);
        decimal.check()?;
        let out = object(hash_key)?;
        // SAFETY: checked; the rest is the contract of the header.
        let text = unsafe { decimal.text() }.unwrap_or_default();
        let hash_key = codec::parse_hash_key(text).ok_or(Status::EXPLICIT_HASH_KEY)?;
        // SAFETY: not NULL and aligned. The text is referred to no more.
        unsafe { out.write(hash_key) };
        Ok(())
    };
    Status::from(parse())
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_shard_of(
    ranges: *const HashKeyRange,
    count: usize,
    hash_key: *const HashKey,
    shard: *mut usize,
) -> Status {
    let find = || {
        // SAFETY: not NULL and aligned; any bits are integers.
        let hash_key = unsafe { object(hash_key)?.read() };
        let out = object(shard)?;
        let ranges = check_ranges(ranges, count)?;
        // SAFETY: checked, aligned; any bits are integers.
        let ranges: &[HashKeyRange] = unsafe { ranges.slice().as_ref() };
        let range = ranges.iter().position(|range| codec::range_contains(range, hash_key));
        let shard = range.ok_or(Status::NO_SHARD)?;
        // SAFETY: not NULL and aligned. The ranges are referred to no more.
        unsafe { out.write(shard) };
        Ok(())
    };
    Status::from(find())
}

/// Checks an array of ranges, which has one at least.
fn check_ranges(ranges: *const HashKeyRange, count: usize) -> Result<Memory, Refusal> {
    if count == 0 {
        return Err(Status::NO_SHARD.into());
    }
    let memory = Memory::new(ranges, count.saturating_mul(size_of::<HashKeyRange>()));
    memory.check()?;
    object(ranges).map(|_| memory)
}

/// See the header.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kagg_even_split(ranges: *mut HashKeyRange, count: usize) -> Status {
    let split = || {
        check_ranges(ranges, count)?;
        for index in 0..count {
            let range = codec::even_split(index, count).ok_or(Status::OTHER)?;
            // SAFETY: so many are there, aligned.
            unsafe { ranges.add(index).write(range) };
        }
        Ok(())
    };
    Status::from(split())
}
