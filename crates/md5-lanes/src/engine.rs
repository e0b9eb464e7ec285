//! Chooses the compressors of a back end by the features of the processor.

#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
use crate::neon;
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
use crate::x86;
use crate::{
    compressor::{Blocks, Compressor, MAX_LANES, States},
    scalar,
};

#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
cpufeatures::new!(has_sse2, "sse2");
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
cpufeatures::new!(has_avx2, "avx2");
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
cpufeatures::new!(has_avx512, "avx2", "avx512f", "avx512bw", "bmi2");

/// How to digest messages. Only back ends that this processor supports can be obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backend(Kind);

/// INVARIANT: the kind inside a [`Backend`] is available on this processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Scalar,
    #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
    Sse2,
    #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
    Avx2,
    #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
    Avx512,
    #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
    Neon,
}

impl Kind {
    /// From the slowest to the fastest.
    const ALL: &[Self] = &[
        Self::Scalar,
        #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
        Self::Sse2,
        #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
        Self::Avx2,
        #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
        Self::Avx512,
        #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
        Self::Neon,
    ];

    fn is_available(self) -> bool {
        match self {
            Self::Scalar => true,
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Self::Sse2 => has_sse2::get(),
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Self::Avx2 => has_avx2::get(),
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Self::Avx512 => has_avx512::get(),
            // Part of the architecture.
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Self::Neon => true,
        }
    }

    /// By number of lanes. All have one width: two to eight long messages are faster in a wide vector than in
    /// a narrow one that they would fill (0.55 to 0.94 of the time). Only up to eight short ones are slower
    /// (up to 1.26).
    fn compressors(self) -> &'static [Compressor] {
        match self {
            Self::Scalar => const { &[scalar::ALONE] },
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Self::Sse2 => const { &[scalar::ALONE, x86::SSE2, x86::SSE2_TWICE, x86::SSE2_THRICE] },
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Self::Avx2 => const { &[scalar::ALONE, x86::AVX2, x86::AVX2_TWICE, x86::AVX2_THRICE] },
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Self::Avx512 => const { &[scalar::ALONE, x86::AVX512, x86::AVX512_TWICE, x86::AVX512_THRICE] },
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Self::Neon => const { &[scalar::ALONE, neon::NEON, neon::NEON_TWICE, neon::NEON_THRICE] },
        }
    }
}

impl Backend {
    /// The back ends of this processor, from the slowest to the fastest.
    pub fn all_available() -> impl Iterator<Item = Self> {
        Kind::ALL.iter().copied().filter(|kind| kind.is_available()).map(Self)
    }

    /// The fastest back end of this processor.
    pub fn best() -> Self {
        Self::all_available().last().unwrap_or(Self(Kind::Scalar))
    }

    /// The number of messages that are processed at once.
    pub fn lanes(self) -> usize {
        self.0.compressors().last().map_or(1, |widest| widest.lanes)
    }

    /// The narrowest compressor with a lane for each message, or the widest.
    pub(crate) fn engine(self, messages: usize) -> Engine {
        let compressors = self.0.compressors();
        let wide_enough = compressors.iter().find(|compressor| compressor.lanes >= messages);
        Engine(wide_enough.or(compressors.last()).unwrap_or(&scalar::ALONE))
    }
}

/// INVARIANT: the processor has the instructions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Engine(&'static Compressor);

impl Engine {
    pub(crate) fn lanes(self) -> usize {
        self.0.lanes
    }

    /// Updates the digests of the first lanes with `count` blocks each.
    pub(crate) fn update(self, states: &mut States, blocks: &Blocks<'_>, count: usize) {
        // SAFETY: by the invariant.
        unsafe { (self.0.update)(states, blocks, count) };
    }

    /// The digests of as many messages as there are lanes, each of `count` blocks with its padding.
    pub(crate) fn digest(self, messages: &[&[u8]], count: usize, digests: &mut [[u8; 16]]) {
        // Here and not in the compressor, where the compiler would gather them with slow instructions.
        let mut lens = [0; MAX_LANES];
        for (len, message) in lens.iter_mut().zip(messages) {
            *len = message.len() as u32;
        }
        // SAFETY: by the invariant.
        unsafe { (self.0.digest[count - 1])(messages, &lens, digests) };
    }
}
