//! The user records of a measurement.

use kinesis_agg::{HashKeyRange, ShardMap};

/// The data of a user record.
pub(crate) const DATA: &[u8] = &[b'd'; 100];

/// User records of 100 bytes for the shards of a stream.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    /// `None`: every user record has its own.
    pub(crate) distinct_keys: Option<usize>,
    pub(crate) shards: usize,
    pub(crate) count: usize,
    names: Vec<String>,
}

impl Load {
    pub(crate) fn new(distinct_keys: Option<usize>, shards: usize, count: usize) -> Self {
        let names = (0..distinct_keys.unwrap_or(count)).map(|number| format!("sensor-{number:08}")).collect();
        Self { distinct_keys, shards, count, names }
    }

    /// The partition key of each user record. A few come in no order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> + Clone {
        let mut random = 0x9E37_79B9_7F4A_7C15_u64;
        (0..self.count).map(move |number| {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let index = match self.distinct_keys {
                Some(count) => (random % count as u64) as usize,
                None => number,
            };
            &*self.names[index]
        })
    }

    pub(crate) fn shard_map(&self) -> ShardMap<Vec<HashKeyRange>> {
        ShardMap::even_split(vec![HashKeyRange::FULL; self.shards]).expect("a shard")
    }

    /// What the rows of a table say.
    pub(crate) fn name(&self) -> String {
        let keys = self.distinct_keys.map_or("all distinct".to_owned(), |count| format!("{count} keys"));
        format!("{keys}, {} shards", self.shards)
    }
}
