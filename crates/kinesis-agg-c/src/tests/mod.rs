//! What C cannot see of itself: that the header and these functions agree, and that pointers which must not be used are not.
//! What the functions compute is tested through C: `tests/*.c`, by `.ci/c`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::undocumented_unsafe_blocks,
    reason = "a test that panics has failed; each pointer is explained by its case"
)]

// It starts a C compiler, which an interpreter cannot.
#[cfg(not(miri))]
mod header;
mod lifetimes;
mod pointers;

use core::ptr;

use crate::aggregator::*;
use crate::types::*;

/// An aggregator with its memory.
pub(crate) struct Owned {
    pub(crate) aggregator: Aggregator,
    pub(crate) buffer: [u64; 64],
    pub(crate) slots: [u64; 4],
}

impl Owned {
    /// Not initialised.
    pub(crate) fn new() -> Box<Self> {
        Box::new(Self { aggregator: zeroed(), buffer: [0x5A5A_5A5A_5A5A_5A5A; 64], slots: [!0; 4] })
    }

    pub(crate) fn init(&mut self) -> Status {
        let (buffer, slots) = (self.buffer.as_mut_ptr(), self.slots.as_mut_ptr());
        unsafe { kagg_init(&mut self.aggregator, buffer.cast(), 512, slots.cast(), 4) }
    }
}

/// All bits zero, as a `static` of C.
pub(crate) fn zeroed<T>() -> T {
    // SAFETY: used for structs of integers and raw pointers alone.
    unsafe { core::mem::zeroed() }
}

pub(crate) fn user_record(partition_key: &str, data: &[u8]) -> UserRecord {
    UserRecord {
        partition_key: partition_key.as_ptr().cast(),
        partition_key_len: partition_key.len(),
        explicit_hash_key: ptr::null(),
        explicit_hash_key_len: 0,
        data: data.as_ptr().cast(),
        data_len: data.len(),
        sub_sequence_number: 0,
        aggregated: 0,
    }
}

pub(crate) fn bytes<'a>(start: *const core::ffi::c_void, len: usize) -> &'a [u8] {
    unsafe { core::slice::from_raw_parts(start.cast(), len) }
}
