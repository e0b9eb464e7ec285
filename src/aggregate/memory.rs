//! The memory in which an aggregator works, as the caller supplies it.

use crate::aggregate::key_slots::KeySlot;

/// A buffer for an aggregate: `[u8; N]`, `&mut [u8]`, `Vec<u8>`, `Box<[u8]>`, `heapless::Vec<u8, N>`. Its
/// length counts, not its capacity.
///
/// Both views must be the same bytes, and stay as long as they are.
pub trait Buffer: AsRef<[u8]> + AsMut<[u8]> {}

impl<B: AsRef<[u8]> + AsMut<[u8]>> Buffer for B {}

/// Memory for [`KeySlot`]s: an array, a `Vec`, a slice.
pub trait KeySlots: AsRef<[KeySlot]> + AsMut<[KeySlot]> {}

impl<K: AsRef<[KeySlot]> + AsMut<[KeySlot]>> KeySlots for K {}
