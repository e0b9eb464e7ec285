//! Splits a message into blocks of 64 bytes, the last ones padded (RFC 1321, 3.1 and 3.2).

pub(crate) const LEN: usize = 64;
/// The initial state of a digest (RFC 1321, 3.3).
pub(crate) const INITIAL: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];

/// The byte after the message.
pub(crate) const MARK: u8 = 0x80;
/// Bytes of the length in bits, at the end of the last block.
const LENGTH_LEN: usize = 8;

/// The number of blocks of a message of `len` bytes, at least one.
pub(crate) fn count(len: usize) -> usize {
    (len + LENGTH_LEN) / LEN + 1
}

/// One block of a message, counted from 0, padded after the end of the message.
#[inline]
pub(crate) fn pad(message: &[u8], number: usize, block: &mut [u8; LEN]) {
    let rest = message.get(number * LEN..).unwrap_or(&[]);
    if let Some(whole) = rest.first_chunk() {
        *block = *whole;
        return;
    }
    *block = [0; LEN];
    copy(rest, block);
    if number * LEN <= message.len() {
        block[rest.len()] = MARK;
    }
    if number + 1 == count(message.len()) {
        let bits = (message.len() as u64).wrapping_mul(8);
        block[LEN - LENGTH_LEN..].copy_from_slice(&bits.to_le_bytes());
    }
}

/// The digest after the last block (RFC 1321, 3.5).
pub(crate) fn to_bytes(state: [u32; 4]) -> [u8; 16] {
    let mut digest = [0; 16];
    for (bytes, word) in digest.chunks_exact_mut(4).zip(state) {
        bytes.copy_from_slice(&word.to_le_bytes());
    }
    digest
}

/// Copies less than a block, in parts of one size. The last part is repeated to get a fixed number, since a
/// processor could not predict the number.
#[inline]
fn copy(rest: &[u8], block: &mut [u8; LEN]) {
    fn parts<const SIZE: usize, const COUNT: usize>(rest: &[u8], last: usize, block: &mut [u8; LEN]) {
        for number in 0..COUNT {
            let from = last.min(SIZE * number);
            block[from..from + SIZE].copy_from_slice(&rest[from..from + SIZE]);
        }
    }
    match rest.len() {
        len @ 16.. => parts::<16, { LEN / 16 }>(rest, len - 16, block),
        len @ 8.. => parts::<8, 2>(rest, len - 8, block),
        len @ 4.. => parts::<4, 2>(rest, len - 4, block),
        len => block[..len].copy_from_slice(rest),
    }
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
            for (number, expected) in rule.as_chunks().0.iter().enumerate() {
                let mut block = [7; LEN];
                pad(message, number, &mut block);
                assert_eq!(&block, expected, "block {number} of {len} bytes");
            }
        }
    }
}
