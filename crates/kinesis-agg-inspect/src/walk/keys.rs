//! The entries of the key tables: their validity, uses and duplicates.

use alloc::format;
use alloc::string::{String, ToString};
use core::str;

use kinesis_agg::schema::{MAX_KEY_LEN, MAX_PARTITION_KEY_CHARS};
use kinesis_agg::{HashKey, HashKeyError};

use super::listing::Walk;
use super::table::KeyKind;
use crate::dump::Part;
use crate::fields::Field;
use crate::inspection::{Key, KeyTable, Listed};
use crate::oddity::OddityKind;
use crate::shown::{Grouped, Preview, bytes};

impl<'a> Walk<'a> {
    pub(super) fn key(&mut self, which: KeyKind, field: &Field) {
        let content = self.slice(field.content.clone());
        let preview = self.preview_key(content);
        let name = which.name();
        if field.fault.is_some() {
            return self.add_line((field.offset, 0), field.content.clone(), Part::Keys, || {
                format!("{name}, cut off: {preview}")
            });
        }
        let table = self.table_mut(which);
        let index = table.keys.total;
        table.keys.total = index.saturating_add(1);
        self.add_line((field.offset, 0), field.content.clone(), Part::Keys, || {
            format!("{name} {}, {}: {preview}", Grouped::of(index), bytes(content.len()))
        });
        let offset = field.content.start;
        if self.found.user_records.total > 0 {
            self.add_oddity(OddityKind::KeysAfterRecords, offset, || format!("{name} {preview}"));
        }
        let Ok(text) = str::from_utf8(content) else {
            return self.add_oddity(OddityKind::KeyNotUtf8, offset, || format!("{name} {preview}"));
        };
        let is_partition_key = which == KeyKind::PartitionKey;
        let is_too_long =
            content.len() > MAX_KEY_LEN || is_partition_key && text.chars().count() > MAX_PARTITION_KEY_CHARS;
        if is_too_long {
            self.add_oddity(OddityKind::KeyTooLong, offset, || {
                format!("{}: {preview}", bytes(content.len()))
            });
        }
        match (which, text.parse::<HashKey>()) {
            (KeyKind::PartitionKey, _) if text.is_empty() => {
                self.add_oddity(OddityKind::EmptyPartitionKey, offset, String::new);
            }
            (KeyKind::PartitionKey, _) => {}
            (_, Err(HashKeyError::TooLarge)) => {
                self.add_oddity(OddityKind::ExplicitHashKeyTooLarge, offset, || preview.to_string());
            }
            (_, Err(_)) => {
                self.add_oddity(OddityKind::ExplicitHashKeyNoNumber, offset, || preview.to_string())
            }
            (_, Ok(_)) if text.len() > 1 && text.starts_with('0') => {
                self.add_oddity(OddityKind::ExplicitHashKeyLeadingZeros, offset, || preview.to_string());
            }
            (_, Ok(_)) => {}
        }
    }

    pub(super) fn index_line(&mut self, which: KeyKind, field: &Field) {
        let (data, index) = (self.found.data, field.value);
        let table = match which {
            KeyKind::PartitionKey => &self.partition_keys,
            KeyKind::ExplicitHashKey => &self.explicit_hash_keys,
        };
        let key =
            usize::try_from(index).ok().and_then(|index| table.keys.get(index)).map(|key| key.bytes(data));
        let max_preview = self.found.max_preview;
        self.add_line((field.offset, 1), field.content.clone(), Part::Framing, || match key {
            Some(key) => format!("{} {}: {}", which.name(), Grouped(index), Preview::key(key, max_preview)),
            None => format!("{} {}, which is not in the table", which.name(), Grouped(index)),
        });
    }

    pub(super) fn outside(&mut self, which: KeyKind, offset: usize, index: u64) -> String {
        let len = match which {
            KeyKind::PartitionKey => self.partition_keys.len(),
            KeyKind::ExplicitHashKey => self.explicit_hash_keys.len(),
        };
        let name = which.name();
        let what = format!("{name} {} where the table has {}", Grouped(index), Grouped::of(len));
        self.add_oddity(OddityKind::IndexOutsideTable, offset, || what.clone());
        what
    }

    pub(super) fn complete_table(&mut self, which: KeyKind) {
        let data = self.found.data;
        let table = core::mem::take(match which {
            KeyKind::PartitionKey => &mut self.partition_keys,
            KeyKind::ExplicitHashKey => &mut self.explicit_hash_keys,
        });
        let duplicates = table.duplicates(data);
        let (unused_kind, duplicate_kind) = match which {
            KeyKind::PartitionKey => (OddityKind::UnusedPartitionKey, OddityKind::DuplicatePartitionKey),
            KeyKind::ExplicitHashKey => {
                (OddityKind::UnusedExplicitHashKey, OddityKind::DuplicateExplicitHashKey)
            }
        };
        let mut unused = 0_usize;
        for (index, key) in table.keys.iter().enumerate().filter(|(_, key)| key.uses == 0) {
            unused = unused.saturating_add(1);
            let preview = self.preview_key(key.bytes(data));
            self.add_oddity(unused_kind, key.offset(), || format!("{}: {preview}", Grouped::of(index)));
        }
        for &index in &duplicates {
            let Some(key) = table.get(index) else { continue };
            let preview = self.preview_key(key.bytes(data));
            self.add_oddity(duplicate_kind, key.offset(), || {
                format!("{}: {preview}", Grouped(u64::from(index)))
            });
        }
        let shown = table.keys.iter().take(self.max_items).map(|key| Key {
            offset: key.offset(),
            bytes: key.bytes(data),
            uses: usize::try_from(key.uses).unwrap_or(usize::MAX),
        });
        let shown = shown.collect();
        let keys = Listed { shown, total: table.len() };
        *self.table_mut(which) = KeyTable { keys, unused, duplicates: duplicates.len() };
    }

    fn table_mut(&mut self, which: KeyKind) -> &mut KeyTable<'a> {
        match which {
            KeyKind::PartitionKey => &mut self.found.partition_keys,
            KeyKind::ExplicitHashKey => &mut self.found.explicit_hash_keys,
        }
    }
}
