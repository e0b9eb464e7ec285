//! Vectors of x86: SSE2 (4 lanes), AVX2 (8), AVX-512 (16).
#![allow(clippy::needless_range_loop, reason = "loops over words and lanes by number, to be unrolled")]

#[cfg(target_arch = "x86")]
use core::arch::x86::*;
#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::*;

use crate::block;
use crate::compress::{self, Vector, sixteen};
use crate::compressor::{Blocks, Compressor, MAX_LANES, States};

/// Compressors for so many vectors in turn.
macro_rules! compressors {
    ($features:literal: $($name:ident = $vector:ty, $count:literal;)*) => {$(
        pub(crate) const $name: Compressor = {
            /// # Safety
            /// The processor must have the features.
            #[target_feature(enable = $features)]
            unsafe fn go_on(states: &mut States, blocks: &Blocks<'_>, count: usize) {
                // SAFETY: the caller answers for the features.
                unsafe { compress::go_on::<$vector, $count>(states, blocks, count) }
            }
            /// # Safety
            /// The processor must have the features.
            #[target_feature(enable = $features)]
            unsafe fn digest<const BLOCKS: usize>(
                messages: &[&[u8]],
                lens: &[u32; MAX_LANES],
                digests: &mut [[u8; 16]],
            ) {
                // SAFETY: the caller answers for the features.
                unsafe { compress::digest::<$vector, $count, BLOCKS>(messages, lens, digests) }
            }
            Compressor { lanes: <$vector as Vector>::LANES * $count, go_on, digest: [digest::<1>, digest::<2>] }
        };
    )*};
}

compressors! { "sse2": SSE2 = __m128i, 1; SSE2_TWICE = __m128i, 2; SSE2_THRICE = __m128i, 3; }
compressors! { "avx2": AVX2 = __m256i, 1; AVX2_TWICE = __m256i, 2; AVX2_THRICE = __m256i, 3; }
compressors! { "avx512f,avx512bw,bmi2": AVX512 = __m512i, 1; AVX512_TWICE = __m512i, 2; AVX512_THRICE = __m512i, 3; }

/// Asks for the bytes there, in a farther cache than the first; they need not be readable.
///
/// # Safety
/// The processor must have SSE.
#[inline(always)]
unsafe fn prefetch(from: *const u8) {
    // SAFETY: the caller answers for the instruction, which reads nothing.
    unsafe { _mm_prefetch::<_MM_HINT_T1>(from.cast()) }
}

// Each function of the implementations below is inlined into a compressor above, which has the features.

impl Vector for __m128i {
    const LANES: usize = 4;

    #[inline(always)]
    unsafe fn prefetch(address: *const u8) {
        // SAFETY: the caller answers for the instruction.
        unsafe { prefetch(address) }
    }

    #[inline(always)]
    unsafe fn splat(value: u32) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm_set1_epi32(value as i32) }
    }

    #[inline(always)]
    unsafe fn load(from: *const u32) -> Self {
        // SAFETY: the caller answers for the instructions and the place.
        unsafe { _mm_loadu_si128(from.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u32) {
        // SAFETY: the caller answers for the instructions and the place.
        unsafe { _mm_storeu_si128(to.cast(), self) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm_add_epi32(self, other) }
    }

    #[inline(always)]
    unsafe fn shift_left<const BITS: i32>(self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm_slli_epi32::<BITS>(self) }
    }

    #[inline(always)]
    unsafe fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm_or_si128(_mm_slli_epi32::<LEFT>(self), _mm_srli_epi32::<RIGHT>(self)) }
    }

    #[inline(always)]
    unsafe fn choose(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm_xor_si128(d, _mm_and_si128(b, _mm_xor_si128(c, d))) }
    }

    #[inline(always)]
    unsafe fn parity(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm_xor_si128(b, _mm_xor_si128(c, d)) }
    }

    #[inline(always)]
    unsafe fn last(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm_xor_si128(c, _mm_or_si128(b, _mm_xor_si128(d, _mm_set1_epi32(-1)))) }
    }

    #[inline(always)]
    unsafe fn transpose_quarters(rows: [Self; 4]) -> [Self; 4] {
        // SAFETY: the caller answers for the instructions.
        unsafe {
            let low01 = _mm_unpacklo_epi32(rows[0], rows[1]);
            let high01 = _mm_unpackhi_epi32(rows[0], rows[1]);
            let low23 = _mm_unpacklo_epi32(rows[2], rows[3]);
            let high23 = _mm_unpackhi_epi32(rows[2], rows[3]);
            [
                _mm_unpacklo_epi64(low01, low23),
                _mm_unpackhi_epi64(low01, low23),
                _mm_unpacklo_epi64(high01, high23),
                _mm_unpackhi_epi64(high01, high23),
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

impl Vector for __m256i {
    const LANES: usize = 8;

    #[inline(always)]
    unsafe fn prefetch(address: *const u8) {
        // SAFETY: the caller answers for the instruction.
        unsafe { prefetch(address) }
    }

    #[inline(always)]
    unsafe fn splat(value: u32) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm256_set1_epi32(value as i32) }
    }

    #[inline(always)]
    unsafe fn load(from: *const u32) -> Self {
        // SAFETY: the caller answers for the instructions and the place.
        unsafe { _mm256_loadu_si256(from.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u32) {
        // SAFETY: the caller answers for the instructions and the place.
        unsafe { _mm256_storeu_si256(to.cast(), self) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm256_add_epi32(self, other) }
    }

    #[inline(always)]
    unsafe fn shift_left<const BITS: i32>(self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm256_slli_epi32::<BITS>(self) }
    }

    #[inline(always)]
    unsafe fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm256_or_si256(_mm256_slli_epi32::<LEFT>(self), _mm256_srli_epi32::<RIGHT>(self)) }
    }

    #[inline(always)]
    unsafe fn choose(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm256_xor_si256(d, _mm256_and_si256(b, _mm256_xor_si256(c, d))) }
    }

    #[inline(always)]
    unsafe fn parity(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm256_xor_si256(b, _mm256_xor_si256(c, d)) }
    }

    #[inline(always)]
    unsafe fn last(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm256_xor_si256(c, _mm256_or_si256(b, _mm256_xor_si256(d, _mm256_set1_epi32(-1)))) }
    }

    #[inline(always)]
    unsafe fn transpose_quarters(rows: [Self; 4]) -> [Self; 4] {
        // SAFETY: the caller answers for the instructions.
        unsafe {
            let low01 = _mm256_unpacklo_epi32(rows[0], rows[1]);
            let high01 = _mm256_unpackhi_epi32(rows[0], rows[1]);
            let low23 = _mm256_unpacklo_epi32(rows[2], rows[3]);
            let high23 = _mm256_unpackhi_epi32(rows[2], rows[3]);
            [
                _mm256_unpacklo_epi64(low01, low23),
                _mm256_unpackhi_epi64(low01, low23),
                _mm256_unpacklo_epi64(high01, high23),
                _mm256_unpackhi_epi64(high01, high23),
            ]
        }
    }

    #[inline(always)]
    unsafe fn transpose(blocks: [Self; 16]) -> [Self; 16] {
        let mut words = blocks;
        for half in 0..2 {
            // SAFETY: the caller answers for the instructions.
            unsafe {
                // Four lanes each: words 0 to 3 of the half block in one half of the register, 4 to 7 in the other.
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
        // SAFETY: the caller answers for the instructions.
        unsafe { compress::padded_copy::<Self, 8>(messages, number) }
    }
}

/// For `_mm512_ternarylogic_epi32`: bit `4b + 2c + d` is the result for these bits.
const CHOOSE: i32 = 0xCA;
const PARITY: i32 = 0x96;
const LAST: i32 = 0x39;

impl Vector for __m512i {
    const LANES: usize = 16;

    #[inline(always)]
    unsafe fn prefetch(address: *const u8) {
        // SAFETY: the caller answers for the instruction.
        unsafe { prefetch(address) }
    }

    #[inline(always)]
    unsafe fn splat(value: u32) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm512_set1_epi32(value as i32) }
    }

    #[inline(always)]
    unsafe fn load(from: *const u32) -> Self {
        // SAFETY: the caller answers for the instructions and the place.
        unsafe { _mm512_loadu_si512(from.cast()) }
    }

    #[inline(always)]
    unsafe fn store(self, to: *mut u32) {
        // SAFETY: the caller answers for the instructions and the place.
        unsafe { _mm512_storeu_si512(to.cast(), self) }
    }

    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm512_add_epi32(self, other) }
    }

    #[inline(always)]
    unsafe fn shift_left<const BITS: i32>(self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm512_sllv_epi32(self, Self::splat(BITS as u32)) }
    }

    #[inline(always)]
    unsafe fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm512_rol_epi32::<LEFT>(self) }
    }

    #[inline(always)]
    unsafe fn choose(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm512_ternarylogic_epi32::<CHOOSE>(b, c, d) }
    }

    #[inline(always)]
    unsafe fn parity(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm512_ternarylogic_epi32::<PARITY>(b, c, d) }
    }

    #[inline(always)]
    unsafe fn last(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller answers for the instructions.
        unsafe { _mm512_ternarylogic_epi32::<LAST>(b, c, d) }
    }

    #[inline(always)]
    unsafe fn transpose_quarters(rows: [Self; 4]) -> [Self; 4] {
        // SAFETY: the caller answers for the instructions.
        unsafe {
            let low01 = _mm512_unpacklo_epi32(rows[0], rows[1]);
            let high01 = _mm512_unpackhi_epi32(rows[0], rows[1]);
            let low23 = _mm512_unpacklo_epi32(rows[2], rows[3]);
            let high23 = _mm512_unpackhi_epi32(rows[2], rows[3]);
            [
                _mm512_unpacklo_epi64(low01, low23),
                _mm512_unpackhi_epi64(low01, low23),
                _mm512_unpacklo_epi64(high01, high23),
                _mm512_unpackhi_epi64(high01, high23),
            ]
        }
    }

    #[inline(always)]
    unsafe fn transpose(blocks: [Self; 16]) -> [Self; 16] {
        // SAFETY: the caller answers for the instructions.
        unsafe {
            // Four lanes each: four words of the block in each quarter of a register.
            let lanes0 = Self::transpose_quarters([blocks[0], blocks[1], blocks[2], blocks[3]]);
            let lanes4 = Self::transpose_quarters([blocks[4], blocks[5], blocks[6], blocks[7]]);
            let lanes8 = Self::transpose_quarters([blocks[8], blocks[9], blocks[10], blocks[11]]);
            let lanes12 = Self::transpose_quarters([blocks[12], blocks[13], blocks[14], blocks[15]]);
            let mut words = blocks;
            for word in 0..4 {
                // Quarters 0 and 2, or 1 and 3, of two registers: then every lane of words `word`, `word + 4` and so on.
                let even = _mm512_shuffle_i32x4::<0x88>(lanes0[word], lanes4[word]);
                let odd = _mm512_shuffle_i32x4::<0xDD>(lanes0[word], lanes4[word]);
                let even_next = _mm512_shuffle_i32x4::<0x88>(lanes8[word], lanes12[word]);
                let odd_next = _mm512_shuffle_i32x4::<0xDD>(lanes8[word], lanes12[word]);
                words[word] = _mm512_shuffle_i32x4::<0x88>(even, even_next);
                words[word + 4] = _mm512_shuffle_i32x4::<0x88>(odd, odd_next);
                words[word + 8] = _mm512_shuffle_i32x4::<0xDD>(even, even_next);
                words[word + 12] = _mm512_shuffle_i32x4::<0xDD>(odd, odd_next);
            }
            words
        }
    }

    #[inline(always)]
    unsafe fn padded(messages: &[&[u8]], lens: Self, number: usize) -> [Self; 16] {
        let start = number * block::LEN;
        // SAFETY: the caller answers for the instructions.
        unsafe {
            // An empty message may lie where nothing can be read, and a processor takes very long to see that nothing is wanted.
            if number == 0 && _mm512_testn_epi32_mask(lens, lens) != 0 {
                return compress::padded_copy::<Self, 16>(messages, number);
            }
            let mut words = Self::transpose(sixteen!(LANE => {
                let message = messages[LANE];
                // Reads bytes of the message only: so many as are left of it.
                let bytes = low_bits(message.len().saturating_sub(start));
                _mm512_maskz_loadu_epi8(bytes, message.as_ptr().wrapping_add(start).cast())
            }));
            let whole = _mm512_sub_epi32(_mm512_srli_epi32::<2>(lens), Self::splat((start / 4) as u32));
            let bits = _mm512_slli_epi32::<3>(_mm512_and_si512(lens, Self::splat(3)));
            let mark = _mm512_sllv_epi32(Self::splat(0x80), bits);
            for word in 0..16 {
                let here = _mm512_cmpeq_epi32_mask(whole, Self::splat(word as u32));
                words[word] = _mm512_mask_or_epi32(words[word], here, words[word], mark);
            }
            words
        }
    }
}

/// The lowest `count` bits, or fewer if there are more than 255.
#[inline(always)]
unsafe fn low_bits(count: usize) -> u64 {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the caller answers for the instructions. They look at eight bits of the number.
    return unsafe { _bzhi_u64(u64::MAX, count as u32) };
    #[cfg(target_arch = "x86")]
    if count < 64 { (1 << count) - 1 } else { u64::MAX }
}
