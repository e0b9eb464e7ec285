//! Cortex-M.

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
pub use cortex_m_rt::entry;
use cortex_m_rt::exception;

/// The number of instructions in two ticks of SysTick. The emulator takes a nanosecond for each instruction.
/// The clock has 16 MHz on micro:bit, 25 MHz on MPS2 and 20 MHz on MPS2+ with AN505.
const INSTRUCTIONS_IN_TWO_TICKS: u32 = if cfg!(board = "microbit") {
    125
} else if cfg!(board = "mps2-an505") {
    100
} else {
    80
};

/// Counts instructions with SysTick, up to some hundred millions.
pub struct Counter(SYST);

impl Counter {
    /// Starts counting; `None` if the counter is in use already.
    pub fn start() -> Option<Self> {
        let mut timer = cortex_m::Peripherals::take()?.SYST;
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(0x00FF_FFFF);
        timer.clear_current();
        timer.enable_counter();
        // The first reading is always 0.
        while SYST::get_current() == 0 {}
        Some(Self(timer))
    }

    /// Returns how many instructions `work` takes, to about a hundred.
    pub fn count(&mut self, work: impl FnOnce()) -> u32 {
        self.0.clear_current();
        while SYST::get_current() == 0 {}
        let before = SYST::get_current();
        work();
        let ticks = before.wrapping_sub(SYST::get_current());
        ticks / 2 * INSTRUCTIONS_IN_TWO_TICKS
    }
}

/// Returns the stack pointer.
#[inline(always)]
pub fn stack_pointer() -> usize {
    cortex_m::register::msp::read() as usize
}

/// A fault ends as a panic does.
///
/// # Safety
/// Only the processor may call it. It reads nothing that the fault may have damaged.
#[exception]
unsafe fn HardFault(_: &cortex_m_rt::ExceptionFrame) -> ! {
    semihosting::process::exit(1)
}
