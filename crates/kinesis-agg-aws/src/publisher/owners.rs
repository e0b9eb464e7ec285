//! Finds the shards that own user records, and remembers those of some partition keys.

use std::hash::BuildHasher;

use kinesis_agg::schema::MAX_PARTITION_KEY_CHARS;
use kinesis_agg::{AddError, HashKey, HashKeyRange, KeyError, ShardMap, UserRecord};
use rustc_hash::FxBuildHasher;

use crate::publisher::error::PublishError;

/// The number of partition keys that are remembered. They take 40 KiB, and the bytes of the keys.
const REMEMBERED: usize = 1 << PLACE_BITS;
const PLACE_BITS: u32 = 10;

/// The length in bytes of the longest partition key that the service accepts. Longer ones are not remembered.
const MAX_KEY_LEN: usize = MAX_PARTITION_KEY_CHARS * char::MAX_LEN_UTF8;

/// The owners of user records, in one map of shards. After a reshard there is another one.
///
/// It remembers a fixed number of partition keys with their owners, because their MD5 takes longer than
/// anything else when a user record is added. A new key replaces an old one.
#[derive(Debug)]
pub(crate) struct Owners {
    shards: ShardMap<Vec<HashKeyRange>>,
    /// Each key is at one of two neighbouring places, which its hash decides.
    remembered: Vec<Remembered>,
}

#[derive(Clone, Debug, Default)]
struct Remembered {
    partition_key: String,
    /// `None`: nothing is remembered.
    owner: Option<usize>,
}

impl Owners {
    pub(crate) fn new(shards: ShardMap<Vec<HashKeyRange>>) -> Self {
        Self { shards, remembered: vec![Remembered::default(); REMEMBERED] }
    }

    /// The index of the shard that owns a user record.
    ///
    /// # Errors
    /// The explicit hash key is not a hash key, or no shard owns it. Partition keys are not checked.
    pub(crate) fn owner(&mut self, record: &UserRecord<'_>) -> Result<usize, PublishError> {
        match record.explicit_hash_key {
            Some(decimal) => {
                let hash_key = decimal.parse().map_err(|_| AddError::Key(KeyError::ExplicitHashKey))?;
                self.owner_of(hash_key)
            }
            None => self.owner_of_key(record.partition_key),
        }
    }

    fn owner_of(&self, hash_key: HashKey) -> Result<usize, PublishError> {
        self.shards.shard_of(hash_key).ok_or(PublishError::NoShard { hash_key })
    }

    fn owner_of_key(&mut self, partition_key: &str) -> Result<usize, PublishError> {
        let first = place(partition_key);
        for place in [first, first ^ 1] {
            if let Some(known) = self.remembered.get(place)
                && known.partition_key == partition_key
                && let Some(owner) = known.owner
            {
                return Ok(owner);
            }
        }
        let owner = self.owner_of(HashKey::of_partition_key(partition_key))?;
        let is_vacant = |place: &usize| self.remembered.get(*place).is_some_and(|old| old.owner.is_none());
        let place = [first, first ^ 1].into_iter().find(is_vacant).unwrap_or(first);
        if let Some(old) = self.remembered.get_mut(place).filter(|_| partition_key.len() <= MAX_KEY_LEN) {
            old.partition_key.clear();
            old.partition_key.reserve_exact(partition_key.len());
            old.partition_key.push_str(partition_key);
            old.owner = Some(owner);
        }
        Ok(owner)
    }
}

/// The place of a key, from its hash. Keys that are chosen to collide cost no more than keys that are not
/// remembered.
fn place(partition_key: &str) -> usize {
    let hash = FxBuildHasher.hash_one(partition_key);
    usize::try_from(hash & (u64::MAX >> (u64::BITS - PLACE_BITS))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]
    #![allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "numbers of a test are small")]

    use kinesis_agg::schema::MAX_PARTITION_KEY_CHARS;

    use super::*;

    fn even_split(shards: usize) -> ShardMap<Vec<HashKeyRange>> {
        ShardMap::even_split(vec![HashKeyRange::FULL; shards]).unwrap()
    }

    /// Shards with gaps between them.
    fn every_other(shards: usize) -> ShardMap<Vec<HashKeyRange>> {
        ShardMap::new(even_split(2 * shards).ranges().iter().copied().step_by(2).collect()).unwrap()
    }

    /// What is computed anew for each user record.
    fn computed(
        shards: &ShardMap<Vec<HashKeyRange>>,
        partition_key: &str,
        explicit_hash_key: Option<&str>,
    ) -> Result<usize, PublishError> {
        let hash_key = HashKey::of_record(partition_key, explicit_hash_key)
            .map_err(|_| AddError::Key(KeyError::ExplicitHashKey))?;
        shards.shard_of(hash_key).ok_or(PublishError::NoShard { hash_key })
    }

    fn owner(
        owners: &mut Owners,
        partition_key: &str,
        explicit_hash_key: Option<&str>,
    ) -> Result<usize, PublishError> {
        owners.owner(&UserRecord::new(partition_key, "").with_explicit_hash_key(explicit_hash_key))
    }

    /// Keys of every length up to the longest and beyond, equal but for their end, their middle or their
    /// length.
    fn keys() -> Vec<String> {
        let lens = (0..40).chain([63, 64, 65, MAX_PARTITION_KEY_CHARS, MAX_PARTITION_KEY_CHARS + 1, 5000]);
        let of_len = |len: usize| {
            let same = "k".repeat(len);
            let with = |at: usize, char: &str| same.chars().take(at).collect::<String>() + char + &same[at..];
            let places = [0, len / 2, len.saturating_sub(1)];
            let different = places.map(|at| with(at, "x").chars().take(len).collect());
            different.into_iter().chain([same, "\u{10FFFF}".repeat(len)]).collect::<Vec<String>>()
        };
        lens.flat_map(of_len).collect()
    }

    #[test]
    fn owners_are_as_computed_anew_through_reshards_and_replaced_keys() {
        let mut keys = keys();
        keys.extend((0..2 * REMEMBERED).map(|number| format!("sensor-{number}")));
        let maps = [even_split(1), even_split(4), every_other(3), even_split(400), even_split(5)];
        let mut random = 1_u64;
        for shards in maps {
            let mut owners = Owners::new(shards.clone());
            for _ in 0..20_000 {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // Half of the time one of few keys, which are remembered.
                let among = if random >> 62 & 1 == 0 { 200 } else { keys.len() };
                let key = &*keys[(random >> 33) as usize % among];
                let explicit_hash_key = match random >> 60 & 0b11 {
                    0 => Some(["0", "1", "340282366920938463463374607431768211455", "x", ""]),
                    _ => None,
                };
                let explicit_hash_key = explicit_hash_key.map(|keys| keys[(random >> 40) as usize % 5]);
                let expected = computed(&shards, key, explicit_hash_key);
                assert_eq!(
                    owner(&mut owners, key, explicit_hash_key),
                    expected,
                    "{key} {explicit_hash_key:?}"
                );
            }
            assert_eq!(owners.remembered.len(), REMEMBERED);
            assert!(owners.remembered.iter().all(|known| known.partition_key.capacity() <= MAX_KEY_LEN));
        }
    }

    #[test]
    fn keys_of_one_place_replace_each_other() {
        let rivals = (0..).map(|number| format!("sensor-{number}")).filter(|key| place(key) == 0).take(5);
        let rivals: Vec<String> = rivals.collect();
        let shards = even_split(400);
        let mut owners = Owners::new(shards.clone());
        for key in rivals.iter().chain(rivals.iter().rev()).chain(&rivals) {
            assert_eq!(owner(&mut owners, key, None), computed(&shards, key, None));
        }
    }

    #[test]
    fn a_key_that_comes_again_is_not_computed_again() {
        let key = "\u{10FFFF}".repeat(MAX_PARTITION_KEY_CHARS);
        let mut owners = Owners::new(even_split(400));
        let first = owner(&mut owners, &key, None);
        // Computed with these shards, the answer would be another one.
        owners.shards = even_split(1);
        assert_ne!(first, computed(&owners.shards, &key, None));
        assert_eq!(owner(&mut owners, &key, None), first);
    }
}
