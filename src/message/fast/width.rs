//! Which shortcuts are taken.

/// For how wide a target shortcuts are taken.
pub(crate) const WIDTH: u32 = if cfg!(kinesis_agg_fast = "none") {
    0
} else if cfg!(kinesis_agg_fast = "32") {
    32
} else if cfg!(kinesis_agg_fast = "64") {
    64
} else {
    usize::BITS
};

/// Whether shortcuts for 64 bits are taken.
pub(crate) const WIDE: bool = WIDTH >= 64;
