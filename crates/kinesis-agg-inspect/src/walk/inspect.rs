//! The record as a whole: magic, message, digest, trailing bytes.

use alloc::format;
use alloc::string::{String, ToString};
use core::ops::Range;

use kinesis_agg::schema::{DEFAULT_RECORD_LIMIT, MAGIC};
use kinesis_agg::{AggregatedRecord, ParseErrorKind};

use super::listing::{Walk, describe_cut};
use super::table::{KeyKind, Table};
use crate::dump::Part;
use crate::end::{AggregateEnd, Search, next_magic};
use crate::fields::{Field, Fields, Wire};
use crate::frame::{End, Frame};
use crate::inspection::{Inspection, KeyTable, Listed, Options, Shares, Verdict};
use crate::oddity::{Oddities, OddityKind};
use crate::plain::Guess;
use crate::shown::{Hex, bytes};

/// Inspects the data of one Kinesis record.
pub fn inspect<'a>(data: &'a [u8], options: &Options<'_>) -> Inspection<'a> {
    let verdict = match AggregatedRecord::parse(data) {
        Ok(view) => Verdict::Aggregate { user_records: view.user_record_count() },
        Err(error) if error.kind() == ParseErrorKind::NotAggregated => Verdict::Plain(Guess::of(data)),
        Err(error) => Verdict::Broken(error),
    };
    let found = Inspection {
        data,
        size_limit: options.size_limit,
        max_preview: options.max_preview,
        verdict,
        digest: None,
        partition_keys: KeyTable::default(),
        explicit_hash_keys: KeyTable::default(),
        user_records: Listed::default(),
        recoverable: 0,
        recoverable_bytes: 0,
        readable: 0,
        shares: Shares::default(),
        oddities: Oddities::default(),
        dump: Listed::default(),
    };
    let mut walk = Walk {
        max_items: options.max_items,
        found,
        partition_keys: Table::default(),
        explicit_hash_keys: Table::default(),
    };
    let is_walkable = u32::try_from(data.len()).is_ok() && data.starts_with(&MAGIC);
    match is_walkable {
        true => walk.aggregate(),
        false => walk.plain(),
    }
    let with_outer_key = data.len().saturating_add(options.partition_key.map_or(0, str::len));
    if with_outer_key > DEFAULT_RECORD_LIMIT {
        walk.add_oddity(OddityKind::OverServiceLimit, 0, || bytes(with_outer_key).to_string());
    }
    walk.found
}

impl<'a> Walk<'a> {
    fn plain(&mut self) {
        let data = self.found.data;
        let preview = self.preview(data);
        self.add_line((0, 0), 0..data.len(), Part::Data, || {
            format!("data, {}: {preview}", bytes(data.len()))
        });
    }

    fn aggregate(&mut self) {
        let data = self.found.data;
        let frame = Frame::of(data);
        self.add_line((0, 0), 0..MAGIC.len(), Part::Magic, || "magic of an aggregated record".into());
        self.found.readable = MAGIC.len();
        self.read_tables(frame.message.clone());
        for field in Fields::new(data, frame.message.clone(), 0) {
            self.field(&field, &frame);
        }
        if frame.message.is_empty() && matches!(frame.end, End::Digest(..)) {
            self.add_oddity(OddityKind::NoMessage, MAGIC.len(), String::new);
        }
        self.end(frame.end);
        self.complete_table(KeyKind::PartitionKey);
        self.complete_table(KeyKind::ExplicitHashKey);
        if self.found.user_records.total == 0 && matches!(self.found.verdict, Verdict::Aggregate { .. }) {
            self.add_oddity(OddityKind::NoUserRecords, MAGIC.len(), String::new);
        }
    }

    fn read_tables(&mut self, message: Range<usize>) {
        for field in Fields::new(self.found.data, message, 0).filter(|field| field.fault.is_none()) {
            match (field.number, field.wire) {
                (1, Wire::Len) => self.partition_keys.push(&field.content),
                (2, Wire::Len) => self.explicit_hash_keys.push(&field.content),
                _ => {}
            }
        }
    }

    fn field(&mut self, field: &Field, frame: &Frame) {
        let is_cut = matches!(frame.end, End::Cut) && field.fault.is_some_and(|fault| fault.is_cut());
        match (field.number, field.wire) {
            (1, Wire::Len) => self.key(KeyKind::PartitionKey, field),
            (2, Wire::Len) => self.key(KeyKind::ExplicitHashKey, field),
            (3, Wire::Len) => self.user_record(field, is_cut),
            (1..=3, _) => self.add_unknown(field, 0, true),
            _ => self.add_unknown(field, 0, false),
        }
        self.found.readable = field.fault.map_or(field.content.end, |fault| fault.offset);
        match field.fault {
            None => self.add_padding(field),
            Some(fault) if is_cut => {
                self.add_oddity(OddityKind::Truncated, fault.offset, || describe_cut(fault))
            }
            Some(fault) => self.add_oddity(OddityKind::Unreadable, fault.offset, || fault.kind.to_string()),
        }
    }

    fn end(&mut self, end: End) {
        match end {
            End::Digest(digest, trailing) => {
                self.found.digest = Some(digest);
                let range = digest.offset..digest.offset.saturating_add(digest.stored.len());
                let computed = digest.computed;
                let hex = Hex::new(&computed, computed.len());
                if !digest.is_right() {
                    self.add_oddity(OddityKind::WrongDigest, digest.offset, || {
                        format!("that of the message is {hex}")
                    });
                } else {
                    self.found.readable = range.end;
                }
                self.add_line((digest.offset, 0), range, Part::Digest, || match digest.is_right() {
                    true => "digest, which is right: MD5 of the message".into(),
                    false => format!("digest, which is wrong: the MD5 of the message is {hex}"),
                });
                if !trailing.is_empty() {
                    let preview = self.preview(self.slice(trailing.clone()));
                    let what = format!("{}: {preview}", bytes(trailing.len()));
                    self.add_oddity(OddityKind::TrailingBytes, trailing.start, || what.clone());
                    self.aggregate_behind(&trailing);
                    self.add_line((trailing.start, 0), trailing, Part::Unreadable, || {
                        format!("after the digest, {what}")
                    });
                }
            }
            End::DigestCut(range) => {
                let len = range.len();
                let what = match len {
                    0 => "none of its 16 bytes is there".into(),
                    _ => format!("{len} of its 16 bytes are there, and right"),
                };
                self.add_oddity(OddityKind::DigestCut, range.start, || what);
                if len > 0 {
                    self.add_line((range.start, 0), range, Part::Digest, || "digest, cut off".into());
                }
            }
            End::Cut => {
                if self.found.data.len() == MAGIC.len() {
                    self.add_oddity(OddityKind::Truncated, MAGIC.len(), || "nothing after the magic".into());
                }
            }
        }
    }

    /// Describes the first aggregate, whole or not, among the bytes after the digest.
    fn aggregate_behind(&mut self, trailing: &Range<usize>) {
        let Some(begin) = next_magic(self.found.data, trailing.start) else { return };
        let behind = self.slice(begin..trailing.end);
        let what = match AggregateEnd::default().search(behind) {
            Search::Found(len) => format!("{}, whole", bytes(len)),
            _ => "not whole".into(),
        };
        self.add_oddity(OddityKind::AggregateBehind, begin, || what);
    }
}
