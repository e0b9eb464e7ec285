//! The firmware of a sensor that uses the codec, for Cortex-M and RISC-V. It runs in an emulator.
//!
//! ```text
//!   bin/producer   produce    samples -> Aggregator, two buffers -> Transport -> the file `records`
//!   bin/reader     read       the file `records` -> deaggregate -> the file `user-records`
//!   bin/both       both       samples -> a static Aggregator -> deaggregate, and compares both
//!   bin/measure    measure    stack, RAM and instructions of the codec -> the file `measures`
//!   each with the `md-5` crate, and with the module `small_md5` (`_small_md5`)
//!
//!   transport      frames, a few bytes at a time, over any embedded_io::Write
//!   host_file      embedded_io over semihosting
//!   small_md5      MD5 in a quarter of the flash
//!   paint          measures the stack
//!   hostile        the aggregate that takes the most stack to decode
//!   machine        start, exit, stack pointer, instruction counter: a file for each processor
//! ```
#![no_std]

#[cfg(feature = "defmt")]
use defmt_semihosting as _;

pub mod both;
mod failure;
pub mod host_file;
pub mod hostile;
pub mod machine;
pub mod measure;
pub mod paint;
pub mod plant;
pub mod produce;
pub mod read;
pub mod small_md5;
pub mod transport;

pub use failure::Failure;

/// Makes an image: `image!(main, work)`, where `work` returns a `Result<(), Failure>`.
#[macro_export]
macro_rules! image {
    ($work:expr) => {
        #[$crate::machine::entry]
        fn main() -> ! {
            $crate::machine::run(|| $work)
        }
    };
}
