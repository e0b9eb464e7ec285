//! Pointers of the caller. Each is checked before a reference to what it points at is made.

use core::mem::size_of;
use core::ptr::NonNull;
use core::{slice, str};

use crate::types::Status;

/// A pointer to a struct: not NULL, and aligned.
pub(crate) fn object<T>(pointer: *const T) -> Result<NonNull<T>, Status> {
    match NonNull::new(pointer.cast_mut()) {
        None => Err(Status::NULL),
        Some(pointer) if !pointer.is_aligned() => Err(Status::MISALIGNED),
        Some(pointer) => Ok(pointer),
    }
}

/// Memory that the caller lends: a place that is not NULL, and a length that stays in the address space. Of length 0 it
/// may be anywhere, and NULL.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    start: NonNull<u8>,
    len: usize,
}

impl Memory {
    /// Aligned for whatever is lent.
    pub(crate) const EMPTY: Self = Self { start: NonNull::<u64>::dangling().cast(), len: 0 };

    pub(crate) fn new<T>(start: *const T, len: usize) -> Result<Self, Status> {
        if len == 0 {
            return Ok(Self::EMPTY);
        }
        let start = NonNull::new(start.cast_mut().cast::<u8>()).ok_or(Status::NULL)?;
        let ends = start.as_ptr().addr().checked_add(len).is_some();
        if ends && isize::try_from(len).is_ok() { Ok(Self { start, len }) } else { Err(Status::LENGTH) }
    }

    /// The memory of a struct.
    pub(crate) fn of<T>(object: NonNull<T>) -> Self {
        Self { start: object.cast(), len: size_of::<T>() }
    }

    pub(crate) fn start(self) -> *mut u8 {
        self.start.as_ptr()
    }

    pub(crate) fn len(self) -> usize {
        self.len
    }

    /// No byte lies in both.
    pub(crate) fn is_apart_from(self, other: Self) -> bool {
        let (one, two) = (self.start.as_ptr().addr(), other.start.as_ptr().addr());
        // Neither overflows: `new` has looked.
        self.len == 0
            || other.len == 0
            || one.wrapping_add(self.len) <= two
            || two.wrapping_add(other.len) <= one
    }

    /// Fails unless it lies apart from all of these.
    #[inline(never)]
    pub(crate) fn apart_from(self, others: &[Self]) -> Result<Self, Status> {
        match others.iter().all(|other| self.is_apart_from(*other)) {
            true => Ok(self),
            false => Err(Status::OVERLAP),
        }
    }

    /// # Safety
    /// The memory is there and readable, and nothing writes into it during `'a`.
    pub(crate) unsafe fn bytes<'a>(self) -> &'a [u8] {
        // SAFETY: not NULL and of a possible length, by `new`; the rest is the caller's word.
        unsafe { slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }

    /// # Safety
    /// As for [`bytes`](Self::bytes).
    pub(crate) unsafe fn text<'a>(self) -> Result<&'a str, Status> {
        // SAFETY: as there.
        str::from_utf8(unsafe { self.bytes() }).map_err(|_| Status::NOT_UTF8)
    }

    /// # Safety
    /// The memory is there and writable, and nothing else reads or writes it during `'a`.
    pub(crate) unsafe fn bytes_mut<'a>(self) -> &'a mut [u8] {
        // SAFETY: as in `bytes`.
        unsafe { slice::from_raw_parts_mut(self.start.as_ptr(), self.len) }
    }
}
