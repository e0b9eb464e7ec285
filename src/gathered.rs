//! Items that are taken together.

use heapless::Vec;

/// Removes up to `len` items from the front and returns them.
pub(crate) fn split_off<'a, T>(things: &mut &'a [T], len: usize) -> &'a [T] {
    let (front, behind) = things.split_at_checked(len).unwrap_or((things, &[]));
    *things = behind;
    front
}

/// Collects up to `N` of the next items.
pub(crate) fn gather<T, const N: usize>(from: impl Iterator<Item = T>) -> Vec<T, N> {
    let mut things = Vec::new();
    // `push` cannot fail: there are at most `N` items.
    from.take(N).for_each(|thing| _ = things.push(thing));
    things
}
