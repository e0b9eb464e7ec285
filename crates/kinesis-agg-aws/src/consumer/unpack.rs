//! One Kinesis record, taken apart for a consumer that gives out one user record at a time.

use std::ops::Range;
use std::sync::Arc;

use aws_sdk_kinesis::types::Record;
use bytes::Bytes;
use bytestring::ByteString;
use kinesis_agg::{AggregatedRecord, DeaggregatedRecord, KeyEntry, RangeFilter, deaggregate};

use crate::consumer::record::ConsumedRecord;

/// The user records of one Kinesis record that are still to be given out.
///
/// Where they lie is kept rather than what they are, so that what a hostile Kinesis record takes here stays a small multiple of
/// its length, whatever is in it.
#[derive(Debug)]
pub(crate) struct Unpacked {
    shard_id: Arc<str>,
    sequence_number: Arc<str>,
    approximate_arrival_timestamp: Option<aws_sdk_kinesis::primitives::DateTime>,
    partition_key: ByteString,
    data: Bytes,
    aggregated: bool,
    places: std::vec::IntoIter<Place>,
}

/// Where a user record lies in the data of its Kinesis record.
#[derive(Debug)]
struct Place {
    sub_sequence_number: u64,
    partition_key: Range<u32>,
    explicit_hash_key: Option<Range<u32>>,
    data: Range<u32>,
}

impl Unpacked {
    /// What `filter` leaves of a Kinesis record from this sub-sequence number on.
    pub(crate) fn new(shard_id: &Arc<str>, record: Record, filter: Option<RangeFilter>, from: u64) -> Self {
        let data = Bytes::from(record.data.into_inner());
        let partition_key = record.partition_key.unwrap_or_default();
        let (aggregated, places) = places(&partition_key, &data, filter, from);
        Self {
            shard_id: Arc::clone(shard_id),
            sequence_number: record.sequence_number.into(),
            approximate_arrival_timestamp: record.approximate_arrival_timestamp,
            partition_key: partition_key.into(),
            data,
            aggregated,
            places: places.into_iter(),
        }
    }

    pub(crate) fn sequence_number(&self) -> &Arc<str> {
        &self.sequence_number
    }

    /// Whether all have been given out.
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
        Some(ConsumedRecord {
            shard_id: Arc::clone(&self.shard_id),
            sequence_number: Arc::clone(&self.sequence_number),
            sub_sequence_number: place.sub_sequence_number,
            aggregated: self.aggregated,
            partition_key,
            explicit_hash_key: place.explicit_hash_key.map(|place| self.text(&place)),
            data,
            approximate_arrival_timestamp: self.approximate_arrival_timestamp,
        })
    }
}

/// Whether it is an aggregate, and where its user records lie.
fn places(partition_key: &str, data: &Bytes, filter: Option<RangeFilter>, from: u64) -> (bool, Vec<Place>) {
    let place = |record: DeaggregatedRecord<'_>| Place {
        sub_sequence_number: record.sub_sequence_number,
        partition_key: range_in(data, record.partition_key.as_bytes()),
        explicit_hash_key: record.explicit_hash_key.map(|key| range_in(data, key.as_bytes())),
        data: range_in(data, record.data),
    };
    let Ok(aggregated) = AggregatedRecord::parse(data) else {
        // A plain record is never filtered.
        let plain = deaggregate(partition_key, data).skip_to(from);
        return (false, plain.map(place).collect());
    };
    // One entry for each key makes the time linear, whoever wrote it.
    let mut index = vec![KeyEntry::EMPTY; aggregated.key_count()];
    let user_records = aggregated.with_index(&mut index).user_records();
    let places = match filter {
        None => user_records.skip_to(from).map(place).collect(),
        // It judges by all user records, also by those that were read before.
        Some(filter) => user_records.filtered(filter).skip_to(from).map(place).collect(),
    };
    (true, places)
}

/// Where a part lies in the whole that it is a slice of.
fn range_in(whole: &[u8], part: &[u8]) -> Range<u32> {
    let offset = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
    let at = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
    at(offset)..at(offset.saturating_add(part.len()))
}
