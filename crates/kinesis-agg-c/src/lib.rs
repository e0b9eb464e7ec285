//! libkinesis_agg: the codec for C and C++. `include/kinesis_agg.h` says what each function does.
//!
//! ```text
//!   aggregator     kagg_init, kagg_add, kagg_finish, ...          user records -> one Kinesis record
//!   reader         kagg_parse, kagg_deaggregate, kagg_next, ...   one Kinesis record -> user records
//!   keys           kagg_hash_key_of, kagg_shard_of, ...           where a key belongs
//!   texts          kagg_status_text, ...                          what a person reads
//!   types          the structs and numbers of the header
//!   memory         pointers of the caller, checked before a reference is made
//!   codec          everything that calls the codec
//! ```
//!
//! Every function checks the pointers that it is given: NULL, misaligned, too long and overlapping memory are
//! answers. What no check can see is in the contract of the header: memory that is not there, or that changes
//! while it is lent.
#![cfg_attr(not(test), no_std)]
#![expect(clippy::missing_safety_doc, reason = "the contract of an exported function is in the header")]

pub mod aggregator;
mod codec;
pub mod keys;
mod memory;
pub mod reader;
pub mod status;
#[cfg(test)]
mod tests;
pub mod texts;
pub mod types;

/// Unreachable, as `.ci/c` proves by linking.
#[cfg(not(test))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    #[cfg(feature = "proof")]
    {
        unsafe extern "C" {
            safe fn a_panic_is_reachable() -> !;
        }
        a_panic_is_reachable()
    }
    #[cfg(not(feature = "proof"))]
    loop {}
}
