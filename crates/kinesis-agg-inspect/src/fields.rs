//! The fields of one protobuf message, as far as they are readable.

use alloc::vec::Vec;
use core::ops::Range;

use kinesis_agg::ParseErrorKind;
use kinesis_agg::schema::MAX_GROUP_DEPTH;

/// The error, and its offset in the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) offset: usize,
    pub(crate) kind: ParseErrorKind,
}

impl Fault {
    /// Whether more bytes could have made it valid.
    pub(crate) fn is_cut(&self) -> bool {
        matches!(
            self.kind,
            ParseErrorKind::VarintTruncated
                | ParseErrorKind::LengthPastEnd { .. }
                | ParseErrorKind::FixedTruncated
                | ParseErrorKind::GroupTruncated
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Varint,
    Fixed64,
    Len,
    Group,
    Fixed32,
    /// Its tag could not be read.
    Unreadable,
}

/// A field. If there is an error, it is the last one, and `content` is the part that exists.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// The offset of its tag in the data.
    pub(crate) offset: usize,
    pub(crate) number: u32,
    pub(crate) wire: Wire,
    /// The value of a varint.
    pub(crate) value: u64,
    /// The bytes after tag and length.
    pub(crate) content: Range<usize>,
    /// One of its varints has more bytes than necessary.
    pub(crate) padded: bool,
    pub(crate) fault: Option<Fault>,
}

/// Reads field after field, and stops after one with an error.
#[derive(Clone, Debug)]
pub(crate) struct Fields<'a> {
    data: &'a [u8],
    at: usize,
    end: usize,
    /// How many more groups may be nested.
    groups: usize,
}

impl<'a> Fields<'a> {
    /// The fields of the message in `range` of the data, inside `levels` other messages.
    pub(crate) fn new(data: &'a [u8], range: Range<usize>, levels: usize) -> Self {
        let end = range.end.min(data.len());
        Self { data, at: range.start.min(end), end, groups: MAX_GROUP_DEPTH.saturating_sub(levels) }
    }

    fn rest(&self, at: usize) -> &'a [u8] {
        self.data.get(at..self.end).unwrap_or_default()
    }

    /// The varint at `at`, the offset after it, and whether it is padded.
    fn varint(&self, at: usize) -> Result<(u64, usize, bool), Fault> {
        let fault = |kind| Fault { offset: at, kind };
        let mut value = 0_u64;
        for (position, &byte) in self.rest(at).iter().enumerate() {
            let shift = u32::try_from(position).unwrap_or(u32::MAX).saturating_mul(7);
            // The tenth byte has only the 64th bit.
            match byte {
                2..=0x7F if shift == 63 => return Err(fault(ParseErrorKind::VarintOverflow)),
                0x80.. if shift == 63 => return Err(fault(ParseErrorKind::VarintTooLong)),
                _ => {}
            }
            value |= u64::from(byte & 0x7F).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                let next = at.saturating_add(position).saturating_add(1);
                return Ok((value, next, byte == 0 && position > 0));
            }
        }
        Err(fault(ParseErrorKind::VarintTruncated))
    }

    /// The number and the wire type at `at`, the offset after them, and whether the tag is padded.
    fn tag(&self, at: usize) -> Result<(u32, u32, usize, bool), Fault> {
        let (tag, next, padded) = self.varint(at)?;
        match u32::try_from(tag) {
            Ok(tag) if tag >> 3 != 0 => Ok((tag >> 3, tag & 0b111, next, padded)),
            _ => Err(Fault { offset: at, kind: ParseErrorKind::FieldNumber }),
        }
    }

    fn read(&self, field: &mut Field) -> Result<(), Fault> {
        let (number, wire_type, next, padded) = self.tag(field.offset)?;
        field.content.start = next;
        (field.number, field.padded) = (number, padded);
        match wire_type {
            0 => {
                field.wire = Wire::Varint;
                let (value, next, padded) = self.varint(next)?;
                (field.value, field.content.end) = (value, next);
                field.padded |= padded;
            }
            1 => {
                field.wire = Wire::Fixed64;
                field.content.end = self.fixed(next, 8)?;
            }
            2 => {
                field.wire = Wire::Len;
                let (length, start, padded) = self.varint(next)?;
                field.content.start = start;
                field.padded |= padded;
                field.content.end = self.length(next, start, length)?;
            }
            3 => {
                field.wire = Wire::Group;
                field.content.end = self.group(field.offset, number, next)?;
            }
            5 => {
                field.wire = Wire::Fixed32;
                field.content.end = self.fixed(next, 4)?;
            }
            4 => return Err(Fault { offset: field.offset, kind: ParseErrorKind::GroupEndUnmatched }),
            _ => return Err(Fault { offset: field.offset, kind: ParseErrorKind::WireType }),
        }
        Ok(())
    }

    fn fixed(&self, at: usize, len: usize) -> Result<usize, Fault> {
        let end = at.saturating_add(len);
        let fault = Fault { offset: at, kind: ParseErrorKind::FixedTruncated };
        if end <= self.end { Ok(end) } else { Err(fault) }
    }

    fn length(&self, at: usize, start: usize, length: u64) -> Result<usize, Fault> {
        let end = usize::try_from(length).ok().and_then(|length| start.checked_add(length));
        end.filter(|&end| end <= self.end).ok_or_else(|| {
            let left = u32::try_from(self.rest(start).len()).unwrap_or(u32::MAX);
            Fault { offset: at, kind: ParseErrorKind::LengthPastEnd { length, left } }
        })
    }

    /// The offset after the group that has just opened. A bounded list of groups replaces recursion.
    fn group(&self, start: usize, number: u32, mut at: usize) -> Result<usize, Fault> {
        let limit = u32::try_from(MAX_GROUP_DEPTH).unwrap_or(u32::MAX);
        let mut open = Vec::from([number]);
        while let Some(&innermost) = open.last() {
            if open.len() > self.groups {
                return Err(Fault { offset: start, kind: ParseErrorKind::GroupTooDeep { limit } });
            }
            if at >= self.end {
                return Err(Fault { offset: start, kind: ParseErrorKind::GroupTruncated });
            }
            let (number, wire_type, next, _) = self.tag(at)?;
            at = match wire_type {
                0 => self.varint(next)?.1,
                1 => self.fixed(next, 8)?,
                2 => {
                    let (length, content, _) = self.varint(next)?;
                    self.length(next, content, length)?
                }
                3 => {
                    open.push(number);
                    next
                }
                4 if number == innermost => {
                    open.pop();
                    next
                }
                4 => return Err(Fault { offset: at, kind: ParseErrorKind::GroupEndUnmatched }),
                5 => self.fixed(next, 4)?,
                _ => return Err(Fault { offset: at, kind: ParseErrorKind::WireType }),
            };
        }
        Ok(at)
    }
}

impl Iterator for Fields<'_> {
    type Item = Field;

    fn next(&mut self) -> Option<Field> {
        if self.at >= self.end {
            return None;
        }
        let mut field = Field {
            offset: self.at,
            number: 0,
            wire: Wire::Unreadable,
            value: 0,
            content: self.at..self.end,
            padded: false,
            fault: None,
        };
        field.fault = self.read(&mut field).err();
        // The bytes after an error cannot be interpreted.
        self.at = field.content.end;
        Some(field)
    }
}
