//! Functions that are equal for all x86 vectors, except for the names of the instructions.

/// These functions of a [`Vector`](crate::compress::Vector), with the instructions of its width.
macro_rules! alike {
    (
        $splat:ident, $load:ident, $store:ident, $add:ident,
        $low_words:ident, $high_words:ident, $low_pairs:ident, $high_pairs:ident
    ) => {
        /// Into the second-level cache. The address need not be readable.
        #[inline(always)]
        unsafe fn prefetch(address: *const u8) {
            // SAFETY: the caller guarantees the instruction, which reads nothing.
            unsafe { _mm_prefetch::<_MM_HINT_T1>(address.cast()) }
        }

        #[inline(always)]
        unsafe fn splat(value: u32) -> Self {
            // SAFETY: the caller guarantees the instructions.
            unsafe { $splat(value as i32) }
        }

        #[inline(always)]
        unsafe fn load(from: *const u32) -> Self {
            // SAFETY: the caller guarantees the instructions and the address.
            unsafe { $load(from.cast()) }
        }

        #[inline(always)]
        unsafe fn store(self, to: *mut u32) {
            // SAFETY: the caller guarantees the instructions and the address.
            unsafe { $store(to.cast(), self) }
        }

        #[inline(always)]
        unsafe fn add(self, other: Self) -> Self {
            // SAFETY: the caller guarantees the instructions.
            unsafe { $add(self, other) }
        }

        #[inline(always)]
        unsafe fn transpose_quarters(rows: [Self; 4]) -> [Self; 4] {
            // SAFETY: the caller guarantees the instructions.
            unsafe {
                let low01 = $low_words(rows[0], rows[1]);
                let high01 = $high_words(rows[0], rows[1]);
                let low23 = $low_words(rows[2], rows[3]);
                let high23 = $high_words(rows[2], rows[3]);
                [
                    $low_pairs(low01, low23),
                    $high_pairs(low01, low23),
                    $low_pairs(high01, high23),
                    $high_pairs(high01, high23),
                ]
            }
        }
    };
}
pub(super) use alike;
