//! Counts what a piece of work takes: time, or allocations and memory. callgrind counts its instructions.

use std::hint::black_box;
use std::time::Duration;

use allocation_counter::{AllocationInfo, measure};

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
    let start = processor_time();
    let allocated = match counted {
        Counted::Time => {
            measured_part(work);
            AllocationInfo::default()
        }
        Counted::Allocations => measure(|| measured_part(work)),
    };
    let time = processor_time().saturating_sub(start);
    let allocations = usize::try_from(allocated.count_total).expect("a number of allocations");
    Spent { time, allocations, held: usize::try_from(allocated.bytes_current).unwrap_or(0) }
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
#[inline(never)]
fn measured_part(work: &mut dyn FnMut()) {
    work();
    // Not the last call, which would become a jump.
    black_box(());
}
