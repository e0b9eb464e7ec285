//! Which shard has which hash keys.

use std::collections::BTreeMap;

use kinesis_agg::{HashKey, HashKeyRange, ShardMap};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The shards of a stream, or ranges of hash keys in their place.
pub(super) struct Shards {
    map: ShardMap<Vec<HashKeyRange>>,
    names: Vec<String>,
    by_name: BTreeMap<String, usize>,
    /// They are shards, and no mere ranges.
    pub(super) are_real: bool,
}

/// The open shards of any number of answers of `ListShards`.
#[derive(Default)]
pub(super) struct ShardListing {
    shards: Vec<(HashKeyRange, String)>,
    /// The last answer was not the last of its stream.
    pub(super) has_more: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListShards {
    shards: Vec<Shard>,
    next_token: Option<IgnoredAny>,
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

impl ShardListing {
    /// Takes the shards of one answer after another.
    pub(super) fn read(&mut self, json: &[u8]) -> Result<(), String> {
        let mut answers = 0_usize;
        for answer in serde_json::Deserializer::from_slice(json).into_iter::<ListShards>() {
            let answer = answer.map_err(|error| format!("no answer of list-shards: {error}"))?;
            answers = answers.saturating_add(1);
            self.has_more = answer.next_token.is_some();
            for shard in answer.shards.into_iter().filter(Shard::is_open) {
                self.shards.push((shard.hash_keys()?, shard.shard_id));
            }
        }
        if answers == 0 { Err("no answer of list-shards: nothing is in it".to_owned()) } else { Ok(()) }
    }

    pub(super) fn into_shards(mut self) -> Result<Shards, String> {
        self.shards.sort_by_key(|(range, _)| range.start);
        let (ranges, names): (Vec<_>, Vec<_>) = self.shards.into_iter().unzip();
        let map = ShardMap::new(ranges).map_err(|error| format!("of the open shards, {error}"))?;
        let by_name = names.iter().cloned().zip(0..).collect();
        Ok(Shards { map, names, by_name, are_real: true })
    }
}

impl Shard {
    /// A closed one has an ending sequence number.
    fn is_open(&self) -> bool {
        let numbers = self.sequence_number_range.as_ref();
        numbers.is_none_or(|numbers| numbers.ending_sequence_number.is_none())
    }

    fn hash_keys(&self) -> Result<HashKeyRange, String> {
        let hash_key = |text: &str| {
            text.parse::<HashKey>().map_err(|error| format!("{}: {error}: {text:?}", self.shard_id))
        };
        let Range { starting_hash_key, ending_hash_key } = &self.hash_key_range;
        Ok(HashKeyRange::new(hash_key(starting_hash_key)?, hash_key(ending_hash_key)?))
    }
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
