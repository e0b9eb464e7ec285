//! Which keys an aggregate holds already: a hash table of fixed size over the key entries in the buffer.
//!
//! The keys themselves lie in the buffer; a slot says where, and which number the key has in its table. A key
//! is looked for in at most [`PROBES`] slots from the one that its hash points at. Where all of these are
//! taken by other keys it is not remembered: it then gets a further entry in its table whenever it is used,
//! which is legal and costs bytes only.
//!
//! Slots of an aggregate bear its generation, so that going on to the next one frees them all at once.

use crate::printing::print_as;

/// Slots looked at for a key: that many distinct keys, or as many as there are slots, are surely remembered.
pub(crate) const PROBES: usize = 32;

/// A place in which an aggregator remembers one key: 8 bytes.
///
/// With `n` slots the first `n` distinct keys of an aggregate are surely remembered if `n` is at most 32,
/// else the first 32 and, with four slots a key, in all likelihood every one. Partition keys and explicit
/// hash keys share the slots.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct KeySlot {
    /// Where the key's entry lies in the buffer (24 bits), and the generation (8 bits).
    place: u32,
    /// The number of the key in its table (24 bits), and a part of its hash (8 bits).
    key: u32,
}

/// Bits of a slot's words that hold a place or a number: both stay below the greatest Kinesis record, 10 MiB.
const VALUE_BITS: u32 = 24;

impl KeySlot {
    /// A free slot.
    pub const EMPTY: Self = Self { place: 0, key: 0 };

    fn new(generation: u8, hash: u32, place: usize, number: usize) -> Option<Self> {
        Some(Self { place: pack(place, generation)?, key: pack(number, fragment(hash))? })
    }

    #[inline]
    fn is_free(self, generation: u8) -> bool {
        self.place == 0 || self.place >> VALUE_BITS != u32::from(generation)
    }
}

print_as!([] KeySlot, self => "KeySlot(used: {:?})", *self != Self::EMPTY);

fn pack(value: usize, byte: u8) -> Option<u32> {
    let value = u32::try_from(value).ok().filter(|value| value >> VALUE_BITS == 0)?;
    Some(value | u32::from(byte) << VALUE_BITS)
}

fn unpack(word: u32) -> Option<usize> {
    usize::try_from(word & (u32::MAX >> u8::BITS)).ok()
}

/// The bits of a hash that are kept in a slot: not those that point at it.
fn fragment(hash: u32) -> u8 {
    let [low, ..] = hash.to_le_bytes();
    low
}

/// The slot to look at first: a hash scaled to the number of slots, without division, so that any number will
/// do.
#[inline]
fn home(slots: usize, hash: u32) -> usize {
    let scaled = u64::try_from(slots).unwrap_or(u64::MAX).wrapping_mul(u64::from(hash)) >> u32::BITS;
    usize::try_from(scaled).unwrap_or_default()
}

/// The slots to look at, in turn.
#[inline]
fn probes(slots: usize, hash: u32) -> impl Iterator<Item = usize> {
    let mut next = home(slots, hash);
    (0..slots.min(PROBES)).map(move |_| {
        let slot = next;
        next = if slot.wrapping_add(1) < slots { slot.wrapping_add(1) } else { 0 };
        slot
    })
}

/// The number of the key with this hash whose place `is_key` recognises, if it is remembered.
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
        if slot.key >> VALUE_BITS == u32::from(fragment(hash)) && unpack(slot.place).is_some_and(&is_key) {
            return unpack(slot.key);
        }
    }
    None
}

/// Remembers a key that was not found, if there is a slot for it.
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

/// A hash of the key in its table, the same on every target.
#[inline]
pub(crate) fn hash(table: u32, key: &[u8]) -> u32 {
    let (words, _) = key.as_chunks::<4>();
    let begun = u32::try_from(key.len()).unwrap_or_default().wrapping_mul(table);
    let hash = words.iter().fold(begun, |hash, word| mix(hash, u32::from_le_bytes(*word)));
    // The last four bytes once more, since not all of them may be in a word. The last one is the lowest, from
    // where it reaches every bit above.
    let last = match key.last_chunk::<4>() {
        Some(last) => u32::from_be_bytes(*last),
        None => key.iter().fold(0, |word, byte| word << u8::BITS | u32::from(*byte)),
    };
    let hash = mix(hash, last);
    // The upper bits choose the slot and the lowest are its fragment.
    hash ^ hash >> 15
}

#[inline]
fn mix(hash: u32, word: u32) -> u32 {
    // An odd number without pattern: the golden ratio.
    (hash.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B1)
}
