//! Measures the depth of the stack: it paints the stack before the work and looks for the deepest overwritten
//! word after.

use core::hint::black_box;
use core::ptr::{read_volatile, write_volatile};

use crate::machine::stack_pointer;

/// The number of bytes below the stack pointer that are painted. Every board has this many.
const DEPTH: usize = 4096;
const PAINT: u32 = 0xA5C3_96E1;

/// Returns the bytes of stack that `work` takes, its own frame included.
#[inline(never)]
pub fn stack_of(work: impl FnOnce()) -> usize {
    let top = stack_pointer();
    let words = || (top - DEPTH..top).step_by(size_of::<u32>());
    for word in words() {
        // SAFETY: no code uses the RAM below the stack pointer, and no interrupt is enabled.
        unsafe { write_volatile(word as *mut u32, PAINT) };
    }
    call(work);
    // SAFETY: as above.
    words()
        .find(|word| unsafe { read_volatile(*word as *const u32) } != PAINT)
        .map_or(0, |deepest| top - deepest)
}

/// Has a frame of its own, below that of the painter.
#[inline(never)]
fn call(work: impl FnOnce()) {
    black_box(());
    work();
    black_box(());
}
