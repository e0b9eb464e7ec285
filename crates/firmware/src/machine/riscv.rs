//! RISC-V.

use core::arch::asm;

use riscv::register::minstret;
pub use riscv_rt::entry;

/// Counts instructions with `minstret`.
pub struct Counter(());

impl Counter {
    /// Starts counting.
    pub fn start() -> Option<Self> {
        Some(Self(()))
    }

    /// Returns how many instructions `work` takes.
    pub fn count(&mut self, work: impl FnOnce()) -> u32 {
        let before = minstret::read();
        work();
        minstret::read().wrapping_sub(before) as u32
    }
}

/// Returns the stack pointer.
#[inline(always)]
pub fn stack_pointer() -> usize {
    let pointer;
    // SAFETY: it only reads a register.
    unsafe { asm!("mv {}, sp", out(reg) pointer, options(nomem, nostack, preserves_flags)) };
    pointer
}

/// A trap ends as a panic does.
#[riscv_rt::exception(riscv::interrupt::Exception::IllegalInstruction)]
fn illegal_instruction(_: &riscv_rt::TrapFrame) -> ! {
    semihosting::process::exit(1)
}
