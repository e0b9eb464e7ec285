//! Vectors of AVX2, with 8 lanes.

use super::alike::alike;
use super::arch::*;
use crate::compress::{self, Vector, compressors};

compressors! { "avx2": AVX2 = __m256i, 1; AVX2_TWICE = __m256i, 2; AVX2_THRICE = __m256i, 3; }

impl Vector for __m256i {
    const LANES: usize = 8;

    alike! {
        _mm256_set1_epi32, _mm256_loadu_si256, _mm256_storeu_si256, _mm256_add_epi32,
        _mm256_unpacklo_epi32, _mm256_unpackhi_epi32, _mm256_unpacklo_epi64, _mm256_unpackhi_epi64
    }

    #[inline(always)]
    unsafe fn shift_left<const BITS: i32>(self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm256_slli_epi32::<BITS>(self) }
    }

    #[inline(always)]
    unsafe fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm256_or_si256(_mm256_slli_epi32::<LEFT>(self), _mm256_srli_epi32::<RIGHT>(self)) }
    }

    #[inline(always)]
    unsafe fn choose(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm256_xor_si256(d, _mm256_and_si256(b, _mm256_xor_si256(c, d))) }
    }

    #[inline(always)]
    unsafe fn parity(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm256_xor_si256(b, _mm256_xor_si256(c, d)) }
    }

    #[inline(always)]
    unsafe fn last(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm256_xor_si256(c, _mm256_or_si256(b, _mm256_xor_si256(d, _mm256_set1_epi32(-1)))) }
    }

    #[inline(always)]
    unsafe fn transpose(blocks: [Self; 16]) -> [Self; 16] {
        let mut words = blocks;
        for half in 0..2 {
            // SAFETY: the caller guarantees the instructions.
            unsafe {
                // Four lanes each: words 0 to 3 of the half block in one half of the register, 4 to 7 in the
                // other.
                let first = Self::transpose_quarters([
                    blocks[half],
                    blocks[half + 2],
                    blocks[half + 4],
                    blocks[half + 6],
                ]);
                let second = Self::transpose_quarters([
                    blocks[half + 8],
                    blocks[half + 10],
                    blocks[half + 12],
                    blocks[half + 14],
                ]);
                for word in 0..4 {
                    words[8 * half + word] = _mm256_permute2x128_si256::<0x20>(first[word], second[word]);
                    words[8 * half + 4 + word] = _mm256_permute2x128_si256::<0x31>(first[word], second[word]);
                }
            }
        }
        words
    }

    #[inline(always)]
    unsafe fn padded(messages: &[&[u8]], _lens: Self, number: usize) -> [Self; 16] {
        // SAFETY: the caller guarantees the instructions.
        unsafe { compress::padded_copy::<Self, 8>(messages, number) }
    }
}
