//! Keys, records and shards.

use kinesis_agg::*;

pub(crate) fn keep() {
    keep![
        hash_keys,
        hash_keys_of_many,
        number,
        decimal,
        read_hash_key,
        read_range,
        user_record,
        record_hash_keys,
        same,
        tags,
        put_size,
        range,
        even_split_of,
        shard_map,
        even_split,
        shard_of,
        shard_ranges,
        parse_error
    ];
}

fn hash_keys(
    partition_key: &str,
    explicit_hash_key: Option<&str>,
    engine: fn(&[u8]) -> [u8; 16],
) -> [Result<HashKey, HashKeyError>; 4] {
    [
        Ok(HashKey::of_partition_key(partition_key)),
        Ok(HashKey::of_partition_key_with(partition_key, md5_fn(engine))),
        HashKey::of_record(partition_key, explicit_hash_key),
        HashKey::of_record_with(partition_key, explicit_hash_key, md5_fn(engine)),
    ]
}

fn hash_keys_of_many(partition_keys: &[&str], hash_keys: &mut [HashKey], engine: fn(&[u8]) -> [u8; 16]) {
    HashKey::of_partition_keys(partition_keys, hash_keys);
    HashKey::of_partition_keys_with(partition_keys, hash_keys, md5_fn(engine));
}

fn number(hash_key: HashKey) -> HashKey {
    HashKey::from_u128(HashKey::to_u128(hash_key))
}

fn decimal(hash_key: HashKey, look: fn(&str)) {
    look(DecimalString::as_str(&HashKey::to_decimal(hash_key)));
}

fn read_hash_key(text: &str) -> Result<HashKey, HashKeyError> {
    text.parse()
}

fn read_range(text: &str) -> Result<HashKeyRange, HashKeyRangeError> {
    text.parse()
}

fn user_record<'a>(
    partition_key: &'a str,
    explicit_hash_key: Option<&'a str>,
    data: &'a [u8],
    tags: &'a [Tag<'a>],
) -> UserRecord<'a> {
    let record = UserRecord::new(partition_key, data);
    UserRecord::with_tags(UserRecord::with_explicit_hash_key(record, explicit_hash_key), tags)
}

fn record_hash_keys(
    record: &UserRecord<'_>,
    out: &DeaggregatedRecord<'_>,
) -> [Result<HashKey, HashKeyError>; 2] {
    [UserRecord::hash_key(record), DeaggregatedRecord::hash_key(out)]
}

fn same(one: &DeaggregatedRecord<'_>, other: &DeaggregatedRecord<'_>) -> bool {
    one == other && UserRecord::from(*one) == UserRecord::from(*other)
}

fn tags(tags: &Tags<'_>, look: fn(Tag<'_>)) -> bool {
    Tags::iter(tags).for_each(look);
    Tags::is_empty(tags)
}

fn put_size(record: &KinesisRecord<'_>) -> usize {
    KinesisRecord::size(record)
}

fn range(start: HashKey, end: HashKey, hash_key: HashKey) -> bool {
    HashKeyRange::contains(&HashKeyRange::new(start, end), hash_key)
}

fn even_split_of(index: usize, shards: usize) -> Option<HashKeyRange> {
    HashKeyRange::of_even_split(index, shards)
}

fn shard_map(ranges: &mut [HashKeyRange]) -> Result<ShardMap<&mut [HashKeyRange]>, ShardMapError> {
    ShardMap::new(ranges)
}

fn even_split(ranges: &mut [HashKeyRange]) -> Result<ShardMap<&mut [HashKeyRange]>, ShardMapError> {
    ShardMap::even_split(ranges)
}

fn shard_of(map: &ShardMap<&[HashKeyRange]>, hash_key: HashKey) -> Option<usize> {
    ShardMap::shard_of(map, hash_key)
}

fn shard_ranges<'r>(map: ShardMap<&'r [HashKeyRange]>, look: fn(&[HashKeyRange])) -> &'r [HashKeyRange] {
    look(ShardMap::ranges(&map));
    ShardMap::into_ranges(map)
}

fn parse_error(error: &ParseError) -> (ParseErrorKind, usize) {
    (ParseError::kind(error), ParseError::offset(error))
}
