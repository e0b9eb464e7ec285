//! MD5 that takes little flash and stack: RFC 1321, for messages in one piece.
//!
//! Each of the four rounds is a loop of four times four steps. On cores with a rotate instruction that is as
//! fast as 64 unrolled steps. ARMv6-M has few registers, so one loop of 64 steps is smallest there.

use kinesis_agg::Md5Engine;

/// MD5 in little flash, instead of the `md-5` crate.
#[derive(Clone, Copy, Debug, Default)]
pub struct SmallMd5;

impl Md5Engine for SmallMd5 {
    fn digest(&mut self, message: &[u8]) -> [u8; 16] {
        let mut state = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476];
        let (blocks, tail) = message.as_chunks::<BLOCK_LEN>();
        for block in blocks {
            compress(&mut state, block);
        }
        let mut last = [0; BLOCK_LEN];
        for (to, from) in last.iter_mut().zip(tail.iter().chain(&[0x80])) {
            *to = *from;
        }
        if tail.len() >= BLOCK_LEN - LENGTH_LEN {
            compress(&mut state, &last);
            last = [0; BLOCK_LEN];
        }
        let bits = (message.len() as u64) << 3;
        last[BLOCK_LEN - LENGTH_LEN..].copy_from_slice(&bits.to_le_bytes());
        compress(&mut state, &last);
        let mut digest = [0; 16];
        for (to, from) in digest.iter_mut().zip(state.iter().flat_map(|word| word.to_le_bytes())) {
            *to = from;
        }
        digest
    }
}

const BLOCK_LEN: usize = 64;
const LENGTH_LEN: usize = 8;

/// 2^32 |sin(i + 1)|.
#[rustfmt::skip]
const SINES: [u32; 64] = [
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
];

/// The rotations of four steps in each round. Below: the first word of each round in the block, and the
/// stride from word to word.
const ROTATIONS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
const STARTS: [usize; 4] = [0, 1, 5, 0];
const STRIDES: [usize; 4] = [1, 5, 3, 7];

type Mix = fn(u32, u32, u32) -> u32;
const MIXES: [Mix; 4] =
    [|b, c, d| d ^ (b & (c ^ d)), |b, c, d| c ^ (d & (b ^ c)), |b, c, d| b ^ c ^ d, |b, c, d| c ^ (b | !d)];

/// Returns the word of the block that a step uses.
#[inline(always)]
fn word(block: &[u8; BLOCK_LEN], number: usize) -> u32 {
    let (words, _) = block.as_chunks::<4>();
    words.get(number % 16).map_or(0, |word| u32::from_le_bytes(*word))
}

#[cfg(not(armv6m))]
#[inline(never)]
fn compress(state: &mut [u32; 4], block: &[u8; BLOCK_LEN]) {
    let mut sums = *state;
    round::<0>(&mut sums, block);
    round::<1>(&mut sums, block);
    round::<2>(&mut sums, block);
    round::<3>(&mut sums, block);
    for (word, sum) in state.iter_mut().zip(sums) {
        *word = word.wrapping_add(sum);
    }
}

#[cfg(not(armv6m))]
#[inline(always)]
fn round<const ROUND: usize>(state: &mut [u32; 4], block: &[u8; BLOCK_LEN]) {
    let [mut a, mut b, mut c, mut d] = *state;
    let mut number = STARTS[ROUND];
    let mut step = |a: u32, b: u32, c: u32, d: u32, sine: u32, rotation: u32| {
        let sum = a.wrapping_add(MIXES[ROUND](b, c, d)).wrapping_add(sine).wrapping_add(word(block, number));
        number += STRIDES[ROUND];
        sum.rotate_left(rotation).wrapping_add(b)
    };
    let [r0, r1, r2, r3] = ROTATIONS[ROUND];
    for [s0, s1, s2, s3] in SINES.as_chunks::<4>().0.iter().skip(ROUND * 4).take(4) {
        a = step(a, b, c, d, *s0, r0);
        d = step(d, a, b, c, *s1, r1);
        c = step(c, d, a, b, *s2, r2);
        b = step(b, c, d, a, *s3, r3);
    }
    *state = [a, b, c, d];
}

#[cfg(armv6m)]
#[inline(never)]
fn compress(state: &mut [u32; 4], block: &[u8; BLOCK_LEN]) {
    let [mut a, mut b, mut c, mut d] = *state;
    let mut sines = SINES.iter();
    for round in 0..4 {
        let mut number = STARTS[round];
        for step in 0..16 {
            let sine = sines.next().copied().unwrap_or_default();
            let mixed = match round {
                0 => MIXES[0](b, c, d),
                1 => MIXES[1](b, c, d),
                2 => MIXES[2](b, c, d),
                _ => MIXES[3](b, c, d),
            };
            let sum = a.wrapping_add(mixed).wrapping_add(sine).wrapping_add(word(block, number));
            number += STRIDES[round];
            (a, d, c) = (d, c, b);
            b = b.wrapping_add(sum.rotate_left(ROTATIONS[round][step % 4]));
        }
    }
    for (word, sum) in state.iter_mut().zip([a, b, c, d]) {
        *word = word.wrapping_add(sum);
    }
}
