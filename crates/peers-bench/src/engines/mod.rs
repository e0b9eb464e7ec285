//! The peers, each with the same checks as the codec: magic, digest, every index in its table, keys in UTF-8.
//!
//! Reading resolves the keys of each user record. Building numbers the keys with a hash map, as the Python
//! module does, then encodes and digests.

pub mod buffa;
pub mod google;
pub mod micropb;
pub mod ours;
pub mod prost;
pub mod quick_protobuf;

use std::collections::HashMap;

use kinesis_agg::{UserRecord, schema};
use md5::{Digest as _, Md5};

/// The contestants that are in races of several files.
pub const DIGEST: &str = "digest";
pub const BATCH: &str = "ours, batch";

/// Uses a user record.
pub fn spend(partition_key: &str, explicit_hash_key: Option<&str>, data: &[u8]) {
    std::hint::black_box((partition_key, explicit_hash_key, data));
}

/// A protobuf runtime with the code to read and write aggregated records.
pub trait Peer {
    const NAME: &str;

    /// Passes every user record of a message to `sink`: partition key, explicit hash key, data. `None` if the
    /// message is broken; earlier user records may have been passed on.
    fn read(message: &[u8], sink: impl FnMut(&str, Option<&str>, &[u8])) -> Option<()>;

    /// Only decodes a message, and returns the number of user records.
    fn decode(message: &[u8]) -> Option<usize>;

    /// Appends the message of these user records.
    fn build(user_records: &[UserRecord<'_>], out: &mut Vec<u8>);
}

/// Reads the data of a Kinesis record.
pub fn read<P: Peer>(data: &[u8], sink: impl FnMut(&str, Option<&str>, &[u8])) -> Option<()> {
    P::read(open(data)?, sink)
}

/// Builds the data of a Kinesis record.
pub fn build<P: Peer>(user_records: &[UserRecord<'_>]) -> Vec<u8> {
    let mut data = schema::MAGIC.to_vec();
    P::build(user_records, &mut data);
    let digest = Md5::digest(&data[schema::MAGIC.len()..]);
    data.extend(digest);
    data
}

/// The message, if magic and digest are right.
fn open(data: &[u8]) -> Option<&[u8]> {
    let (message, digest) = schema::unframe(data)?;
    (Md5::digest(message).as_slice() == digest).then_some(message)
}

/// Keys of one table, each once, numbered by first use.
#[derive(Default)]
struct Table<'a> {
    keys: Vec<&'a str>,
    numbers: HashMap<&'a str, u64>,
}

impl<'a> Table<'a> {
    fn number(&mut self, key: &'a str) -> u64 {
        *self.numbers.entry(key).or_insert_with(|| {
            self.keys.push(key);
            self.keys.len() as u64 - 1
        })
    }
}

/// The position of this key in its table.
fn at(index: u64) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}
