//! Protobuf in: varints, tags, lengths, and unknown fields passed over.
//!
//! One [`Reader`] reads a whole message. To read a nested message only moves the end. [`Reader::field`]
//! answers a tag, and the reader keeps what the field holds. Where a function answers `None`, the reader
//! keeps what is wrong and where: [`Reader::error`] says it. Every loop eats at least one byte, nothing
//! recurses.

use heapless::Vec;

use crate::message::number::{to_u32, to_usize};
use crate::message::schema::{MAX_GROUP_DEPTH, MAX_VARINT_LEN, wire_type};
use crate::parse_error::{ParseError, ParseErrorKind};

/// In place of a tag at the end of a message. No field has number 0.
pub(crate) const END: u32 = 0;

/// Moves forward over the fields of a message and of those in it.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// Everything up to the end of the message that is being read.
    data: &'a [u8],
    /// The offset of the next byte in `data`.
    at: usize,
    /// The value of the varint field that was read last.
    number: u32,
    /// The content of the length-delimited field that was read last.
    content: &'a [u8],
    /// How many groups may still open inside each other here.
    groups: usize,
    fault: ParseError,
}

/// What a nested message lies in: everything up to the end of the message around it.
pub(crate) struct Outer<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads the outermost message, which begins at this offset and ends where `data` does.
    #[inline]
    pub(crate) fn new(data: &'a [u8], at: usize) -> Self {
        Self {
            data,
            at,
            number: 0,
            content: &[],
            groups: MAX_GROUP_DEPTH,
            fault: ParseErrorKind::NotAggregated.at(0),
        }
    }

    /// The offset of the next byte.
    #[inline]
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Goes on at this offset, which is that of a field.
    #[inline]
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// What is wrong, after a function answered `None`.
    #[cold]
    pub(crate) fn error(&self) -> ParseError {
        self.fault
    }

    /// Says what is wrong, and where.
    #[cold]
    pub(crate) fn fail<T>(&mut self, kind: ParseErrorKind, offset: usize) -> Option<T> {
        self.fault = kind.at(offset);
        None
    }

    /// Reads the next field and answers its tag; [`END`] at the end of the message. A group is read to its
    /// end.
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn field(&mut self) -> Option<u32> {
        if self.at >= self.data.len() {
            return Some(END);
        }
        let start = self.at;
        let tag = self.tag()?;
        match tag & wire_type::MASK {
            wire_type::GROUP_START => self.pass_group(tag, start)?,
            _ => self.value(tag, start)?,
        }
        Some(tag)
    }

    /// The value of the varint field that was just read. What is above `u32::MAX` reads as `u32::MAX`.
    #[inline]
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// The whole value of a varint field that begins at this offset, and that was read before.
    #[cold]
    pub(crate) fn exact_number(&self, field: usize) -> u64 {
        self.exact_varint(field.wrapping_add(self.varint_bytes(field).len()))
    }

    /// The content of the length-delimited field that was just read.
    #[inline]
    pub(crate) fn content(&self) -> &'a [u8] {
        self.content
    }

    /// The offset at which that content begins.
    #[inline]
    pub(crate) fn content_at(&self) -> usize {
        self.at.wrapping_sub(self.content.len())
    }

    /// Goes back into the content that was just read, to read it as a message. To be left again.
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn enter(&mut self) -> Outer<'a> {
        let outer = Outer(self.data);
        self.data = self.data.get(..self.at).unwrap_or_default();
        self.at = self.content_at();
        self.groups = self.groups.wrapping_sub(1);
        outer
    }

    /// Goes on behind the message that was entered, whether it was read to its end or not.
    #[inline]
    pub(crate) fn leave(&mut self, outer: Outer<'a>) {
        self.at = self.data.len();
        self.data = outer.0;
        self.groups = self.groups.wrapping_add(1);
    }

    #[inline]
    fn tag(&mut self) -> Option<u32> {
        let start = self.at;
        match self.varint()? {
            ..=wire_type::MASK => self.fail(ParseErrorKind::FieldNumber, start),
            tag => Some(tag),
        }
    }

    /// Reads what a field holds that is no group and whose `tag` begins at `start`.
    #[cfg_attr(target_pointer_width = "64", inline)]
    fn value(&mut self, tag: u32, start: usize) -> Option<()> {
        match tag & wire_type::MASK {
            wire_type::VARINT => self.number = self.varint()?,
            wire_type::LEN => {
                let length_at = self.at;
                let end = to_usize(self.varint()?).saturating_add(self.at);
                let Some(content) = self.data.get(self.at..end) else {
                    return self.fail_past_end(length_at);
                };
                (self.content, self.at) = (content, end);
            }
            _ => self.pass_fixed(tag, start)?,
        }
        Some(())
    }

    #[cold]
    #[inline(never)]
    fn fail_past_end<T>(&mut self, length_at: usize) -> Option<T> {
        let length = self.exact_varint(length_at);
        let left = to_u32(self.data.len().wrapping_sub(self.at));
        self.fail(ParseErrorKind::LengthPastEnd { length, left }, length_at)
    }

    /// Passes over what a field of fixed length holds; other wire types do not exist here.
    #[cold]
    #[inline(never)]
    fn pass_fixed(&mut self, tag: u32, start: usize) -> Option<()> {
        let kind = match tag & wire_type::MASK {
            wire_type::FIXED64 => return self.pass_bytes(8),
            wire_type::FIXED32 => return self.pass_bytes(4),
            wire_type::GROUP_END => ParseErrorKind::GroupEndUnmatched,
            // A greater tag than any reads as `u32::MAX`, which has no wire type either.
            _ if self.exact_varint(start) > u64::from(u32::MAX) => ParseErrorKind::FieldNumber,
            _ => ParseErrorKind::WireType,
        };
        self.fail(kind, start)
    }

    fn pass_bytes(&mut self, len: usize) -> Option<()> {
        let end = self.at.wrapping_add(len);
        if end > self.data.len() {
            return self.fail(ParseErrorKind::FixedTruncated, self.at);
        }
        self.at = end;
        Some(())
    }

    /// Passes over a group, whose first tag, at `start`, was just read. Groups nest, so the numbers of the
    /// open ones are kept: a bounded list in place of recursion.
    #[cold]
    #[inline(never)]
    fn pass_group(&mut self, tag: u32, start: usize) -> Option<()> {
        let mut open = Vec::<u32, MAX_GROUP_DEPTH>::new();
        let (mut tag, mut at) = (tag, start);
        loop {
            let number = tag >> wire_type::BITS;
            match tag & wire_type::MASK {
                wire_type::GROUP_START => {
                    if open.len() >= self.groups || open.push(number).is_err() {
                        let limit = to_u32(MAX_GROUP_DEPTH);
                        return self.fail(ParseErrorKind::GroupTooDeep { limit }, at);
                    }
                }
                wire_type::GROUP_END => {
                    if open.pop() != Some(number) {
                        return self.fail(ParseErrorKind::GroupEndUnmatched, at);
                    }
                    if open.is_empty() {
                        return Some(());
                    }
                }
                _ => self.value(tag, at)?,
            }
            at = self.at;
            if at >= self.data.len() {
                return self.fail(ParseErrorKind::GroupTruncated, start);
            }
            tag = self.tag()?;
        }
    }

    /// Reads a varint of 1 to 10 bytes, minimal or not. What is above `u32::MAX` reads as `u32::MAX`.
    #[inline]
    pub(crate) fn varint(&mut self) -> Option<u32> {
        match self.data.get(self.at) {
            Some(&byte @ ..0x80) => {
                self.at = self.at.wrapping_add(1);
                Some(u32::from(byte))
            }
            _ => self.long_varint(),
        }
    }

    #[inline(never)]
    fn long_varint(&mut self) -> Option<u32> {
        let start = self.at;
        let bytes = self.varint_bytes(start);
        let kind = match (bytes.len(), bytes.last()) {
            (MAX_VARINT_LEN, Some(0x80..)) => ParseErrorKind::VarintTooLong,
            // The tenth byte holds the 64th bit and no more.
            (MAX_VARINT_LEN, Some(2..)) => ParseErrorKind::VarintOverflow,
            (len, Some(..0x80)) => {
                self.at = start.wrapping_add(len);
                return Some(u32::try_from(self.exact_varint(start)).unwrap_or(u32::MAX));
            }
            _ => ParseErrorKind::VarintTruncated,
        };
        self.fail(kind, start)
    }

    /// The whole value of the varint at this offset.
    #[inline(never)]
    fn exact_varint(&self, at: usize) -> u64 {
        let bytes = self.varint_bytes(at).iter();
        bytes.rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7F))
    }

    /// Its bytes: those up to the first below 0x80, at most ten.
    #[inline(never)]
    fn varint_bytes(&self, at: usize) -> &'a [u8] {
        let rest = self.data.get(at..).unwrap_or_default();
        let longest = rest.get(..MAX_VARINT_LEN).unwrap_or(rest);
        match longest.iter().position(|byte| *byte < 0x80) {
            Some(last) => longest.get(..=last).unwrap_or_default(),
            None => longest,
        }
    }
}
