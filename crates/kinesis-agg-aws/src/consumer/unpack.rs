//! Unpacks one Kinesis record for a consumer that delivers one user record at a time.

use std::iter::Peekable;
use std::ops::Range;
use std::sync::Arc;

use aws_sdk_kinesis::types::Record;
use bytes::Bytes;
use bytestring::ByteString;
use kinesis_agg::{DeaggregatedRecord, Decoder, KeyIndexEntry, RangeFilter, md5_fn};

use crate::consumer::digests::Digest;
use crate::consumer::record::ConsumedRecord;

/// The user records of one Kinesis record that are still to be delivered.
///
/// It stores their positions, not their contents, so that a hostile Kinesis record takes only a small
/// multiple of its length here.
#[derive(Debug)]
pub(crate) struct Unpacked {
    shard_id: Arc<str>,
    sequence_number: Arc<str>,
    approximate_arrival_timestamp: Option<aws_sdk_kinesis::primitives::DateTime>,
    partition_key: ByteString,
    data: Bytes,
    aggregated: bool,
    places: std::vec::IntoIter<Place>,
    /// The tags of all user records, in order. Nearly nobody writes any.
    tags: Peekable<std::vec::IntoIter<TagPlace>>,
}

/// The position of a user record in the data of its Kinesis record.
#[derive(Debug)]
struct Place {
    sub_sequence_number: u64,
    partition_key: Range<u32>,
    explicit_hash_key: Option<Range<u32>>,
    data: Range<u32>,
}

/// The position of a tag.
#[derive(Debug)]
struct TagPlace {
    /// The user record that has it.
    sub_sequence_number: u64,
    key: Range<u32>,
    value: Option<Range<u32>>,
}

impl Unpacked {
    /// Those that `filter` leaves of a Kinesis record, from this sub-sequence number on. `digest` is that of
    /// its message.
    pub(crate) fn new(
        shard_id: &Arc<str>,
        record: Record,
        digest: Digest,
        filter: Option<RangeFilter>,
        from: u64,
    ) -> Self {
        let data = Bytes::from(record.data.into_inner());
        let partition_key = record.partition_key.unwrap_or_default();
        let (aggregated, places, tags) = places(&partition_key, &data, digest, filter, from);
        Self {
            shard_id: Arc::clone(shard_id),
            sequence_number: record.sequence_number.into(),
            approximate_arrival_timestamp: record.approximate_arrival_timestamp,
            partition_key: partition_key.into(),
            data,
            aggregated,
            places: places.into_iter(),
            tags: tags.into_iter().peekable(),
        }
    }

    pub(crate) fn sequence_number(&self) -> &Arc<str> {
        &self.sequence_number
    }

    /// Whether all were delivered.
    pub(crate) fn is_empty(&self) -> bool {
        self.places.len() == 0
    }

    fn slice(&self, place: &Range<u32>) -> Bytes {
        let at = |offset: u32| usize::try_from(offset).unwrap_or(usize::MAX).min(self.data.len());
        self.data.slice(at(place.start)..at(place.end).max(at(place.start)))
    }

    fn text(&self, place: &Range<u32>) -> ByteString {
        ByteString::try_from(self.slice(place)).unwrap_or_default()
    }
}

impl Iterator for Unpacked {
    type Item = ConsumedRecord;

    fn next(&mut self) -> Option<ConsumedRecord> {
        let place = self.places.next()?;
        let (partition_key, data) = match self.aggregated {
            true => (self.text(&place.partition_key), self.slice(&place.data)),
            false => (self.partition_key.clone(), self.data.clone()),
        };
        let mut tags = Vec::new();
        while let Some(tag) = self.tags.next_if(|tag| tag.sub_sequence_number == place.sub_sequence_number) {
            tags.push((self.text(&tag.key), tag.value.map(|value| self.text(&value))));
        }
        Some(ConsumedRecord {
            shard_id: Arc::clone(&self.shard_id),
            sequence_number: Arc::clone(&self.sequence_number),
            sub_sequence_number: place.sub_sequence_number,
            aggregated: self.aggregated,
            partition_key,
            explicit_hash_key: place.explicit_hash_key.map(|place| self.text(&place)),
            data,
            tags,
            approximate_arrival_timestamp: self.approximate_arrival_timestamp,
        })
    }
}

/// Whether it is an aggregate, and the positions of its user records and their tags.
fn places(
    partition_key: &str,
    data: &Bytes,
    digest: Digest,
    filter: Option<RangeFilter>,
    from: u64,
) -> (bool, Vec<Place>, Vec<TagPlace>) {
    let mut tags = Vec::new();
    let mut place = |record: DeaggregatedRecord<'_>| {
        let sub_sequence_number = record.sub_sequence_number;
        tags.extend(record.tags.iter().map(|tag| TagPlace {
            sub_sequence_number,
            key: range_in(data, tag.key.as_bytes()),
            value: tag.value.map(|value| range_in(data, value.as_bytes())),
        }));
        Place {
            sub_sequence_number,
            partition_key: range_in(data, record.partition_key.as_bytes()),
            explicit_hash_key: record.explicit_hash_key.map(|key| range_in(data, key.as_bytes())),
            data: range_in(data, record.data),
        }
    };
    let decoder = || Decoder::new().with_engine(md5_fn(|_message: &[u8]| digest));
    let Ok(aggregated) = decoder().parse(data) else {
        // A plain record is never filtered.
        let plain = decoder().deaggregate(partition_key, data).skip_to(from);
        return (false, plain.map(place).collect(), tags);
    };
    // One entry for each key makes the time linear for any input.
    let mut index = vec![KeyIndexEntry::EMPTY; aggregated.key_count()];
    let user_records = aggregated.user_records().with_index(&mut index);
    let mut places = Vec::with_capacity(aggregated.user_record_count());
    let add = |record| places.push(place(record));
    match filter {
        None => user_records.skip_to(from).for_each(add),
        // The filter examines all user records, including those that were read before.
        Some(filter) => user_records.filtered(filter).skip_to(from).for_each(add),
    }
    (true, places, tags)
}

/// The position of a slice in the whole.
fn range_in(whole: &[u8], part: &[u8]) -> Range<u32> {
    let offset = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    at(offset)..at(offset.saturating_add(part.len()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test that panics has failed")]

    use aws_sdk_kinesis::primitives::Blob;
    use kinesis_agg::{Aggregator, HashKey, HashKeyRange, Md5, Md5Engine, Tag, UserRecord, schema};

    use super::*;
    use crate::consumer::digests::Digested;

    fn unpack(data: Vec<u8>, filter: Option<RangeFilter>, from: u64) -> Unpacked {
        let record = Record::builder().sequence_number("7").partition_key("outer").data(Blob::new(data));
        let mut digested = Digested::default();
        digested.extend(vec![record.build().unwrap()]);
        let (record, digest) = digested.pop().unwrap();
        Unpacked::new(&"shard".into(), record, digest, filter, from)
    }

    /// Three user records. The hash key of the second is in the upper half.
    fn aggregate() -> Vec<u8> {
        let mut aggregator = Aggregator::new([0; 256]);
        for (data, hash_key) in
            [("one", "0"), ("two", "340282366920938463463374607431768211455"), ("three", "1")]
        {
            aggregator.add(&UserRecord::new("key", data).with_explicit_hash_key(hash_key)).unwrap();
        }
        aggregator.finish().unwrap().data.to_vec()
    }

    fn numbers(unpacked: Unpacked) -> Vec<u64> {
        unpacked.map(|record| record.sub_sequence_number).collect()
    }

    #[test]
    fn keys_and_data_share_the_memory_of_the_kinesis_record() {
        let unpacked = unpack(aggregate(), None, 0);
        let whole = unpacked.data.as_ptr_range();
        let records: Vec<_> = unpacked.collect();
        for record in &records {
            let keys = [&record.partition_key, record.explicit_hash_key.as_ref().unwrap()];
            assert!(keys.iter().all(|key| whole.contains(&key.as_ptr())));
            assert!(whole.contains(&record.data.as_ptr()));
        }
        let texts: Vec<_> = records.iter().map(|record| (&*record.partition_key, &*record.data)).collect();
        assert_eq!(texts, [("key", &b"one"[..]), ("key", b"two"), ("key", b"three")]);
    }

    #[test]
    fn each_user_record_has_its_own_tags() {
        let mut aggregator = Aggregator::new([0; 256]);
        let tags = [Tag { key: "unit", value: Some("celsius") }, Tag { key: "raw", value: None }];
        for tags in [&tags[..], &[], &tags[1..]] {
            aggregator.add(&UserRecord::new("key", "21.5").with_tags(tags)).unwrap();
        }
        let data = aggregator.finish().unwrap().data.to_vec();
        let read = |from| -> Vec<Vec<String>> {
            let tag = |(key, value): &(ByteString, Option<ByteString>)| format!("{key}={value:?}");
            unpack(data.clone(), None, from).map(|record| record.tags.iter().map(tag).collect()).collect()
        };
        let (unit, raw) = (r#"unit=Some("celsius")"#, "raw=None");
        assert_eq!(read(0), [vec![unit, raw], vec![], vec![raw]]);
        assert_eq!(read(2), [vec![raw]]);
    }

    #[test]
    fn a_plain_record_is_given_once_and_never_filtered() {
        let nowhere = HashKeyRange::new(HashKey::from_u128(1), HashKey::MIN);
        let record = unpack(b"plain".to_vec(), Some(RangeFilter::Kcl(nowhere)), 0).next().unwrap();
        assert_eq!(
            (&*record.partition_key, &*record.data, record.aggregated),
            ("outer", &b"plain"[..], false)
        );
        assert_eq!(numbers(unpack(b"plain".to_vec(), None, 1)), Vec::<u64>::new());
    }

    #[test]
    fn the_filter_judges_also_by_what_was_read_before() {
        let lower = HashKeyRange::of_even_split(0, 2).unwrap();
        assert_eq!(numbers(unpack(aggregate(), Some(RangeFilter::UserRecord(lower)), 0)), [0, 2]);
        assert_eq!(numbers(unpack(aggregate(), Some(RangeFilter::UserRecord(lower)), 1)), [2]);
        assert_eq!(numbers(unpack(aggregate(), Some(RangeFilter::Kcl(lower)), 2)), Vec::<u64>::new());
        assert_eq!(numbers(unpack(aggregate(), None, 2)), [2]);
    }

    #[test]
    fn a_hostile_record_takes_a_small_multiple_of_its_length() {
        // A key of one byte, then user records without data, six bytes each: no more fit.
        let mut message = vec![0x0A, 1, b'k'];
        message.extend([0x1A, 4, 0x08, 0, 0x1A, 0].repeat(100_000));
        let digest = Md5.digest(&message);
        let data = [&schema::MAGIC[..], &message, &digest].concat();
        let len = data.len();
        let unpacked = unpack(data, None, 0);
        assert_eq!(unpacked.places.len(), 100_000);
        assert!(unpacked.places.len() * size_of::<Place>() < 7 * len);
    }
}
