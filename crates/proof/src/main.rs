//! A program that links only if no panic of the codec is reachable.
//!
//! It keeps every public function of the codec, with arguments that the compiler cannot know. The panic
//! handler calls a symbol that does not exist. The compiler optimises everything as one unit: if no panic is
//! reachable, it removes the handler. If one is, the symbol is undefined, and the link fails.
//!
//! `check.sh` links at every optimisation level, and with a planted panic, which must fail. The codec's
//! `tests/repository/proof.rs` checks that no public function is missing here. The program is never run.
#![no_std]
#![no_main]
#![deny(dead_code)]

/// Keeps functions that are never called.
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

/// A reachable panic, which shows that the check can fail.
#[cfg(feature = "planted-panic")]
fn planted(bytes: &[u8], index: usize) -> u8 {
    bytes[index]
}
