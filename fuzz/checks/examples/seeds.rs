//! Makes seeds for every fuzz target from `tests/vectors`, the same in every run: `cargo run -p checks
//! --example seeds DIR`.
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "a tool that fails panics")]

use std::collections::BTreeSet;
use std::error::Error;
use std::path::{Path, PathBuf};

use testkit::vectors;

/// Larger ones only slow a fuzzer down.
const MAX_LEN: usize = 4096;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("a folder, please")?);
    let blobs = blobs();
    let messages = blobs.iter().map(|blob| match blob.strip_prefix(&[0xF3, 0x89, 0x9A, 0xC2]) {
        Some(framed) => framed.split_last_chunk::<16>().map_or(framed, |(message, _)| message).to_vec(),
        None => blob.clone(),
    });
    let messages: BTreeSet<Vec<u8>> = messages.collect();
    // With a zero in front, noise is a program that builds a message.
    let programs = noise(100).map(|noise| [vec![0], noise].concat());
    let for_readers: BTreeSet<Vec<u8>> = programs.chain(messages.iter().cloned()).collect();
    for target in ["strict", "lenient"] {
        write(&folder.join(target), for_readers.iter().chain(&blobs))?;
    }
    write(&folder.join("differential"), &for_readers)?;
    let noise: Vec<Vec<u8>> = noise(200).collect();
    write(&folder.join("round_trip"), &noise)?;
    write(&folder.join("aggregate_ops"), &noise)?;
    write(&folder.join("lanes"), &noise)?;
    // The first byte chooses the operation. A filter has its range in the next two: 0 to 2^128 - 1, or the
    // lower half.
    let filters = messages.iter().flat_map(|message| {
        [&[2, 0, 0xC0, 0], &[2, 0, 0x88, 0]].map(|head| [head.as_slice(), message].concat())
    });
    let others = noise.iter().enumerate().map(|(number, noise)| {
        let choice = [0, 1, 3, 3][number % 4];
        [&[choice], noise.as_slice()].concat()
    });
    write(&folder.join("shards"), &filters.chain(others).collect::<Vec<_>>())?;
    Ok(())
}

/// The data of the Kinesis records in the vectors.
fn blobs() -> BTreeSet<Vec<u8>> {
    let files = ["deaggregation.jsonl", "aggregation.jsonl", "shard_filter.jsonl"];
    let mut blobs = BTreeSet::new();
    for line in files.into_iter().flat_map(vectors::lines) {
        let outputs = line["output"].as_array().into_iter().flatten();
        let holders = outputs.chain([&line]).filter(|holder| holder["blob_b64"].is_string());
        blobs.extend(holders.map(|holder| vectors::bytes(holder, "blob_b64")));
    }
    blobs
}

/// Random bytes, each sequence longer than the one before, the same in every run.
fn noise(count: usize) -> impl Iterator<Item = Vec<u8>> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    (0..count).map(move |number| {
        let len = 8 + number * 6;
        let bytes = std::iter::from_fn(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_be_bytes().first().copied()
        });
        bytes.take(len).collect()
    })
}

/// Files named by their position.
fn write<'a>(folder: &Path, seeds: impl IntoIterator<Item = &'a Vec<u8>>) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    for (number, seed) in seeds.into_iter().filter(|seed| seed.len() <= MAX_LEN).enumerate() {
        std::fs::write(folder.join(format!("seed-{number:04}")), seed)?;
    }
    Ok(())
}
