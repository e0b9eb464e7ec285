//! Numbers of one width as numbers of another.

/// `usize` is at most 64 bits wide on every target that Rust has.
#[inline]
pub(crate) fn to_u64(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

/// For lengths of data below 4 GiB, as all are that get past the frame.
#[inline]
pub(crate) fn to_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// On a target of 16 bits what does not fit is more than there is memory.
#[inline]
pub(crate) fn to_usize(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
