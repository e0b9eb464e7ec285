//! What a message is cut into: blocks of 64 bytes, the last ones padded (RFC 1321, 3.1 and 3.2).

pub(crate) const LEN: usize = 64;
/// What a digest begins with (RFC 1321, 3.3).
pub(crate) const INITIAL: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// The mark behind the message.
const MARK: u8 = 0x80;
/// Bytes of the length, in bits, at the end of the last block.
const LENGTH_LEN: usize = 8;

/// How many blocks a message of `len` bytes makes, one or more.
pub(crate) fn count(len: usize) -> usize {
    (len + LENGTH_LEN) / LEN + 1
}

/// One block of a message, counted from 0, padded where the message ends.
pub(crate) fn padded(message: &[u8], number: usize) -> [u8; LEN] {
    let start = number * LEN;
    let rest = message.get(start..).unwrap_or(&[]);
    if let Some(whole) = rest.first_chunk() {
        return *whole;
    }
    let mut block = copied(rest);
    if start <= message.len() {
        block[rest.len()] = MARK;
    }
    if number + 1 == count(message.len()) {
        let bits = (message.len() as u64).wrapping_mul(8);
        block[LEN - LENGTH_LEN..].copy_from_slice(&bits.to_le_bytes());
    }
    block
}

/// Less than a block, and zeros behind it.
///
/// Eight bytes at a time, the last of them over again, so that there is no branch by length that a processor could foresee wrongly.
fn copied(rest: &[u8]) -> [u8; LEN] {
    let mut block = [0; LEN];
    if let Some(last) = rest.len().checked_sub(8) {
        for step in 0..LEN / 8 {
            let from = last.min(8 * step);
            block[from..from + 8].copy_from_slice(&rest[from..from + 8]);
        }
    } else if let Some(last) = rest.len().checked_sub(4) {
        block[..4].copy_from_slice(&rest[..4]);
        block[last..last + 4].copy_from_slice(&rest[last..last + 4]);
    } else {
        for (to, from) in block.iter_mut().zip(rest) {
            *to = *from;
        }
    }
    block
}

/// The bytes of a message behind its last whole word, and the mark, as a word.
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
pub(crate) fn last_word(message: &[u8]) -> u32 {
    match message.last_chunk() {
        Some(last) => {
            let behind = 4 - message.len() % 4;
            let marked = u64::from(u32::from_le_bytes(*last)) | u64::from(MARK) << 32;
            (marked >> (8 * behind)) as u32
        }
        None => last_word_alone(message),
    }
}

/// [`last_word`] where there is no word before it.
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
#[cold]
fn last_word_alone(message: &[u8]) -> u32 {
    message.iter().rfold(u32::from(MARK), |word, byte| word << 8 | u32::from(*byte))
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::vec::Vec;

    use super::*;

    #[test]
    fn blocks_are_those_of_the_padding_rule() {
        let data: Vec<u8> = (1..=200).collect();
        for len in 0..data.len() {
            let message = &data[..len];
            let mut rule = message.to_vec();
            rule.push(0x80);
            while rule.len() % 64 != 56 {
                rule.push(0);
            }
            rule.extend((len as u64 * 8).to_le_bytes());
            assert_eq!(count(len), rule.len() / 64);
            let blocks: Vec<u8> = (0..count(len)).flat_map(|number| padded(message, number)).collect();
            assert_eq!(blocks, rule);
        }
    }

    #[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
    #[test]
    fn the_last_word_is_that_of_the_block_with_the_mark() {
        let data: Vec<u8> = (1..=200).collect();
        for len in 0..data.len() {
            let block = padded(&data[..len], len / 64);
            let word = block.as_chunks().0[len % 64 / 4];
            assert_eq!(last_word(&data[..len]), u32::from_le_bytes(word), "{len}");
        }
    }
}
