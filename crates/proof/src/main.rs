//! Links only if no panic of the codec is reachable.
//!
//! Every public entry point of the codec is kept here, over arguments that the compiler knows nothing about.
//! The panic handler calls a symbol that exists nowhere. Optimised as one unit, a panic that cannot be
//! reached is gone, and so is the handler; one that can be is an undefined symbol, and the link fails.
//!
//! `check.sh` links at every level, and with a planted panic, which must fail. That no public function is
//! missing here is checked by the codec's `tests/repository/proof.rs`. The program is never run.
#![no_std]
#![no_main]
#![deny(dead_code)]

/// Keeps functions that nobody calls.
macro_rules! keep {
    ($($function:expr),* $(,)?) => {
        $(core::hint::black_box($function as *const ());)*
    };
}

mod aggregate;
mod deaggregate;
mod keys;
mod printing;

use core::panic::PanicInfo;

unsafe extern "C" {
    safe fn a_panic_is_reachable() -> !;
}

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    a_panic_is_reachable()
}

#[unsafe(no_mangle)]
extern "C" fn _start() {
    aggregate::keep();
    deaggregate::keep();
    keys::keep();
    printing::keep();
    #[cfg(target_pointer_width = "64")]
    printing::wide::keep();
    #[cfg(feature = "planted-panic")]
    keep![planted];
}

/// A panic that can be reached, so that the check is seen to fail.
#[cfg(feature = "planted-panic")]
fn planted(bytes: &[u8], index: usize) -> u8 {
    bytes[index]
}
