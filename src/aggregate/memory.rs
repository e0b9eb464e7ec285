//! The memory that the caller supplies to an aggregator.

use crate::aggregate::key_slots::KeySlot;

/// A buffer for an aggregate: `[u8; N]`, `&mut [u8]`, `Vec<u8>`, `Box<[u8]>`, `heapless::Vec<u8, N>`. The
/// aggregator uses its length, not its capacity.
///
/// `as_ref` and `as_mut` must return the same bytes, and their length must not change.
pub trait Buffer: AsRef<[u8]> + AsMut<[u8]> {}

impl<B: AsRef<[u8]> + AsMut<[u8]>> Buffer for B {}

/// Memory for [`KeySlot`]s: an array, a `Vec`, a slice.
pub trait KeySlots: AsRef<[KeySlot]> + AsMut<[KeySlot]> {}

impl<K: AsRef<[KeySlot]> + AsMut<[KeySlot]>> KeySlots for K {}
