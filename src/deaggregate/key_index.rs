//! The key index: inside the view or iterator that a decoder returns, or lent by the caller.

use crate::message::PerTable;
use crate::message::fast::KeptKey;
use crate::printing::print_as;

/// The default number of entries of an index inside a view or an iterator: 64, and 8 on targets of 32 bits,
/// where the stack is small.
pub const DEFAULT_INDEX_LEN: usize = if usize::BITS == u64::BITS { 64 } else { 8 };

/// One entry of a key index. It is opaque.
///
/// An index is a slice of entries, all [`KeyIndexEntry::EMPTY`] at first. Lend it to
/// [`Decoder::with_index`](crate::Decoder::with_index) or [`deaggregate_batch`](crate::deaggregate_batch).
///
/// ```
/// use kinesis_agg::{Decoder, KeyIndexEntry};
///
/// let mut index = [KeyIndexEntry::EMPTY; 500];
/// let decoder = Decoder::new().with_index(&mut index);
/// let mut user_records = decoder.deaggregate("sensor-7", b"plain");
/// assert_eq!(user_records.next().unwrap().data, b"plain");
/// ```
#[derive(Clone, Copy)]
pub struct KeyIndexEntry<'a> {
    /// The offset of a field of the message.
    pub(crate) offset: u32,
    /// The number of keys of each table before that field.
    pub(crate) before: PerTable<u32>,
    pub(crate) key: KeptKey<'a>,
}

impl KeyIndexEntry<'_> {
    /// An empty entry, to make an index of.
    pub const EMPTY: Self = Self {
        offset: 0,
        before: PerTable { partition_keys: 0, explicit_hash_keys: 0 },
        key: KeptKey::of(""),
    };
}

impl Default for KeyIndexEntry<'_> {
    fn default() -> Self {
        Self::EMPTY
    }
}

print_as!([] KeyIndexEntry<'_>, self => "KeyIndexEntry(..)");

/// The place where a [`Decoder`](crate::Decoder) keeps the index: an [`OwnIndex`], or a slice that the caller
/// lends.
///
/// ```
/// use kinesis_agg::{Decoder, KeyIndex, Md5, ParseError};
///
/// fn count<'a, X: KeyIndex<'a>>(
///     decoder: Decoder<Md5, X>,
///     data: &'a [u8],
/// ) -> Result<usize, ParseError> {
///     Ok(decoder.parse(data)?.user_record_count())
/// }
///
/// assert!(count(Decoder::new(), b"plain").is_err());
/// ```
pub trait KeyIndex<'a>: sealed::Sealed {
    /// The entries while the decoder fills them.
    type Entries: AsRef<[KeyIndexEntry<'a>]> + AsMut<[KeyIndexEntry<'a>]>;
    /// The filled entries in a view or an iterator.
    type Filled: AsRef<[KeyIndexEntry<'a>]> + Clone;

    #[doc(hidden)]
    fn entries(self) -> Self::Entries;

    #[doc(hidden)]
    fn filled(entries: Self::Entries) -> Self::Filled;
}

/// An index of `N` entries inside the view or iterator that a [`Decoder`](crate::Decoder) returns.
///
/// [`Decoder::with_index_len`](crate::Decoder::with_index_len) chooses it.
///
/// ```
/// use kinesis_agg::{Decoder, Md5, OwnIndex};
///
/// let decoder: Decoder<Md5, OwnIndex<16>> = Decoder::new().with_index_len::<16>();
/// assert_eq!(decoder.deaggregate("sensor-7", b"plain").len(), 1);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct OwnIndex<const N: usize>;

impl<'a, const N: usize> KeyIndex<'a> for OwnIndex<N> {
    type Entries = [KeyIndexEntry<'a>; N];
    type Filled = [KeyIndexEntry<'a>; N];

    #[inline]
    fn entries(self) -> Self::Entries {
        [KeyIndexEntry::EMPTY; N]
    }

    #[inline]
    fn filled(entries: Self::Entries) -> Self::Filled {
        entries
    }
}

impl<'a, 'i> KeyIndex<'a> for &'i mut [KeyIndexEntry<'a>] {
    type Entries = Self;
    type Filled = &'i [KeyIndexEntry<'a>];

    #[inline]
    fn entries(self) -> Self {
        self
    }

    #[inline]
    fn filled(entries: Self) -> Self::Filled {
        entries
    }
}

mod sealed {
    pub trait Sealed {}
    impl<const N: usize> Sealed for super::OwnIndex<N> {}
    impl Sealed for &mut [super::KeyIndexEntry<'_>] {}
}
