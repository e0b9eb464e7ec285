//! MD5 (RFC 1321) over vectors of 32-bit lanes, one message in each lane.
#![allow(clippy::needless_range_loop, reason = "loops over vectors and lanes by number, to be unrolled")]

use crate::block;
use crate::compressor::{Blocks, MAX_LANES, States};
use crate::schedule::{CONSTANTS, all_steps};

/// An array of sixteen expressions. The compiler would not unroll a loop over this much code, and would keep
/// the array in memory.
macro_rules! sixteen {
    ($place:ident => $value:expr) => {
        crate::compress::sixteen!($place => $value, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    ($place:ident => $value:expr, $($number:literal)*) => {
        [$({ const $place: usize = $number; $value }),*]
    };
}
pub(crate) use sixteen;

/// Compressors for a number of vectors, compiled for processors with the features.
macro_rules! compressors {
    ($features:literal: $($name:ident = $vector:ty, $count:literal;)*) => {$(
        pub(crate) const $name: crate::compressor::Compressor = {
            use crate::compress::{self, Vector};
            use crate::compressor::{Blocks, Compressor, MAX_LANES, States};

            /// # Safety
            /// The processor must have the features.
            #[target_feature(enable = $features)]
            unsafe fn update(states: &mut States, blocks: &Blocks<'_>, count: usize) {
                // SAFETY: the caller guarantees the features.
                unsafe { compress::update::<$vector, $count>(states, blocks, count) }
            }
            /// # Safety
            /// The processor must have the features.
            #[target_feature(enable = $features)]
            unsafe fn digest<const BLOCKS: usize>(
                messages: &[&[u8]],
                lens: &[u32; MAX_LANES],
                digests: &mut [[u8; 16]],
            ) {
                // SAFETY: the caller guarantees the features.
                unsafe { compress::digest::<$vector, $count, BLOCKS>(messages, lens, digests) }
            }
            Compressor { lanes: <$vector as Vector>::LANES * $count, update, digest: [digest::<1>, digest::<2>] }
        };
    )*};
}
pub(crate) use compressors;

/// A register of 32-bit lanes.
///
/// # Safety
/// Call these functions only if the processor has the instructions of the implementation.
pub(crate) trait Vector: Copy {
    /// Lanes of 32 bits.
    const LANES: usize;
    /// The number of registers that hold a block.
    const PARTS: usize = 16 / Self::LANES;

    /// Prefetches the cache line of an address, without reading from it. Does nothing if Rust has no stable
    /// function for it.
    ///
    /// # Safety
    /// As for the trait.
    #[inline(always)]
    unsafe fn prefetch(_address: *const u8) {}
    /// # Safety
    /// As for the trait.
    unsafe fn splat(value: u32) -> Self;
    /// # Safety
    /// As for the trait; `from` must be good for reading `LANES` numbers, at any address.
    unsafe fn load(from: *const u32) -> Self;
    /// # Safety
    /// As for the trait; `to` must be good for writing `LANES` numbers, at any address.
    unsafe fn store(self, to: *mut u32);
    /// # Safety
    /// As for the trait.
    unsafe fn add(self, other: Self) -> Self;
    /// Returns `self`. Keeps the compiler from changing the order of the sum that this value is part of: it
    /// would add the constant last, after waiting for the step before. Worth it only where a step has few
    /// instructions.
    ///
    /// # Safety
    /// As for the trait.
    #[inline(always)]
    unsafe fn computed_early(self) -> Self {
        self
    }
    /// # Safety
    /// As for the trait.
    unsafe fn shift_left<const BITS: i32>(self) -> Self;
    /// Rotates each lane by `LEFT` bits to the left; `RIGHT` is 32 less that.
    ///
    /// # Safety
    /// As for the trait.
    unsafe fn rotate<const LEFT: i32, const RIGHT: i32>(self) -> Self;
    /// `b & c | !b & d`
    ///
    /// # Safety
    /// As for the trait.
    unsafe fn choose(b: Self, c: Self, d: Self) -> Self;
    /// `b & d | c & !d`
    ///
    /// # Safety
    /// As for the trait.
    #[inline(always)]
    unsafe fn swap(b: Self, c: Self, d: Self) -> Self {
        // SAFETY: the caller guarantees the instructions.
        unsafe { Self::choose(d, b, c) }
    }
    /// `b ^ c ^ d`
    ///
    /// # Safety
    /// As for the trait.
    unsafe fn parity(b: Self, c: Self, d: Self) -> Self;
    /// `c ^ (b | !d)`
    ///
    /// # Safety
    /// As for the trait.
    unsafe fn last(b: Self, c: Self, d: Self) -> Self;
    /// In each quarter of 128 bits, word `n` of every row goes to row `n`.
    ///
    /// # Safety
    /// As for the trait.
    unsafe fn transpose_quarters(rows: [Self; 4]) -> [Self; 4];
    /// A block of each lane, `PARTS` registers each, transposed into 16 vectors: `n` holds word `n` of every
    /// lane.
    ///
    /// # Safety
    /// As for the trait.
    unsafe fn transpose(blocks: [Self; 16]) -> [Self; 16];
    /// Block `number` of each of `LANES` messages, transposed. It has the padding bit after the message, but
    /// perhaps not the length. `lens` holds the lengths of the messages.
    ///
    /// # Panics
    /// There are fewer messages.
    ///
    /// # Safety
    /// As for the trait.
    unsafe fn padded(messages: &[&[u8]], lens: Self, number: usize) -> [Self; 16];
}

/// [`Vector::transpose`] for vectors with four lanes.
///
/// # Safety
/// As for [`Vector`].
#[inline(always)]
pub(crate) unsafe fn transpose_four_lanes<V: Vector>(blocks: [V; 16]) -> [V; 16] {
    const { assert!(V::LANES == 4) }
    let mut words = blocks;
    for quarter in 0..4 {
        let rows = [blocks[quarter], blocks[quarter + 4], blocks[quarter + 8], blocks[quarter + 12]];
        // SAFETY: the caller guarantees the instructions.
        let rows = unsafe { V::transpose_quarters(rows) };
        words[4 * quarter..][..4].copy_from_slice(&rows);
    }
    words
}

/// [`Vector::padded`] through a copy. `LANES` are those of the vector.
///
/// # Panics
/// There are fewer messages.
///
/// # Safety
/// As for [`Vector`].
#[inline(always)]
pub(crate) unsafe fn padded_copy<V: Vector, const LANES: usize>(
    messages: &[&[u8]],
    number: usize,
) -> [V; 16] {
    const { assert!(LANES == V::LANES) }
    let mut blocks = [[0; block::LEN]; LANES];
    for (block, message) in blocks.iter_mut().zip(&messages[..LANES]) {
        block::pad(message, number, block);
    }
    // SAFETY: `PARTS` parts of `LANES` numbers make a block. The caller guarantees the instructions.
    unsafe {
        V::transpose(sixteen!(PART => {
            let block = blocks[PART / V::PARTS].as_ptr().cast::<u32>();
            V::load(block.add(PART % V::PARTS * V::LANES))
        }))
    }
}

const MAX_LANES_OF_A_VECTOR: usize = 16;

/// Repeats a statement for each of up to three vectors, unrolled like `sixteen`.
macro_rules! each_vector {
    ($k:ident < $count:ident => $body:block) => {
        const { assert!($count <= 3) }
        {
            const $k: usize = 0;
            $body
        }
        if $count > 1 {
            const $k: usize = 1;
            $body
        }
        if $count > 2 {
            const $k: usize = 2;
            $body
        }
    };
}

/// Aligns the stack frame to the widest vector, so that a spilled vector lies in one cache line.
macro_rules! align_frame {
    () => {
        #[repr(align(64))]
        struct Aligned;
        core::hint::black_box(&mut Aligned);
    };
}

/// The distance of the prefetch from the current block. There are more lanes than streams that the hardware
/// prefetcher follows: without this, half of the time is spent waiting for memory if messages are not cached.
const PREFETCH: usize = 2 * block::LEN;

/// Updates the digests of the first `V::LANES * K` lanes with `count` blocks each.
///
/// # Panics
/// A lane has fewer blocks.
///
/// # Safety
/// As for [`Vector`].
#[inline(always)]
pub(crate) unsafe fn update<V: Vector, const K: usize>(
    states: &mut States,
    blocks: &Blocks<'_>,
    count: usize,
) {
    const { assert!(V::LANES * K <= MAX_LANES) }
    align_frame!();
    // Loops and macros instead of closures: the compiler may not inline closures into the function with the
    // target features.
    // SAFETY: the caller guarantees the instructions.
    let zero = unsafe { V::splat(0) };
    let mut state = [[zero; K]; 4];
    for word in 0..4 {
        for k in 0..K {
            // SAFETY: a row of `states` has at least `V::LANES * K` numbers. The caller guarantees the
            // instructions.
            state[word][k] = unsafe { V::load(states[word].as_ptr().add(k * V::LANES)) };
        }
    }
    for number in 0..count {
        let mut words = [[zero; 16]; K];
        each_vector!(N < K => {
            // SAFETY: `PARTS` parts of `LANES` numbers make a block. The caller guarantees the instructions.
            words[N] = unsafe {
                V::transpose(sixteen!(PART => {
                    let block = blocks[N * V::LANES + PART / V::PARTS][number].as_ptr();
                    if PART.is_multiple_of(V::PARTS) {
                        V::prefetch(block.wrapping_add(PREFETCH));
                    }
                    V::load(block.cast::<u32>().add(PART % V::PARTS * V::LANES))
                }))
            };
        });
        // SAFETY: the caller guarantees the instructions.
        state = unsafe { steps(state, &words) };
    }
    for word in 0..4 {
        for k in 0..K {
            // SAFETY: as for loading.
            unsafe { state[word][k].store(states[word].as_mut_ptr().add(k * V::LANES)) };
        }
    }
}

/// The digests of `V::LANES * K` messages of `BLOCKS` blocks each, padding included. The lengths are a
/// separate argument.
///
/// # Panics
/// There are fewer messages or digests.
///
/// # Safety
/// As for [`Vector`].
#[inline(always)]
pub(crate) unsafe fn digest<V: Vector, const K: usize, const BLOCKS: usize>(
    messages: &[&[u8]],
    lens: &[u32; MAX_LANES],
    digests: &mut [[u8; 16]],
) {
    assert!(messages.len() == V::LANES * K && digests.len() == V::LANES * K);
    align_frame!();
    // SAFETY: the caller guarantees the instructions.
    let zero = unsafe { V::splat(0) };
    let mut state = [[zero; K]; 4];
    for word in 0..4 {
        // SAFETY: the caller guarantees the instructions.
        state[word] = [unsafe { V::splat(block::INITIAL[word]) }; K];
    }
    for number in 0..BLOCKS {
        let mut words = [[zero; 16]; K];
        each_vector!(N < K => {
            // SAFETY: there are `MAX_LANES` lengths. The caller guarantees the instructions.
            unsafe {
                let lens = V::load(lens.as_ptr().add(N * V::LANES));
                words[N] = V::padded(&messages[N * V::LANES..][..V::LANES], lens, number);
                if number + 1 == BLOCKS {
                    // In bits, and at most 32 bits of them.
                    words[N][14] = lens.shift_left::<3>();
                    words[N][15] = zero;
                }
            }
        });
        // SAFETY: the caller guarantees the instructions.
        state = unsafe { steps(state, &words) };
    }
    for k in 0..K {
        let mut quarters = [[[0; 16]; MAX_LANES_OF_A_VECTOR / 4]; 4];
        // SAFETY: the caller guarantees the instructions.
        let rows = unsafe { V::transpose_quarters([state[0][k], state[1][k], state[2][k], state[3][k]]) };
        for row in 0..4 {
            // SAFETY: an array of `quarters` has room for the largest vector. The caller guarantees the
            // instructions.
            unsafe { rows[row].store(quarters[row].as_mut_ptr().cast()) };
        }
        for lane in 0..V::LANES {
            digests[k * V::LANES + lane] = quarters[lane % 4][lane / 4];
        }
    }
}

/// Digests one block of every lane.
///
/// # Safety
/// As for [`Vector`].
#[inline(always)]
unsafe fn steps<V: Vector, const K: usize>(state: [[V; K]; 4], words: &[[V; 16]; K]) -> [[V; K]; 4] {
    let [mut a, mut b, mut c, mut d] = state;
    // One step for each vector in turn: while one waits for its result, the next one is computed.
    macro_rules! step {
        ($mix:ident, $a:ident, $b:ident, $c:ident, $d:ident, $word:literal, $left:literal, $constant:literal) => {
            let constant = V::splat(const { CONSTANTS[$constant] });
            for k in 0..K {
                let early = $a[k].add(words[k][$word].add(constant)).computed_early();
                let sum = early.add(V::$mix($b[k], $c[k], $d[k]));
                $a[k] = sum.rotate::<$left, { 32 - $left }>().add($b[k]);
            }
        };
    }
    // SAFETY: the caller guarantees the instructions.
    unsafe {
        all_steps!(step, a, b, c, d);
    }
    for k in 0..K {
        // SAFETY: the caller guarantees the instructions.
        unsafe {
            a[k] = a[k].add(state[0][k]);
            b[k] = b[k].add(state[1][k]);
            c[k] = c[k].add(state[2][k]);
            d[k] = d[k].add(state[3][k]);
        }
    }
    [a, b, c, d]
}
