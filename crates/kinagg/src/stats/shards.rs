//! Maps hash keys to shards.

use std::collections::{BTreeMap, BTreeSet};

use kinesis_agg::{HashKey, HashKeyRange, ShardMap};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// The shards of a stream, or ranges of hash keys instead.
pub(super) struct Shards {
    map: ShardMap<Vec<HashKeyRange>>,
    names: Vec<String>,
    /// Whether the listing has the shard, or has none for these hash keys.
    are_listed: Vec<bool>,
    /// The shards of the listing, including closed ones.
    by_name: BTreeMap<String, HashKeyRange>,
    /// Real shards, not just ranges.
    pub(super) are_real: bool,
}

/// The shard from which an aggregate was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// Known from the input, or from the first user record.
    Shard(HashKeyRange),
    /// The listing does not have it.
    Unknown,
}

/// The shards of one or more answers of `ListShards` and `DescribeStream`.
#[derive(Default)]
pub(super) struct ShardListing {
    open: Vec<(HashKeyRange, String)>,
    closed: Vec<(HashKeyRange, String)>,
    names: BTreeSet<String>,
    /// The field which says that the last answer was not the last of its stream.
    pub(super) more: Option<&'static str>,
}

/// An answer of `ListShards`, or that part of an answer of `DescribeStream`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListShards {
    shards: Vec<Shard>,
    next_token: Option<IgnoredAny>,
    #[serde(default)]
    has_more_shards: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeStream {
    stream_description: ListShards,
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
    /// Adds the shards of one answer after another.
    pub(super) fn read(&mut self, json: &str) -> Result<(), String> {
        let mut answers = 0_usize;
        for answer in serde_json::Deserializer::from_str(json).into_iter::<&RawValue>() {
            let answer = answer.and_then(|json| {
                let described = serde_json::from_str::<DescribeStream>(json.get());
                described
                    .map(|answer| answer.stream_description)
                    .or_else(|_| serde_json::from_str(json.get()))
            });
            let answer: ListShards =
                answer.map_err(|error| format!("no answer of list-shards or describe-stream: {error}"))?;
            answers = answers.saturating_add(1);
            self.more = match answer.next_token {
                Some(_) => Some("a NextToken"),
                None => answer.has_more_shards.then_some("HasMoreShards"),
            };
            for shard in answer.shards {
                if !self.names.insert(shard.shard_id.clone()) {
                    return Err(format!("{} is listed twice", shard.shard_id));
                }
                let list = if shard.is_open() { &mut self.open } else { &mut self.closed };
                list.push((shard.hash_keys()?, shard.shard_id));
            }
        }
        if answers == 0 {
            return Err("no answer of list-shards or describe-stream: nothing is in it".to_owned());
        }
        Ok(())
    }

    /// The map has the open shards, and the gaps for which the listing has no shard.
    pub(super) fn into_shards(mut self) -> Result<Shards, String> {
        self.open.sort_by_key(|(range, _)| range.start);
        let by_name =
            self.open.iter().chain(&self.closed).map(|(range, name)| (name.clone(), *range)).collect();
        let (mut ranges, mut names, mut are_listed) = (Vec::new(), Vec::new(), Vec::new());
        let mut add = |range, name: String, is_listed| {
            ranges.push(range);
            names.push(name);
            are_listed.push(is_listed);
        };
        // Where the next shard has to begin; `None` after the last hash key.
        let mut next = Some(HashKey::MIN);
        let mut before = String::new();
        for (range, name) in self.open {
            let start = range.start;
            if next.is_none_or(|next| start < next) {
                return Err(format!("the open shards {before} and {name} share hash keys"));
            }
            before.clone_from(&name);
            if let Some(missing) = next.filter(|next| *next < start) {
                add(
                    HashKeyRange::new(missing, HashKey::from_u128(start.to_u128().saturating_sub(1))),
                    NOT_LISTED.to_owned(),
                    false,
                );
            }
            next = range.end.to_u128().checked_add(1).map(HashKey::from_u128);
            add(range, name, true);
        }
        if let Some(missing) = next {
            add(HashKeyRange::new(missing, HashKey::MAX), NOT_LISTED.to_owned(), false);
        }
        let map = ShardMap::new(ranges).map_err(|error| format!("of the open shards, {error}"))?;
        Ok(Shards { map, names, are_listed, by_name, are_real: true })
    }
}

/// The name for hash keys without a shard in the listing.
const NOT_LISTED: &str = "not listed";

impl Shard {
    /// A closed shard has an ending sequence number.
    fn is_open(&self) -> bool {
        let numbers = self.sequence_number_range.as_ref();
        numbers.is_none_or(|numbers| numbers.ending_sequence_number.is_none())
    }

    fn hash_keys(&self) -> Result<HashKeyRange, String> {
        let hash_key = |text: &str| {
            text.parse::<HashKey>().map_err(|error| format!("{}: {error}: {text:?}", self.shard_id))
        };
        let Range { starting_hash_key, ending_hash_key } = &self.hash_key_range;
        let range = HashKeyRange::new(hash_key(starting_hash_key)?, hash_key(ending_hash_key)?);
        match range.start <= range.end {
            true => Ok(range),
            false => {
                Err(format!("{}: the hash keys start at {} and end before it", self.shard_id, range.start))
            }
        }
    }
}

impl Shards {
    /// Ranges to show if the shards are unknown.
    pub(super) const RANGES: usize = 16;

    pub(super) fn even(shards: usize, are_real: bool) -> Result<Self, String> {
        let map =
            ShardMap::even_split(vec![HashKeyRange::FULL; shards]).map_err(|error| error.to_string())?;
        let names = (0..shards).map(|shard| shard.to_string()).collect();
        Ok(Self { map, are_listed: vec![true; shards], names, by_name: BTreeMap::new(), are_real })
    }

    pub(super) fn of(&self, hash_key: HashKey) -> Option<usize> {
        self.map.shard_of(hash_key)
    }

    /// The shard of an aggregate: the one that the input names, or the one of its first user record's hash
    /// key, where producers put it. `None` if that user record has no hash key.
    pub(super) fn home(&self, shard_id: Option<&str>, first: Option<HashKey>) -> Option<Home> {
        if let Some(name) = shard_id.filter(|_| !self.by_name.is_empty()) {
            return Some(self.by_name.get(name).map_or(Home::Unknown, |range| Home::Shard(*range)));
        }
        let shard = self.of(first?)?;
        let range = self.map.ranges().get(shard).filter(|_| self.are_listed.get(shard) == Some(&true));
        Some(range.map_or(Home::Unknown, |range| Home::Shard(*range)))
    }

    pub(super) fn ranges(&self) -> &[HashKeyRange] {
        self.map.ranges()
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}
