//! Vectors of 64-bit ARM: NEON (4 lanes), which is part of the architecture.

use core::arch::aarch64::*;

use crate::compress::{self, Vector, compressors};

compressors! { "neon": NEON = uint32x4_t, 1; NEON_TWICE = uint32x4_t, 2; NEON_THRICE = uint32x4_t, 3; }

impl Vector for uint32x4_t {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn splat(value: u32) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { vdupq_n_u32(value) }
    }

    #[inline(always)]
    unsafe fn load(from: *const u32) -> Self {
        // SAFETY: the caller guarantees the instructions and the address, which may have any alignment when
        // read as bytes. Digests consist of little-endian words.
        unsafe { vreinterpretq_u32_u8(vld1q_u8(from.cast())) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u32) {
        // SAFETY: as for loading.
        unsafe { vst1q_u8(to.cast(), vreinterpretq_u8_u32(self)) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { vaddq_u32(self, other) }
    }

    #[inline(always)]
    unsafe fn shift_left<const BITS: i32>(self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { vshlq_n_u32::<BITS>(self) }
    }

    #[inline(always)]
    unsafe fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { vsriq_n_u32::<RIGHT>(vshlq_n_u32::<LEFT>(self), self) }
    }

    #[inline(always)]
    unsafe fn choose(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { vbslq_u32(b, c, d) }
    }

    #[inline(always)]
    unsafe fn parity(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { veorq_u32(b, veorq_u32(c, d)) }
    }

    #[inline(always)]
    unsafe fn last(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { veorq_u32(c, vornq_u32(b, d)) }
    }

    #[inline(always)]
    unsafe fn transpose_quarters(rows: [Self; 4]) -> [Self; 4] {
        // SAFETY: the caller guarantees the instructions.
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
        // SAFETY: the caller guarantees the instructions.
        unsafe { compress::transpose_four_lanes(blocks) }
    }

    #[inline(always)]
    unsafe fn padded(messages: &[&[u8]], _lens: Self, number: usize) -> [Self; 16] {
        // SAFETY: the caller guarantees the instructions.
        unsafe { compress::padded_copy::<Self, 4>(messages, number) }
    }
}
