//! Counts what a piece of work takes: time, or allocations and memory. callgrind counts its instructions.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicIsize, AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

static COUNTS: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static HELD: AtomicIsize = AtomicIsize::new(0);

/// The allocator of the system. It counts only on request, so that the time is not that of counting.
struct Counting;

// SAFETY: every call is passed on unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        allocated(layout.size());
        // SAFETY: the caller keeps the contract, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        allocated(layout.size());
        // SAFETY: as above.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        freed(layout.size());
        allocated(size);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        freed(layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

fn allocated(size: usize) {
    if COUNTS.load(Relaxed) {
        ALLOCATIONS.fetch_add(1, Relaxed);
        HELD.fetch_add(size.cast_signed(), Relaxed);
    }
}

fn freed(size: usize) {
    if COUNTS.load(Relaxed) {
        HELD.fetch_sub(size.cast_signed(), Relaxed);
    }
}

/// What to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    Time,
    Allocations,
}

/// What a piece of work took. Without [`Counted::Allocations`], only the time.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spent {
    /// Of the processor: other programs and timers do not count.
    pub(crate) time: Duration,
    /// A reallocation is an allocation.
    pub(crate) allocations: usize,
    /// The bytes that it still holds.
    pub(crate) held: usize,
}

pub(crate) fn count(counted: Counted, work: &mut dyn FnMut()) -> Spent {
    ALLOCATIONS.store(0, Relaxed);
    HELD.store(0, Relaxed);
    COUNTS.store(counted == Counted::Allocations, Relaxed);
    let start = processor_time();
    measured_part(work);
    let time = processor_time().saturating_sub(start);
    COUNTS.store(false, Relaxed);
    let held = HELD.load(Relaxed).try_into().unwrap_or(0);
    Spent { time, allocations: ALLOCATIONS.load(Relaxed), held }
}

#[cfg(unix)]
fn processor_time() -> Duration {
    use nix::time::{ClockId, clock_gettime};
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("a clock").into()
}

#[cfg(not(unix))]
fn processor_time() -> Duration {
    std::time::UNIX_EPOCH.elapsed().expect("a clock")
}

/// callgrind counts this function and finds it by its name.
// SAFETY: nothing else has this name.
#[unsafe(no_mangle)]
#[inline(never)]
pub(crate) fn measured_part(work: &mut dyn FnMut()) -> usize {
    work();
    // Not the last call, which would become a jump.
    ALLOCATIONS.load(Relaxed)
}
