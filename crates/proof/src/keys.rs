//! Keys, records and shards.

use kinesis_agg::*;

pub(crate) fn keep() {
    keep![
        hash_keys,
        hash_keys_of_all,
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
    digest: fn(&[u8]) -> [u8; 16],
) -> [Result<HashKey, HashKeyError>; 4] {
    [
        Ok(HashKey::of(partition_key)),
        Ok(HashKey::of_with(partition_key, digest)),
        HashKey::effective(partition_key, explicit_hash_key),
        HashKey::effective_with(partition_key, explicit_hash_key, digest),
    ]
}

fn hash_keys_of_all(partition_keys: &[&str], hash_keys: &mut [HashKey], digest: fn(&[u8]) -> [u8; 16]) {
    HashKey::of_all(partition_keys, hash_keys);
    HashKey::of_all_with(partition_keys, hash_keys, digest);
}

fn decimal(hash_key: HashKey, look: fn(&str)) {
    look(Decimal::as_str(&HashKey::to_decimal(hash_key)));
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
    digest: fn(&[u8]) -> [u8; 16],
) -> [Result<HashKey, HashKeyError>; 4] {
    [
        UserRecord::hash_key(record),
        UserRecord::hash_key_with(record, digest),
        DeaggregatedRecord::hash_key(out),
        DeaggregatedRecord::hash_key_with(out, digest),
    ]
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
