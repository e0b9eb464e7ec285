//! The writer: the bytes of Google's runtime, tables first, keys numbered by first use.

use std::collections::HashMap;

use crate::record::OwnedRecord;
use crate::wire::{DIGEST_LEN, MAGIC, frame, len_field, varint_field};

/// The aggregated record of these user records.
pub fn write(records: &[OwnedRecord]) -> Vec<u8> {
    frame(&message(records))
}

/// The length of the result of [`write()`], in bytes; 0 without user records.
pub fn size(records: &[OwnedRecord]) -> usize {
    match message(records).len() {
        0 => 0,
        len => MAGIC.len() + len + DIGEST_LEN,
    }
}

/// A table of keys, each once.
#[derive(Default)]
struct Table<'a> {
    keys: Vec<&'a str>,
    numbers: HashMap<&'a str, u64>,
}

impl<'a> Table<'a> {
    fn number_of(&mut self, key: &'a str) -> u64 {
        *self.numbers.entry(key).or_insert_with(|| {
            self.keys.push(key);
            self.keys.len() as u64 - 1
        })
    }

    fn write(&self, field: u8, message: &mut Vec<u8>) {
        self.keys.iter().for_each(|key| message.extend(len_field(field, key.as_bytes())));
    }
}

fn message(records: &[OwnedRecord]) -> Vec<u8> {
    let (mut partition_keys, mut explicit_hash_keys) = (Table::default(), Table::default());
    let mut fields = Vec::new();
    for record in records {
        let mut user_record = varint_field(1, partition_keys.number_of(&record.partition_key));
        if let Some(key) = &record.explicit_hash_key {
            user_record.extend(varint_field(2, explicit_hash_keys.number_of(key)));
        }
        user_record.extend(len_field(3, &record.data));
        for (key, value) in &record.tags {
            let value = value.iter().map(|value| len_field(2, value.as_bytes()));
            let tag: Vec<u8> = [len_field(1, key.as_bytes())].into_iter().chain(value).flatten().collect();
            user_record.extend(len_field(4, &tag));
        }
        fields.extend(len_field(3, &user_record));
    }
    let mut message = Vec::new();
    partition_keys.write(1, &mut message);
    explicit_hash_keys.write(2, &mut message);
    message.extend(fields);
    message
}
