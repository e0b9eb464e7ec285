//! Things that are taken together and given out one by one.

use heapless::Vec;

/// Up to `N` things, given out in the order in which they were gathered.
#[derive(Clone)]
pub(crate) struct Gathered<T, const N: usize> {
    things: Vec<T, N>,
    given: usize,
}

/// The next things, as many as are gathered at a time.
pub(crate) fn gather<T, const N: usize>(from: &mut impl Iterator<Item = T>) -> Vec<T, N> {
    let mut things = Vec::new();
    fill(&mut things, from);
    things
}

fn fill<T, const N: usize>(things: &mut Vec<T, N>, from: &mut impl Iterator<Item = T>) {
    while !things.is_full() {
        match from.next() {
            Some(thing) => _ = things.push(thing),
            None => break,
        }
    }
}

impl<T: Copy, const N: usize> Gathered<T, N> {
    pub(crate) fn of(mut from: impl Iterator<Item = T>) -> Self {
        Self { things: gather(&mut from), given: 0 }
    }

    /// Gathers anew.
    pub(crate) fn refill(&mut self, from: &mut impl Iterator<Item = T>) {
        self.things.clear();
        self.given = 0;
        fill(&mut self.things, from);
    }

    /// Those that were gathered, given out or not.
    pub(crate) fn all(&self) -> &[T] {
        &self.things
    }

    pub(crate) fn next(&mut self) -> Option<T> {
        let thing = self.things.get(self.given).copied()?;
        self.given = self.given.saturating_add(1);
        Some(thing)
    }
}

impl<T, const N: usize> Gathered<T, N> {
    pub(crate) const fn none() -> Self {
        Self { things: Vec::new(), given: 0 }
    }

    /// How many are still to be given out.
    pub(crate) fn left(&self) -> usize {
        self.things.len().saturating_sub(self.given)
    }
}
