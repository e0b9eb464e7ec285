//! What is done with an aggregate, each kind of reading and of adding by itself.

use std::hint::black_box;

use kinesis_agg::{
    AggregatedRecord, Aggregator, DeaggregatedRecord, Digest, HashKey, HashKeyRange, KeyEntry, KeySlot,
    RangeFilter, UserRecord, deaggregate_batch_with, deaggregate_with, schema,
};

/// A way of reading the data of a Kinesis record, with an index for its keys. Says how many user records came out.
pub type Reading = for<'a, 'i> fn(&'a [u8], &'i mut [KeyEntry<'a>]) -> u64;

/// With the lent index.
pub const WITH_INDEX: [(&str, Reading); 5] = [
    ("strict", |data, index| match AggregatedRecord::parse_unverified(data) {
        Ok(view) => spent(view.with_index(index).user_records()),
        Err(error) => refused(error),
    }),
    ("verified", |data, index| match AggregatedRecord::parse_with_index(data, index) {
        Ok(view) => spent(view.user_records()),
        Err(error) => refused(error),
    }),
    ("lenient", |data, index| {
        let digest = known_digest(data);
        spent(deaggregate_batch_with([("outer", data)], index, digest).map(|(_, record)| record))
    }),
    ("Kcl", |data, index| match AggregatedRecord::parse_unverified(data) {
        Ok(view) => spent(view.with_index(index).user_records().filtered(kcl())),
        Err(error) => refused(error),
    }),
    ("UserRecord", |data, index| match AggregatedRecord::parse_unverified(data) {
        Ok(view) => spent(view.with_index(index).user_records().filtered(user_record())),
        Err(error) => refused(error),
    }),
];

/// With the built-in index.
pub const WITHOUT_INDEX: [(&str, Reading); 5] = [
    ("strict", |data, _| match AggregatedRecord::parse_unverified(data) {
        Ok(view) => spent(view.user_records()),
        Err(error) => refused(error),
    }),
    ("verified", |data, _| match AggregatedRecord::parse(data) {
        Ok(view) => spent(view.user_records()),
        Err(error) => refused(error),
    }),
    ("lenient", |data, _| spent(deaggregate_with("outer", data, known_digest(data)))),
    ("Kcl", |data, _| match AggregatedRecord::parse_unverified(data) {
        Ok(view) => spent(view.user_records().filtered(kcl())),
        Err(error) => refused(error),
    }),
    ("UserRecord", |data, _| match AggregatedRecord::parse_unverified(data) {
        Ok(view) => spent(view.user_records().filtered(user_record())),
        Err(error) => refused(error),
    }),
];

/// The planted failure: no index at all.
pub const NO_INDEX: [(&str, Reading); 1] =
    [("strict", |data, _| match AggregatedRecord::parse_unverified(data) {
        Ok(view) => spent(view.with_index(&mut []).user_records()),
        Err(error) => refused(error),
    })];

fn kcl() -> RangeFilter {
    RangeFilter::Kcl(HashKeyRange::FULL)
}

/// The lower half.
fn user_record() -> RangeFilter {
    RangeFilter::UserRecord(HashKeyRange::new(HashKey::MIN, HashKey(u128::MAX / 2)))
}

fn refused(error: kinesis_agg::ParseError) -> u64 {
    black_box(error);
    0
}

/// A digest that costs nothing, so that nothing hides behind it: what stands at the end of the data.
fn known_digest(data: &[u8]) -> impl Digest {
    let digest = data.last_chunk().copied().unwrap_or_default();
    move |_: &[u8]| digest
}

/// Takes everything of every user record.
fn spent<'a>(user_records: impl Iterator<Item = DeaggregatedRecord<'a>>) -> u64 {
    let mut count = 0;
    for record in user_records {
        for tag in record.tags {
            black_box(tag);
        }
        black_box(record);
        count += 1;
    }
    count
}

/// Keys and data that are added one after another.
pub struct Adding {
    pub name: &'static str,
    /// The user records of an aggregate, numbered: partition key and explicit hash key.
    pub keys: fn(u64) -> (String, Option<String>),
}

pub const ADDING: [Adding; 5] = [
    Adding { name: "one key", keys: |_| ("key".to_owned(), None) },
    Adding { name: "distinct keys", keys: |n| (format!("{n:08}"), None) },
    Adding { name: "distinct keys, both tables", keys: |n| (format!("{n:08}"), Some(n.to_string())) },
    Adding { name: "colliding keys", keys: |n| (colliding("", n), None) },
    Adding {
        name: "longest colliding keys in turn",
        keys: |n| (colliding(&"k".repeat(schema::MAX_PARTITION_KEY_CHARS - 8), n % 64), None),
    },
];

/// An aggregator of so many bytes, with four slots for each user record that it can hold, and nothing but `adding` in it.
pub fn aggregator(size: usize) -> Aggregator<Vec<u8>, Vec<KeySlot>> {
    let slots = vec![KeySlot::EMPTY; size / 4];
    Aggregator::with_key_slots(vec![0; size], slots).with_record_limit(schema::MAX_RECORD_LIMIT)
}

/// As many user records as an aggregate of this size has room for.
pub fn inputs(adding: &Adding, size: usize) -> Vec<(String, Option<String>)> {
    let mut aggregator = aggregator(size);
    (0..).map(adding.keys).take_while(|keys| aggregator.add(&as_user_record(keys)).is_ok()).collect()
}

pub fn as_user_record((partition_key, explicit_hash_key): &(String, Option<String>)) -> UserRecord<'_> {
    UserRecord::new(partition_key, b"").with_explicit_hash_key(explicit_hash_key.as_deref())
}

/// Adds all of them.
pub fn add(aggregator: &mut Aggregator<Vec<u8>, Vec<KeySlot>>, user_records: &[UserRecord<'_>]) -> u64 {
    user_records.iter().filter(|record| aggregator.add(record).is_ok()).count() as u64
}

/// Reads what is held, with an index for all keys.
pub fn held<'a>(aggregator: &'a Aggregator<Vec<u8>, Vec<KeySlot>>, index: &mut [KeyEntry<'a>]) -> u64 {
    spent(aggregator.user_records_with_index(index))
}

/// Seals what is held.
pub fn finish(aggregator: &mut Aggregator<Vec<u8>, Vec<KeySlot>>) -> u64 {
    aggregator.finish().map_or(0, |record| record.user_records as u64)
}

/// The `n`-th key with this beginning, a multiple of four bytes, of those that have one and the same hash.
///
/// The hash of the key slots is private, so its rounds stand here once more; they can be undone, which makes collisions
/// cheap to find for anybody who has read them. Whether these still collide is seen from outside: [`collide`].
fn colliding(beginning: &str, n: u64) -> String {
    const MULTIPLIER: u32 = 0x9E37_79B1;
    const PARTITION_KEY_TABLE: u32 = 0x0A;
    const WANTED: u32 = 0x1234_5678;
    // Each step doubles the number of bits that are right.
    let inverse = (0..5).fold(1_u32, |x, _| x.wrapping_mul(2_u32.wrapping_sub(MULTIPLIER.wrapping_mul(x))));
    let absorb = |hash: u32, word: u32| (hash.rotate_left(5) ^ word).wrapping_mul(MULTIPLIER);
    let word = |bytes: &[u8]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    let before = beginning
        .as_bytes()
        .chunks_exact(4)
        .fold(PARTITION_KEY_TABLE, |hash, bytes| absorb(hash, word(bytes)));
    // A last word that is ASCII comes of every 16th of the words before it; each key has a block of these.
    for number in n * 256..(n + 1) * 256 {
        let first: [u8; 4] =
            std::array::from_fn(|digit| b' ' + (number / 96_u64.pow(digit as u32) % 96) as u8);
        let last = (absorb(before, word(&first)).rotate_left(5) ^ WANTED.wrapping_mul(inverse)).to_le_bytes();
        if last.is_ascii() {
            return [beginning.as_bytes(), &first, &last].concat().into_iter().map(char::from).collect();
        }
    }
    unreachable!("none of 256 words has a last one that is ASCII")
}

/// Whether the colliding keys collide: as many as are looked at are remembered, and no further one.
pub fn collide() -> bool {
    let mut aggregator = aggregator(1 << 16);
    let mut grows_again = |n| {
        let keys = (colliding("", n), None);
        let record = as_user_record(&keys);
        let sizes: [usize; 2] = std::array::from_fn(|_| {
            let before = aggregator.size();
            aggregator.add(&record).map_or(0, |()| aggregator.size() - before)
        });
        sizes[1] >= keys.0.len()
    };
    (0..32).all(|n| !grows_again(n)) && (32..64).all(grows_again)
}
