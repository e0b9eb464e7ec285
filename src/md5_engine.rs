//! MD5, which is the digest of every aggregated record and makes every hash key, and the trait for other
//! implementations.

use crate::printing::print_as;

/// An implementation of MD5: for example a microcontroller's hash engine, or code that computes many digests
/// at once.
///
/// `&mut M` is an engine if `M` is one, so an engine can be passed by value or lent. [`md5_fn`] makes one
/// from a closure.
///
/// ```
/// use kinesis_agg::{Decoder, Md5, Md5Engine};
///
/// #[derive(Default)]
/// struct Counting(usize);
///
/// impl Md5Engine for Counting {
///     fn digest(&mut self, message: &[u8]) -> [u8; 16] {
///         self.0 += 1;
///         Md5.digest(message)
///     }
/// }
///
/// let mut engine = Counting::default();
/// Decoder::new().with_engine(&mut engine).is_aggregated(b"no magic, so no digest");
/// assert_eq!(engine.0, 0);
/// ```
pub trait Md5Engine {
    /// Computes the MD5 of `message`.
    fn digest(&mut self, message: &[u8]) -> [u8; 16];

    /// Computes the MD5 of each message, in order, up to the end of the shorter slice. An engine that
    /// computes many digests at once overrides this.
    ///
    /// With the feature `md5-lanes` the codec gives up to 128 messages of a batch, or 48 keys, at a time.
    /// Without it, which saves stack, it gives one at a time. It may also give none.
    fn digest_all(&mut self, messages: &[&[u8]], digests: &mut [[u8; 16]]) {
        for (message, digest) in messages.iter().zip(digests) {
            *digest = self.digest(message);
        }
    }
}

impl<M: Md5Engine + ?Sized> Md5Engine for &mut M {
    fn digest(&mut self, message: &[u8]) -> [u8; 16] {
        (**self).digest(message)
    }

    fn digest_all(&mut self, messages: &[&[u8]], digests: &mut [[u8; 16]]) {
        (**self).digest_all(messages, digests);
    }
}

/// Makes an [`Md5Engine`] from a closure that computes the MD5 of a message.
///
/// ```
/// use kinesis_agg::{Aggregator, KeySlot, Md5, Md5Engine, md5_fn};
///
/// let engine = md5_fn(|message: &[u8]| Md5.digest(message));
/// let aggregator = Aggregator::new_with([0; 256], [KeySlot::EMPTY; 8], engine);
/// ```
pub const fn md5_fn<F: FnMut(&[u8]) -> [u8; 16]>(closure: F) -> Md5Fn<F> {
    Md5Fn(closure)
}

/// A closure that is an [`Md5Engine`]. [`md5_fn`] makes it.
///
/// ```
/// use kinesis_agg::{Decoder, Md5, Md5Engine, md5_fn};
///
/// let engine = md5_fn(|message: &[u8]| Md5.digest(message));
/// assert!(!Decoder::new().with_engine(engine).is_aggregated(b"plain"));
/// ```
#[derive(Clone, Copy)]
pub struct Md5Fn<F>(F);

impl<F: FnMut(&[u8]) -> [u8; 16]> Md5Engine for Md5Fn<F> {
    fn digest(&mut self, message: &[u8]) -> [u8; 16] {
        (self.0)(message)
    }
}

print_as!([F] Md5Fn<F>, self => "Md5Fn(..)");

/// MD5 in software, by the crate `md-5`. It is the default engine.
///
/// With the feature `md5-lanes`, the crate `md5-lanes` computes it: one digest in fewer cycles, and many
/// digests together in the lanes of vector registers.
///
/// ```
/// use kinesis_agg::{Md5, Md5Engine};
///
/// assert_eq!(Md5.digest(b"")[..4], [0xD4, 0x1D, 0x8C, 0xD9]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Md5;

impl Md5Engine for Md5 {
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

/// The number of short messages that are gathered, so that their digests are computed together.
pub(crate) const TOGETHER: usize = if cfg!(feature = "md5-lanes") { 48 } else { 1 };
