//! The key tables, as the first pass reads them.

use alloc::vec::Vec;
use core::ops::Range;

/// A key table from the first pass. It has twelve bytes for each key, so that a record that consists only of
/// keys stays small.
#[derive(Default)]
pub(super) struct Table {
    pub(super) keys: Vec<KeySpan>,
}

#[derive(Clone, Copy)]
pub(super) struct KeySpan {
    start: u32,
    len: u32,
    pub(super) uses: u32,
}

impl Table {
    pub(super) fn push(&mut self, content: &Range<usize>) {
        let (Ok(start), Ok(len)) = (u32::try_from(content.start), u32::try_from(content.len())) else {
            return;
        };
        self.keys.push(KeySpan { start, len, uses: 0 });
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The key at `index`. Counts one more use.
    pub(super) fn count_use<'a>(&mut self, data: &'a [u8], index: u64) -> Option<&'a [u8]> {
        let key = self.keys.get_mut(usize::try_from(index).ok()?)?;
        key.uses = key.uses.saturating_add(1);
        Some(key.bytes(data))
    }

    /// The indices of keys that repeat an earlier one.
    pub(super) fn duplicates(&self, data: &[u8]) -> Vec<u32> {
        let mut order: Vec<u32> = (0..).take(self.keys.len()).collect();
        let bytes = |index: u32| self.get(index).map(|key| key.bytes(data)).unwrap_or_default();
        order.sort_unstable_by(|&a, &b| bytes(a).cmp(bytes(b)).then(a.cmp(&b)));
        let neighbours = order.iter().zip(order.iter().skip(1));
        let mut duplicates: Vec<u32> =
            neighbours.filter(|&(&a, &b)| bytes(a) == bytes(b)).map(|(_, &b)| b).collect();
        duplicates.sort_unstable();
        duplicates
    }

    pub(super) fn get(&self, index: u32) -> Option<&KeySpan> {
        self.keys.get(usize::try_from(index).ok()?)
    }
}

impl KeySpan {
    pub(super) fn offset(&self) -> usize {
        usize::try_from(self.start).unwrap_or(usize::MAX)
    }

    pub(super) fn bytes<'a>(&self, data: &'a [u8]) -> &'a [u8] {
        let len = usize::try_from(self.len).unwrap_or(usize::MAX);
        data.get(self.offset()..self.offset().saturating_add(len)).unwrap_or_default()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    PartitionKey,
    ExplicitHashKey,
}

impl KeyKind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::PartitionKey => "partition key",
            Self::ExplicitHashKey => "explicit hash key",
        }
    }
}
