//! Which compressor works on how many lanes, by what the processor can do.

use crate::lanes::States;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
use crate::neon;
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
use crate::x86;

#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
cpufeatures::new!(has_sse2, "sse2");
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
cpufeatures::new!(has_avx2, "avx2");
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
cpufeatures::new!(has_avx512, "avx512f", "avx2");

/// How messages are digested. Only those that this processor has can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backend(Kind);

/// INVARIANT: one inside a [`Backend`] is available on this processor.
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
}

impl Backend {
    /// Those that this processor has, from the slowest to the fastest.
    pub fn all_available() -> impl Iterator<Item = Self> {
        Kind::ALL.iter().copied().filter(|kind| kind.is_available()).map(Self)
    }

    /// The fastest that this processor has.
    pub fn best() -> Self {
        Self::all_available().last().unwrap_or(Self(Kind::Scalar))
    }

    /// How many messages are worked on at once.
    pub fn lanes(self) -> usize {
        match self.0 {
            Kind::Scalar => 1,
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Kind::Sse2 => 8,
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Kind::Avx2 => 16,
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Kind::Avx512 => 48,
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Kind::Neon => 8,
        }
    }

    /// Goes on with the digests of the first `active` lanes, two or more, by `count` blocks, in registers no wider than it takes.
    #[cfg_attr(
        not(any(
            target_arch = "x86_64",
            target_arch = "x86",
            all(target_arch = "aarch64", target_endian = "little")
        )),
        expect(unused_variables)
    )]
    pub(crate) fn compress(self, states: &mut States, blocks: &[&[[u8; 64]]], active: usize, count: usize) {
        assert!(blocks.iter().all(|blocks| blocks.len() >= count));
        let compressor = match self.0 {
            Kind::Scalar => return,
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Kind::Avx512 if active > 32 => x86::avx512_thrice,
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Kind::Avx512 if active > 16 => x86::avx512_twice,
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Kind::Avx512 if active > 8 => x86::avx512,
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Kind::Avx2 if active > 8 => x86::avx2_twice,
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            Kind::Avx512 | Kind::Avx2 if active > 4 => x86::avx2,
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            _ if active > 4 => x86::sse2_twice,
            #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
            _ => x86::sse2,
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Kind::Neon if active > 4 => neon::neon_twice,
            #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
            Kind::Neon => neon::neon,
        };
        #[cfg(any(
            target_arch = "x86_64",
            target_arch = "x86",
            all(target_arch = "aarch64", target_endian = "little")
        ))]
        {
            // SAFETY: by the invariant of `Kind` the processor has the instructions (one with AVX-512 or AVX2 has those
            // before, too), and every slice has `count` blocks.
            unsafe { compressor(states, blocks, count) };
        }
    }
}
