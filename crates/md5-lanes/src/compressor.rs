//! The parts of a back end: functions that process a number of lanes at once.

use crate::block;

/// The most lanes that any compressor has.
pub(crate) const MAX_LANES: usize = 48;

/// The four words of each lane's digest, in whole vectors.
pub(crate) type States = [[u32; MAX_LANES]; 4];

/// Blocks of each lane, one after the other.
pub(crate) type Blocks<'m> = [&'m [[u8; block::LEN]]; MAX_LANES];

/// Messages of up to this many blocks, padding included, are digested together with others of the same number
/// of blocks.
pub(crate) const MAX_SHORT_BLOCKS: usize = 2;

/// Digests one message in each lane. All have the same number of blocks; the second argument holds their
/// lengths. A message with another number of blocks, or another length, gets a wrong digest.
///
/// # Panics
/// There are fewer messages or digests than lanes.
///
/// # Safety
/// The processor must have the instructions.
pub(crate) type Digest = unsafe fn(&[&[u8]], &[u32; MAX_LANES], &mut [[u8; 16]]);

/// Processes `lanes` messages at once.
#[derive(Debug)]
pub(crate) struct Compressor {
    pub(crate) lanes: usize,
    /// Updates the digests of the first `lanes` lanes with so many blocks each.
    ///
    /// # Panics
    /// A lane has fewer blocks.
    ///
    /// # Safety
    /// The processor must have the instructions.
    pub(crate) update: unsafe fn(&mut States, &Blocks<'_>, usize),
    /// For messages of one block, of two, ...
    pub(crate) digest: [Digest; MAX_SHORT_BLOCKS],
}
