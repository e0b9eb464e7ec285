//! MD5 of many independent messages at once.
//!
//! Each step of MD5 waits for the one before, so a single message keeps a processor mostly idle. Independent
//! messages can be digested side by side, each in a lane of a vector register. Several registers take turns,
//! so that one is computed while the others wait. `no_std`, no allocation.
//!
//! ```
//! let messages: [&[u8]; 3] = [b"", b"a", b"abc"];
//! let mut digests = [[0; 16]; 3];
//! md5_lanes::digest_all(&messages, &mut digests);
//! assert_eq!(digests[2][..4], [0x90, 0x01, 0x50, 0x98]);
//! ```
//!
//! # The map
//!
//! ```text
//!   lanes       schedules messages: short ones in groups, long ones into lanes that become free
//!   engine      chooses the compressors of a back end by the features of the processor
//!   x86, neon   the vector types, and compressors made of them
//!   compress    all steps over a vector type, several vectors in turn
//!   scalar      all steps for one message, in safe code
//!   schedule    the inputs of each of the 64 steps
//!   compressor  what a compressor is
//!   block       the blocks of a message, and the padding
//! ```
//!
//! Only `engine`, `x86`, `neon` and `compress` contain `unsafe`.
#![no_std]

mod block;
#[cfg(any(
    target_arch = "x86_64",
    target_arch = "x86",
    all(target_arch = "aarch64", target_endian = "little")
))]
mod compress;
mod compressor;
mod engine;
mod lanes;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
mod neon;
mod scalar;
mod schedule;
#[cfg(any(target_arch = "x86_64", target_arch = "x86"))]
mod x86;

pub use engine::Backend;

/// The MD5 of one message, on any processor.
///
/// ```
/// assert_eq!(md5_lanes::digest(b"abc")[..4], [0x90, 0x01, 0x50, 0x98]);
/// ```
pub fn digest(message: &[u8]) -> [u8; 16] {
    scalar::digest(message)
}

/// The MD5 of each message, with the fastest back end of this processor. Digests are in the order of the
/// messages. If one slice is longer than the other, the rest of it is ignored.
///
/// The order of the messages does not affect the speed: long ones begin first.
pub fn digest_all(messages: &[&[u8]], digests: &mut [[u8; 16]]) {
    digest_all_with(Backend::best(), messages, digests);
}

/// [`digest_all`] with a chosen back end.
///
/// ```
/// for backend in md5_lanes::Backend::all_available() {
///     let mut digests = [[0; 16]; 1];
///     md5_lanes::digest_all_with(backend, &[b"abc"], &mut digests);
///     assert_eq!(digests[0][..4], [0x90, 0x01, 0x50, 0x98]);
/// }
/// ```
pub fn digest_all_with(backend: Backend, messages: &[&[u8]], digests: &mut [[u8; 16]]) {
    lanes::digest_all(backend, messages, digests);
}
