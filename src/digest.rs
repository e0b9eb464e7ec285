//! The digest behind every aggregated record and every hash key, and how to bring one's own.

/// An implementation of MD5: of a microcontroller's hash engine, say, or one that checks many messages at once.
///
/// Every closure from a message to its 16 bytes is one. Where one is to be lent and not given away, a closure around it will do:
/// `|message: &[u8]| engine.digest(message)`.
///
/// ```
/// use kinesis_agg::{Digest, Md5};
///
/// let mut messages = 0;
/// let mut counting = |message: &[u8]| {
///     messages += 1;
///     Md5.digest(message)
/// };
/// assert_eq!(counting.digest(b"")[..2], [0xd4, 0x1d]);
/// assert_eq!(messages, 1);
/// ```
pub trait Digest {
    /// The MD5 of `message`.
    fn digest(&mut self, message: &[u8]) -> [u8; 16];

    /// The MD5 of each message, in order, as far as there are messages and places. To be overridden by what digests many at once.
    fn digest_all(&mut self, messages: &[&[u8]], digests: &mut [[u8; 16]]) {
        for (message, digest) in messages.iter().zip(digests) {
            *digest = self.digest(message);
        }
    }
}

impl<F: FnMut(&[u8]) -> [u8; 16]> Digest for F {
    fn digest(&mut self, message: &[u8]) -> [u8; 16] {
        self(message)
    }
}

/// MD5 in software, by the `md-5` crate: what is used unless another implementation is given.
///
/// With the feature `md5-lanes` it is that crate's instead: one message in fewer cycles, many messages together, in the lanes of
/// vector registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Md5;

impl Digest for Md5 {
    fn digest(&mut self, message: &[u8]) -> [u8; 16] {
        #[cfg(feature = "md5-lanes")]
        return md5_lanes::digest(message);
        #[cfg(not(feature = "md5-lanes"))]
        <md5::Md5 as md5::Digest>::digest(message).into()
    }

    #[cfg(feature = "md5-lanes")]
    fn digest_all(&mut self, messages: &[&[u8]], digests: &mut [[u8; 16]]) {
        md5_lanes::digest_all(messages, digests);
    }
}

/// How many short messages are gathered to be digested together.
pub(crate) const TOGETHER: usize = if cfg!(feature = "md5-lanes") { 48 } else { 1 };
