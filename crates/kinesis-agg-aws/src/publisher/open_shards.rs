//! The open shards as a map from hash keys to shards.

use std::sync::Arc;

use kinesis_agg::{HashKeyRange, ShardMap};

use crate::shards::{Shard, ShardsError};

/// The open shards, in the order of their hash keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenShards {
    ids: Vec<Arc<str>>,
    map: ShardMap<Vec<HashKeyRange>>,
}

impl OpenShards {
    /// # Errors
    /// They do not cover every hash key exactly once. This happens if a reshard took place between two pages
    /// of the list.
    pub(crate) fn of(shards: &[Shard]) -> Result<Self, ShardsError> {
        let mut open: Vec<&Shard> = shards.iter().filter(|shard| shard.open).collect();
        open.sort_by_key(|shard| shard.range.start);
        let map = ShardMap::new(open.iter().map(|shard| shard.range).collect::<Vec<_>>())
            .map_err(ShardsError::Map)?;
        let covered = map.ranges().iter().try_fold(Some(0_u128), |start, range| match start {
            Some(start) if range.start.to_u128() == start => Some(range.end.to_u128().checked_add(1)),
            _ => None,
        });
        if covered != Some(None) {
            return Err(ShardsError::Gap);
        }
        Ok(Self { ids: open.into_iter().map(|shard| Arc::clone(&shard.id)).collect(), map })
    }

    /// Their ids.
    pub(crate) fn ids(&self) -> &[Arc<str>] {
        &self.ids
    }

    /// Their ranges.
    pub(crate) fn map(&self) -> &ShardMap<Vec<HashKeyRange>> {
        &self.map
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

    use super::*;

    fn shard(id: &str, range: HashKeyRange, open: bool) -> Shard {
        Shard { id: id.into(), range, parents: Vec::new(), open }
    }

    #[test]
    fn open_shards_are_sorted_and_closed_ones_left_out() {
        let half = |index| HashKeyRange::of_even_split(index, 2).unwrap();
        let shards =
            [shard("c", half(1), true), shard("a", HashKeyRange::FULL, false), shard("b", half(0), true)];
        let open = OpenShards::of(&shards).unwrap();
        assert_eq!(open.ids(), ["b".into(), "c".into()]);
        assert_eq!(open.map().ranges(), [half(0), half(1)]);
    }

    #[test]
    fn gaps_and_overlaps_are_no_map() {
        let third = |index| HashKeyRange::of_even_split(index, 3).unwrap();
        for present in [[0, 1], [0, 2], [1, 2]] {
            let shards = present.map(|index| shard("s", third(index), true));
            assert!(matches!(OpenShards::of(&shards), Err(ShardsError::Gap)));
        }
        let overlap = [shard("a", HashKeyRange::FULL, true), shard("b", third(1), true)];
        assert!(matches!(OpenShards::of(&overlap), Err(ShardsError::Map(_))));
    }
}
