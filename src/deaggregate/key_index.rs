//! The index by which keys are found, as the caller lends it.

use core::fmt;

use crate::message::fast::KeptKey;
use crate::message::items::KeyCounts;

/// Entries of the index inside a view or an iterator, where no other number is given: 64, and 8 on targets of
/// 32 bits, where the stack is small.
pub const INDEX_LEN: usize = if usize::BITS == u64::BITS { 64 } else { 8 };

/// One entry of the index by which keys are found; opaque.
///
/// An index is made of [`KeyEntry::EMPTY`] and lent to
/// [`AggregatedRecord::parse_with_index`](crate::AggregatedRecord::parse_with_index) and its kin.
#[derive(Clone, Copy)]
pub struct KeyEntry<'a>(pub(crate) Entry<'a>);

#[derive(Clone, Copy)]
pub(crate) enum Entry<'a> {
    Checkpoint(Checkpoint),
    Key(KeptKey<'a>),
}

/// A field of the message.
#[derive(Clone, Copy)]
pub(crate) struct Checkpoint {
    /// The offset of its first byte.
    pub(crate) offset: u32,
    /// Entries of the tables before it.
    pub(crate) before: KeyCounts,
}

impl Checkpoint {
    const START: Self = Self { offset: 0, before: KeyCounts { partition_keys: 0, explicit_hash_keys: 0 } };
}

impl KeyEntry<'_> {
    /// What an index is made of.
    pub const EMPTY: Self = Self(Entry::Checkpoint(Checkpoint::START));
}

impl Default for KeyEntry<'_> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl fmt::Debug for KeyEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("KeyEntry").finish_non_exhaustive()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for KeyEntry<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "KeyEntry(..)");
    }
}
