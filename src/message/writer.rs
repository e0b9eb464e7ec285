//! Writes protobuf: computes the lengths of fields, and fills a slice of that length with a [`Writer`].

use core::mem;

use crate::message::schema::MAX_VARINT_LEN;

/// The bits of the value in each byte of a varint.
const VARINT_BITS: u32 = 7;

/// Returns the bytes of a varint field: its tag, which takes one byte in this format, and its value, which
/// takes 1 to 10.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(crate) const fn varint_field_len(value: usize) -> usize {
    // Most varints are short. On most processors this is faster than a loop alone.
    if value < 0x80 {
        return 2;
    }
    let mut len = 3_usize;
    let mut rest = value >> (VARINT_BITS + VARINT_BITS);
    while rest > 0 {
        rest >>= VARINT_BITS;
        len = len.saturating_add(1);
    }
    len
}

/// Returns the bytes of a length-delimited field with `content` bytes in it. It saturates.
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(crate) const fn len_field_len(content: usize) -> usize {
    varint_field_len(content).saturating_add(content)
}

/// Returns the most content with which a length-delimited field takes at most `len` bytes; `None` if even
/// empty content takes more.
pub(crate) fn max_len_field_content(len: usize) -> Option<usize> {
    let beside_short_length = len.checked_sub(2)?;
    (0..MAX_VARINT_LEN)
        .filter_map(|less| beside_short_length.checked_sub(less))
        .find(|content| len_field_len(*content) <= len)
}

/// Fills a slice from its front. The caller has computed the size before; bytes that do not fit are dropped.
pub(crate) struct Writer<'b> {
    rest: &'b mut [u8],
}

/// Copies without `copy_from_slice`, whose length check remains at optimisation level z. It is a function of
/// its own so that the compiler knows that the slices do not overlap and uses `memcpy`.
#[cfg_attr(target_pointer_width = "64", inline(never))]
#[cfg_attr(not(target_pointer_width = "64"), inline(always))]
fn copy(to: &mut [u8], from: &[u8]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
}

impl<'b> Writer<'b> {
    pub(crate) fn new(buffer: &'b mut [u8]) -> Self {
        Self { rest: buffer }
    }

    fn byte(&mut self, byte: u8) {
        if let Some((head, tail)) = mem::take(&mut self.rest).split_first_mut() {
            *head = byte;
            self.rest = tail;
        }
    }

    /// Writes a varint field, or the tag and the length of a field whose content follows.
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn varint_field(&mut self, tag: u32, mut value: usize) {
        // Every tag of the format has one byte.
        let [low, ..] = tag.to_le_bytes();
        self.byte(low);
        while value >= 0x80 {
            let [low, ..] = value.to_le_bytes();
            self.byte(low | 0x80);
            value >>= VARINT_BITS;
        }
        let [low, ..] = value.to_le_bytes();
        self.byte(low);
    }

    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
    pub(crate) fn len_field(&mut self, tag: u32, content: &[u8]) {
        self.varint_field(tag, content.len());
        if let Some((head, tail)) = mem::take(&mut self.rest).split_at_mut_checked(content.len()) {
            copy(head, content);
            self.rest = tail;
        }
    }
}
