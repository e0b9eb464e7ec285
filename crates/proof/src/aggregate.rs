//! Aggregation.

use kinesis_agg::*;

pub(crate) fn keep() {
    keep![
        new,
        with_limits,
        new_with,
        add,
        add_flushing,
        flush,
        finish,
        finish_as,
        finish_plain_if_single,
        clear,
        into_buffer,
        with_buffer,
        replace_buffer,
        owned,
        numbers,
        held,
        plain,
        sharded_new,
        sharded_shard_of,
        sharded_add,
        sharded_add_flushing,
        sharded_extend_flushing,
        sharded_flush,
        sharded_flush_all,
        sharded_finish,
        sharded_finish_plain_if_single,
        sharded_replace_buffer,
        sharded_replace_shards,
        sharded_clear,
        sharded_look,
        sharded_into_parts,
        buffer_len
    ];
}

type Slice<'b> = Aggregator<&'b mut [u8], &'b mut [KeySlot]>;
type Array = Aggregator<[u8; 512]>;
type Sharded<'s> = ShardedAggregator<&'s mut [HashKeyRange], &'s mut [Array], Array>;
type Answer = Result<(), u32>;

fn new() -> Array {
    Aggregator::new([0; 512])
}

fn with_limits(buffer: &'static mut [u8], slots: &'static mut [KeySlot], bytes: usize) -> Slice<'static> {
    let aggregator = Aggregator::new_in(buffer, slots);
    Aggregator::with_record_limit(Aggregator::with_size_limit(aggregator, bytes), bytes)
}

type Engine = Md5Fn<fn(&[u8]) -> [u8; 16]>;

fn new_with(engine: fn(&[u8]) -> [u8; 16]) -> Aggregator<[u8; 64], [KeySlot; 4], Engine> {
    Aggregator::new_with([0; 64], [KeySlot::EMPTY; 4], md5_fn(engine))
}

fn add(aggregator: &mut Slice<'_>, record: &UserRecord<'_>) -> Result<(), AddError> {
    Aggregator::add(aggregator, record)
}

fn add_flushing(
    aggregator: &mut Slice<'_>,
    record: &UserRecord<'_>,
    send: fn(KinesisRecord<'_>) -> Answer,
) -> Result<(), AddFlushingError<AddError, u32>> {
    Aggregator::add_flushing(aggregator, record, send)
}

fn flush(aggregator: &mut Slice<'_>, send: fn(KinesisRecord<'_>) -> Answer) -> Answer {
    Aggregator::flush(aggregator, send)
}

fn finish<'b>(aggregator: &'b mut Slice<'_>) -> Option<KinesisRecord<'b>> {
    Aggregator::finish(aggregator)
}

fn finish_as<'b>(
    aggregator: &'b mut Slice<'_>,
    partition_key: &'b str,
    explicit_hash_key: Option<&'b str>,
) -> Result<Option<KinesisRecord<'b>>, OuterKeyError> {
    Aggregator::finish_as(aggregator, partition_key, explicit_hash_key)
}

fn finish_plain_if_single<'b>(aggregator: &'b mut Slice<'_>) -> Option<KinesisRecord<'b>> {
    Aggregator::finish_plain_if_single(aggregator)
}

fn clear(aggregator: &mut Slice<'_>) {
    Aggregator::clear(aggregator);
}

fn into_buffer(aggregator: Array) -> [u8; 512] {
    Aggregator::into_buffer(aggregator)
}

fn with_buffer(aggregator: Array, next: [u8; 512]) -> Array {
    Aggregator::with_buffer(aggregator, next)
}

fn replace_buffer(
    aggregator: &mut Array,
    next: [u8; 512],
    look: fn(KinesisRecord<'_>) -> usize,
) -> Result<[u8; 512], usize> {
    match Aggregator::replace_buffer(aggregator, next) {
        Ok(full) => Err(OwnedKinesisRecord::as_record(&full).map_or(0, look)),
        Err(next) => Ok(next),
    }
}

fn owned(full: OwnedKinesisRecord<[u8; 512]>) -> [u8; 512] {
    OwnedKinesisRecord::into_buffer(full)
}

fn numbers(aggregator: &Slice<'_>, record: &UserRecord<'_>) -> [usize; 7] {
    [
        Aggregator::user_record_count(aggregator),
        Aggregator::size(aggregator),
        Aggregator::capacity(aggregator),
        Aggregator::room(aggregator),
        Aggregator::max_data_len(aggregator, record).unwrap_or_default(),
        usize::from(Aggregator::would_fit(aggregator, record)),
        usize::from(Aggregator::is_empty(aggregator) || Aggregator::is_sealed(aggregator)),
    ]
}

fn held<'b>(aggregator: &'b Slice<'_>, index: &mut [KeyIndexEntry<'b>], look: fn(DeaggregatedRecord<'_>)) {
    Aggregator::user_records(aggregator).for_each(look);
    UserRecords::with_index(Aggregator::user_records(aggregator), index).for_each(look);
}

fn plain<'a>(record: &UserRecord<'a>, engine: fn(&[u8]) -> [u8; 16]) -> [Option<KinesisRecord<'a>>; 2] {
    [KinesisRecord::plain(record), KinesisRecord::plain_with(record, md5_fn(engine))]
}

fn sharded_new<'s>(
    shards: ShardMap<&'s mut [HashKeyRange]>,
    aggregators: &'s mut [Array],
) -> Result<Sharded<'s>, AggregatorsError<&'s mut [HashKeyRange], &'s mut [Array]>> {
    ShardedAggregator::new(shards, aggregators)
}

fn sharded_shard_of(sharded: &mut Sharded<'_>, record: &UserRecord<'_>) -> Result<usize, ShardedAddError> {
    ShardedAggregator::shard_of(sharded, record)
}

fn sharded_add(sharded: &mut Sharded<'_>, record: &UserRecord<'_>) -> Result<usize, ShardedAddError> {
    ShardedAggregator::add(sharded, record)
}

fn sharded_add_flushing(
    sharded: &mut Sharded<'_>,
    record: &UserRecord<'_>,
    send: fn(usize, KinesisRecord<'_>) -> Answer,
) -> Result<usize, AddFlushingError<ShardedAddError, u32>> {
    ShardedAggregator::add_flushing(sharded, record, send)
}

fn sharded_extend_flushing(
    sharded: &mut Sharded<'_>,
    records: &[UserRecord<'_>],
    send: fn(usize, KinesisRecord<'_>) -> Answer,
) -> Result<(), ExtendFlushingError<u32>> {
    ShardedAggregator::extend_flushing(sharded, records, send)
}

fn sharded_flush(sharded: &mut Sharded<'_>, shard: usize, send: fn(KinesisRecord<'_>) -> Answer) -> Answer {
    ShardedAggregator::flush(sharded, shard, send)
}

fn sharded_flush_all(sharded: &mut Sharded<'_>, send: fn(usize, KinesisRecord<'_>) -> Answer) -> Answer {
    ShardedAggregator::flush_all(sharded, send)
}

fn sharded_finish<'b>(sharded: &'b mut Sharded<'_>, shard: usize) -> Option<KinesisRecord<'b>> {
    ShardedAggregator::finish(sharded, shard)
}

fn sharded_finish_plain_if_single<'b>(
    sharded: &'b mut Sharded<'_>,
    shard: usize,
) -> Option<KinesisRecord<'b>> {
    ShardedAggregator::finish_plain_if_single(sharded, shard)
}

fn sharded_replace_buffer(sharded: &mut Sharded<'_>, shard: usize, next: [u8; 512]) -> bool {
    ShardedAggregator::replace_buffer(sharded, shard, next).is_ok()
}

fn sharded_replace_shards<'s>(
    sharded: &mut Sharded<'s>,
    new: &mut ShardMap<&'s mut [HashKeyRange]>,
    scratch: &mut Slice<'_>,
    send: fn(usize, KinesisRecord<'_>) -> Answer,
) -> Result<(), ReplaceShardsError<u32>> {
    ShardedAggregator::replace_shards(sharded, new, scratch, send)
}

fn sharded_clear(sharded: &mut Sharded<'_>, shard: usize) -> bool {
    ShardedAggregator::clear(sharded, shard);
    ShardedAggregator::is_empty(sharded)
}

fn sharded_look(sharded: &Sharded<'_>, shard: usize) -> usize {
    let held = ShardedAggregator::aggregator(sharded, shard).map_or(0, Aggregator::size);
    let shards = ShardMap::ranges(ShardedAggregator::shards(sharded)).len();
    held | shards | ShardedAggregator::user_record_count(sharded)
}

fn sharded_into_parts<'s>(sharded: Sharded<'s>) -> (ShardMap<&'s mut [HashKeyRange]>, &'s mut [Array]) {
    ShardedAggregator::into_parts(sharded)
}

fn buffer_len([records, len, keys, key_len, hash_keys]: [usize; 5]) -> usize {
    let sizing = Sizing::with_partition_keys(Sizing::new(records, len), keys, key_len);
    Sizing::buffer_len(&Sizing::with_explicit_hash_keys(sizing, hash_keys))
}
