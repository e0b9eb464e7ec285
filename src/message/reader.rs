//! Reads protobuf: varints, tags and lengths. Skips unknown fields.
//!
//! One [`Reader`] reads a whole message. Entering a nested message only moves the end. [`Reader::field`]
//! returns a tag, and the reader keeps the content of the field. If a function returns `None`, the reader
//! keeps the error and its offset for [`Reader::error`]. Every loop consumes at least one byte, and nothing
//! recurses.

use heapless::Vec;

use crate::message::number::{to_u32, to_usize};
use crate::message::schema::{MAX_GROUP_DEPTH, MAX_VARINT_LEN, wire_type};
use crate::parse_error::{ParseError, ParseErrorKind};

/// Stands for a tag at the end of a message. No field has number 0.
pub(crate) const END: u32 = 0;

/// Moves forward over the fields of a message and of its nested messages.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// The data up to the end of the current message.
    data: &'a [u8],
    /// The offset of the next byte in `data`.
    at: usize,
    /// The value of the varint field that was read last.
    number: u32,
    /// The content of the length-delimited field that was read last.
    content: &'a [u8],
    /// The number of further groups that may nest here.
    groups: usize,
    fault: ParseError,
}

/// The data up to the end of the message around a nested one.
pub(crate) struct Outer<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Makes a reader of the outermost message, which begins at this offset and ends at the end of `data`.
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

    /// Returns the offset of the next byte.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Continues at this offset, where a field must begin.
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Returns the error after a function returned `None`.
    #[cold]
    pub(crate) fn error(&self) -> ParseError {
        self.fault
    }

    /// Sets the error and its offset.
    #[cold]
    pub(crate) fn fail<T>(&mut self, kind: ParseErrorKind, offset: usize) -> Option<T> {
        self.fault = kind.at(offset);
        None
    }

    /// Reads the next field and returns its tag; [`END`] at the end of the message. A group is read to its
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

    /// Returns the value of the varint field that was just read. Values above `u32::MAX` are returned as
    /// `u32::MAX`.
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Returns the exact value of a varint field that begins at this offset. It was read before.
    #[cold]
    pub(crate) fn exact_number(&self, field: usize) -> u64 {
        self.exact_varint(field.wrapping_add(self.varint_bytes(field).len()))
    }

    /// Returns the content of the length-delimited field that was just read.
    pub(crate) fn content(&self) -> &'a [u8] {
        self.content
    }

    /// Returns the offset of that content.
    pub(crate) fn content_at(&self) -> usize {
        self.at.wrapping_sub(self.content.len())
    }

    /// Goes back to the start of the content that was just read, to read it as a message. [`Reader::leave`]
    /// ends that.
    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn enter(&mut self) -> Outer<'a> {
        let outer = Outer(self.data);
        self.data = self.data.get(..self.at).unwrap_or_default();
        self.at = self.content_at();
        self.groups = self.groups.wrapping_sub(1);
        outer
    }

    /// Continues after the message that was entered, even if it was not read to its end.
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

    /// Reads the content of a field that is no group. Its `tag` begins at `start`.
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

    /// Skips the content of a field of fixed length. Other wire types do not exist here.
    #[cold]
    #[inline(never)]
    fn pass_fixed(&mut self, tag: u32, start: usize) -> Option<()> {
        let len = match tag & wire_type::MASK {
            wire_type::FIXED64 => 8,
            wire_type::FIXED32 => 4,
            wire_type::GROUP_END => return self.fail(ParseErrorKind::GroupEndUnmatched, start),
            // Tags above `u32::MAX` are read as `u32::MAX`, whose wire type does not exist either.
            _ if self.exact_varint(start) > u64::from(u32::MAX) => {
                return self.fail(ParseErrorKind::FieldNumber, start);
            }
            _ => return self.fail(ParseErrorKind::WireType, start),
        };
        let end = self.at.wrapping_add(len);
        if end > self.data.len() {
            return self.fail(ParseErrorKind::FixedTruncated, self.at);
        }
        self.at = end;
        Some(())
    }

    /// Skips a group whose first tag, at `start`, was just read. Groups nest, so it keeps the numbers of the
    /// open ones, in a bounded list instead of recursion.
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

    /// Reads a varint of 1 to 10 bytes, minimal or not. Values above `u32::MAX` are read as `u32::MAX`.
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
            // The tenth byte has only the 64th bit.
            (MAX_VARINT_LEN, Some(2..)) => ParseErrorKind::VarintOverflow,
            (len, Some(..0x80)) => {
                self.at = start.wrapping_add(len);
                return Some(u32::try_from(self.exact_varint(start)).unwrap_or(u32::MAX));
            }
            _ => ParseErrorKind::VarintTruncated,
        };
        self.fail(kind, start)
    }

    /// Returns the exact value of the varint at this offset.
    #[inline(never)]
    fn exact_varint(&self, at: usize) -> u64 {
        let bytes = self.varint_bytes(at).iter();
        bytes.rev().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7F))
    }

    /// Returns the bytes of the varint: those up to the first below 0x80, at most ten.
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
