//! One message at a time, in the fewest cycles that a chain of dependent steps allows.

use core::hint::black_box;

use crate::block;
use crate::compressor::{Blocks, Compressor, MAX_LANES, MAX_SHORT_BLOCKS, States};
use crate::schedule::{CONSTANTS, all_steps};

pub(crate) const ALONE: Compressor =
    Compressor { lanes: 1, update, digest: [digest_group; MAX_SHORT_BLOCKS] };

fn update(states: &mut States, blocks: &Blocks<'_>, count: usize) {
    let state = compress(states.map(|row| row[0]), blocks[0][..count].iter().map(words_of));
    for (row, word) in states.iter_mut().zip(state) {
        row[0] = word;
    }
}

fn digest_group(messages: &[&[u8]], _lens: &[u32; MAX_LANES], digests: &mut [[u8; 16]]) {
    digest_all(messages, digests);
}

pub(crate) fn digest_all(messages: &[&[u8]], digests: &mut [[u8; 16]]) {
    for (message, to) in messages.iter().zip(digests) {
        *to = digest(message);
    }
}

pub(crate) fn digest(message: &[u8]) -> [u8; 16] {
    let (body, rest) = message.as_chunks();
    let state = compress(block::INITIAL, body.iter().map(words_of));
    let (end, count) = end(rest, message.len());
    block::to_bytes(compress(state, end.into_iter().take(count)))
}

fn words_of(block: &[u8; block::LEN]) -> [u32; 16] {
    let mut words = [0; 16];
    for (word, bytes) in words.iter_mut().zip(block.as_chunks().0) {
        *word = u32::from_le_bytes(*bytes);
    }
    words
}

/// The last blocks of a message of `len` bytes, given its remaining bytes, and the number of these blocks.
/// They are written as words: reading a word that was written in parts stalls the processor.
fn end(rest: &[u8], len: usize) -> ([[u32; 16]; 2], usize) {
    let count = block::count(rest.len());
    let mut blocks = [[0; 16]; 2];
    let words = blocks.as_flattened_mut();
    let (whole, part) = rest.as_chunks();
    for (word, bytes) in words.iter_mut().zip(whole) {
        *word = u32::from_le_bytes(*bytes);
    }
    words[whole.len()] = part.iter().rfold(block::MARK.into(), |word, byte| word << 8 | u32::from(*byte));
    let bits = (len as u64).wrapping_mul(8);
    words[16 * count - 2] = bits as u32;
    words[16 * count - 1] = (bits >> 32) as u32;
    (blocks, count)
}

fn compress(state: [u32; 4], blocks: impl Iterator<Item = [u32; 16]>) -> [u32; 4] {
    // If the compiler knew the constants, it would add each of them last, after waiting for the step before.
    // It adds unknown values in the order in which they are written, so that only `b` comes late.
    let constants = black_box(&CONSTANTS);
    let [mut a, mut b, mut c, mut d] = state;
    for words in blocks {
        let before = [a, b, c, d];
        macro_rules! step {
            ($mix:ident, $a:ident, $b:ident, $c:ident, $d:ident, $word:literal, $left:literal, $constant:literal) => {
                let sum = $a.wrapping_add(words[$word]).wrapping_add(constants[$constant]);
                $a = $mix(sum, $b, $c, $d).rotate_left($left).wrapping_add($b);
            };
        }
        all_steps!(step, a, b, c, d);
        a = a.wrapping_add(before[0]);
        b = b.wrapping_add(before[1]);
        c = c.wrapping_add(before[2]);
        d = d.wrapping_add(before[3]);
    }
    [a, b, c, d]
}

fn choose(sum: u32, b: u32, c: u32, d: u32) -> u32 {
    sum.wrapping_add(d ^ (b & (c ^ d)))
}

/// [`choose`] with the words rotated by one: the half without `b` does not wait for it.
fn swap(sum: u32, b: u32, c: u32, d: u32) -> u32 {
    sum.wrapping_add(c & !d).wrapping_add(b & d)
}

fn parity(sum: u32, b: u32, c: u32, d: u32) -> u32 {
    sum.wrapping_add(b ^ (c ^ d))
}

fn last(sum: u32, b: u32, c: u32, d: u32) -> u32 {
    sum.wrapping_add(c ^ (b | !d))
}
