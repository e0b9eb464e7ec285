//! One message at a time, by `md-5`.

use md5::{Digest, Md5};

use crate::compressor::{Blocks, Compressor, MAX_LANES, MAX_SHORT_BLOCKS, States};

pub(crate) const ALONE: Compressor = Compressor { lanes: 1, go_on, digest: [digest; MAX_SHORT_BLOCKS] };

fn go_on(states: &mut States, blocks: &Blocks<'_>, count: usize) {
    let mut state = states.map(|row| row[0]);
    md5::block_api::compress(&mut state, &blocks[0][..count]);
    for (row, word) in states.iter_mut().zip(state) {
        row[0] = word;
    }
}

fn digest(messages: &[&[u8]], _lens: &[u32; MAX_LANES], digests: &mut [[u8; 16]]) {
    digest_all(messages, digests);
}

pub(crate) fn digest_all(messages: &[&[u8]], digests: &mut [[u8; 16]]) {
    for (message, digest) in messages.iter().zip(digests) {
        *digest = Md5::digest(message).into();
    }
}
