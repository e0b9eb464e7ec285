//! Vectors of 64-bit ARM: NEON (4 lanes), which is part of the architecture.

use core::arch::aarch64::*;

use crate::compress::{Vector, compress};
use crate::lanes::States;

/// # Safety
/// The processor must have NEON.
#[target_feature(enable = "neon")]
pub(crate) unsafe fn neon(states: &mut States, blocks: &[&[[u8; 64]]], count: usize) {
    // SAFETY: the caller answers for the feature.
    unsafe { compress::<uint32x4_t, 1>(states, blocks, count) }
}

/// # Safety
/// The processor must have NEON.
#[target_feature(enable = "neon")]
pub(crate) unsafe fn neon_twice(states: &mut States, blocks: &[&[[u8; 64]]], count: usize) {
    // SAFETY: the caller answers for the feature.
    unsafe { compress::<uint32x4_t, 2>(states, blocks, count) }
}

impl Vector for uint32x4_t {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: u32) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { vdupq_n_u32(value) }
    }

    #[inline(always)]
    unsafe fn load(from: *const u32) -> Self {
        // SAFETY: the caller answers for the instructions and the place, which may lie anywhere when read as bytes. Digests are
        // made of little-endian words.
        unsafe { vreinterpretq_u32_u8(vld1q_u8(from.cast())) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u32) {
        // SAFETY: as for loading.
        unsafe { vst1q_u8(to.cast(), vreinterpretq_u8_u32(self)) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { vaddq_u32(self, other) }
    }

    #[inline(always)]
    unsafe fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { vorrq_u32(vshlq_n_u32::<LEFT>(self), vshrq_n_u32::<RIGHT>(self)) }
    }

    #[inline(always)]
    unsafe fn choose(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { vbslq_u32(b, c, d) }
    }

    #[inline(always)]
    unsafe fn parity(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { veorq_u32(b, veorq_u32(c, d)) }
    }

    #[inline(always)]
    unsafe fn last(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { veorq_u32(c, vornq_u32(b, d)) }
    }

    #[inline(always)]
    unsafe fn transpose(blocks: &[*const u8]) -> [Self; 16] {
        // SAFETY: the caller answers for the instructions and for 64 bytes at each place.
        unsafe {
            let mut words = [vdupq_n_u32(0); 16];
            for quarter in 0..4 {
                macro_rules! row {
                    ($lane:expr) => {
                        Self::load(blocks[$lane].add(16 * quarter).cast())
                    };
                }
                let (even, odd) = (vtrn1q_u32(row!(0), row!(1)), vtrn2q_u32(row!(0), row!(1)));
                let (even_next, odd_next) = (vtrn1q_u32(row!(2), row!(3)), vtrn2q_u32(row!(2), row!(3)));
                words[4 * quarter] = vreinterpretq_u32_u64(vtrn1q_u64(
                    vreinterpretq_u64_u32(even),
                    vreinterpretq_u64_u32(even_next),
                ));
                words[4 * quarter + 1] = vreinterpretq_u32_u64(vtrn1q_u64(
                    vreinterpretq_u64_u32(odd),
                    vreinterpretq_u64_u32(odd_next),
                ));
                words[4 * quarter + 2] = vreinterpretq_u32_u64(vtrn2q_u64(
                    vreinterpretq_u64_u32(even),
                    vreinterpretq_u64_u32(even_next),
                ));
                words[4 * quarter + 3] = vreinterpretq_u32_u64(vtrn2q_u64(
                    vreinterpretq_u64_u32(odd),
                    vreinterpretq_u64_u32(odd_next),
                ));
            }
            words
        }
    }
}
