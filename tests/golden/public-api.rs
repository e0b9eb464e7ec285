// The public API. Written by `UPDATE_GOLDEN=1 cargo test --test repository public_api`.

// AddError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum AddError {
    Full,
    TooLarge { size: usize, limit: usize, fits_plain: bool },
    BufferTooSmall { len: usize, needed: usize },
    Key(KeyError),
}
impl From<KeyError> for AddError {}
impl core::error::Error for AddError {}
impl fmt::Display for AddError {}

// AddFlushingError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AddFlushingError<A, E> {
    Add(A),
    Send(E),
}
impl<A: core::error::Error + 'static, E: core::error::Error + 'static> core::error::Error
for AddFlushingError<A, E> {}
impl<A: fmt::Display, E> fmt::Display for AddFlushingError<A, E> {}

// AggregatedRecord
#[derive(Clone, Copy)]
pub struct AggregatedRecord<'a, X = [KeyIndexEntry<'a>; DEFAULT_INDEX_LEN]> {
    private: _,
}
impl<'a, X: AsRef<[KeyIndexEntry<'a>]>> AggregatedRecord<'a, X> {
    pub fn user_records(&self) -> UserRecords<'a, X>
    where
        X: Clone,
    {}
    pub fn user_record_count(&self) -> usize {}
    pub fn key_count(&self) -> usize {}
    pub fn partition_key_count(&self) -> usize {}
    pub fn explicit_hash_key_count(&self) -> usize {}
}
impl<'a> AggregatedRecord<'a> {
    pub fn parse(data: &'a [u8]) -> Result<Self, ParseError> {}
}
#[cfg(feature = "defmt")]
impl<'a, X: AsRef<[KeyIndexEntry<'a>]>> defmt::Format for AggregatedRecord<'a, X> {}
impl<'a, X: AsRef<[KeyIndexEntry<'a>]> + Clone> IntoIterator
for &AggregatedRecord<'a, X> {
    type Item = <UserRecords<'a, X> as Iterator>::Item;
    type IntoIter = UserRecords<'a, X>;
}
impl<'a, X: AsRef<[KeyIndexEntry<'a>]>> IntoIterator for AggregatedRecord<'a, X> {
    type Item = <UserRecords<'a, X> as Iterator>::Item;
    type IntoIter = UserRecords<'a, X>;
}
impl<'a, X: AsRef<[KeyIndexEntry<'a>]>> fmt::Debug for AggregatedRecord<'a, X> {}

// Aggregator
#[derive(Clone)]
pub struct Aggregator<B, K = [KeySlot; 32], M = Md5> {
    private: _,
}
impl<B> Aggregator<B> {
    pub const fn new(buffer: B) -> Self {}
}
impl<B, K> Aggregator<B, K> {
    pub const fn new_in(buffer: B, slots: K) -> Self {}
}
impl<B, K, M> Aggregator<B, K, M> {
    pub const fn new_with(buffer: B, slots: K, engine: M) -> Self {}
    #[must_use]
    pub const fn with_size_limit(self, bytes: usize) -> Self {}
    #[must_use]
    pub const fn with_record_limit(self, bytes: usize) -> Self {}
    pub fn user_record_count(&self) -> usize {}
    pub fn is_empty(&self) -> bool {}
    pub fn is_sealed(&self) -> bool {}
    pub fn size(&self) -> usize {}
    pub fn clear(&mut self) {}
    pub fn into_buffer(self) -> B {}
    pub fn with_buffer<C>(self, buffer: C) -> Aggregator<C, K, M> {}
}
impl<B: Buffer, K, M> Aggregator<B, K, M> {
    pub fn capacity(&self) -> usize {}
    pub fn room(&self) -> usize {}
    pub fn user_records(&self) -> UserRecords<'_> {}
}
impl<B: Buffer, K: KeySlots, M: Md5Engine> Aggregator<B, K, M> {
    pub fn would_fit(&self, record: &UserRecord<'_>) -> bool {}
    pub fn max_data_len(&self, record: &UserRecord<'_>) -> Option<usize> {}
    pub fn add(&mut self, record: &UserRecord<'_>) -> Result<(), AddError> {}
    pub fn add_flushing<E>(
        &mut self,
        record: &UserRecord<'_>,
        send: impl FnOnce(KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), AddFlushingError<AddError, E>> {}
    pub fn flush<E>(
        &mut self,
        send: impl FnOnce(KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), E> {}
    pub fn finish(&mut self) -> Option<KinesisRecord<'_>> {}
    pub fn finish_as<'b>(
        &'b mut self,
        partition_key: &'b str,
        explicit_hash_key: Option<&'b str>,
    ) -> Result<Option<KinesisRecord<'b>>, OuterKeyError> {}
    pub fn finish_plain_if_single(&mut self) -> Option<KinesisRecord<'_>> {}
    pub fn replace_buffer(&mut self, next: B) -> Result<OwnedKinesisRecord<B>, B> {}
}
#[cfg(feature = "defmt")]
impl<B, K, M> defmt::Format for Aggregator<B, K, M> {}
impl<B, K, M> fmt::Debug for Aggregator<B, K, M> {}

// AggregatorsError
#[derive(Clone)]
#[non_exhaustive]
pub struct AggregatorsError<R, A> {
    pub misplaced: Option<usize>,
    pub shards: ShardMap<R>,
    pub aggregators: A,
}
#[cfg(feature = "defmt")]
impl<R, A> defmt::Format for AggregatorsError<R, A> {}
impl<R, A> fmt::Debug for AggregatorsError<R, A> {}
impl<R: AsRef<[HashKeyRange]>, A> core::error::Error for AggregatorsError<R, A> {}
impl<R: AsRef<[HashKeyRange]>, A> fmt::Display for AggregatorsError<R, A> {}

// ArrayShardedAggregator
pub type ArrayShardedAggregator<const SHARDS: usize, const BUFFER_LEN: usize> = ShardedAggregator<
    [HashKeyRange; SHARDS],
    [Aggregator<[u8; BUFFER_LEN]>; SHARDS],
    Aggregator<[u8; BUFFER_LEN]>,
>;

// Batch
#[must_use = "iterators are lazy"]
pub struct Batch<'a, I, X: KeyIndex<'a>, M = Md5> {
    private: _,
}
impl<'a, I, X: KeyIndex<'a>, M> Batch<'a, I, X, M> {
    pub fn filtered(self, filter: RangeFilter) -> Self {}
}
#[cfg(feature = "defmt")]
impl<'a, I, X: KeyIndex<'a>, M> defmt::Format for Batch<'a, I, X, M> {}
impl<
    'a,
    I: FusedIterator<Item = (&'a str, &'a [u8])>,
    X: KeyIndex<'a>,
    M: Md5Engine,
> FusedIterator for Batch<'a, I, X, M> {}
impl<'a, I, X: KeyIndex<'a>, M> fmt::Debug for Batch<'a, I, X, M> {}
impl<'a, I: Iterator<Item = (&'a str, &'a [u8])>, X: KeyIndex<'a>, M: Md5Engine> Iterator
for Batch<'a, I, X, M> {
    type Item = (usize, DeaggregatedRecord<'a>);
}

// Buffer
pub trait Buffer: AsRef<[u8]> + AsMut<[u8]> {}
impl<B: AsRef<[u8]> + AsMut<[u8]>> Buffer for B {}

// DEFAULT_INDEX_LEN
pub const DEFAULT_INDEX_LEN: usize = if usize::BITS == u64::BITS { 64 } else { 8 };

// schema::DEFAULT_RECORD_LIMIT
pub const DEFAULT_RECORD_LIMIT: usize = 1024 * 1024;

// schema::DIGEST_LEN
pub const DIGEST_LEN: usize = 16;

// DeaggregatedRecord
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeaggregatedRecord<'a> {
    pub partition_key: &'a str,
    pub explicit_hash_key: Option<&'a str>,
    pub data: &'a [u8],
    pub tags: Tags<'a>,
    pub sub_sequence_number: u64,
    pub aggregated: bool,
}
impl<'a> DeaggregatedRecord<'a> {
    pub fn hash_key(&self) -> Result<HashKey, HashKeyError> {}
}
#[cfg(feature = "defmt")]
impl defmt::Format for DeaggregatedRecord<'_> {}
impl fmt::Debug for DeaggregatedRecord<'_> {}

// DecimalString
#[derive(Clone, PartialEq, Eq)]
pub struct DecimalString {
    private: _,
}
impl DecimalString {
    pub fn as_str(&self) -> &str {}
}
#[cfg(feature = "defmt")]
impl defmt::Format for DecimalString {}
impl AsRef<str> for DecimalString {}
impl fmt::Debug for DecimalString {}
impl fmt::Display for DecimalString {}

// Decoder
#[derive(Clone)]
#[must_use = "a decoder does nothing until one of its verbs is called"]
pub struct Decoder<M = Md5, X = OwnIndex<DEFAULT_INDEX_LEN>> {
    private: _,
}
impl Decoder {
    pub const fn new() -> Self {}
}
impl<M, X> Decoder<M, X> {
    pub const fn with_engine<N>(self, engine: N) -> Decoder<N, X> {}
    pub const fn unverified(self) -> Self {}
    pub const fn with_index_len<const N: usize>(self) -> Decoder<M, OwnIndex<N>> {}
    pub const fn with_index<'i, 'a>(
        self,
        index: &'i mut [KeyIndexEntry<'a>],
    ) -> Decoder<M, &'i mut [KeyIndexEntry<'a>]> {}
}
impl<M: Md5Engine, X> Decoder<M, X> {
    pub fn parse<'a>(
        self,
        data: &'a [u8],
    ) -> Result<AggregatedRecord<'a, X::Filled>, ParseError>
    where
        X: KeyIndex<'a>,
    {}
    pub fn deaggregate<'a>(
        self,
        partition_key: &'a str,
        data: &'a [u8],
    ) -> UserRecords<'a, X::Filled>
    where
        X: KeyIndex<'a>,
    {}
    pub fn deaggregate_batch<'a, I>(
        self,
        kinesis_records: I,
    ) -> Batch<'a, I::IntoIter, X, M>
    where
        X: KeyIndex<'a>,
        I: IntoIterator<Item = (&'a str, &'a [u8])>,
    {}
    pub fn is_aggregated(self, data: &[u8]) -> bool {}
}
#[cfg(feature = "defmt")]
impl<M, X> defmt::Format for Decoder<M, X> {}
impl Default for Decoder {}
impl<M, X> fmt::Debug for Decoder<M, X> {}

// ExtendFlushingError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ExtendFlushingError<E> {
    pub added: usize,
    pub error: AddFlushingError<ShardedAddError, E>,
}
impl<E: core::error::Error + 'static> core::error::Error for ExtendFlushingError<E> {}
impl<E> fmt::Display for ExtendFlushingError<E> {}

// schema::FRAME_LEN
pub const FRAME_LEN: usize = MAGIC.len() + DIGEST_LEN;

// Filtered
#[derive(Clone)]
#[must_use = "iterators are lazy"]
pub struct Filtered<'a, I, M = Md5> {
    private: _,
}
impl<'a, I, M> Filtered<'a, I, M> {
    pub fn skip_to(self, sub_sequence_number: u64) -> Self {}
}
#[cfg(feature = "defmt")]
impl<I, M> defmt::Format for Filtered<'_, I, M> {}
impl<'a, I: FusedIterator<Item = DeaggregatedRecord<'a>>, M: Md5Engine> FusedIterator
for Filtered<'a, I, M> {}
impl<'a, I: Iterator<Item = DeaggregatedRecord<'a>>, M: Md5Engine> Iterator
for Filtered<'a, I, M> {
    type Item = DeaggregatedRecord<'a>;
}
impl<I, M> fmt::Debug for Filtered<'_, I, M> {}

// HashKey
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HashKey(_);
impl HashKey {
    pub const MIN: Self = _;
    pub const MAX: Self = _;
    pub const fn from_u128(number: u128) -> Self {}
    pub const fn to_u128(self) -> u128 {}
    pub fn of_partition_key(partition_key: &str) -> Self {}
    pub fn of_partition_key_with(partition_key: &str, engine: impl Md5Engine) -> Self {}
    pub fn of_partition_keys(partition_keys: &[&str], hash_keys: &mut [Self]) {}
    pub fn of_partition_keys_with(
        partition_keys: &[&str],
        hash_keys: &mut [Self],
        engine: impl Md5Engine,
    ) {}
    pub fn of_record(
        partition_key: &str,
        explicit_hash_key: Option<&str>,
    ) -> Result<Self, HashKeyError> {}
    pub fn of_record_with(
        partition_key: &str,
        explicit_hash_key: Option<&str>,
        engine: impl Md5Engine,
    ) -> Result<Self, HashKeyError> {}
    pub fn to_decimal(self) -> DecimalString {}
}
#[cfg(feature = "defmt")]
impl defmt::Format for HashKey {}
impl FromStr for HashKey {
    type Err = HashKeyError;
}
impl fmt::Debug for HashKey {}
impl fmt::Display for HashKey {}

// HashKeyError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum HashKeyError {
    Empty,
    NotADigit { offset: usize },
    TooLarge,
}
impl core::error::Error for HashKeyError {}
impl fmt::Display for HashKeyError {}

// HashKeyRange
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct HashKeyRange {
    pub start: HashKey,
    pub end: HashKey,
}
impl HashKeyRange {
    pub const FULL: Self = _;
    pub const fn new(start: HashKey, end: HashKey) -> Self {}
    pub fn contains(&self, hash_key: HashKey) -> bool {}
    pub fn of_even_split(index: usize, shards: usize) -> Option<Self> {}
}
impl FromStr for HashKeyRange {
    type Err = HashKeyRangeError;
}
impl fmt::Display for HashKeyRange {}

// HashKeyRangeError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum HashKeyRangeError {
    NoColon,
    Start(HashKeyError),
    End(HashKeyError),
}
impl core::error::Error for HashKeyRangeError {}
impl fmt::Display for HashKeyRangeError {}

// schema::KPL_SIZE_LIMIT
pub const KPL_SIZE_LIMIT: usize = 51_200;

// KeyError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum KeyError {
    PartitionKeyEmpty,
    PartitionKeyTooLong { chars: usize },
    ExplicitHashKey,
}
impl core::error::Error for KeyError {}
impl fmt::Display for KeyError {}

// KeyIndex
pub trait KeyIndex<'a>: sealed::Sealed {
    type Entries: AsRef<[KeyIndexEntry<'a>]> + AsMut<[KeyIndexEntry<'a>]>;
    type Filled: AsRef<[KeyIndexEntry<'a>]> + Clone;
    fn entries(self) -> Self::Entries;
    fn filled(entries: Self::Entries) -> Self::Filled;
}
impl<'a, 'i> KeyIndex<'a> for &'i mut [KeyIndexEntry<'a>] {
    type Entries = Self;
    type Filled = &'i [KeyIndexEntry<'a>];
}

// KeyIndexEntry
#[derive(Clone, Copy)]
pub struct KeyIndexEntry<'a> {
    private: _,
}
impl KeyIndexEntry<'_> {
    pub const EMPTY: Self = _;
}
#[cfg(feature = "defmt")]
impl defmt::Format for KeyIndexEntry<'_> {}
impl Default for KeyIndexEntry<'_> {}
impl Sealed for &mut [super::KeyIndexEntry<'_>] {}
impl fmt::Debug for KeyIndexEntry<'_> {}

// KeySlot
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct KeySlot {
    private: _,
}
impl KeySlot {
    pub const EMPTY: Self = _;
}
#[cfg(feature = "defmt")]
impl defmt::Format for KeySlot {}
impl fmt::Debug for KeySlot {}
impl<K: AsRef<[KeySlot]> + AsMut<[KeySlot]>> KeySlots for K {}

// KeySlots
pub trait KeySlots: AsRef<[KeySlot]> + AsMut<[KeySlot]> {}

// KinesisRecord
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct KinesisRecord<'a> {
    pub partition_key: &'a str,
    pub explicit_hash_key: Option<&'a str>,
    pub data: &'a [u8],
    pub user_records: usize,
}
impl<'a> KinesisRecord<'a> {
    pub fn plain(record: &UserRecord<'a>) -> Option<Self> {}
    pub fn plain_with(record: &UserRecord<'a>, engine: impl Md5Engine) -> Option<Self> {}
}
impl KinesisRecord<'_> {
    pub fn size(&self) -> usize {}
}
#[cfg(feature = "defmt")]
impl defmt::Format for KinesisRecord<'_> {}
impl fmt::Debug for KinesisRecord<'_> {}

// schema::MAGIC
pub const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];

// schema::MAX_GROUP_DEPTH
pub const MAX_GROUP_DEPTH: usize = 100;

// schema::MAX_KEY_LEN
pub const MAX_KEY_LEN: usize = MAX_PARTITION_KEY_CHARS * 4;

// schema::MAX_PARTITION_KEY_CHARS
pub const MAX_PARTITION_KEY_CHARS: usize = 256;

// schema::MAX_RECORD_LIMIT
pub const MAX_RECORD_LIMIT: usize = 10 * 1024 * 1024;

// schema::MIN_LEN
pub const MIN_LEN: usize = FRAME_LEN + 1;

// schema::MIN_USER_RECORD_LEN
pub const MIN_USER_RECORD_LEN: usize = FRAME_LEN + 3 + 6;

// Md5
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Md5;
impl Md5Engine for Md5 {}

// Md5Engine
pub trait Md5Engine {
    fn digest(&mut self, message: &[u8]) -> [u8; 16];
    fn digest_all(&mut self, messages: &[&[u8]], digests: &mut [[u8; 16]]) {}
}
impl<M: Md5Engine + ?Sized> Md5Engine for &mut M {}

// Md5Fn
#[derive(Clone, Copy)]
pub struct Md5Fn<F>(_);
#[cfg(feature = "defmt")]
impl<F> defmt::Format for Md5Fn<F> {}
impl<F: FnMut(&[u8]) -> [u8; 16]> Md5Engine for Md5Fn<F> {}
impl<F> fmt::Debug for Md5Fn<F> {}

// OuterKeyError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum OuterKeyError {
    TooLarge { size: usize, limit: usize },
    Key(KeyError),
}
impl From<KeyError> for OuterKeyError {}
impl core::error::Error for OuterKeyError {}
impl fmt::Display for OuterKeyError {}

// OwnIndex
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct OwnIndex<const N: usize>;
impl<'a, const N: usize> KeyIndex<'a> for OwnIndex<N> {
    type Entries = [KeyIndexEntry<'a>; N];
    type Filled = [KeyIndexEntry<'a>; N];
}
impl<const N: usize> Sealed for super::OwnIndex<N> {}

// OwnedKinesisRecord
#[derive(Clone)]
#[must_use = "it holds user records that are to be sent"]
pub struct OwnedKinesisRecord<B> {
    private: _,
}
impl<B: AsRef<[u8]>> OwnedKinesisRecord<B> {
    pub fn as_record(&self) -> Option<KinesisRecord<'_>> {}
    pub fn into_buffer(self) -> B {}
}
#[cfg(feature = "defmt")]
impl<B> defmt::Format for OwnedKinesisRecord<B> {}
impl<B> fmt::Debug for OwnedKinesisRecord<B> {}

// ParseError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ParseError {
    private: _,
}
impl ParseError {
    pub fn kind(&self) -> ParseErrorKind {}
    pub fn offset(&self) -> usize {}
}
impl core::error::Error for ParseError {}
impl fmt::Display for ParseError {}

// ParseErrorKind
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ParseErrorKind {
    NotAggregated,
    TooShort { len: u32, needed: u32 },
    TooLong,
    Digest,
    VarintTruncated,
    VarintTooLong,
    VarintOverflow,
    FieldNumber,
    WireType,
    FixedTruncated,
    LengthPastEnd { length: u64, left: u32 },
    GroupEndUnmatched,
    GroupTruncated,
    GroupTooDeep { limit: u32 },
    PartitionKeyIndexMissing,
    DataMissing,
    TagKeyMissing,
    PartitionKeyIndex { index: u64, table_len: u32 },
    ExplicitHashKeyIndex { index: u64, table_len: u32 },
    KeyTooLong { len: u32, limit: u32 },
    KeyNotUtf8,
    TagNotUtf8,
}
impl core::error::Error for ParseErrorKind {}
impl fmt::Display for ParseErrorKind {}

// RangeFilter
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum RangeFilter {
    Kcl(HashKeyRange),
    UserRecord(HashKeyRange),
}
impl fmt::Display for RangeFilter {}

// ReplaceShardsError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ReplaceShardsError<E> {
    TooFewAggregators { shards: usize, aggregators: usize },
    NoShard { hash_key: HashKey },
    ScratchInUse,
    Scratch(AddError),
    Send(E),
}
impl<E: core::error::Error + 'static> core::error::Error for ReplaceShardsError<E> {}
impl<E> fmt::Display for ReplaceShardsError<E> {}

// ShardMap
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShardMap<R> {
    private: _,
}
impl<R: AsRef<[HashKeyRange]>> ShardMap<R> {
    pub fn new(ranges: R) -> Result<Self, ShardMapError> {}
    pub fn even_split(ranges: R) -> Result<Self, ShardMapError>
    where
        R: AsMut<[HashKeyRange]>,
    {}
    pub fn shard_of(&self, hash_key: HashKey) -> Option<usize> {}
    pub fn ranges(&self) -> &[HashKeyRange] {}
    pub fn into_ranges(self) -> R {}
}
#[cfg(feature = "defmt")]
impl<R: AsRef<[HashKeyRange]>> defmt::Format for ShardMap<R> {}
impl<R: AsRef<[HashKeyRange]>> fmt::Debug for ShardMap<R> {}

// ShardMapError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ShardMapError {
    Empty,
    Inverted { shard: usize },
    Overlap { shard: usize },
}
impl core::error::Error for ShardMapError {}
impl fmt::Display for ShardMapError {}

// ShardedAddError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ShardedAddError {
    Full { shard: usize },
    NoShard { hash_key: HashKey },
    Refused(AddError),
}
impl core::error::Error for ShardedAddError {}
impl fmt::Display for ShardedAddError {}

// ShardedAggregator
#[derive(Clone)]
pub struct ShardedAggregator<R, A, T> {
    private: _,
}
impl<R, A, B, K, M> ShardedAggregator<R, A, Aggregator<B, K, M>>
where
    R: AsRef<[HashKeyRange]>,
    A: AsRef<[Aggregator<B, K, M>]> + AsMut<[Aggregator<B, K, M>]>,
    B: Buffer,
    K: KeySlots,
    M: Md5Engine,
{
    pub fn replace_shards<E>(
        &mut self,
        new: &mut ShardMap<R>,
        scratch: &mut Aggregator<impl Buffer, impl KeySlots, impl Md5Engine>,
        send: impl FnMut(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), ReplaceShardsError<E>> {}
}
impl<R, A, B, K, M> ShardedAggregator<R, A, Aggregator<B, K, M>>
where
    R: AsRef<[HashKeyRange]>,
    A: AsRef<[Aggregator<B, K, M>]> + AsMut<[Aggregator<B, K, M>]>,
    B: Buffer,
    K: KeySlots,
    M: Md5Engine,
{
    pub fn new(
        shards: ShardMap<R>,
        aggregators: A,
    ) -> Result<Self, AggregatorsError<R, A>> {}
    pub fn add(&mut self, record: &UserRecord<'_>) -> Result<usize, ShardedAddError> {}
    pub fn shard_of(
        &mut self,
        record: &UserRecord<'_>,
    ) -> Result<usize, ShardedAddError> {}
    pub fn add_flushing<E>(
        &mut self,
        record: &UserRecord<'_>,
        send: impl FnOnce(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<usize, AddFlushingError<ShardedAddError, E>> {}
    pub fn extend_flushing<E>(
        &mut self,
        records: &[UserRecord<'_>],
        send: impl FnMut(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), ExtendFlushingError<E>> {}
    pub fn flush<E>(
        &mut self,
        shard: usize,
        send: impl FnOnce(KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), E> {}
    pub fn flush_all<E>(
        &mut self,
        send: impl FnMut(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), E> {}
    pub fn finish(&mut self, shard: usize) -> Option<KinesisRecord<'_>> {}
    pub fn finish_plain_if_single(&mut self, shard: usize) -> Option<KinesisRecord<'_>> {}
    pub fn replace_buffer(
        &mut self,
        shard: usize,
        next: B,
    ) -> Result<OwnedKinesisRecord<B>, B> {}
    pub fn clear(&mut self, shard: usize) {}
    pub fn aggregator(&self, shard: usize) -> Option<&Aggregator<B, K, M>> {}
    pub fn shards(&self) -> &ShardMap<R> {}
    pub fn user_record_count(&self) -> usize {}
    pub fn is_empty(&self) -> bool {}
    pub fn into_parts(self) -> (ShardMap<R>, A) {}
}
#[cfg(feature = "defmt")]
impl<R: AsRef<[HashKeyRange]>, A: AsRef<[Aggregator<B, K, M>]>, B, K, M> defmt::Format
for ShardedAggregator<R, A, Aggregator<B, K, M>> {}
impl<R: AsRef<[HashKeyRange]>, A: AsRef<[Aggregator<B, K, M>]>, B, K, M> fmt::Debug
for ShardedAggregator<R, A, Aggregator<B, K, M>> {}

// Sizing
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Sizing {
    pub user_records: usize,
    pub data_len: usize,
    pub partition_keys: usize,
    pub partition_key_len: usize,
    pub explicit_hash_keys: usize,
}
impl Sizing {
    pub const fn new(user_records: usize, data_len: usize) -> Self {}
    #[must_use]
    pub const fn with_partition_keys(self, distinct: usize, longest: usize) -> Self {}
    #[must_use]
    pub const fn with_explicit_hash_keys(self, distinct: usize) -> Self {}
    pub const fn buffer_len(&self) -> usize {}
}

// Tag
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    pub key: &'a str,
    pub value: Option<&'a str>,
}
#[cfg(feature = "defmt")]
impl defmt::Format for Tag<'_> {}
impl fmt::Debug for Tag<'_> {}

// Tags
#[derive(Clone, Copy)]
pub struct Tags<'a>(_);
impl<'a> Tags<'a> {
    pub fn iter(&self) -> TagsIter<'a> {}
    pub fn is_empty(&self) -> bool {}
}
#[cfg(feature = "defmt")]
impl defmt::Format for Tags<'_> {}
impl Default for Tags<'_> {}
impl Eq for Tags<'_> {}
impl PartialEq for Tags<'_> {}
impl fmt::Debug for Tags<'_> {}
impl<'a, const N: usize> From<&'a [Tag<'a>; N]> for Tags<'a> {}
impl<'a> From<&'a [Tag<'a>]> for Tags<'a> {}
impl<'a> IntoIterator for &Tags<'a> {
    type Item = Tag<'a>;
    type IntoIter = TagsIter<'a>;
}
impl<'a> IntoIterator for Tags<'a> {
    type Item = Tag<'a>;
    type IntoIter = TagsIter<'a>;
}

// TagsIter
#[derive(Clone)]
pub struct TagsIter<'a>(_);
#[cfg(feature = "defmt")]
impl defmt::Format for TagsIter<'_> {}
impl core::iter::FusedIterator for TagsIter<'_> {}
impl fmt::Debug for TagsIter<'_> {}
impl<'a> Iterator for TagsIter<'a> {
    type Item = Tag<'a>;
}

// UserRecord
#[derive(Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UserRecord<'a> {
    pub partition_key: &'a str,
    pub explicit_hash_key: Option<&'a str>,
    pub data: &'a [u8],
    pub tags: Tags<'a>,
}
impl<'a> UserRecord<'a> {
    pub fn new(partition_key: &'a str, data: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {}
    #[must_use]
    pub fn with_explicit_hash_key(
        self,
        explicit_hash_key: impl Into<Option<&'a str>>,
    ) -> Self {}
    #[must_use]
    pub fn with_tags(self, tags: impl Into<Tags<'a>>) -> Self {}
    pub fn hash_key(&self) -> Result<HashKey, HashKeyError> {}
}
#[cfg(feature = "defmt")]
impl defmt::Format for UserRecord<'_> {}
impl fmt::Debug for UserRecord<'_> {}
impl<'a> From<DeaggregatedRecord<'a>> for UserRecord<'a> {}

// UserRecords
#[derive(Clone)]
#[must_use = "iterators are lazy"]
pub struct UserRecords<'a, X = [KeyIndexEntry<'a>; DEFAULT_INDEX_LEN]> {
    private: _,
}
impl<'a, X: AsRef<[KeyIndexEntry<'a>]>> UserRecords<'a, X> {
    pub fn is_aggregated(&self) -> bool {}
    pub fn error(&self) -> Option<ParseError> {}
    pub fn with_index<'i>(
        self,
        index: &'i mut [KeyIndexEntry<'a>],
    ) -> UserRecords<'a, &'i [KeyIndexEntry<'a>]> {}
    pub fn skip_to(self, sub_sequence_number: u64) -> Self {}
    pub fn filtered(self, filter: RangeFilter) -> Filtered<'a, Self> {}
    pub fn filtered_with<M: Md5Engine>(
        self,
        filter: RangeFilter,
        engine: M,
    ) -> Filtered<'a, Self, M> {}
}
#[cfg(feature = "defmt")]
impl<X> defmt::Format for UserRecords<'_, X> {}
impl<'a, X: AsRef<[KeyIndexEntry<'a>]>> ExactSizeIterator for UserRecords<'a, X> {}
impl<'a, X: AsRef<[KeyIndexEntry<'a>]>> FusedIterator for UserRecords<'a, X> {}
impl<'a, X: AsRef<[KeyIndexEntry<'a>]>> Iterator for UserRecords<'a, X> {
    type Item = DeaggregatedRecord<'a>;
}
impl<X> fmt::Debug for UserRecords<'_, X> {}

// VecAggregator
pub type VecAggregator = Aggregator<Vec<u8>, Vec<KeySlot>>;
impl VecAggregator {
    pub fn allocate(buffer_len: usize, key_slots: usize) -> Self {}
}

// VecShardedAggregator
pub type VecShardedAggregator = ShardedAggregator<
    Vec<HashKeyRange>,
    Vec<VecAggregator>,
    VecAggregator,
>;

// deaggregate
pub fn deaggregate<'a>(partition_key: &'a str, data: &'a [u8]) -> UserRecords<'a> {}

// deaggregate_batch
pub fn deaggregate_batch<'a, 'i, I>(
    kinesis_records: I,
    index: &'i mut [KeyIndexEntry<'a>],
) -> Batch<'a, I::IntoIter, &'i mut [KeyIndexEntry<'a>]>
where
    I: IntoIterator<Item = (&'a str, &'a [u8])>,
{}

// is_aggregated
pub fn is_aggregated(data: &[u8]) -> bool {}

// md5_fn
pub const fn md5_fn<F: FnMut(&[u8]) -> [u8; 16]>(closure: F) -> Md5Fn<F> {}

// schema::unframe
pub fn unframe(data: &[u8]) -> Option<(&[u8], &[u8; DIGEST_LEN])> {}
