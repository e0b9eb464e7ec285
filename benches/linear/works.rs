//! The kinds of work with an aggregate: each way of reading and of adding separately.

use std::hint::black_box;

use kinesis_agg::{
    AggregatedRecord, Aggregator, DeaggregatedRecord, Decoder, HashKey, HashKeyRange, KeyIndexEntry, KeySlot,
    Md5Engine, ParseError, RangeFilter, UserRecord, md5_fn, schema,
};

/// A way of reading the data of a Kinesis record, with an index for its keys. Returns the number of user
/// records.
pub type Reading = for<'a, 'i> fn(&'a [u8], &'i mut [KeyIndexEntry<'a>]) -> u64;

/// With the lent index: strict, verified, lenient, filtered in two ways. `benches/limits.py` names them in
/// this order.
pub const WITH_INDEX: [Reading; 5] = [
    |data, index| {
        let view = Decoder::new().unverified().parse(data);
        all(view, |view| spent(view.user_records().with_index(index)))
    },
    |data, index| all(Decoder::new().with_index(index).parse(data), |view| spent(view.user_records())),
    |data, index| {
        let decoder = Decoder::new().with_engine(known_digest(data)).with_index(index);
        spent(decoder.deaggregate_batch([("outer", data)]).map(|(_, record)| record))
    },
    |data, index| {
        let view = Decoder::new().unverified().parse(data);
        all(view, |view| spent(view.user_records().with_index(index).filtered(kcl())))
    },
    |data, index| {
        let view = Decoder::new().unverified().parse(data);
        all(view, |view| spent(view.user_records().with_index(index).filtered(user_record())))
    },
];

/// With the built-in index, the same.
pub const WITHOUT_INDEX: [Reading; 5] = [
    |data, _| all(Decoder::new().unverified().parse(data), |view| spent(view.user_records())),
    |data, _| all(AggregatedRecord::parse(data), |view| spent(view.user_records())),
    |data, _| spent(Decoder::new().with_engine(known_digest(data)).deaggregate("outer", data)),
    |data, _| all(Decoder::new().unverified().parse(data), |view| spent(view.user_records().filtered(kcl()))),
    |data, _| {
        let view = Decoder::new().unverified().parse(data);
        all(view, |view| spent(view.user_records().filtered(user_record())))
    },
];

/// The planted failure: no index at all.
pub const NO_INDEX: [Reading; 1] = [|data, _| {
    let view = Decoder::new().unverified().parse(data);
    all(view, |view| spent(view.user_records().with_index(&mut [])))
}];

/// What `read` takes from the view; nothing if the data was refused.
fn all<V>(view: Result<V, ParseError>, read: impl FnOnce(V) -> u64) -> u64 {
    black_box(view).map_or(0, read)
}

fn kcl() -> RangeFilter {
    RangeFilter::Kcl(HashKeyRange::FULL)
}

/// The lower half.
fn user_record() -> RangeFilter {
    RangeFilter::UserRecord(HashKeyRange::new(HashKey::MIN, HashKey::from_u128(u128::MAX / 2)))
}

/// A digest that costs nothing and can therefore hide nothing: it returns the end of the data.
fn known_digest(data: &[u8]) -> impl Md5Engine {
    let digest = data.last_chunk().copied().unwrap_or_default();
    md5_fn(move |_: &[u8]| digest)
}

/// Reads everything of every user record.
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
    Adding { name: "colliding keys", keys: |n| (colliding(n, ""), None) },
    Adding {
        name: "longest colliding keys in turn",
        keys: |n| (colliding(n % 64, &"k".repeat(schema::MAX_PARTITION_KEY_CHARS - 16)), None),
    },
];

/// An empty aggregator of so many bytes, with four slots for each user record that it can hold.
pub fn aggregator(size: usize) -> Aggregator<Vec<u8>, Vec<KeySlot>> {
    let slots = vec![KeySlot::EMPTY; size / 4];
    Aggregator::new_in(vec![0; size], slots).with_record_limit(schema::MAX_RECORD_LIMIT)
}

/// As many user records as fit into an aggregate of this size.
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

/// Reads the held user records, with an index for all keys.
pub fn held<'a>(aggregator: &'a Aggregator<Vec<u8>, Vec<KeySlot>>, index: &mut [KeyIndexEntry<'a>]) -> u64 {
    spent(aggregator.user_records().with_index(index))
}

/// Seals the aggregate.
pub fn finish(aggregator: &mut Aggregator<Vec<u8>, Vec<KeySlot>>) -> u64 {
    aggregator.finish().map_or(0, |record| record.user_records as u64)
}

/// The `n`-th of those keys with this end that all have the same hash.
///
/// Anybody can read the hash of the key slots in the code. For any two words of four bytes there is a third
/// word after which its state has a chosen value. Most third words are no text, so second words are tried
/// until one is. [`collide`] shows from outside whether the keys still collide.
fn colliding(n: u64, end: &str) -> String {
    const PARTITION_KEY_TABLE: u32 = 0x0A;
    let len = (4 * size_of::<u32>() + end.len()) as u32;
    let state = |hash: u32, word: u32| (hash.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B1);
    let word = |n: u64| [digit(n), digit(n / 95), digit(n / 95 / 95), digit(n / 95 / 95 / 95)];
    let first = word(n);
    let begun = state(len.wrapping_mul(PARTITION_KEY_TABLE), u32::from_le_bytes(first));
    let words = (0..).map(word).find_map(|second| {
        let third = state(begun, u32::from_le_bytes(second)).rotate_left(5).to_le_bytes();
        third.iter().all(|byte| (b' '..=b'~').contains(byte)).then(|| [first, second, third].concat())
    });
    let bytes = [words.expect("some third word is text").as_slice(), b"same", end.as_bytes()].concat();
    String::from_utf8(bytes).expect("printable characters")
}

/// A printable character.
fn digit(n: u64) -> u8 {
    b' ' + (n % 95) as u8
}

/// Whether the colliding keys collide: as many as are probed are remembered, and no more.
pub fn collide() -> bool {
    let mut aggregator = aggregator(1 << 16);
    let mut grows_again = |n| {
        let keys = (colliding(n, ""), None);
        let record = as_user_record(&keys);
        let sizes: [usize; 2] = std::array::from_fn(|_| {
            let before = aggregator.size();
            aggregator.add(&record).map_or(0, |()| aggregator.size() - before)
        });
        sizes[1] >= keys.0.len()
    };
    (0..32).all(|n| !grows_again(n)) && (32..64).all(grows_again)
}
