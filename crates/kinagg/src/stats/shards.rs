//! Which shard has which hash keys.

use std::collections::BTreeMap;

use kinesis_agg::{HashKey, HashKeyRange, ShardMap};
use serde::Deserialize;

/// The shards of a stream, or ranges of hash keys in their place.
pub(super) struct Shards {
    map: ShardMap<Vec<HashKeyRange>>,
    names: Vec<String>,
    by_name: BTreeMap<String, usize>,
    /// They are shards, and no mere ranges.
    pub(super) are_real: bool,
}

#[derive(Deserialize)]
struct ListShards {
    #[serde(rename = "Shards")]
    shards: Vec<Shard>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Shard {
    shard_id: String,
    hash_key_range: Range,
    sequence_number_range: Option<SequenceNumbers>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Range {
    starting_hash_key: String,
    ending_hash_key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SequenceNumbers {
    ending_sequence_number: Option<String>,
}

impl Shards {
    /// Ranges to show where no shards are known.
    pub(super) const RANGES: usize = 16;

    pub(super) fn even(shards: usize, are_real: bool) -> Result<Self, String> {
        let map =
            ShardMap::even_split(vec![HashKeyRange::FULL; shards]).map_err(|error| error.to_string())?;
        let names = (0..shards).map(|shard| shard.to_string()).collect();
        Ok(Self { map, names, by_name: BTreeMap::new(), are_real })
    }

    /// Those of an answer of `ListShards` that are open: a closed one has an ending sequence number.
    pub(super) fn listed(json: &[u8]) -> Result<Self, String> {
        let answer: ListShards =
            serde_json::from_slice(json).map_err(|error| format!("no answer of list-shards: {error}"))?;
        let is_open = |shard: &Shard| {
            let numbers = shard.sequence_number_range.as_ref();
            numbers.is_none_or(|numbers| numbers.ending_sequence_number.is_none())
        };
        let mut shards = Vec::new();
        for shard in answer.shards.into_iter().filter(is_open) {
            let hash_key = |text: &str| {
                text.parse::<HashKey>().map_err(|error| format!("{}: {error}: {text:?}", shard.shard_id))
            };
            let start = hash_key(&shard.hash_key_range.starting_hash_key)?;
            let end = hash_key(&shard.hash_key_range.ending_hash_key)?;
            shards.push((HashKeyRange::new(start, end), shard.shard_id));
        }
        shards.sort_by_key(|(range, _)| range.start);
        let (ranges, names): (Vec<_>, Vec<_>) = shards.into_iter().unzip();
        let map = ShardMap::new(ranges).map_err(|error| format!("of the open shards, {error}"))?;
        let by_name = names.iter().cloned().zip(0..).collect();
        Ok(Self { map, names, by_name, are_real: true })
    }

    pub(super) fn of(&self, hash_key: HashKey) -> Option<usize> {
        self.map.shard_of(hash_key)
    }

    pub(super) fn named(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    pub(super) fn ranges(&self) -> &[HashKeyRange] {
        self.map.ranges()
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}
