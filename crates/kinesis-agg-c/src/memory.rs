//! Pointers of the caller. Each is checked before a reference to what it points at is made.

use core::mem::size_of;
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

    /// A struct, to be checked.
    #[inline(always)]
    pub(crate) fn of<T>(object: *const T) -> Self {
        Self::new(object, size_of::<T>())
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
        self.end().map(|_| ())
    }

    /// Where memory of at least one byte ends. Fails unless it is not NULL and has a length that stays in the
    /// address space.
    #[inline(always)]
    fn end(self) -> Result<usize, Refusal> {
        if self.start.is_null() {
            return Err(Status::NULL.into());
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

    /// Whether it is UTF-8. It must have at least one byte.
    ///
    /// # Safety
    /// As for [`bytes`](Self::bytes).
    #[inline(always)]
    pub(crate) unsafe fn is_text(self) -> bool {
        // SAFETY: as there; not NULL, since there are bytes.
        str::from_utf8(unsafe { slice::from_raw_parts(self.start, self.len) }).is_ok()
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

/// The beginning of an aggregator and of a reader. It lies at the address of the state.
#[repr(C)]
pub(crate) struct Head {
    /// [`Rule::ready`] if the state can be used.
    pub(crate) ready: usize,
    /// Memory that the caller has lent. It was checked.
    pub(crate) lent: [Memory; 2],
}

/// What [`Head::check`] expects. It fits one register: the size of the state, which is a multiple of 8, plus
/// the alignment less one.
#[derive(Clone, Copy)]
pub(crate) struct Rule(usize);

impl Rule {
    /// `state_len` is 0 for a head without a state.
    #[inline(always)]
    pub(crate) const fn new(state_len: usize, align: usize) -> Self {
        Self(state_len | align.wrapping_sub(1))
    }

    #[inline(always)]
    const fn state_len(self) -> usize {
        self.0 & !7
    }

    #[inline(always)]
    const fn misaligned_bits(self) -> usize {
        self.0 & 7
    }

    /// Marks a state of this size that can be used. The size is in it, so that no state is taken for another
    /// one. Memory filled with one byte does not have it.
    #[inline(always)]
    pub(crate) const fn ready(self) -> usize {
        self.state_len().wrapping_mul(0x0001_0001)
    }
}

/// A head in a variable. A rule is for the head, too, so it has the greatest alignment of any rule.
#[repr(align(8))]
pub(crate) struct LocalHead(pub(crate) Head);

impl Head {
    /// No array expression with a count: it becomes a loop at `opt-level = "z"`.
    #[inline(always)]
    pub(crate) const fn new(rule: Rule) -> Self {
        Self { ready: rule.ready(), lent: [Memory::EMPTY, Memory::EMPTY] }
    }

    /// Checks a state, and other memory that a call uses. All calls use this one function, so that its code
    /// is linked once.
    ///
    /// The state must not be NULL and must be ready. The memory must not be NULL, must have a length that
    /// stays in the address space, and must lie apart from the state and from what was lent to it; memory of
    /// length 0 may be anywhere. Both must have the alignment of the rule.
    ///
    /// # Safety
    /// `head` points at a `Head` unless it is NULL or lacks the alignment of the rule.
    #[inline(never)]
    pub(crate) unsafe fn check(head: *const Self, memory: Memory, rule: Rule) -> Result<(), Refusal> {
        if head.is_null() {
            return Err(Status::NULL.into());
        }
        if (head.addr() | memory.start.addr()) & rule.misaligned_bits() != 0 {
            return Err(Status::MISALIGNED.into());
        }
        // SAFETY: the caller's word; any bits are integers and raw pointers.
        let Self { ready, lent } = unsafe { &*head };
        if *ready != rule.ready() {
            return Err(Status::NOT_INITIALIZED.into());
        }
        if memory.len == 0 {
            return Ok(());
        }
        let (start, end) = (memory.start.addr(), memory.end()?);
        let mut other = Memory::new(head, rule.state_len());
        let mut lent = lent.iter();
        loop {
            // It was checked: its end does not overflow.
            let other_end = other.start.addr().wrapping_add(other.len);
            if other.len > 0 && start < other_end && other.start.addr() < end {
                return Err(Status::OVERLAP.into());
            }
            let Some(next) = lent.next() else { return Ok(()) };
            other = *next;
        }
    }
}
