//! The choice of shortcuts.

/// The width of the targets whose shortcuts are compiled.
pub(crate) const WIDTH: u32 = if cfg!(kinesis_agg_fast = "none") {
    0
} else if cfg!(kinesis_agg_fast = "32") {
    32
} else if cfg!(kinesis_agg_fast = "64") {
    64
} else {
    usize::BITS
};

/// Whether the shortcuts for 64 bits are compiled.
pub(crate) const WIDE: bool = WIDTH >= 64;
