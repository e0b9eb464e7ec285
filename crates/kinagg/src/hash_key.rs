//! `kinagg hash-key`: the position of keys among the shards.

use std::io;

use kinesis_agg::{HashKey, HashKeyRange, ShardMap};
use serde::Serialize;

use crate::input::line::{Keys, Text, parse};
use crate::input::{Input, Status};
use crate::output::Output;
use crate::pack::shard_count;

/// Show the hash key of user records
///
/// It is the explicit hash key if there is one, otherwise the MD5 of the partition key as a number. The exit
/// status is 1 if an explicit hash key was no decimal number below 2^128.
///
/// In:  {"partition_key", "explicit_hash_key"?}
///
/// Out: {"hash_key": decimal, "shard"?} or {"error"}
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct HashKeys {
    #[command(flatten)]
    input: Input,

    /// Also show which of N shards owns it, if they split the hash keys evenly
    #[arg(long, value_name = "N", value_parser = shard_count())]
    shards: Option<usize>,
}

const EXAMPLES: &str = r#"Examples:
  echo '{"partition_key": "sensor-7"}' | kinagg hash-key
  kinagg unpack records.jsonl | kinagg hash-key --shards 4"#;

#[derive(Serialize)]
struct HashKeyLine {
    hash_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<usize>,
}

#[derive(Serialize)]
struct ErrorLine {
    error: String,
}

impl HashKeys {
    pub(crate) fn run(&self, output: &mut Output) -> io::Result<Status> {
        let map = self.shards.map(|shards| ShardMap::even_split(vec![HashKeyRange::FULL; shards]));
        let map = map.transpose().map_err(io::Error::other)?;
        let mut found = Status::Good;
        let read = self.input.for_each_line(output, |output, line| {
            let keys: Keys<'_> = parse(line)?;
            let explicit_hash_key = keys.explicit_hash_key.as_ref().map(Text::as_ref);
            match HashKey::of_record(keys.partition_key.as_ref(), explicit_hash_key) {
                Ok(hash_key) => {
                    let shard = map.as_ref().and_then(|map| map.shard_of(hash_key));
                    output.write(&HashKeyLine { hash_key: hash_key.to_string(), shard })?;
                }
                Err(error) => {
                    found = Status::Bad;
                    output.write(&ErrorLine { error: error.to_string() })?;
                }
            }
            Ok(())
        })?;
        Ok(read.and(found))
    }
}
