//! Finds the keys that an aggregate has already: a hash table of fixed size over the key entries in the
//! buffer.
//!
//! The keys themselves are in the buffer. A slot has the place of a key and its number in its table. A search
//! tries at most [`PROBES`] slots, from the one that the hash of the key chooses. If other keys have taken
//! all of these, the key is not remembered: each use then writes a further entry into its table. That is
//! legal and costs bytes only.
//!
//! Each slot has the generation of its aggregate. The next aggregate has another generation, which frees all
//! slots at once.

use crate::message::{to_u64, to_usize};
use crate::printing::print_as;

/// The slots that a search tries. This many distinct keys, or as many as there are slots, are always
/// remembered.
pub(crate) const PROBES: usize = 32;

/// Memory in which an aggregator remembers one key: 8 bytes.
///
/// With `n` slots, the first `n` distinct keys of an aggregate are always remembered, up to 32. Beyond 32
/// keys, four slots for each key make it almost certain that all are remembered. Partition keys and explicit
/// hash keys share the slots.
///
/// ```
/// use kinesis_agg::{Aggregator, KeySlot, UserRecord};
///
/// let slots = vec![KeySlot::EMPTY; 400]; // for 100 keys
/// let mut aggregator = Aggregator::new_in(vec![0; 51_200], slots);
/// aggregator.add(&UserRecord::new("sensor-7", "21.5"))?;
/// # Ok::<(), kinesis_agg::AddError>(())
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct KeySlot {
    /// The place of the key's entry in the buffer (24 bits), and the generation (8 bits).
    place: u32,
    /// The number of the key in its table (24 bits), and a part of its hash (8 bits).
    key: u32,
}

/// The bits of a word that hold a place or a number. Both are below the size of the greatest Kinesis record,
/// 10 MiB.
const VALUE_BITS: u32 = 24;

impl KeySlot {
    /// A free slot.
    pub const EMPTY: Self = Self { place: 0, key: 0 };

    fn new(generation: u8, hash: u32, place: usize, number: usize) -> Option<Self> {
        Some(Self { place: pack(place, generation)?, key: pack(number, fragment(hash))? })
    }

    fn is_free(self, generation: u8) -> bool {
        self.place == 0 || self.place >> VALUE_BITS != u32::from(generation)
    }
}

print_as!([] KeySlot, self => "KeySlot(used: {:?})", *self != Self::EMPTY);

fn pack(value: usize, byte: u8) -> Option<u32> {
    let value = u32::try_from(value).ok().filter(|value| value >> VALUE_BITS == 0)?;
    Some(value | u32::from(byte) << VALUE_BITS)
}

fn unpack(word: u32) -> usize {
    to_usize(word & (u32::MAX >> u8::BITS))
}

/// The bits of a hash that a slot keeps. They differ from the bits that choose the slot.
fn fragment(hash: u32) -> u8 {
    let [low, ..] = hash.to_le_bytes();
    low
}

/// The slots of a search, in order. The first is the hash, scaled to the number of slots. That needs no
/// division, so any number of slots works.
fn probes(slots: usize, hash: u32) -> impl Iterator<Item = usize> {
    let scaled = to_u64(slots).wrapping_mul(u64::from(hash)) >> u32::BITS;
    let mut next = usize::try_from(scaled).unwrap_or_default();
    (0..slots.min(PROBES)).map(move |_| {
        let slot = next;
        next = if slot.wrapping_add(1) < slots { slot.wrapping_add(1) } else { 0 };
        slot
    })
}

/// Returns the number of the key that has this hash and whose place `is_key` accepts, if it is remembered.
#[cfg_attr(target_pointer_width = "64", inline(always))]
pub(crate) fn find(
    slots: &[KeySlot],
    generation: u8,
    hash: u32,
    is_key: impl Fn(usize) -> bool,
) -> Option<usize> {
    for slot in probes(slots.len(), hash) {
        let slot = slots.get(slot)?;
        if slot.is_free(generation) {
            return None;
        }
        if slot.key >> VALUE_BITS == u32::from(fragment(hash)) && is_key(unpack(slot.place)) {
            return Some(unpack(slot.key));
        }
    }
    None
}

/// Remembers a key that was not found, if one of its slots is free.
pub(crate) fn remember(slots: &mut [KeySlot], generation: u8, hash: u32, place: usize, number: usize) {
    let Some(key) = KeySlot::new(generation, hash, place, number) else { return };
    for slot in probes(slots.len(), hash) {
        if let Some(slot) = slots.get_mut(slot)
            && slot.is_free(generation)
        {
            *slot = key;
            return;
        }
    }
}

/// Returns the hash of a key in its table. It is the same on every target.
pub(crate) fn hash(table: u32, key: &[u8]) -> u32 {
    let (words, _) = key.as_chunks::<4>();
    let begun = u32::try_from(key.len()).unwrap_or_default().wrapping_mul(table);
    let hash = words.iter().fold(begun, |hash, word| mix(hash, u32::from_le_bytes(*word)));
    // Mix in the last four bytes again, since some of them may not be in a word. The last byte is the lowest
    // one: from there it affects every higher bit.
    let last = match key.last_chunk::<4>() {
        Some(last) => u32::from_be_bytes(*last),
        None => key.iter().fold(0, |word, byte| word << u8::BITS | u32::from(*byte)),
    };
    let hash = mix(hash, last);
    // The upper bits choose the slot, and the lowest ones are the fragment.
    hash ^ hash >> 15
}

fn mix(hash: u32, word: u32) -> u32 {
    // An odd number whose bits have no pattern: the golden ratio.
    (hash.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B1)
}
