//! Why the firmware gave up.

use core::fmt;

/// Why the firmware gave up. It ends with exit code 2 then; a panic ends with 1.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Failure {
    /// The host refused to open, read or write a file.
    Host,
    /// The aggregator refused a user record.
    Add(kinesis_agg::AddError),
    /// A buffer was in use when it was wanted.
    Busy,
    /// What came out is not what went in.
    Different,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
