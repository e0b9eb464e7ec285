//! Why the firmware stopped.

use core::fmt;

/// Why the firmware stopped. The exit code is then 2; after a panic it is 1.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Failure {
    /// The host refused to open, read or write a file.
    Host,
    /// The aggregator refused a user record.
    Add(kinesis_agg::AddError),
    /// A buffer was needed while it was in use.
    Busy,
    /// The unpacked user records differ from the packed ones.
    Different,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
