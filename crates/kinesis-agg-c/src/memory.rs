//! Pointers of the caller. Each is checked before a reference to what it points at is made.

use core::mem::{align_of, size_of};
use core::ptr::NonNull;
use core::{slice, str};

use crate::status::{Refusal, Status};

/// A pointer to a struct: not NULL, and aligned.
pub(crate) fn object<T>(pointer: *const T) -> Result<NonNull<T>, Refusal> {
    match NonNull::new(pointer.cast_mut()) {
        None => Err(Status::NULL.into()),
        Some(pointer) if !pointer.is_aligned() => Err(Status::MISALIGNED.into()),
        Some(pointer) => Ok(pointer),
    }
}

/// Memory that the caller lends. Of length 0 it may be anywhere, and NULL. Pointer and length, as in the
/// structs of C.
#[repr(C)]
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

    pub(crate) fn start(self) -> *mut u8 {
        self.start
    }

    pub(crate) fn len(self) -> usize {
        self.len
    }

    /// Fails unless it is not NULL and has a length that stays in the address space.
    #[inline(never)]
    pub(crate) fn check(self) -> Result<(), Refusal> {
        if self.len == 0 {
            return Ok(());
        }
        self.end(1).map(|_| ())
    }

    /// Where memory of at least one byte ends. Fails unless it is not NULL, aligned, and has a length that
    /// stays in the address space.
    #[inline(always)]
    fn end(self, align: usize) -> Result<usize, Refusal> {
        if self.start.is_null() {
            return Err(Status::NULL.into());
        }
        if self.start.addr() & align.wrapping_sub(1) != 0 {
            return Err(Status::MISALIGNED.into());
        }
        let end = self.start.addr().wrapping_add(self.len);
        // A length above half of the address space is a negative one.
        if isize::try_from(self.len).is_err() || end < self.len {
            return Err(Status::LENGTH.into());
        }
        Ok(end)
    }

    /// As structs, as many as fit. For no bytes it is anywhere, and aligned.
    ///
    /// # Safety
    /// It was checked.
    pub(crate) unsafe fn slice<T>(self) -> NonNull<[T]> {
        let start = match self.len {
            0 => NonNull::dangling(),
            // SAFETY: it is NULL only if it has no bytes.
            _ => unsafe { NonNull::new_unchecked(self.start.cast()) },
        };
        NonNull::slice_from_raw_parts(start, self.len.checked_div(size_of::<T>()).unwrap_or_default())
    }

    /// # Safety
    /// It was checked, the memory is there and readable, and nothing writes into it during `'a`.
    pub(crate) unsafe fn bytes<'a>(self) -> &'a [u8] {
        // SAFETY: not NULL and of a possible length, as it was checked; the rest is the caller's word.
        unsafe { self.slice().as_ref() }
    }

    /// # Safety
    /// As for [`bytes`](Self::bytes).
    pub(crate) unsafe fn text<'a>(self) -> Result<&'a str, Refusal> {
        // SAFETY: as there.
        str::from_utf8(unsafe { self.bytes() }).map_err(|_| Status::NOT_UTF8.into())
    }

    /// Whether it is UTF-8.
    ///
    /// # Safety
    /// As for [`bytes`](Self::bytes).
    #[inline(always)]
    pub(crate) unsafe fn is_text(self) -> bool {
        // SAFETY: as there; not NULL, since there are bytes.
        self.len == 0 || str::from_utf8(unsafe { slice::from_raw_parts(self.start, self.len) }).is_ok()
    }

    /// # Safety
    /// As for [`bytes`](Self::bytes); and [`is_text`](Self::is_text) said so.
    pub(crate) unsafe fn known_text<'a>(self) -> &'a str {
        // SAFETY: the caller's word.
        unsafe { str::from_utf8_unchecked(self.bytes()) }
    }

    /// The text, or `None` for NULL.
    ///
    /// # Safety
    /// As for [`known_text`](Self::known_text).
    pub(crate) unsafe fn known_text_or_none<'a>(self) -> Option<&'a str> {
        let start = NonNull::new(self.start)?;
        // SAFETY: the caller's word.
        unsafe { Some(str::from_utf8_unchecked(NonNull::slice_from_raw_parts(start, self.len).as_ref())) }
    }
}

/// What memory of the caller must lie apart from: an aggregator or a reader, and what was lent to it. It lies
/// at the beginning of either, so its own address is theirs. One function checks all memory against it, by
/// pointers, since the rest of a state may be borrowed, or not be there yet.
#[repr(C)]
pub(crate) struct Lent {
    /// Bytes of the aggregator or of the reader; 0 for a list that lies elsewhere.
    pub(crate) own_len: usize,
    /// Checked memory.
    pub(crate) parts: [Memory; 2],
}

impl Lent {
    /// Nothing is lent. No array expression with a count: it becomes a loop at `opt-level = "z"`.
    #[inline(always)]
    pub(crate) const fn nothing(own_len: usize) -> Self {
        Self { own_len, parts: [Memory::EMPTY, Memory::EMPTY] }
    }

    /// Checks a struct of the caller.
    ///
    /// # Safety
    /// As for [`check`](Self::check).
    #[inline(always)]
    pub(crate) unsafe fn check_object<T>(lent: *const Self, object: *const T) -> Result<(), Refusal> {
        // SAFETY: the caller's word.
        unsafe { Self::check(lent, Memory::new(object, size_of::<T>()), align_of::<T>()) }
    }

    /// Fails unless the memory is not NULL, aligned, has a length that stays in the address space, and lies
    /// apart from all of this. With length 0 it may be anywhere.
    ///
    /// # Safety
    /// `lent` points at a `Lent`.
    #[inline(never)]
    pub(crate) unsafe fn check(lent: *const Self, memory: Memory, align: usize) -> Result<(), Refusal> {
        if memory.len == 0 {
            return Ok(());
        }
        let (start, end) = (memory.start.addr(), memory.end(align)?);
        // SAFETY: the caller's word.
        let (own_len, parts) = unsafe { ((*lent).own_len, &(*lent).parts) };
        let mut other = Memory::new(lent, own_len);
        let mut parts = parts.iter();
        loop {
            // A checked one, whose end does not overflow.
            let other_end = other.start.addr().wrapping_add(other.len);
            if other.len > 0 && start < other_end && other.start.addr() < end {
                return Err(Status::OVERLAP.into());
            }
            let Some(next) = parts.next() else { return Ok(()) };
            other = *next;
        }
    }
}
