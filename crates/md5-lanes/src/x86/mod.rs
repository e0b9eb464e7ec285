//! Vectors of x86, and compressors made of them.
//!
//! Each function of a vector is inlined into a compressor, which has the features of the processor.

mod alike;
mod avx2;
mod avx512;
mod sse2;

#[cfg(target_arch = "x86")]
use core::arch::x86 as arch;
#[cfg(target_arch = "x86_64")]
use core::arch::x86_64 as arch;

pub(crate) use avx2::{AVX2, AVX2_THRICE, AVX2_TWICE};
pub(crate) use avx512::{AVX512, AVX512_THRICE, AVX512_TWICE};
pub(crate) use sse2::{SSE2, SSE2_THRICE, SSE2_TWICE};
