//! What the tests share: the vectors, a naive reader and writer as oracle, and every way into the crate.

#![allow(dead_code, reason = "no test file uses all of it")]

pub(crate) mod reference;
pub(crate) mod vectors;
pub(crate) mod ways_in;

use kinesis_agg::DeaggregatedRecord;
use reference::Tag;

/// A user record that came out, owned, so that those of the crate, of the oracle and of the vectors compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) partition_key: String,
    pub(crate) explicit_hash_key: Option<String>,
    pub(crate) data: Vec<u8>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) sub_sequence_number: u64,
    pub(crate) aggregated: bool,
}

impl Record {
    /// What a Kinesis record that is no aggregate must come out as.
    pub(crate) fn plain(partition_key: &str, data: &[u8]) -> Self {
        Self {
            partition_key: partition_key.to_owned(),
            explicit_hash_key: None,
            data: data.to_vec(),
            tags: Vec::new(),
            sub_sequence_number: 0,
            aggregated: false,
        }
    }
}

impl From<DeaggregatedRecord<'_>> for Record {
    fn from(record: DeaggregatedRecord<'_>) -> Self {
        let tags = record.tags.iter().map(|tag| (tag.key.to_owned(), tag.value.map(str::to_owned)));
        Self {
            partition_key: record.partition_key.to_owned(),
            explicit_hash_key: record.explicit_hash_key.map(str::to_owned),
            data: record.data.to_vec(),
            tags: tags.collect(),
            sub_sequence_number: record.sub_sequence_number,
            aggregated: record.aggregated,
        }
    }
}

/// Magic, message and the right digest.
pub(crate) fn frame(message: &[u8]) -> Vec<u8> {
    let digest = reference::md5(message);
    [&[0xF3, 0x89, 0x9A, 0xC2], message, &digest].concat()
}

/// A varint in as few bytes as it takes.
pub(crate) fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value % 0x80) as u8 | 0x80);
        value /= 0x80;
    }
    bytes.push(value as u8);
    bytes
}

/// A length-delimited field of a number below 16.
pub(crate) fn len_field(number: u8, content: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2], varint(content.len() as u64).as_slice(), content].concat()
}

/// A varint field of a number below 16.
pub(crate) fn varint_field(number: u8, value: u64) -> Vec<u8> {
    [&[number << 3], varint(value).as_slice()].concat()
}
