//! Vectors of SSE2, with 4 lanes.

use super::alike::alike;
use super::arch::*;
use crate::compress::{self, Vector, compressors};

compressors! { "sse2": SSE2 = __m128i, 1; SSE2_TWICE = __m128i, 2; SSE2_THRICE = __m128i, 3; }

impl Vector for __m128i {
    const LANES: usize = 4;

    alike! {
        _mm_set1_epi32, _mm_loadu_si128, _mm_storeu_si128, _mm_add_epi32,
        _mm_unpacklo_epi32, _mm_unpackhi_epi32, _mm_unpacklo_epi64, _mm_unpackhi_epi64
    }

    #[inline(always)]
    unsafe fn shift_left<const BITS: i32>(self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm_slli_epi32::<BITS>(self) }
    }

    #[inline(always)]
    unsafe fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm_or_si128(_mm_slli_epi32::<LEFT>(self), _mm_srli_epi32::<RIGHT>(self)) }
    }

    #[inline(always)]
    unsafe fn choose(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm_xor_si128(d, _mm_and_si128(b, _mm_xor_si128(c, d))) }
    }

    #[inline(always)]
    unsafe fn parity(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm_xor_si128(b, _mm_xor_si128(c, d)) }
    }

    #[inline(always)]
    unsafe fn last(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm_xor_si128(c, _mm_or_si128(b, _mm_xor_si128(d, _mm_set1_epi32(-1)))) }
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
