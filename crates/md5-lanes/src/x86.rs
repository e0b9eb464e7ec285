//! Vectors of x86: SSE2 (4 lanes), AVX2 (8), AVX-512 (16).

#[cfg(target_arch = "x86")]
use core::arch::x86::*;
#[cfg(target_arch = "x86_64")]
use core::arch::x86_64::*;

use crate::compress::{Vector, compress};
use crate::lanes::States;

/// Compressors for so many vectors in turn.
macro_rules! compressors {
    ($features:literal: $($name:ident = $vector:ty, $count:literal;)*) => {$(
        /// # Safety
        /// The processor must have the features.
        #[target_feature(enable = $features)]
        pub(crate) unsafe fn $name(states: &mut States, blocks: &[&[[u8; 64]]], count: usize) {
            // SAFETY: the caller answers for the features.
            unsafe { compress::<$vector, $count>(states, blocks, count) }
        }
    )*};
}

compressors! { "sse2": sse2 = __m128i, 1; sse2_twice = __m128i, 2; }
compressors! { "avx2": avx2 = __m256i, 1; avx2_twice = __m256i, 2; }
compressors! { "avx512f": avx512 = __m512i, 1; avx512_twice = __m512i, 2; avx512_thrice = __m512i, 3; }

// Each function of the implementations below is inlined into a compressor above, which has the features.

impl Vector for __m128i {
    const LANES: usize = 4;

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
    unsafe fn transpose(blocks: &[*const u8]) -> [Self; 16] {
        // SAFETY: the caller answers for the instructions and for 64 bytes at each place.
        unsafe {
            let mut words = [_mm_setzero_si128(); 16];
            for quarter in 0..4 {
                macro_rules! row {
                    ($lane:expr) => {
                        Self::load(blocks[$lane].add(16 * quarter).cast())
                    };
                }
                let (low01, high01) =
                    (_mm_unpacklo_epi32(row!(0), row!(1)), _mm_unpackhi_epi32(row!(0), row!(1)));
                let (low23, high23) =
                    (_mm_unpacklo_epi32(row!(2), row!(3)), _mm_unpackhi_epi32(row!(2), row!(3)));
                words[4 * quarter] = _mm_unpacklo_epi64(low01, low23);
                words[4 * quarter + 1] = _mm_unpackhi_epi64(low01, low23);
                words[4 * quarter + 2] = _mm_unpacklo_epi64(high01, high23);
                words[4 * quarter + 3] = _mm_unpackhi_epi64(high01, high23);
            }
            words
        }
    }
}

impl Vector for __m256i {
    const LANES: usize = 8;

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
    unsafe fn transpose(blocks: &[*const u8]) -> [Self; 16] {
        // SAFETY: the caller answers for the instructions and for 64 bytes at each place.
        unsafe {
            let mut words = [_mm256_setzero_si256(); 16];
            for half in 0..2 {
                macro_rules! row {
                    ($lane:expr) => {
                        Self::load(blocks[$lane].add(32 * half).cast())
                    };
                }
                // In each half of a register: words 0 and 1, or 2 and 3, of two lanes; then of four lanes.
                macro_rules! pair {
                    ($lane:expr) => {
                        (
                            _mm256_unpacklo_epi32(row!($lane), row!($lane + 1)),
                            _mm256_unpackhi_epi32(row!($lane), row!($lane + 1)),
                        )
                    };
                }
                macro_rules! four {
                    ($lane:expr) => {{
                        let ((low, high), (low_next, high_next)) = (pair!($lane), pair!($lane + 2));
                        [
                            _mm256_unpacklo_epi64(low, low_next),
                            _mm256_unpackhi_epi64(low, low_next),
                            _mm256_unpacklo_epi64(high, high_next),
                            _mm256_unpackhi_epi64(high, high_next),
                        ]
                    }};
                }
                let (first, second) = (four!(0), four!(4));
                for word in 0..4 {
                    words[8 * half + word] = _mm256_permute2x128_si256::<0x20>(first[word], second[word]);
                    words[8 * half + 4 + word] = _mm256_permute2x128_si256::<0x31>(first[word], second[word]);
                }
            }
            words
        }
    }
}

/// For `_mm512_ternarylogic_epi32`: bit `4b + 2c + d` is the result for these bits.
const CHOOSE: i32 = 0xCA;
const PARITY: i32 = 0x96;
const LAST: i32 = 0x39;

impl Vector for __m512i {
    const LANES: usize = 16;

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
    unsafe fn transpose(blocks: &[*const u8]) -> [Self; 16] {
        // SAFETY: the caller answers for the instructions and for 64 bytes at each place.
        unsafe {
            macro_rules! row {
                ($lane:expr) => {
                    Self::load(blocks[$lane].cast())
                };
            }
            // In each quarter of a register: words of two lanes; then of four lanes.
            macro_rules! pair {
                ($lane:expr) => {
                    (
                        _mm512_unpacklo_epi32(row!($lane), row!($lane + 1)),
                        _mm512_unpackhi_epi32(row!($lane), row!($lane + 1)),
                    )
                };
            }
            macro_rules! four {
                ($lane:expr) => {{
                    let ((low, high), (low_next, high_next)) = (pair!($lane), pair!($lane + 2));
                    [
                        _mm512_unpacklo_epi64(low, low_next),
                        _mm512_unpackhi_epi64(low, low_next),
                        _mm512_unpacklo_epi64(high, high_next),
                        _mm512_unpackhi_epi64(high, high_next),
                    ]
                }};
            }
            let (lanes0, lanes4, lanes8, lanes12) = (four!(0), four!(4), four!(8), four!(12));
            let mut words = [_mm512_setzero_si512(); 16];
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
}
