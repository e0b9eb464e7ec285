//! Items that are taken together and returned one by one.

use heapless::Vec;

/// Up to `N` items, which are returned in the order in which they were gathered.
#[derive(Clone)]
pub(crate) struct Gathered<T, const N: usize> {
    things: Vec<T, N>,
    given: usize,
}

/// Removes up to `len` items from the front and returns them.
pub(crate) fn split_off<'a, T>(things: &mut &'a [T], len: usize) -> &'a [T] {
    let (front, behind) = things.split_at_checked(len).unwrap_or((things, &[]));
    *things = behind;
    front
}

/// Collects up to `N` of the next items.
pub(crate) fn gather<T, const N: usize>(from: impl Iterator<Item = T>) -> Vec<T, N> {
    let mut things = Vec::new();
    fill(&mut things, from);
    things
}

fn fill<T, const N: usize>(things: &mut Vec<T, N>, from: impl Iterator<Item = T>) {
    // `push` cannot fail: there are at most `N` items.
    from.take(N).for_each(|thing| _ = things.push(thing));
}

impl<T: Copy, const N: usize> Gathered<T, N> {
    pub(crate) const fn none() -> Self {
        Self { things: Vec::new(), given: 0 }
    }

    pub(crate) fn of(from: impl Iterator<Item = T>) -> Self {
        Self { things: gather(from), given: 0 }
    }

    /// Gathers the next items.
    pub(crate) fn refill(&mut self, from: impl Iterator<Item = T>) {
        self.things.clear();
        self.given = 0;
        fill(&mut self.things, from);
    }

    /// Returns all gathered items, including those that were returned already.
    pub(crate) fn all(&self) -> &[T] {
        &self.things
    }

    pub(crate) fn next(&mut self) -> Option<T> {
        let thing = self.things.get(self.given).copied()?;
        self.given = self.given.saturating_add(1);
        Some(thing)
    }

    /// Returns the number of items that are left.
    pub(crate) fn left(&self) -> usize {
        self.things.len().saturating_sub(self.given)
    }
}
