//! What C cannot see of itself: that the header and these functions agree, and that pointers which must not
//! be used are not. What the functions compute is tested through C: `tests/*.c`, by `.ci/c`.
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

use core::ffi::c_void;
use core::ptr;

use crate::aggregator::*;
use crate::types::*;

struct Parts {
    aggregator: Aggregator,
    buffer: [u64; 64],
    slots: [u64; 4],
}

/// An aggregator with 512 bytes of buffer and 4 key slots, by raw pointers, as C has them.
pub(crate) struct Lent(*mut Parts);

impl Lent {
    /// Not initialised.
    pub(crate) fn new() -> Self {
        Self(Box::into_raw(Box::new(Parts { aggregator: zeroed(), buffer: [!0; 64], slots: [!0; 4] })))
    }

    pub(crate) fn init(&self) {
        assert_eq!(unsafe { kagg_init(self.aggregator(), self.buffer(), 512, self.slots(), 4) }, Status::OK);
    }

    pub(crate) fn aggregator(&self) -> *mut Aggregator {
        unsafe { &raw mut (*self.0).aggregator }
    }

    pub(crate) fn buffer(&self) -> *mut c_void {
        unsafe { (&raw mut (*self.0).buffer).cast() }
    }

    pub(crate) fn slots(&self) -> *mut KeySlot {
        unsafe { (&raw mut (*self.0).slots).cast() }
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        drop(unsafe { Box::from_raw(self.0) });
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

pub(crate) fn bytes<'a>(start: *const c_void, len: usize) -> &'a [u8] {
    unsafe { core::slice::from_raw_parts(start.cast(), len) }
}
