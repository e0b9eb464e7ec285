//! The memory that the caller supplies to an aggregator.

use crate::aggregate::key_slots::KeySlot;

/// A buffer for an aggregate: `[u8; N]`, `&mut [u8]`, `Vec<u8>`, `Box<[u8]>`, `heapless::Vec<u8, N>`. The
/// aggregator uses its length, not its capacity.
///
/// `as_ref` and `as_mut` must return the same bytes, and their length must not change.
///
/// ```
/// use kinesis_agg::{Aggregator, Buffer};
///
/// fn is_half_full<B: Buffer>(aggregator: &Aggregator<B>) -> bool {
///     aggregator.size() > aggregator.capacity() / 2
/// }
///
/// assert!(!is_half_full(&Aggregator::new(vec![0; 1024])));
/// ```
pub trait Buffer: AsRef<[u8]> + AsMut<[u8]> {}

impl<B: AsRef<[u8]> + AsMut<[u8]>> Buffer for B {}

/// Memory for [`KeySlot`]s: an array, a `Vec`, a slice.
///
/// ```
/// use kinesis_agg::{AddError, Aggregator, Buffer, KeySlots, UserRecord};
///
/// fn add(
///     aggregator: &mut Aggregator<impl Buffer, impl KeySlots>,
///     reading: &str,
/// ) -> Result<(), AddError> {
///     aggregator.add(&UserRecord::new("sensor-7", reading))
/// }
///
/// assert_eq!(add(&mut Aggregator::new([0; 64]), "21.5"), Ok(()));
/// ```
pub trait KeySlots: AsRef<[KeySlot]> + AsMut<[KeySlot]> {}

impl<K: AsRef<[KeySlot]> + AsMut<[KeySlot]>> KeySlots for K {}
