//! Pointers of the caller. Each is checked before a reference to what it points at is made.

use core::mem::size_of;
use core::ptr::NonNull;
use core::{slice, str};

use crate::types::{Refusal, Status};

/// A pointer to a struct: not NULL, and aligned.
pub(crate) fn object<T>(pointer: *const T) -> Result<NonNull<T>, Refusal> {
    match NonNull::new(pointer.cast_mut()) {
        None => Err(Status::NULL.into()),
        Some(pointer) if !pointer.is_aligned() => Err(Status::MISALIGNED.into()),
        Some(pointer) => Ok(pointer),
    }
}

/// Memory that the caller lends. Of length 0 it may be anywhere, and NULL.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    start: *mut u8,
    len: usize,
}

impl Memory {
    pub(crate) const EMPTY: Self = Self { start: core::ptr::null_mut(), len: 0 };

    /// To be checked.
    pub(crate) fn new<T>(start: *const T, len: usize) -> Self {
        Self { start: start.cast_mut().cast(), len }
    }

    /// The memory of a struct.
    pub(crate) fn of<T>(object: NonNull<T>) -> Self {
        Self::new(object.as_ptr(), size_of::<T>())
    }

    pub(crate) fn start(self) -> *mut u8 {
        self.start
    }

    pub(crate) fn len(self) -> usize {
        self.len
    }

    /// Fails unless it is not NULL, has a length that stays in the address space, and lies apart from all of
    /// these.
    #[inline(never)]
    pub(crate) fn check(self, others: &[Self]) -> Result<(), Refusal> {
        if self.len == 0 {
            return Ok(());
        }
        if self.start.is_null() {
            return Err(Status::NULL.into());
        }
        let end = self.start.addr().wrapping_add(self.len);
        // A length above half of the address space is a negative one.
        if isize::try_from(self.len).is_err() || end < self.len {
            return Err(Status::LENGTH.into());
        }
        for other in others {
            // Checked ones, whose ends do not overflow.
            let other_end = other.start.addr().wrapping_add(other.len);
            if other.len > 0 && self.start.addr() < other_end && other.start.addr() < end {
                return Err(Status::OVERLAP.into());
            }
        }
        Ok(())
    }

    /// Where it starts; for no bytes anywhere, aligned for whatever is lent.
    fn start_or_anywhere<T>(self) -> *mut T {
        if self.len == 0 { NonNull::dangling().as_ptr() } else { self.start.cast() }
    }

    /// # Safety
    /// It was checked, the memory is there and readable, and nothing writes into it during `'a`.
    pub(crate) unsafe fn bytes<'a>(self) -> &'a [u8] {
        // SAFETY: not NULL and of a possible length, as it was checked; the rest is the caller's word.
        unsafe { slice::from_raw_parts(self.start_or_anywhere(), self.len) }
    }

    /// # Safety
    /// As for [`bytes`](Self::bytes).
    pub(crate) unsafe fn text<'a>(self) -> Result<&'a str, Refusal> {
        // SAFETY: as there.
        str::from_utf8(unsafe { self.bytes() }).map_err(|_| Status::NOT_UTF8.into())
    }

    /// As structs, as many as fit.
    ///
    /// # Safety
    /// As for [`bytes`](Self::bytes); aligned, and each a `T`.
    pub(crate) unsafe fn slice<'a, T>(self) -> &'a [T] {
        // SAFETY: as there.
        unsafe { slice::from_raw_parts(self.start_or_anywhere(), self.count::<T>()) }
    }

    /// # Safety
    /// As for [`slice`](Self::slice); and nothing else reads or writes the memory during `'a`.
    pub(crate) unsafe fn slice_mut<'a, T>(self) -> &'a mut [T] {
        // SAFETY: as there.
        unsafe { slice::from_raw_parts_mut(self.start_or_anywhere(), self.count::<T>()) }
    }

    fn count<T>(self) -> usize {
        self.len.checked_div(size_of::<T>()).unwrap_or_default()
    }
}
