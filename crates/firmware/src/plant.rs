//! Planted faults. Each makes a check of `.ci/firmware` fail, and needs its feature.

/// Panics while the firmware runs.
#[inline(always)]
pub fn panic_at(_user_records: usize) {
    #[cfg(feature = "planted-panic")]
    assert!(core::hint::black_box(_user_records) < 10, "planted");
}

/// Takes 1 KiB more of flash.
#[inline(always)]
pub fn flash() {
    #[cfg(feature = "planted-flash")]
    {
        static TABLE: [u8; 1024] = [0x5A; 1024];
        core::hint::black_box(&TABLE);
    }
}

/// Takes 200 bytes more of stack while `work` runs.
#[inline(always)]
pub fn stack<T>(work: impl FnOnce() -> T) -> T {
    #[cfg(feature = "planted-stack")]
    let mut ballast = [0_u8; 200];
    #[cfg(feature = "planted-stack")]
    core::hint::black_box(&mut ballast);
    let done = work();
    #[cfg(feature = "planted-stack")]
    core::hint::black_box(&mut ballast);
    done
}
