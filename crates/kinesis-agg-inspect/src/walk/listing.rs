//! The result of a walk as it grows: lines of the dump, shares, oddities.

use alloc::format;
use alloc::string::{String, ToString};
use core::ops::Range;

use kinesis_agg::ParseErrorKind;

use super::table::Table;
use crate::dump::{DumpLine, Part};
use crate::fields::{Fault, Field, Wire};
use crate::inspection::Inspection;
use crate::oddity::OddityKind;
use crate::shown::{Grouped, Hex, Preview, bytes};

/// Two passes. The first reads the key tables, which may come after the user records.
pub(super) struct Walk<'a> {
    pub(super) max_items: usize,
    pub(super) found: Inspection<'a>,
    pub(super) partition_keys: Table,
    pub(super) explicit_hash_keys: Table,
}

impl<'a> Walk<'a> {
    pub(super) fn slice(&self, range: Range<usize>) -> &'a [u8] {
        self.found.data.get(range).unwrap_or_default()
    }

    pub(super) fn preview(&self, data: &'a [u8]) -> Preview<'a> {
        Preview::data(data, self.found.max_preview)
    }

    pub(super) fn preview_key(&self, key: &'a [u8]) -> Preview<'a> {
        Preview::key(key, self.found.max_preview)
    }

    pub(super) fn add_oddity(&mut self, kind: OddityKind, offset: usize, describe: impl FnOnce() -> String) {
        self.found.oddities.add(kind, offset, describe);
    }

    /// Counts the bytes from `offset` up to `content` as framing, and the content as `part`. Lists them in
    /// the dump.
    pub(super) fn add_line(
        &mut self,
        (offset, depth): (usize, u8),
        content: Range<usize>,
        part: Part,
        meaning: impl FnOnce() -> String,
    ) {
        let (head, content) = (self.slice(offset..content.start), self.slice(content));
        let head_part = if matches!(part, Part::Other | Part::Unreadable) { part } else { Part::Framing };
        self.found.shares.add(head_part, head.len());
        self.found.shares.add(part, content.len());
        let max_items = self.max_items;
        self.found.dump.push(max_items, || DumpLine {
            offset,
            depth,
            head,
            content,
            part,
            meaning: meaning(),
        });
    }

    pub(super) fn add_padding(&mut self, field: &Field) {
        if field.padded {
            let head = Hex::new(self.slice(field.offset..field.content.end), 12);
            self.add_oddity(OddityKind::PaddedVarint, field.offset, || head.to_string());
        }
    }

    /// `is_known`: the format has a field with this number and another wire type.
    pub(super) fn add_unknown(&mut self, field: &Field, depth: u8, is_known: bool) {
        let (number, len) = (field.number, field.content.len());
        let place = (field.offset, depth);
        if field.wire == Wire::Unreadable {
            let why = field.fault.map(|fault| fault.kind.to_string()).unwrap_or_default();
            return self.add_line(place, field.content.clone(), Part::Unreadable, || {
                format!("{}: {why}", bytes(len))
            });
        }
        let wire = match field.wire {
            Wire::Varint => format!("varint {}", field.value),
            Wire::Fixed64 => "8 bytes".into(),
            Wire::Fixed32 => "4 bytes".into(),
            Wire::Group => format!("group of {}", bytes(len)),
            _ => bytes(len).to_string(),
        };
        let kind = if is_known { OddityKind::WrongWireType } else { OddityKind::UnknownField };
        self.add_oddity(kind, field.offset, || format!("field {number}, {wire}"));
        self.add_line(place, field.content.clone(), Part::Other, || match is_known {
            true => format!("field {number} with another wire type: {wire}"),
            false => format!("unknown field {number}: {wire}"),
        });
    }
}

pub(super) fn describe_cut(fault: Fault) -> String {
    match fault.kind {
        ParseErrorKind::LengthPastEnd { length, left } => {
            format!("{} of {} bytes are there", Grouped(u64::from(left)), Grouped(length))
        }
        kind => kind.to_string(),
    }
}
