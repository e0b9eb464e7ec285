//! Protobuf in: varints, tags, lengths, and unknown fields passed over.
//!
//! One [`Reader`] reads a whole message. To read a nested message only moves the end. Where a function
//! answers `None`, the reader keeps what is wrong and where: [`Reader::error`] says it. Every loop eats at
//! least one byte, nothing recurses.

use heapless::Vec;

use crate::message::number::{to_u32, to_usize};
use crate::message::schema::{MAX_GROUP_DEPTH, wire_type};
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
    /// How many groups may still open inside each other here.
    groups: usize,
    fault: Option<ParseError>,
}

/// What a nested message lies in: everything up to the end of the message around it.
pub(crate) struct Outer<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads the outermost message, which begins at this offset and ends where `data` does.
    #[inline]
    pub(crate) fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at, groups: MAX_GROUP_DEPTH, fault: None }
    }

    /// The offset of the next byte.
    #[inline]
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Everything up to the end of the message, what was read included.
    #[inline]
    pub(crate) fn data(&self) -> &'a [u8] {
        self.data
    }

    /// Goes on at this offset, which is that of a field.
    #[inline]
    pub(crate) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// What is wrong, after a function answered `None`.
    #[cold]
    pub(crate) fn error(&self) -> ParseError {
        self.fault.unwrap_or(ParseErrorKind::NotAggregated.at(0))
    }

    /// Says what is wrong, and where.
    #[cold]
    pub(crate) fn fail<T>(&mut self, kind: ParseErrorKind, offset: usize) -> Option<T> {
        self.fault = Some(kind.at(offset));
        None
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
        let mut value = 0_u32;
        for shift in (0..u64::BITS).step_by(7) {
            let Some(&byte) = self.data.get(self.at) else {
                return self.fail(ParseErrorKind::VarintTruncated, start);
            };
            self.at = self.at.wrapping_add(1);
            // The tenth byte holds the 64th bit and no more.
            if shift == 63 && byte > 1 {
                let kind = match byte < 0x80 {
                    true => ParseErrorKind::VarintOverflow,
                    false => ParseErrorKind::VarintTooLong,
                };
                return self.fail(kind, start);
            }
            let bits = u32::from(byte & 0x7F);
            let shifted = bits.checked_shl(shift).unwrap_or_default();
            let fits = shifted.checked_shr(shift).unwrap_or_default() == bits;
            value |= if fits { shifted } else { u32::MAX };
            if byte < 0x80 {
                break;
            }
        }
        Some(value)
    }

    /// The whole value of a varint that [`Reader::varint`] has read at this offset.
    #[cold]
    pub(crate) fn exact_varint(&self, at: usize) -> u64 {
        let mut value = 0_u64;
        for (byte, shift) in self.data.get(at..).unwrap_or_default().iter().zip((0..u64::BITS).step_by(7)) {
            value |= u64::from(byte & 0x7F).wrapping_shl(shift);
            if *byte < 0x80 {
                break;
            }
        }
        value
    }

    /// Reads the tag of the next field; [`END`] at the end of the message.
    #[inline]
    pub(crate) fn tag(&mut self) -> Option<u32> {
        if self.at >= self.data.len() {
            return Some(END);
        }
        let start = self.at;
        match self.varint()? {
            ..=wire_type::MASK => self.fail(ParseErrorKind::FieldNumber, start),
            tag => Some(tag),
        }
    }

    /// Reads the length and the content of a length-delimited field.
    #[inline]
    pub(crate) fn content(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        let len = to_usize(self.varint()?);
        let end = self.at.saturating_add(len);
        match self.data.get(self.at..end) {
            Some(content) => {
                self.at = end;
                Some(content)
            }
            None => self.fail_past_end(start),
        }
    }

    #[cold]
    #[inline(never)]
    fn fail_past_end<T>(&mut self, start: usize) -> Option<T> {
        let left = to_u32(self.data.len().saturating_sub(self.at));
        self.fail(ParseErrorKind::LengthPastEnd { length: self.exact_varint(start), left }, start)
    }

    /// Goes back into the content of so many bytes that was just read, to read it as a message. To be left
    /// again.
    #[inline]
    pub(crate) fn enter(&mut self, content_len: usize) -> Outer<'a> {
        let outer = Outer(self.data);
        self.data = self.data.get(..self.at).unwrap_or_default();
        self.at = self.at.saturating_sub(content_len);
        self.groups = self.groups.saturating_sub(1);
        outer
    }

    /// Goes on behind the message that was entered, whether it was read to its end or not.
    #[inline]
    pub(crate) fn leave(&mut self, outer: Outer<'a>) {
        self.at = self.data.len();
        self.data = outer.0;
        self.groups = self.groups.saturating_add(1);
    }

    /// Passes over the content of a field that the format does not know, or not with this wire type. Its
    /// `tag` begins at `start`.
    #[inline(never)]
    pub(crate) fn skip(&mut self, tag: u32, start: usize) -> Option<()> {
        match tag & wire_type::MASK {
            wire_type::GROUP_START => self.skip_group(tag, start),
            wire_type::GROUP_END => self.fail(ParseErrorKind::GroupEndUnmatched, start),
            _ => self.skip_scalar(tag, start),
        }
    }

    fn skip_scalar(&mut self, tag: u32, start: usize) -> Option<()> {
        match tag & wire_type::MASK {
            wire_type::VARINT => self.varint().map(drop),
            wire_type::LEN => self.content().map(drop),
            wire_type::FIXED64 => self.skip_fixed(8),
            wire_type::FIXED32 => self.skip_fixed(4),
            // A greater tag than any reads as `u32::MAX`.
            _ if tag == u32::MAX && self.exact_varint(start) > u64::from(tag) => {
                self.fail(ParseErrorKind::FieldNumber, start)
            }
            _ => self.fail(ParseErrorKind::WireType, start),
        }
    }

    fn skip_fixed(&mut self, len: usize) -> Option<()> {
        let end = self.at.saturating_add(len);
        if end > self.data.len() {
            return self.fail(ParseErrorKind::FixedTruncated, self.at);
        }
        self.at = end;
        Some(())
    }

    /// Groups nest, so the numbers of the open ones are kept: a bounded list in place of recursion.
    #[inline(never)]
    fn skip_group(&mut self, group: u32, start: usize) -> Option<()> {
        let mut open = Vec::<u32, MAX_GROUP_DEPTH>::new();
        let (mut tag, mut at) = (group, start);
        loop {
            let number = tag >> wire_type::BITS;
            match tag & wire_type::MASK {
                _ if tag == END => return self.fail(ParseErrorKind::GroupTruncated, start),
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
                _ => self.skip_scalar(tag, at)?,
            }
            at = self.at;
            tag = self.tag()?;
        }
    }
}
