//! The machine: start, exit, stack pointer, instruction counter.

#[cfg(target_arch = "arm")]
mod cortex_m;
#[cfg(target_arch = "arm")]
pub use cortex_m::{Counter, entry, stack_pointer};

#[cfg(target_arch = "riscv32")]
mod riscv;
#[cfg(target_arch = "riscv32")]
pub use riscv::{Counter, entry, stack_pointer};

use core::panic::PanicInfo;

use semihosting::process::exit;

use crate::Failure;

/// Runs the work of an image and ends with an exit code: 0, or 2 after a failure.
pub fn run(work: impl FnOnce() -> Result<(), Failure>) -> ! {
    match work() {
        Ok(()) => exit(0),
        Err(_failure) => {
            #[cfg(feature = "defmt")]
            defmt::error!("{}", _failure);
            exit(2)
        }
    }
}

/// A panic ends with exit code 1.
#[panic_handler]
fn panic(_info: &PanicInfo<'_>) -> ! {
    #[cfg(feature = "defmt")]
    defmt::error!("{}", defmt::Display2Format(_info));
    exit(1)
}
