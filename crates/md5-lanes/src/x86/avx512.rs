//! Vectors of AVX-512, with 16 lanes.
#![allow(clippy::needless_range_loop, reason = "loops over words and lanes by number, to be unrolled")]

use core::arch::asm;

use super::alike::alike;
use super::arch::*;
use crate::block;
use crate::compress::{self, Vector, compressors, sixteen};

compressors! { "avx512f,avx512bw,bmi2": AVX512 = __m512i, 1; AVX512_TWICE = __m512i, 2; AVX512_THRICE = __m512i, 3; }

/// For `_mm512_ternarylogic_epi32`: bit `4b + 2c + d` is the result for these bits.
///
/// `b` comes last, from the step before, so it is the first operand everywhere: on some processors the others
/// take a cycle more.
const CHOOSE: i32 = 0xCA;
const SWAP: i32 = 0xE4;
const PARITY: i32 = 0x96;
const LAST: i32 = 0x39;

impl Vector for __m512i {
    const LANES: usize = 16;

    alike! {
        _mm512_set1_epi32, _mm512_loadu_si512, _mm512_storeu_si512, _mm512_add_epi32,
        _mm512_unpacklo_epi32, _mm512_unpackhi_epi32, _mm512_unpacklo_epi64, _mm512_unpackhi_epi64
    }

    /// Not `inline(always)`, which the compiler refuses beside a target feature.
    #[inline]
    #[target_feature(enable = "avx512f")]
    unsafe fn computed_early(mut self) -> Self {
        // SAFETY: there are no instructions in it.
        unsafe {
            asm!("/* {} */", inlateout(zmm_reg) self, options(pure, nomem, nostack, preserves_flags));
        }
        self
    }

    #[inline(always)]
    unsafe fn shift_left<const BITS: i32>(self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm512_sllv_epi32(self, Self::splat(BITS as u32)) }
    }

    #[inline(always)]
    unsafe fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm512_rol_epi32::<LEFT>(self) }
    }

    #[inline(always)]
    unsafe fn choose(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm512_ternarylogic_epi32::<CHOOSE>(b, c, d) }
    }

    #[inline(always)]
    unsafe fn swap(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm512_ternarylogic_epi32::<SWAP>(b, c, d) }
    }

    #[inline(always)]
    unsafe fn parity(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm512_ternarylogic_epi32::<PARITY>(b, c, d) }
    }

    #[inline(always)]
    unsafe fn last(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { _mm512_ternarylogic_epi32::<LAST>(b, c, d) }
    }

    #[inline(always)]
    unsafe fn transpose(blocks: [Self; 16]) -> [Self; 16] {
        // SAFETY: the caller guarantees the instructions.
        unsafe {
            // Four lanes each: four words of the block in each quarter of a register.
            let lanes0 = Self::transpose_quarters([blocks[0], blocks[1], blocks[2], blocks[3]]);
            let lanes4 = Self::transpose_quarters([blocks[4], blocks[5], blocks[6], blocks[7]]);
            let lanes8 = Self::transpose_quarters([blocks[8], blocks[9], blocks[10], blocks[11]]);
            let lanes12 = Self::transpose_quarters([blocks[12], blocks[13], blocks[14], blocks[15]]);
            let mut words = blocks;
            for word in 0..4 {
                // Quarters 0 and 2, or 1 and 3, of two registers: then every lane of words `word`, `word + 4`
                // and so on.
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
        // SAFETY: the caller guarantees the instructions.
        unsafe {
            // The address of an empty message may be unreadable, and a masked load of nothing from there is
            // very slow.
            if number == 0 && _mm512_testn_epi32_mask(lens, lens) != 0 {
                return compress::padded_copy::<Self, 16>(messages, number);
            }
            let mut words = Self::transpose(sixteen!(LANE => {
                let message = messages[LANE];
                // Reads only bytes of the message: as many as are left of it.
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
    // SAFETY: the caller guarantees the instructions. They use eight bits of the number.
    return unsafe { _bzhi_u64(u64::MAX, count as u32) };
    #[cfg(target_arch = "x86")]
    if count < 64 { (1 << count) - 1 } else { u64::MAX }
}
