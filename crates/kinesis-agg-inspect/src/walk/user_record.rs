//! User records: their fields, keys and problems.

use alloc::format;
use alloc::string::{String, ToString};
use core::str;

use kinesis_agg::HashKey;
use kinesis_agg::schema::MAGIC;

use super::listing::{Walk, describe_cut};
use super::table::KeyKind;
use crate::compression::Compression;
use crate::dump::Part;
use crate::fields::{Field, Fields, Wire};
use crate::inspection::UserRecordFound;
use crate::oddity::OddityKind;
use crate::shown::{Grouped, bytes};

impl<'a> Walk<'a> {
    pub(super) fn user_record(&mut self, field: &Field, is_cut: bool) {
        let number = self.found.user_records.total;
        let len = field.content.end.saturating_sub(field.offset);
        let content = field.content.clone();
        self.add_line((field.offset, 0), content.start..content.start, Part::Framing, || {
            let cut = if field.fault.is_some() { ", cut off" } else { "" };
            format!("user record {}, {}{cut}", Grouped::of(number), bytes(content.len()))
        });
        let mut record = UserRecordFound {
            offset: field.offset,
            len,
            partition_key_index: None,
            partition_key: None,
            explicit_hash_key_index: None,
            explicit_hash_key: None,
            hash_key: None,
            data: &[],
            data_offset: 0,
            tags: 0,
            problem: field.fault.map(|_| "cut off".into()),
        };
        let mut has_data = false;
        for inner in Fields::new(self.found.data, field.content.clone(), 1) {
            self.record_field(&inner, &mut record, &mut has_data);
            match inner.fault {
                None => self.add_padding(&inner),
                // The cut through the record is reported once.
                Some(_) if field.fault.is_some() && is_cut => {}
                Some(fault) => {
                    let why = fault.kind.to_string();
                    record
                        .problem
                        .get_or_insert_with(|| format!("unreadable: {why} at byte {}", fault.offset));
                    self.add_oddity(OddityKind::Unreadable, fault.offset, || why);
                }
            }
        }
        self.resolve(&mut record, has_data);
        if record.problem.is_none() {
            self.found.recoverable = self.found.recoverable.saturating_add(1);
            self.found.recoverable_bytes = self.found.recoverable_bytes.saturating_add(record.data.len());
        }
        if let Some(compression) = Compression::of(record.data) {
            self.add_oddity(OddityKind::Compressed, record.data_offset, || {
                format!("{} by {compression}", bytes(record.data.len()))
            });
        }
        if record.data.starts_with(&MAGIC) {
            self.add_oddity(OddityKind::NestedAggregate, record.data_offset, || {
                bytes(record.data.len()).to_string()
            });
        }
        let max_items = self.max_items;
        self.found.user_records.push(max_items, || {
            record.hash_key = hash_key(&record);
            record
        });
    }

    fn record_field(&mut self, inner: &Field, record: &mut UserRecordFound<'a>, has_data: &mut bool) {
        let place = (inner.offset, 1);
        let range = inner.content.clone();
        match (inner.number, inner.wire) {
            (1, Wire::Varint) if inner.fault.is_none() => {
                let before = record.partition_key_index.replace(inner.value);
                self.repeated(before.is_some(), inner, "partition key index");
                self.index_line(KeyKind::PartitionKey, inner);
            }
            (2, Wire::Varint) if inner.fault.is_none() => {
                let before = record.explicit_hash_key_index.replace(inner.value);
                self.repeated(before.is_some(), inner, "explicit hash key index");
                self.index_line(KeyKind::ExplicitHashKey, inner);
            }
            (3, Wire::Len) => {
                self.repeated(*has_data, inner, "data");
                *has_data = true;
                record.data = self.slice(range.clone());
                record.data_offset = range.start;
                let (preview, len) = (self.preview(record.data), record.data.len());
                self.add_line(place, range, Part::Data, || match inner.fault {
                    None => format!("data, {}: {preview}", bytes(len)),
                    Some(fault) => format!("data, cut off, {}: {preview}", describe_cut(fault)),
                });
            }
            (4, Wire::Len) => {
                record.tags = record.tags.saturating_add(1);
                self.tag(inner);
            }
            (1 | 2, Wire::Varint) => self.add_line(place, range, Part::Framing, || "index, cut off".into()),
            (1..=4, _) => self.add_unknown(inner, 1, true),
            _ => self.add_unknown(inner, 1, false),
        }
    }

    fn repeated(&mut self, is_repeated: bool, field: &Field, name: &str) {
        if is_repeated {
            self.add_oddity(OddityKind::RepeatedField, field.offset, || name.into());
        }
    }

    fn tag(&mut self, field: &Field) {
        let (mut key, mut value): (Option<&[u8]>, Option<&[u8]>) = (None, None);
        let mut is_broken = field.fault.is_some();
        for inner in Fields::new(self.found.data, field.content.clone(), 2) {
            is_broken |= inner.fault.is_some();
            match (inner.number, inner.wire) {
                (1, Wire::Len) => key = Some(self.slice(inner.content)),
                (2, Wire::Len) => value = Some(self.slice(inner.content)),
                _ => {}
            }
        }
        let preview = |text: Option<&'a [u8]>| self.preview_key(text.unwrap_or_default());
        let text = format!("{} = {}", preview(key), preview(value));
        let is_text = [key, value].into_iter().flatten().all(|text| str::from_utf8(text).is_ok());
        let is_bad = is_broken || key.is_none() || !is_text;
        let kind = if is_bad { OddityKind::BadTag } else { OddityKind::Tag };
        self.add_oddity(kind, field.offset, || text.clone());
        self.add_line((field.offset, 1), field.content.clone(), Part::Other, || format!("tag {text}"));
    }

    /// Looks up the keys of a record, and reports what is missing.
    fn resolve(&mut self, record: &mut UserRecordFound<'a>, has_data: bool) {
        let data = self.found.data;
        let is_whole = record.problem.is_none();
        let mut problem = None;
        match record.partition_key_index {
            Some(index) => {
                record.partition_key = self.partition_keys.count_use(data, index);
                if record.partition_key.is_none() {
                    problem = Some(self.outside(KeyKind::PartitionKey, record.offset, index));
                }
            }
            None if is_whole => {
                self.add_oddity(OddityKind::PartitionKeyIndexMissing, record.offset, String::new);
                problem = Some(OddityKind::PartitionKeyIndexMissing.name().into());
            }
            None => {}
        }
        if let Some(index) = record.explicit_hash_key_index {
            record.explicit_hash_key = self.explicit_hash_keys.count_use(data, index);
            if record.explicit_hash_key.is_none() {
                problem = Some(self.outside(KeyKind::ExplicitHashKey, record.offset, index));
            }
        } else if self.explicit_hash_keys.len() > 0 && is_whole {
            self.add_oddity(OddityKind::ExplicitHashKeyAbsent, record.offset, String::new);
        }
        if !has_data && is_whole {
            self.add_oddity(OddityKind::DataMissing, record.offset, String::new);
            problem = Some(OddityKind::DataMissing.name().into());
        }
        if record.problem.is_none() {
            record.problem = problem;
        }
    }
}

fn hash_key(record: &UserRecordFound<'_>) -> Option<HashKey> {
    if record.explicit_hash_key_index.is_some() {
        return str::from_utf8(record.explicit_hash_key?).ok()?.parse().ok();
    }
    str::from_utf8(record.partition_key?).ok().map(HashKey::of_partition_key)
}
