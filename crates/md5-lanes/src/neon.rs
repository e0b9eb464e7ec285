//! Vectors of 64-bit ARM: NEON (4 lanes), which is part of the architecture.

use core::arch::aarch64::*;

use crate::compress::{self, Vector};
use crate::compressor::{Blocks, Compressor, MAX_LANES, States};

/// Compressors for so many vectors in turn.
macro_rules! compressors {
    ($($name:ident = $count:literal;)*) => {$(
        pub(crate) const $name: Compressor = {
            /// # Safety
            /// The processor must have NEON.
            #[target_feature(enable = "neon")]
            unsafe fn go_on(states: &mut States, blocks: &Blocks<'_>, count: usize) {
                // SAFETY: the caller answers for the feature.
                unsafe { compress::go_on::<uint32x4_t, $count>(states, blocks, count) }
            }
            /// # Safety
            /// The processor must have NEON.
            #[target_feature(enable = "neon")]
            unsafe fn digest<const BLOCKS: usize>(
                messages: &[&[u8]],
                lens: &[u32; MAX_LANES],
                digests: &mut [[u8; 16]],
            ) {
                // SAFETY: the caller answers for the feature.
                unsafe { compress::digest::<uint32x4_t, $count, BLOCKS>(messages, lens, digests) }
            }
            Compressor { lanes: uint32x4_t::LANES * $count, go_on, digest: [digest::<1>, digest::<2>] }
        };
    )*};
}

compressors! { NEON = 1; NEON_TWICE = 2; NEON_THRICE = 3; }

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
    unsafe fn shift_left<const BITS: i32>(self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { vshlq_n_u32::<BITS>(self) }
    }

    #[inline(always)]
    unsafe fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { vsriq_n_u32::<RIGHT>(vshlq_n_u32::<LEFT>(self), self) }
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
    unsafe fn transpose_quarters(rows: [Self; 4]) -> [Self; 4] {
        // SAFETY: the caller answers for the instructions.
        unsafe {
            let even01 = vreinterpretq_u64_u32(vtrn1q_u32(rows[0], rows[1]));
            let odd01 = vreinterpretq_u64_u32(vtrn2q_u32(rows[0], rows[1]));
            let even23 = vreinterpretq_u64_u32(vtrn1q_u32(rows[2], rows[3]));
            let odd23 = vreinterpretq_u64_u32(vtrn2q_u32(rows[2], rows[3]));
            [
                vreinterpretq_u32_u64(vtrn1q_u64(even01, even23)),
                vreinterpretq_u32_u64(vtrn1q_u64(odd01, odd23)),
                vreinterpretq_u32_u64(vtrn2q_u64(even01, even23)),
                vreinterpretq_u32_u64(vtrn2q_u64(odd01, odd23)),
            ]
        }
    }

    #[inline(always)]
    unsafe fn transpose(blocks: [Self; 16]) -> [Self; 16] {
        let mut words = blocks;
        for quarter in 0..4 {
            let rows = [blocks[quarter], blocks[quarter + 4], blocks[quarter + 8], blocks[quarter + 12]];
            // SAFETY: the caller answers for the instructions.
            let rows = unsafe { Self::transpose_quarters(rows) };
            words[4 * quarter..][..4].copy_from_slice(&rows);
        }
        words
    }

    #[inline(always)]
    unsafe fn padded(messages: &[&[u8]], _lens: Self, number: usize) -> [Self; 16] {
        // SAFETY: the caller answers for the instructions.
        unsafe { compress::padded_copy::<Self, 4>(messages, number) }
    }
}
