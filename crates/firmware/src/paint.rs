//! Painted stack: how deep a piece of work goes.

use core::hint::black_box;
use core::ptr::{read_volatile, write_volatile};

use crate::machine::stack_pointer;

/// Bytes below the stack pointer that are painted; every board has so many.
const DEPTH: usize = 4096;
const PAINT: u32 = 0xA5C3_96E1;

/// Bytes of stack that `work` takes, its own frame included.
#[inline(never)]
pub fn stack_of(work: impl FnOnce()) -> usize {
    let top = stack_pointer();
    let words = || (top - DEPTH..top).step_by(size_of::<u32>());
    for word in words() {
        // SAFETY: RAM below the stack pointer, which nobody uses; no interrupt is enabled.
        unsafe { write_volatile(word as *mut u32, PAINT) };
    }
    call(work);
    // SAFETY: as above.
    words()
        .find(|word| unsafe { read_volatile(*word as *const u32) } != PAINT)
        .map_or(0, |deepest| top - deepest)
}

/// A frame of its own, below the painter's.
#[inline(never)]
fn call(work: impl FnOnce()) {
    black_box(());
    work();
    black_box(());
}
