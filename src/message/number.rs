//! Conversions between number widths.

/// Cannot fail: `usize` has at most 64 bits on every Rust target.
pub(crate) fn to_u64(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

/// For lengths below 4 GiB. The check of the frame refuses longer data.
pub(crate) fn to_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Saturates on targets of 16 bits, where a number that does not fit exceeds the memory.
pub(crate) fn to_usize(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}
