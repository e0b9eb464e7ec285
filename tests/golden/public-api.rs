// The public API. Written by `UPDATE_GOLDEN=1 cargo test --test repository public_api`.

// AddAllError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AddAllError<E> {
    pub added: usize,
    pub error: AddOrSendError<ShardedAddError, E>,
}
impl<E: core::error::Error + 'static> core::error::Error for AddAllError<E> {}
impl<E> fmt::Display for AddAllError<E> {}

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

// AddOrSendError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AddOrSendError<A, E> {
    Add(A),
    Send(E),
}
impl<A: core::error::Error + 'static, E: core::error::Error + 'static> core::error::Error
for AddOrSendError<A, E> {}
impl<A: fmt::Display, E> fmt::Display for AddOrSendError<A, E> {}

// AggregatedRecord
#[derive(Clone, Copy)]
pub struct AggregatedRecord<'a, X = [KeyEntry<'a>; INDEX_LEN]> {
    private: _,
}
impl<'a> AggregatedRecord<'a> {
    pub fn parse(data: &'a [u8]) -> Result<Self, ParseError> {}
    pub fn parse_with(data: &'a [u8], digest: impl Digest) -> Result<Self, ParseError> {}
    pub fn parse_unverified(data: &'a [u8]) -> Result<Self, ParseError> {}
    pub fn parse_sized<const N: usize>(
        data: &'a [u8],
    ) -> Result<AggregatedRecord<'a, [KeyEntry<'a>; N]>, ParseError> {}
}
impl<'a, 'i> AggregatedRecord<'a, &'i [KeyEntry<'a>]> {
    pub fn parse_with_index(
        data: &'a [u8],
        index: &'i mut [KeyEntry<'a>],
    ) -> Result<Self, ParseError> {}
}
impl<'a, X: AsRef<[KeyEntry<'a>]>> AggregatedRecord<'a, X> {
    pub fn user_records(&self) -> UserRecords<'a, X>
    where
        X: Clone,
    {}
    pub fn with_index<'i>(
        &self,
        index: &'i mut [KeyEntry<'a>],
    ) -> AggregatedRecord<'a, &'i [KeyEntry<'a>]> {}
    pub fn user_record_count(&self) -> usize {}
    pub fn key_count(&self) -> usize {}
    pub fn partition_key_count(&self) -> usize {}
    pub fn explicit_hash_key_count(&self) -> usize {}
}
#[cfg(feature = "defmt")]
impl<'a, X: AsRef<[KeyEntry<'a>]>> defmt::Format for AggregatedRecord<'a, X> {}
impl<'a, X: AsRef<[KeyEntry<'a>]> + Clone> IntoIterator for &AggregatedRecord<'a, X> {
    type Item = <UserRecords<'a, X> as Iterator>::Item;
    type IntoIter = UserRecords<'a, X>;
}
impl<'a, X: AsRef<[KeyEntry<'a>]>> IntoIterator for AggregatedRecord<'a, X> {
    type Item = <UserRecords<'a, X> as Iterator>::Item;
    type IntoIter = UserRecords<'a, X>;
}
impl<'a, X: AsRef<[KeyEntry<'a>]>> fmt::Debug for AggregatedRecord<'a, X> {}

// Aggregator
#[derive(Clone)]
pub struct Aggregator<B, K = [KeySlot; 32], D = Md5> {
    private: _,
}
impl<B> Aggregator<B> {
    pub const fn new(buffer: B) -> Self {}
}
impl<B, K> Aggregator<B, K> {
    pub const fn with_key_slots(buffer: B, slots: K) -> Self {}
}
impl<B, K, D> Aggregator<B, K, D> {
    pub const fn with_digest(buffer: B, slots: K, digest: D) -> Self {}
    #[must_use]
    pub const fn with_size_limit(self, bytes: usize) -> Self {}
    #[must_use]
    pub const fn with_record_limit(self, bytes: usize) -> Self {}
    pub fn user_record_count(&self) -> usize {}
    pub fn is_empty(&self) -> bool {}
    pub fn is_sealed(&self) -> bool {}
    pub fn size(&self) -> usize {}
    pub fn into_buffer(self) -> B {}
}
impl<B: AsRef<[u8]>, K, D> Aggregator<B, K, D> {
    pub fn capacity(&self) -> usize {}
    pub fn room(&self) -> usize {}
    pub fn user_records(&self) -> UserRecords<'_> {}
    pub fn user_records_with_index<'b, 'i>(
        &'b self,
        index: &'i mut [KeyEntry<'b>],
    ) -> UserRecords<'b, &'i [KeyEntry<'b>]> {}
}
impl<B: AsRef<[u8]>, K: AsRef<[KeySlot]>, D> Aggregator<B, K, D> {
    pub fn would_fit(&self, record: &UserRecord<'_>) -> bool {}
    pub fn max_data_len(&self, record: &UserRecord<'_>) -> Option<usize> {}
}
impl<
    B: AsRef<[u8]> + AsMut<[u8]>,
    K: AsRef<[KeySlot]> + AsMut<[KeySlot]>,
    D: Digest,
> Aggregator<B, K, D> {
    pub fn add(&mut self, record: &UserRecord<'_>) -> Result<(), AddError> {}
    pub fn add_or_send<E>(
        &mut self,
        record: &UserRecord<'_>,
        send: impl FnOnce(KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), AddOrSendError<AddError, E>> {}
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
    pub fn finish_or_plain(&mut self) -> Option<KinesisRecord<'_>> {}
    pub fn replace_buffer(&mut self, next: B) -> Result<OwnedKinesisRecord<B>, B> {}
}
impl<B, K, D> Aggregator<B, K, D> {
    pub fn clear(&mut self) {}
}
#[cfg(feature = "defmt")]
impl<B, K, D> defmt::Format for Aggregator<B, K, D> {}
impl<B, K, D> fmt::Debug for Aggregator<B, K, D> {}

// AggregatorsError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum AggregatorsError {
    TooFew { shards: usize, aggregators: usize },
    Misplaced { index: usize },
}
impl core::error::Error for AggregatorsError {}
impl fmt::Display for AggregatorsError {}

// Batch
#[must_use = "iterators are lazy"]
pub struct Batch<'a, 'i, I, D = Md5> {
    private: _,
}
impl<I, D> Batch<'_, '_, I, D> {
    pub fn filtered(self, filter: RangeFilter) -> Self {}
}
#[cfg(feature = "defmt")]
impl<I, D> defmt::Format for Batch<'_, '_, I, D> {}
impl<'a, I: FusedIterator<Item = (&'a str, &'a [u8])>, D: Digest> FusedIterator
for Batch<'a, '_, I, D> {}
impl<'a, I: Iterator<Item = (&'a str, &'a [u8])>, D: Digest> Iterator
for Batch<'a, '_, I, D> {
    type Item = (usize, DeaggregatedRecord<'a>);
}
impl<I, D> fmt::Debug for Batch<'_, '_, I, D> {}

// schema::DEFAULT_RECORD_LIMIT
pub const DEFAULT_RECORD_LIMIT: usize = 1024 * 1024;

// schema::DIGEST_LEN
pub const DIGEST_LEN: usize = 16;

// Deaggregated
#[derive(Clone)]
#[must_use = "iterators are lazy"]
pub struct Deaggregated<'a, X = [KeyEntry<'a>; INDEX_LEN]> {
    private: _,
}
impl<'a, X: AsRef<[KeyEntry<'a>]>> Deaggregated<'a, X> {
    pub fn is_aggregated(&self) -> bool {}
    pub fn error(&self) -> Option<ParseError> {}
    pub fn skip_to(self, sub_sequence_number: u64) -> Self {}
    pub fn filtered(self, filter: RangeFilter) -> Filtered<'a, Self>
    where
        X: Clone,
    {}
    pub fn filtered_with<D: Digest>(
        self,
        filter: RangeFilter,
        digest: D,
    ) -> Filtered<'a, Self, D>
    where
        X: Clone,
    {}
}
#[cfg(feature = "defmt")]
impl<'a, X: AsRef<[KeyEntry<'a>]>> defmt::Format for Deaggregated<'a, X> {}
impl<'a, X: AsRef<[KeyEntry<'a>]>> ExactSizeIterator for Deaggregated<'a, X> {}
impl<'a, X: AsRef<[KeyEntry<'a>]>> FusedIterator for Deaggregated<'a, X> {}
impl<'a, X: AsRef<[KeyEntry<'a>]>> Iterator for Deaggregated<'a, X> {
    type Item = DeaggregatedRecord<'a>;
}
impl<X> fmt::Debug for Deaggregated<'_, X> {}

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
    pub fn hash_key_with(&self, digest: impl Digest) -> Result<HashKey, HashKeyError> {}
}
#[cfg(feature = "defmt")]
impl defmt::Format for DeaggregatedRecord<'_> {}
impl fmt::Debug for DeaggregatedRecord<'_> {}

// Decimal
#[derive(Clone, PartialEq, Eq)]
pub struct Decimal(_);
impl Decimal {
    pub fn as_str(&self) -> &str {}
}
#[cfg(feature = "defmt")]
impl defmt::Format for Decimal {}
impl AsRef<str> for Decimal {}
impl fmt::Debug for Decimal {}
impl fmt::Display for Decimal {}

// Digest
pub trait Digest {
    fn digest(&mut self, message: &[u8]) -> [u8; 16];
    fn digest_all(&mut self, messages: &[&[u8]], digests: &mut [[u8; 16]]) {}
}
impl<F: FnMut(&[u8]) -> [u8; 16]> Digest for F {}

// schema::FRAME_LEN
pub const FRAME_LEN: usize = 20;

// Filtered
#[derive(Clone)]
#[must_use = "iterators are lazy"]
pub struct Filtered<'a, I, D = Md5> {
    private: _,
}
impl<'a, I, D> Filtered<'a, I, D> {
    pub fn skip_to(self, sub_sequence_number: u64) -> Self {}
}
#[cfg(feature = "defmt")]
impl<I: defmt::Format, D> defmt::Format for Filtered<'_, I, D> {}
impl<'a, I: FusedIterator<Item = DeaggregatedRecord<'a>>, D: Digest> FusedIterator
for Filtered<'a, I, D> {}
impl<'a, I: Iterator<Item = DeaggregatedRecord<'a>>, D: Digest> Iterator
for Filtered<'a, I, D> {
    type Item = DeaggregatedRecord<'a>;
}
impl<I: fmt::Debug, D> fmt::Debug for Filtered<'_, I, D> {}

// HashKey
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct HashKey(pub u128);
impl HashKey {
    pub const MIN: Self = _;
    pub const MAX: Self = _;
    pub fn of(partition_key: &str) -> Self {}
    pub fn of_with(partition_key: &str, digest: impl Digest) -> Self {}
    pub fn of_all(partition_keys: &[&str], hash_keys: &mut [Self]) {}
    pub fn of_all_with(
        partition_keys: &[&str],
        hash_keys: &mut [Self],
        digest: impl Digest,
    ) {}
    pub fn effective(
        partition_key: &str,
        explicit_hash_key: Option<&str>,
    ) -> Result<Self, HashKeyError> {}
    pub fn effective_with(
        partition_key: &str,
        explicit_hash_key: Option<&str>,
        digest: impl Digest,
    ) -> Result<Self, HashKeyError> {}
    pub fn to_decimal(self) -> Decimal {}
}
impl From<HashKey> for u128 {}
impl From<u128> for HashKey {}
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

// INDEX_LEN
pub const INDEX_LEN: usize = if usize::BITS == u64::BITS { 64 } else { 8 };

// schema::KPL_SIZE_LIMIT
pub const KPL_SIZE_LIMIT: usize = 51_200;

// KeyEntry
#[derive(Clone, Copy)]
pub struct KeyEntry<'a>(pub(crate) _);
impl KeyEntry<'_> {
    pub const EMPTY: Self = _;
}
#[cfg(feature = "defmt")]
impl defmt::Format for KeyEntry<'_> {}
impl Default for KeyEntry<'_> {}
impl fmt::Debug for KeyEntry<'_> {}

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
    pub fn plain_with(record: &UserRecord<'a>, digest: impl Digest) -> Option<Self> {}
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
pub const MAX_KEY_LEN: usize = 1024;

// schema::MAX_PARTITION_KEY_CHARS
pub const MAX_PARTITION_KEY_CHARS: usize = 256;

// schema::MAX_RECORD_LIMIT
pub const MAX_RECORD_LIMIT: usize = 10 * 1024 * 1024;

// schema::MIN_LEN
pub const MIN_LEN: usize = 21;

// schema::MIN_USER_RECORD_LEN
pub const MIN_USER_RECORD_LEN: usize = 29;

// Md5
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Md5;
impl Digest for Md5 {}

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

// OwnedKinesisRecord
#[derive(Clone)]
#[must_use = "it holds user records that are to be sent"]
pub struct OwnedKinesisRecord<B> {
    private: _,
}
impl<B: AsRef<[u8]>> OwnedKinesisRecord<B> {
    pub fn as_record(&self) -> KinesisRecord<'_> {}
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

// RefusedAggregators
#[derive(Clone)]
#[non_exhaustive]
pub struct RefusedAggregators<R, A> {
    pub error: AggregatorsError,
    pub shards: ShardMap<R>,
    pub aggregators: A,
}
#[cfg(feature = "defmt")]
impl<R, A> defmt::Format for RefusedAggregators<R, A> {}
impl<R, A> core::error::Error for RefusedAggregators<R, A> {}
impl<R, A> fmt::Debug for RefusedAggregators<R, A> {}
impl<R, A> fmt::Display for RefusedAggregators<R, A> {}

// ReplaceShardsError
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ReplaceShardsError<E> {
    Aggregators(AggregatorsError),
    NoShard { hash_key: HashKey },
    ScratchInUse,
    Scratch(AddError),
    Send(E),
}
impl<E: core::error::Error + 'static> core::error::Error for ReplaceShardsError<E> {}
impl<E> fmt::Display for ReplaceShardsError<E> {}

// ShardMap
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
impl<R, A, B, K, D> ShardedAggregator<R, A, Aggregator<B, K, D>>
where
    R: AsRef<[HashKeyRange]>,
    A: AsRef<[Aggregator<B, K, D>]> + AsMut<[Aggregator<B, K, D>]>,
    B: AsRef<[u8]> + AsMut<[u8]>,
    K: AsRef<[KeySlot]> + AsMut<[KeySlot]>,
    D: Digest,
{
    pub fn replace_shards<E, B2, K2, D2>(
        &mut self,
        new: &mut ShardMap<R>,
        scratch: &mut Aggregator<B2, K2, D2>,
        send: impl FnMut(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), ReplaceShardsError<E>>
    where
        B2: AsRef<[u8]> + AsMut<[u8]>,
        K2: AsRef<[KeySlot]> + AsMut<[KeySlot]>,
        D2: Digest,
    {}
}
impl<R, A, B, K, D> ShardedAggregator<R, A, Aggregator<B, K, D>>
where
    R: AsRef<[HashKeyRange]>,
    A: AsRef<[Aggregator<B, K, D>]> + AsMut<[Aggregator<B, K, D>]>,
    B: AsRef<[u8]> + AsMut<[u8]>,
    K: AsRef<[KeySlot]> + AsMut<[KeySlot]>,
    D: Digest,
{
    pub fn new(
        shards: ShardMap<R>,
        aggregators: A,
    ) -> Result<Self, RefusedAggregators<R, A>> {}
    pub fn add(&mut self, record: &UserRecord<'_>) -> Result<usize, ShardedAddError> {}
    pub fn shard_of(
        &mut self,
        record: &UserRecord<'_>,
    ) -> Result<usize, ShardedAddError> {}
    pub fn add_or_send<E>(
        &mut self,
        record: &UserRecord<'_>,
        send: impl FnOnce(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<usize, AddOrSendError<ShardedAddError, E>> {}
    pub fn add_all_or_send<E>(
        &mut self,
        records: &[UserRecord<'_>],
        send: impl FnMut(usize, KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), AddAllError<E>> {}
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
    pub fn finish_or_plain(&mut self, shard: usize) -> Option<KinesisRecord<'_>> {}
    pub fn replace_buffer(
        &mut self,
        shard: usize,
        next: B,
    ) -> Result<OwnedKinesisRecord<B>, B> {}
    pub fn clear(&mut self, shard: usize) {}
    pub fn aggregator(&self, shard: usize) -> Option<&Aggregator<B, K, D>> {}
    pub fn shards(&self) -> &ShardMap<R> {}
    pub fn user_record_count(&self) -> usize {}
    pub fn is_empty(&self) -> bool {}
    pub fn into_parts(self) -> (ShardMap<R>, A) {}
}
#[cfg(feature = "defmt")]
impl<R: AsRef<[HashKeyRange]>, A: AsRef<[T]>, T: defmt::Format> defmt::Format
for ShardedAggregator<R, A, T> {}
impl<R: fmt::Debug, A: AsRef<[T]>, T: fmt::Debug> fmt::Debug
for ShardedAggregator<R, A, T> {}

// Sizing
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Sizing {
    pub user_records: usize,
    pub data_len: usize,
    pub partition_keys: usize,
    pub partition_key_len: usize,
    pub explicit_hash_keys: usize,
}
impl Sizing {
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
    pub fn hash_key_with(&self, digest: impl Digest) -> Result<HashKey, HashKeyError> {}
}
#[cfg(feature = "defmt")]
impl defmt::Format for UserRecord<'_> {}
impl fmt::Debug for UserRecord<'_> {}
impl<'a> From<DeaggregatedRecord<'a>> for UserRecord<'a> {}

// UserRecords
#[derive(Clone)]
#[must_use = "iterators are lazy"]
pub struct UserRecords<'a, X = [KeyEntry<'a>; INDEX_LEN]> {
    private: _,
}
impl<'a, X: AsRef<[KeyEntry<'a>]>> UserRecords<'a, X> {
    pub fn skip_to(self, sub_sequence_number: u64) -> Self {}
    pub fn filtered(self, filter: RangeFilter) -> Filtered<'a, Self>
    where
        X: Clone,
    {}
    pub fn filtered_with<D: Digest>(
        self,
        filter: RangeFilter,
        digest: D,
    ) -> Filtered<'a, Self, D>
    where
        X: Clone,
    {}
}
#[cfg(feature = "defmt")]
impl<'a, X: AsRef<[KeyEntry<'a>]>> defmt::Format for UserRecords<'a, X> {}
impl<'a, X: AsRef<[KeyEntry<'a>]>> ExactSizeIterator for UserRecords<'a, X> {}
impl<'a, X: AsRef<[KeyEntry<'a>]>> FusedIterator for UserRecords<'a, X> {}
impl<'a, X: AsRef<[KeyEntry<'a>]>> Iterator for UserRecords<'a, X> {
    type Item = DeaggregatedRecord<'a>;
}
impl<X> fmt::Debug for UserRecords<'_, X> {}

// deaggregate
pub fn deaggregate<'a>(partition_key: &'a str, data: &'a [u8]) -> Deaggregated<'a> {}

// deaggregate_batch
pub fn deaggregate_batch<'a, 'i, I>(
    kinesis_records: I,
    index: &'i mut [KeyEntry<'a>],
) -> Batch<'a, 'i, I::IntoIter>
where
    I: IntoIterator<Item = (&'a str, &'a [u8])>,
{}

// deaggregate_batch_with
pub fn deaggregate_batch_with<'a, 'i, I, D>(
    kinesis_records: I,
    index: &'i mut [KeyEntry<'a>],
    digest: D,
) -> Batch<'a, 'i, I::IntoIter, D>
where
    I: IntoIterator<Item = (&'a str, &'a [u8])>,
    D: Digest,
{}

// deaggregate_with
pub fn deaggregate_with<'a>(
    partition_key: &'a str,
    data: &'a [u8],
    digest: impl Digest,
) -> Deaggregated<'a> {}

// deaggregate_with_index
pub fn deaggregate_with_index<'a, 'i>(
    partition_key: &'a str,
    data: &'a [u8],
    index: &'i mut [KeyEntry<'a>],
) -> Deaggregated<'a, &'i [KeyEntry<'a>]> {}

// is_aggregated
pub fn is_aggregated(data: &[u8]) -> bool {}

// is_aggregated_with
pub fn is_aggregated_with(data: &[u8], digest: impl Digest) -> bool {}
