//! Aggregates by somebody who wants to slow a reader down.

use kinesis_agg::schema;

use crate::wire::{frame, len_field, varint};

/// A kind of aggregate, at any size.
pub struct Shape {
    pub name: &'static str,
    /// Whether user records name keys neither in table order nor again soon, which is slow without a lent
    /// index.
    pub keys_out_of_order: bool,
    /// The data of a Kinesis record of nearly so many bytes.
    pub data: fn(usize) -> Vec<u8>,
}

pub const SHAPES: [Shape; 14] = [
    Shape::new("nested unknown groups", nested_groups),
    Shape::new("flat unknown groups", flat_groups),
    Shape::new("many empty keys", empty_keys),
    Shape { keys_out_of_order: true, ..Shape::new(RANDOM_INDICES, random_indices) },
    Shape::new("tables after the records", tables_last),
    Shape::new("repeated singular fields", repeated_fields),
    Shape::new("varints of 10 bytes", long_varints),
    Shape::new("tiny unknown fields", tiny_unknown),
    Shape::new("tags", tags),
    Shape::new("tags of one user record", tags_of_one),
    Shape { keys_out_of_order: true, ..Shape::new(FLOOD, flood) },
    Shape::new("longest keys in turn", longest_keys),
    Shape::new("longest explicit keys in turn", longest_explicit_keys),
    Shape::new("one index outside, at the end", index_outside),
];

pub const RANDOM_INDICES: &str = "random key indices";
pub const FLOOD: &str = "a flood between table entries";

/// Fields that the format does not define, with one byte each after their tag.
pub const UNKNOWN_VARINT: [u8; 2] = [0x48, 0];
const UNKNOWN_GROUP: [u8; 2] = [0x4B, 0x4C];

impl Shape {
    const fn new(name: &'static str, data: fn(usize) -> Vec<u8>) -> Self {
        Self { name, keys_out_of_order: false, data }
    }
}

/// A message under construction.
pub struct Message(pub Vec<u8>);

impl Message {
    /// Adds fields, numbered from 0, until the message has so many bytes. Returns their number.
    fn fill(&mut self, len: usize, field: impl Fn(u64) -> Vec<u8>) -> u64 {
        let mut count = 0;
        loop {
            let field = field(count);
            if self.0.len() + field.len() > len {
                return count;
            }
            self.0.extend(field);
            count += 1;
        }
    }

    pub fn frame(self) -> Vec<u8> {
        frame(&self.0)
    }
}

/// A varint of 10 bytes.
fn long_varint(value: u64) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..9).map(|n| (value >> (7 * n) & 0x7F) as u8 | 0x80).collect();
    bytes.push((value >> 63) as u8);
    bytes
}

pub fn partition_key(key: &[u8]) -> Vec<u8> {
    len_field(1, key)
}

fn explicit_hash_key(key: &[u8]) -> Vec<u8> {
    len_field(2, key)
}

/// A user record without data.
pub fn user_record(partition_key: u64) -> Vec<u8> {
    user_record_with(partition_key, &[])
}

fn user_record_with(partition_key: u64, fields: &[u8]) -> Vec<u8> {
    len_field(3, &[&[0x08], varint(partition_key).as_slice(), fields, &[0x1A, 0]].concat())
}

/// The same numbers every time, spread over all of `u64`.
pub fn random(n: u64) -> u64 {
    let mut x = n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    x = (x ^ x >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ x >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ x >> 31
}

/// One key, then fields of the message in one half and fields of user records in the other.
fn unknown(size: usize, in_message: &[u8], in_user_record: &[u8]) -> Vec<u8> {
    let mut message = Message(partition_key(b"k"));
    message.fill(size / 2, |_| in_message.to_vec());
    message.fill(size, |_| user_record_with(0, in_user_record));
    message.frame()
}

/// At the greatest depth.
fn nested_groups(size: usize) -> Vec<u8> {
    let nest = |depth| [vec![0x4B; depth], vec![0x4C; depth]].concat();
    unknown(size, &nest(schema::MAX_GROUP_DEPTH), &nest(schema::MAX_GROUP_DEPTH - 1))
}

fn flat_groups(size: usize) -> Vec<u8> {
    unknown(size, &UNKNOWN_GROUP, &UNKNOWN_GROUP.repeat(20))
}

fn tiny_unknown(size: usize) -> Vec<u8> {
    unknown(size, &UNKNOWN_VARINT, &UNKNOWN_VARINT.repeat(20))
}

fn empty_keys(size: usize) -> Vec<u8> {
    let mut message = Message(Vec::new());
    let partition_keys = message.fill(size / 3, |_| partition_key(b""));
    let explicit_hash_keys = message.fill(size / 2, |_| explicit_hash_key(b""));
    message.fill(size, |n| {
        user_record_with(n % partition_keys, &[&[0x10], varint(n % explicit_hash_keys).as_slice()].concat())
    });
    message.frame()
}

/// 100,000 keys in 1 MiB.
fn dense_table(size: usize) -> (Message, u64) {
    let keys = size as u64 * 100_000 / 1_048_576;
    let mut message = Message(Vec::new());
    for n in 0..keys {
        message.0.extend(partition_key(&[b' ' + (n / 64 % 64) as u8, b' ' + (n % 64) as u8]));
    }
    (message, keys)
}

fn random_indices(size: usize) -> Vec<u8> {
    let (mut message, keys) = dense_table(size);
    message.fill(size, |n| user_record(random(n) % keys));
    message.frame()
}

fn tables_last(size: usize) -> Vec<u8> {
    let key = |n: u64| format!("{n:05}");
    let keys = (size / 2 / (partition_key(b"00000").len() * 2)) as u64;
    let mut message = Message(Vec::new());
    message.fill(size / 2, |n| user_record_with(n % keys, &[&[0x10], varint(n % keys).as_slice()].concat()));
    for n in 0..keys {
        message.0.extend(partition_key(key(n).as_bytes()));
    }
    for n in 0..keys {
        message.0.extend(explicit_hash_key(key(n).as_bytes()));
    }
    message.frame()
}

fn repeated_fields(size: usize) -> Vec<u8> {
    let mut message = Message([partition_key(b"k"), explicit_hash_key(b"7")].concat());
    let all = [0x08, 0, 0x10, 0, 0x1A, 0];
    message.0.extend(user_record_with(0, &all.repeat(size / 2 / all.len())));
    message.fill(size, |_| user_record_with(0, &all.repeat(5)));
    message.frame()
}

fn long_varints(size: usize) -> Vec<u8> {
    let tag = |number: u64, wire_type| long_varint(number << 3 | wire_type);
    let field = |number, content: &[u8]| {
        [tag(number, 2), long_varint(content.len() as u64), content.to_vec()].concat()
    };
    let mut message = Message(Vec::new());
    let keys = message.fill(size / 3, |_| field(1, b"k"));
    message.fill(size, |n| {
        field(
            3,
            &[tag(1, 0), long_varint(n % keys), tag(9, 0), long_varint(u64::MAX), field(3, b"")].concat(),
        )
    });
    message.frame()
}

const TAG: [u8; 4] = [0x22, 2, 0x0A, 0];

fn tags(size: usize) -> Vec<u8> {
    let with_value = len_field(4, &[len_field(1, b"unit"), len_field(2, b"celsius")].concat());
    let with_unknown = len_field(4, &[[0x0A, 0].as_slice(), &UNKNOWN_VARINT.repeat(20)].concat());
    let mut message = Message(partition_key(b"k"));
    message.fill(size / 3, |_| user_record_with(0, &TAG));
    message.fill(size * 2 / 3, |_| user_record_with(0, &with_value));
    message.fill(size, |_| user_record_with(0, &with_unknown));
    message.frame()
}

fn tags_of_one(size: usize) -> Vec<u8> {
    let mut message = Message(partition_key(b"k"));
    message.0.extend(user_record_with(0, &TAG.repeat((size - message.0.len()) / TAG.len() - 4)));
    message.frame()
}

/// Between any two keys there are 24 fields that the format does not define.
fn flooded_table(size: usize) -> (Message, u64) {
    let mut message = Message(Vec::new());
    let keys = message.fill(size / 2, |_| [UNKNOWN_VARINT.repeat(24), partition_key(b"key")].concat());
    (message, keys)
}

fn flood(size: usize) -> Vec<u8> {
    let (mut message, keys) = flooded_table(size);
    message.fill(size, |n| user_record(random(n) % keys));
    message.frame()
}

/// The beginning of a message of this size, and its number of keys.
pub type Table = fn(usize) -> (Message, u64);

/// Tables whose fields a look-up has to walk over without a lent index.
pub const TABLES: [(&str, Table); 2] = [(RANDOM_INDICES, dense_table), (FLOOD, flooded_table)];

/// User records that name every 64th part of a table's keys, from the last one down, so that a look-up cannot
/// continue from the one before.
pub fn look_ups(size: usize, table: Table) -> Vec<u8> {
    let (mut message, keys) = table(size);
    for part in (1..=LOOK_UPS).rev() {
        message.0.extend(user_record(keys * part / LOOK_UPS - 1));
    }
    message.frame()
}

pub const LOOK_UPS: u64 = 64;

/// A third of the bytes are keys, more than the built-in index has entries. Each user record has another key
/// than the one before.
fn longest_keys(size: usize) -> Vec<u8> {
    let keys = size as u64 / 3 / schema::MAX_KEY_LEN as u64;
    let mut message = Message(Vec::new());
    for n in 0..keys {
        let mut key = "\u{1F511}".repeat(schema::MAX_PARTITION_KEY_CHARS - 1);
        key.extend(char::from_u32(0x1_F300 + n as u32));
        message.0.extend(partition_key(key.as_bytes()));
    }
    message.fill(size, |n| user_record(n % keys));
    message.frame()
}

/// The same with explicit hash keys that are long but valid.
fn longest_explicit_keys(size: usize) -> Vec<u8> {
    let keys = size as u64 / 3 / schema::MAX_KEY_LEN as u64;
    let mut message = Message(partition_key(b"k"));
    for n in 0..keys {
        message.0.extend(explicit_hash_key(format!("{n:0>width$}", width = schema::MAX_KEY_LEN).as_bytes()));
    }
    message.fill(size, |n| user_record_with(0, &[&[0x10], varint(n % keys).as_slice()].concat()));
    message.frame()
}

/// Refused in the last user record, after everything else was found to be right.
fn index_outside(size: usize) -> Vec<u8> {
    let mut message = Message(Vec::new());
    let keys = message.fill(size / 2, |_| partition_key(b"key"));
    message.fill(size - 8, |n| user_record(n % keys));
    message.0.extend(user_record(keys));
    message.frame()
}
