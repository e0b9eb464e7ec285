//! Protobuf on the wire: varints, tags, length-delimited fields and the skipping of unknown ones.
//!
//! The only file that knows protobuf. A [`Reader`] moves forward over borrowed bytes and always knows its absolute
//! offset; every loop eats at least one byte, nothing recurses. A [`Writer`] fills a slice that was sized beforehand
//! with [`varint_len`] and its companions.

use core::mem;

use crate::parse_error::{ParseError, ParseErrorKind};

const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const LEN: u32 = 2;
const GROUP_START: u32 = 3;
const GROUP_END: u32 = 4;
const FIXED32: u32 = 5;

/// Bytes of the longest varint, and bits of the value in each byte.
const MAX_VARINT_LEN: usize = 10;
const VARINT_BITS: u32 = 7;

const WIRE_TYPE_BITS: u32 = 3;
const WIRE_TYPE_MASK: u32 = 0b111;

/// Unknown groups may nest this deep, the messages around them counting as levels: the bound of Google's runtimes.
pub const MAX_GROUP_DEPTH: usize = 100;

/// The tag of a varint field.
pub(crate) const fn varint_tag(number: u32) -> u32 {
    number << WIRE_TYPE_BITS | VARINT
}

/// The tag of a length-delimited field.
pub(crate) const fn len_tag(number: u32) -> u32 {
    number << WIRE_TYPE_BITS | LEN
}

/// Moves forward over the fields of one message. `Copy`: a copy is a bookmark.
///
/// What is short and frequent is inlined and changes a reader in place. What is long or rare takes one by value and
/// gives the next one back, so that a reader can live in registers.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
    /// Absolute offset just past `rest`, in bytes from the first byte of the magic.
    end: usize,
    /// How many groups may still open inside each other here.
    groups: usize,
}

impl<'a> Reader<'a> {
    /// Reads `message`, the outermost one, whose first byte has this absolute `offset`.
    pub(crate) fn new(message: &'a [u8], offset: usize) -> Self {
        Self { rest: message, end: offset.saturating_add(message.len()), groups: MAX_GROUP_DEPTH }
    }

    /// The absolute offset of the next byte.
    #[inline]
    pub(crate) fn offset(self) -> usize {
        self.end.saturating_sub(self.rest.len())
    }

    /// What has not been read yet.
    #[inline]
    pub(crate) fn rest(self) -> &'a [u8] {
        self.rest
    }

    /// The same reader with a tail of what it has not read.
    #[inline]
    pub(crate) fn with_rest(self, rest: &'a [u8]) -> Self {
        Self { rest, ..self }
    }

    /// A reader for a message whose `content` was just read.
    #[inline]
    pub(crate) fn nested(self, content: &'a [u8]) -> Self {
        Self { rest: content, end: self.offset(), groups: self.groups.saturating_sub(1) }
    }

    /// The same reader, moved on to an absolute `offset`; at the end if that lies outside what is left.
    pub(crate) fn at(self, offset: usize) -> Self {
        let passed = offset.saturating_sub(self.offset());
        Self { rest: self.rest.get(passed..).unwrap_or_default(), ..self }
    }

    /// Reads a varint of 1 to 10 bytes, minimal or not.
    #[cfg_attr(target_pointer_width = "64", inline)]
    pub(crate) fn read_varint(&mut self) -> Result<u64, ParseError> {
        match self.rest.split_first() {
            Some((&byte, rest)) if byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(byte))
            }
            _ => {
                let (value, rest) = self.long_varint()?;
                self.rest = rest;
                Ok(value)
            }
        }
    }

    /// The varint here, and what is behind it.
    fn long_varint(self) -> Result<(u64, &'a [u8]), ParseError> {
        let mut rest = self.rest;
        let mut value = 0_u64;
        for shift in (0..u64::BITS).step_by(7) {
            let Some((&byte, tail)) = rest.split_first() else {
                return Err(self.error(ParseErrorKind::VarintTruncated));
            };
            rest = tail;
            // The tenth byte holds the 64th bit and no more.
            if shift == 63 && byte > 1 {
                let kind = match byte < 0x80 {
                    true => ParseErrorKind::VarintOverflow,
                    false => ParseErrorKind::VarintTooLong,
                };
                return Err(self.error(kind));
            }
            value |= u64::from(byte & 0x7F).wrapping_shl(shift);
            if byte < 0x80 {
                break;
            }
        }
        Ok((value, rest))
    }

    /// Reads the tag of the next field; `None` at the end of the message.
    #[cfg_attr(target_pointer_width = "64", inline)]
    pub(crate) fn read_tag(&mut self) -> Result<Option<u32>, ParseError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let start = *self;
        match u32::try_from(self.read_varint()?) {
            Ok(tag) if tag >> WIRE_TYPE_BITS != 0 => Ok(Some(tag)),
            _ => Err(start.error(ParseErrorKind::FieldNumber)),
        }
    }

    /// Reads the length and the content of a length-delimited field whose tag was just read.
    #[cfg_attr(target_pointer_width = "64", inline)]
    pub(crate) fn read_len(&mut self) -> Result<&'a [u8], ParseError> {
        let start = *self;
        let length = self.read_varint()?;
        match usize::try_from(length).ok().and_then(|length| self.rest.split_at_checked(length)) {
            Some((content, rest)) => {
                self.rest = rest;
                Ok(content)
            }
            None => Err(start.error(ParseErrorKind::LengthPastEnd { length, left: to_u32(self.rest.len()) })),
        }
    }

    /// Like [`Reader::read_len`], for a field that holds a message.
    #[cfg_attr(target_pointer_width = "64", inline)]
    pub(crate) fn read_message(&mut self) -> Result<Self, ParseError> {
        let content = self.read_len()?;
        Ok(self.nested(content))
    }

    /// Goes past the content of a field that the format does not know, or not with this wire type. `tag` was just read,
    /// at `offset`.
    #[inline(never)]
    pub(crate) fn skip(self, tag: u32, offset: usize) -> Result<Self, ParseError> {
        match tag & WIRE_TYPE_MASK {
            GROUP_START => self.skip_group(tag, offset),
            GROUP_END => Err(ParseErrorKind::GroupEndUnmatched.at(offset)),
            _ => self.skip_scalar(tag, offset),
        }
    }

    fn skip_scalar(mut self, tag: u32, offset: usize) -> Result<Self, ParseError> {
        match tag & WIRE_TYPE_MASK {
            VARINT => self.read_varint().map(drop)?,
            LEN => self.read_len().map(drop)?,
            FIXED64 => self.skip_fixed(8)?,
            FIXED32 => self.skip_fixed(4)?,
            _ => return Err(ParseErrorKind::WireType.at(offset)),
        }
        Ok(self)
    }

    fn skip_fixed(&mut self, len: usize) -> Result<(), ParseError> {
        self.rest = self.rest.get(len..).ok_or_else(|| self.error(ParseErrorKind::FixedTruncated))?;
        Ok(())
    }

    /// Groups nest, so the numbers of the open ones are kept aside: a bounded list in place of recursion.
    #[inline(never)]
    fn skip_group(mut self, start_tag: u32, start: usize) -> Result<Self, ParseError> {
        let mut open = heapless::Vec::<u32, MAX_GROUP_DEPTH>::new();
        let mut tag = start_tag;
        let mut offset = start;
        loop {
            let number = tag >> WIRE_TYPE_BITS;
            match tag & WIRE_TYPE_MASK {
                GROUP_START => {
                    if open.len() >= self.groups || open.push(number).is_err() {
                        let limit = to_u32(MAX_GROUP_DEPTH);
                        return Err(ParseErrorKind::GroupTooDeep { limit }.at(offset));
                    }
                }
                GROUP_END => {
                    if open.pop() != Some(number) {
                        return Err(ParseErrorKind::GroupEndUnmatched.at(offset));
                    }
                    if open.is_empty() {
                        return Ok(self);
                    }
                }
                _ => self = self.skip_scalar(tag, offset)?,
            }
            offset = self.offset();
            tag = self.read_tag()?.ok_or(ParseErrorKind::GroupTruncated.at(start))?;
        }
    }

    /// An error that lies at the next byte.
    #[cold]
    pub(crate) fn error(self, kind: ParseErrorKind) -> ParseError {
        kind.at(self.offset())
    }
}

/// The varint with which `bytes` begin, if it has at most three bytes, and what is behind it.
///
/// This and its kin read what writers usually write, in a few instructions. What they leave, a [`Reader`] reads.
#[cfg_attr(target_pointer_width = "64", inline)]
fn short_varint(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let low = |byte: u8| u32::from(byte & 0x7F);
    match bytes {
        [a @ ..0x80, rest @ ..] => Some((low(*a), rest)),
        [a, b @ ..0x80, rest @ ..] => Some((low(*a) | low(*b) << 7, rest)),
        [a, b, c @ ..0x80, rest @ ..] => Some((low(*a) | low(*b) << 7 | low(*c) << 14, rest)),
        _ => None,
    }
}

/// The value of the varint field with which `bytes` begin, if it has this tag, and what is behind it.
#[cfg_attr(target_pointer_width = "64", inline)]
pub(crate) fn short_varint_field(bytes: &[u8], tag: u32) -> Option<(u32, &[u8])> {
    match bytes {
        [first, rest @ ..] if u32::from(*first) == tag => short_varint(rest),
        _ => None,
    }
}

/// The content of the length-delimited field with which `bytes` begin, if it has this tag, and what is behind it.
#[cfg_attr(target_pointer_width = "64", inline)]
pub(crate) fn short_len_field(bytes: &[u8], tag: u32) -> Option<(&[u8], &[u8])> {
    let (len, rest) = short_varint_field(bytes, tag)?;
    rest.split_at_checked(usize::try_from(len).ok()?)
}

/// Bytes that `value` takes as a varint: 1 to 10.
#[cfg_attr(target_pointer_width = "64", inline)]
pub(crate) const fn varint_len(value: usize) -> usize {
    // Most are short; on most processors this is quicker than a loop alone.
    if value < 0x80 {
        return 1;
    }
    let mut len = 2_usize;
    let mut rest = value >> (VARINT_BITS + VARINT_BITS);
    while rest > 0 {
        rest >>= VARINT_BITS;
        len = len.saturating_add(1);
    }
    len
}

/// Bytes of a varint field: its tag, which takes one byte in this format, and its value.
#[cfg_attr(target_pointer_width = "64", inline)]
pub(crate) const fn varint_field_len(value: usize) -> usize {
    varint_len(value).saturating_add(1)
}

/// Bytes of a length-delimited field with `content` bytes in it; saturates.
#[cfg_attr(target_pointer_width = "64", inline)]
pub(crate) const fn len_field_len(content: usize) -> usize {
    varint_field_len(content).saturating_add(content)
}

/// The most content with which a length-delimited field takes at most `len` bytes; `None` if none does.
pub(crate) fn max_len_field_content(len: usize) -> Option<usize> {
    // With a length of k bytes, content is limited by what that leaves and by what k bytes can say.
    (1..=MAX_VARINT_LEN)
        .filter_map(|length_len| {
            let left = len.checked_sub(1)?.checked_sub(length_len)?;
            let bits = u32::try_from(length_len).ok()?.saturating_mul(VARINT_BITS);
            let said =
                usize::try_from(1_u64.checked_shl(bits).unwrap_or(0).wrapping_sub(1)).unwrap_or(usize::MAX);
            Some(left.min(said))
        })
        .max()
}

/// `usize` is at most 64 bits wide on every target that Rust has.
#[inline]
pub(crate) fn to_u64(value: usize) -> u64 {
    u64::try_from(value).unwrap_or(u64::MAX)
}

/// For lengths of data below 4 GiB, as all are that get past the frame.
pub(crate) fn to_u32(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// Fills a slice from its front. Whoever makes one has computed the size beforehand: what does not fit is left out.
pub(crate) struct Writer<'b> {
    rest: &'b mut [u8],
}

/// Not `copy_from_slice`, whose check of the lengths is left in at optimisation level z. In a function of its own the compiler sees
/// that the slices do not overlap, and that `memcpy` will do.
#[cfg_attr(target_pointer_width = "64", inline(never))]
#[cfg_attr(not(target_pointer_width = "64"), inline(always))]
fn copy(to: &mut [u8], from: &[u8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}

impl<'b> Writer<'b> {
    pub(crate) fn new(buffer: &'b mut [u8]) -> Self {
        Self { rest: buffer }
    }

    #[cfg_attr(target_pointer_width = "64", inline)]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        if let Some((head, tail)) = mem::take(&mut self.rest).split_at_mut_checked(bytes.len()) {
            copy(head, bytes);
            self.rest = tail;
        }
    }

    #[inline]
    pub(crate) fn array<const N: usize>(&mut self, bytes: [u8; N]) {
        if let Some((head, tail)) = mem::take(&mut self.rest).split_first_chunk_mut() {
            *head = bytes;
            self.rest = tail;
        }
    }

    #[cfg_attr(target_pointer_width = "64", inline)]
    fn byte(&mut self, byte: u8) {
        if let Some((head, tail)) = mem::take(&mut self.rest).split_first_mut() {
            *head = byte;
            self.rest = tail;
        }
    }

    #[cfg_attr(target_pointer_width = "64", inline)]
    pub(crate) fn varint(&mut self, mut value: usize) {
        while value >= 0x80 {
            let [low, ..] = value.to_le_bytes();
            self.byte(low | 0x80);
            value >>= VARINT_BITS;
        }
        let [low, ..] = value.to_le_bytes();
        self.byte(low);
    }

    #[cfg_attr(target_pointer_width = "64", inline)]
    pub(crate) fn varint_field(&mut self, tag: u32, value: usize) {
        // Every tag of the format has one byte.
        let [low, ..] = tag.to_le_bytes();
        self.byte(low);
        self.varint(value);
    }

    /// The tag and the length of a field whose content follows.
    #[cfg_attr(target_pointer_width = "64", inline)]
    pub(crate) fn len_prefix(&mut self, tag: u32, content: usize) {
        self.varint_field(tag, content);
    }

    #[cfg_attr(target_pointer_width = "64", inline)]
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn len_field(&mut self, tag: u32, content: &[u8]) {
        self.len_prefix(tag, content.len());
        self.bytes(content);
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    /// The lengths that are computed are those that are written, around every step of them.
    #[test]
    fn computed_lengths_are_the_written_ones() {
        let edges = (0..usize::BITS).flat_map(|bits| [(1_usize << bits) - 1, 1 << bits, (1 << bits) + 1]);
        for value in edges.chain([usize::MAX]) {
            let mut buffer = [0; MAX_VARINT_LEN + 1];
            let mut out = Writer::new(&mut buffer);
            out.varint(value);
            let written = MAX_VARINT_LEN + 1 - out.rest.len();
            assert_eq!(varint_len(value), written, "{value}");
            let mut reader = Reader::new(&buffer, 0);
            assert_eq!(reader.read_varint(), Ok(to_u64(value)));
            assert_eq!(reader.offset(), written);
        }
    }

    /// What is said to fit is the most that fits.
    #[test]
    fn the_most_content_of_a_field_is_found() {
        for len in (0..400).chain(16_380..16_400).chain(2_097_150..2_097_170) {
            match max_len_field_content(len) {
                Some(content) => {
                    assert!(len_field_len(content) <= len, "{len}");
                    assert!(len_field_len(content + 1) > len, "{len}");
                }
                None => assert!(len < len_field_len(0), "{len}"),
            }
        }
    }
}
