//! What a back end is made of: functions that work on so many lanes at once.

use crate::block;

/// The most lanes that any compressor has.
pub(crate) const MAX_LANES: usize = 48;

/// The four words of each lane's digest, in whole vectors.
pub(crate) type States = [[u32; MAX_LANES]; 4];

/// Blocks of each lane, one after the other.
pub(crate) type Blocks<'m> = [&'m [[u8; block::LEN]]; MAX_LANES];

/// Works on `lanes` messages at once.
#[derive(Debug)]
#[expect(clippy::type_complexity, reason = "told in the comments")]
pub(crate) struct Compressor {
    pub(crate) lanes: usize,
    /// Goes on with the digests of the first `lanes` lanes by so many blocks each.
    ///
    /// # Panics
    /// A lane has fewer blocks.
    ///
    /// # Safety
    /// The processor must have the instructions.
    pub(crate) go_on: unsafe fn(&mut States, &Blocks<'_>, usize),
    /// The digests of `lanes` messages of so many blocks each, padding included. A message of another number of blocks gets a
    /// wrong digest.
    ///
    /// # Panics
    /// There are not `lanes` messages and digests.
    ///
    /// # Safety
    /// The processor must have the instructions.
    pub(crate) digest: unsafe fn(&[&[u8]], usize, &mut [[u8; 16]]),
}
