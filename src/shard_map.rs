//! Shards: inclusive hash key ranges, and the search for the one that owns a hash key.

use core::str::FromStr;

use crate::hash_key::{HashKey, HashKeyError};
use crate::printing::{display_texts, error_texts, print_as};

/// The hash keys of a shard, from `start` to `end`, both included.
///
/// A range that starts after its end is allowed and contains nothing, as in KCL.
///
/// ```
/// use kinesis_agg::{HashKey, HashKeyRange};
///
/// let lower: HashKeyRange = "0:170141183460469231731687303715884105727".parse()?;
/// assert!(lower.contains(HashKey::MIN) && !lower.contains(HashKey::MAX));
/// # Ok::<(), kinesis_agg::HashKeyRangeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct HashKeyRange {
    /// The first hash key in it.
    pub start: HashKey,
    /// The last hash key in it.
    pub end: HashKey,
}

impl HashKeyRange {
    /// The range of all hash keys.
    pub const FULL: Self = Self { start: HashKey::MIN, end: HashKey::MAX };

    /// Makes the range from `start` to `end`, both included.
    pub const fn new(start: HashKey, end: HashKey) -> Self {
        Self { start, end }
    }

    /// Whether `hash_key` is in the range.
    pub fn contains(&self, hash_key: HashKey) -> bool {
        self.start <= hash_key && hash_key <= self.end
    }

    /// Returns the range of shard `index` if the hash key space is split evenly into `shards` shards, as the
    /// service does it. `None` if there is no such shard.
    ///
    /// Shard i starts at i times floor(2^128 / `shards`), and the last one ends at 2^128 - 1.
    pub fn of_even_split(index: usize, shards: usize) -> Option<Self> {
        let index = u128::try_from(index).ok()?;
        let shards = u128::try_from(shards).ok()?;
        let last = shards.checked_sub(1)?;
        // Compute floor(2^128 / n) without the 129th bit. For one shard it saturates and is not used.
        let remainder = u128::MAX.checked_rem(shards)?;
        let whole = u128::MAX.checked_div(shards)?;
        let width = if remainder == last { whole.saturating_add(1) } else { whole };
        let start = index.checked_mul(width).filter(|_| index <= last)?;
        let end = if index == last { u128::MAX } else { start.checked_add(width)?.checked_sub(1)? };
        Some(Self::new(HashKey::from_u128(start), HashKey::from_u128(end)))
    }
}

display_texts!([] HashKeyRange, Self { start, end } => "{start}:{end}";);

/// Parses `START:END`, both decimal and both included.
impl FromStr for HashKeyRange {
    type Err = HashKeyRangeError;

    fn from_str(text: &str) -> Result<Self, HashKeyRangeError> {
        // `split_once` would keep a panic path at optimisation level z.
        let colon = text.bytes().position(|byte| byte == b':').ok_or(HashKeyRangeError::NoColon)?;
        let (start, rest) = text.split_at_checked(colon).ok_or(HashKeyRangeError::NoColon)?;
        let end = rest.strip_prefix(':').ok_or(HashKeyRangeError::NoColon)?;
        let start = start.parse().map_err(HashKeyRangeError::Start)?;
        let end = end.parse().map_err(HashKeyRangeError::End)?;
        Ok(Self { start, end })
    }
}

/// Why text is not a hash key range.
///
/// ```
/// use kinesis_agg::{HashKeyRange, HashKeyRangeError};
///
/// assert_eq!("0-9".parse::<HashKeyRange>(), Err(HashKeyRangeError::NoColon));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum HashKeyRangeError {
    /// There is no colon between start and end.
    NoColon,
    /// The start is not a hash key.
    Start(HashKeyError),
    /// The end is not a hash key.
    End(HashKeyError),
}

error_texts!([] HashKeyRangeError,
    Self::NoColon => "hash key range is not of the form START:END";
    Self::Start(error) => "start of the range: {error}";
    Self::End(error) => "end of the range: {error}";
);

/// Finds the shard that owns a hash key, in ranges that the caller supplies: an array, a `Vec` or a slice.
///
/// ```
/// use kinesis_agg::{HashKey, HashKeyRange, ShardMap};
///
/// let mut ranges = [HashKeyRange::FULL; 4];
/// let shards = ShardMap::even_split(&mut ranges)?;
/// assert_eq!(shards.shard_of(HashKey::MAX), Some(3));
/// # Ok::<(), kinesis_agg::ShardMapError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShardMap<R> {
    ranges: R,
}

impl<R: AsRef<[HashKeyRange]>> ShardMap<R> {
    /// Makes a map of these shards. Gaps between them are allowed: a hash key in a gap has no owner.
    ///
    /// # Errors
    /// There is no range, a range starts after its end, or the ranges are not sorted and disjoint.
    pub fn new(ranges: R) -> Result<Self, ShardMapError> {
        let mut previous: Option<HashKeyRange> = None;
        for (shard, range) in ranges.as_ref().iter().enumerate() {
            if range.start > range.end {
                return Err(ShardMapError::Inverted { shard });
            }
            if previous.is_some_and(|previous| range.start <= previous.end) {
                return Err(ShardMapError::Overlap { shard });
            }
            previous = Some(*range);
        }
        previous.map(|_| Self { ranges }).ok_or(ShardMapError::Empty)
    }

    /// Makes a map of the hash key space, split evenly into as many shards as there are ranges. It overwrites
    /// the ranges.
    ///
    /// # Errors
    /// There is no range.
    pub fn even_split(mut ranges: R) -> Result<Self, ShardMapError>
    where
        R: AsMut<[HashKeyRange]>,
    {
        let shards = ranges.as_mut().len();
        for (index, range) in ranges.as_mut().iter_mut().enumerate() {
            *range = HashKeyRange::of_even_split(index, shards).unwrap_or(HashKeyRange::FULL);
        }
        Self::new(ranges)
    }

    /// Returns the index of the shard that owns `hash_key`; `None` in a gap. It takes O(log n) for n shards.
    pub fn shard_of(&self, hash_key: HashKey) -> Option<usize> {
        let ranges = self.ranges.as_ref();
        let shard = ranges.partition_point(|range| range.start <= hash_key).checked_sub(1)?;
        ranges.get(shard).filter(|range| range.contains(hash_key)).map(|_| shard)
    }

    /// Returns the ranges, in order.
    pub fn ranges(&self) -> &[HashKeyRange] {
        self.ranges.as_ref()
    }

    /// Returns the ranges by value.
    pub fn into_ranges(self) -> R {
        self.ranges
    }
}

/// Why hash key ranges are not a map of shards.
///
/// ```
/// use kinesis_agg::{HashKeyRange, ShardMap, ShardMapError};
///
/// let twice = [HashKeyRange::FULL; 2];
/// assert_eq!(ShardMap::new(twice), Err(ShardMapError::Overlap { shard: 1 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ShardMapError {
    /// There is no range.
    Empty,
    /// A range starts after its end.
    Inverted {
        /// The index of the shard of that range.
        shard: usize,
    },
    /// A range does not start after the end of the one before it.
    Overlap {
        /// The index of the shard of that range.
        shard: usize,
    },
}

error_texts!([] ShardMapError,
    Self::Empty => "there is no shard";
    Self::Inverted { shard } => "hash key range of shard {shard} starts after its end";
    Self::Overlap { shard } => "hash key range of shard {shard} does not start after the one before it";
);

print_as!([R: AsRef<[HashKeyRange]>] ShardMap<R>, self => "ShardMap {{ ranges: {:?} }}", self.ranges());
