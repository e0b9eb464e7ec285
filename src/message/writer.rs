//! Protobuf out: the lengths of fields, and a [`Writer`] that fills a slice which was sized with them.

use core::mem;

use crate::message::schema::MAX_VARINT_LEN;

/// Bits of the value in each byte of a varint.
const VARINT_BITS: u32 = 7;

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
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
pub(crate) const fn varint_field_len(value: usize) -> usize {
    varint_len(value).saturating_add(1)
}

/// Bytes of a length-delimited field with `content` bytes in it; saturates.
#[cfg_attr(target_pointer_width = "64", inline)]
#[cfg_attr(not(target_pointer_width = "64"), inline(never))]
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

/// Fills a slice from its front. Whoever makes one has computed the size beforehand: what does not fit is
/// left out.
pub(crate) struct Writer<'b> {
    rest: &'b mut [u8],
}

/// Not `copy_from_slice`, whose check of the lengths is left in at optimisation level z. In a function of its
/// own the compiler sees that the slices do not overlap, and that `memcpy` will do.
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
    #[cfg_attr(not(target_pointer_width = "64"), inline(never))]
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
