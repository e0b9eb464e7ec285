//! The user records of many Kinesis records, lazily.

use std::fmt;
use std::iter::FusedIterator;
use std::sync::Arc;
use std::vec;

use kinesis_agg::{KeyIndexEntry, deaggregate_batch, schema};

use super::kinesis_record::KinesisRecord;
use super::unreadable_record::UnreadableRecord;
use super::user_record::UserRecord;

/// Iterates over the user records of Kinesis records, lazily and in order.
/// [`Event::user_records`](super::Event::user_records) makes it.
///
/// It borrows nothing, so an asynchronous handler can hold it. Kinesis records are unpacked in groups of
/// about 1 MiB, whose digests are checked together. It holds the user records of one group, or of one Kinesis
/// record, at a time.
///
/// An item is an `E` in the place of a record that could not be read.
#[must_use = "iterators are lazy"]
pub struct UserRecords<E = UnreadableRecord> {
    kinesis_records: vec::IntoIter<Result<Arc<KinesisRecord>, E>>,
    /// The user records of the last group.
    group: vec::IntoIter<UserRecord>,
    /// The unreadable record after that group.
    unreadable: Option<E>,
}

impl<E> UserRecords<E> {
    pub(crate) fn new(kinesis_records: Vec<Result<Arc<KinesisRecord>, E>>) -> Self {
        Self { kinesis_records: kinesis_records.into_iter(), group: Vec::new().into_iter(), unreadable: None }
    }

    /// All at once.
    pub(super) fn into_vecs(mut self) -> (Vec<UserRecord>, Vec<E>) {
        let mut user_records: Vec<_> = self.group.by_ref().collect();
        let mut unreadable: Vec<_> = self.unreadable.take().into_iter().collect();
        loop {
            let mut group = deaggregate(&self.next_group());
            // The first group, which may be all, is not moved, since it can be large.
            if user_records.is_empty() {
                user_records = group;
            } else {
                user_records.append(&mut group);
            }
            unreadable.extend(self.unreadable.take());
            if self.kinesis_records.as_slice().is_empty() {
                return (user_records, unreadable);
            }
        }
    }

    /// The next Kinesis records, up to an unreadable one or up to the size limit of a group.
    fn next_group(&mut self) -> Vec<Arc<KinesisRecord>> {
        let mut group = Vec::new();
        let mut bytes: usize = 0;
        while let Some(record) = self.next_of_group(&mut bytes) {
            group.push(record);
        }
        group
    }

    /// The next Kinesis record, if it fits into a group that already has so many bytes.
    fn next_of_group(&mut self, bytes: &mut usize) -> Option<Arc<KinesisRecord>> {
        if self.unreadable.is_some() {
            return None;
        }
        if let Ok(record) = self.kinesis_records.as_slice().first()? {
            let together = bytes.saturating_add(record.data().len());
            if *bytes > 0 && together > GROUP_LEN {
                return None;
            }
            *bytes = together;
        }
        self.kinesis_records.next()?.map_err(|unreadable| self.unreadable = Some(unreadable)).ok()
    }
}

impl KinesisRecord {
    /// The user records of this Kinesis record alone. For many,
    /// [`Event::user_records`](super::Event::user_records) is faster.
    pub fn user_records(self: &Arc<Self>) -> UserRecords<std::convert::Infallible> {
        UserRecords::new(vec![Ok(Arc::clone(self))])
    }
}

/// The most bytes of data in a group of several Kinesis records.
const GROUP_LEN: usize = 1 << 20;

impl<E> Iterator for UserRecords<E> {
    type Item = Result<UserRecord, E>;

    fn next(&mut self) -> Option<Result<UserRecord, E>> {
        loop {
            if let Some(user_record) = self.group.next() {
                return Some(Ok(user_record));
            }
            if let Some(unreadable) = self.unreadable.take() {
                return Some(Err(unreadable));
            }
            // First free the memory of the previous group.
            self.group = Vec::new().into_iter();
            let group = self.next_group();
            if group.is_empty() && self.unreadable.is_none() {
                return None;
            }
            self.group = deaggregate(&group).into_iter();
        }
    }
}

impl<E> FusedIterator for UserRecords<E> {}

impl<E> fmt::Debug for UserRecords<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRecords")
            .field("kinesis_records_left", &self.kinesis_records.len())
            .field("left_of_group", &self.group.len())
            .finish_non_exhaustive()
    }
}

/// Deaggregates Kinesis records. No other function of this module calls the codec for it.
fn deaggregate(kinesis_records: &[Arc<KinesisRecord>]) -> Vec<UserRecord> {
    let mut index = vec![KeyIndexEntry::EMPTY; index_len(kinesis_records)];
    let borrowed =
        kinesis_records.iter().map(|record| (record.partition_key().unwrap_or_default(), &record.data()[..]));
    let user_records = deaggregate_batch(borrowed, &mut index);
    user_records
        .filter_map(|(position, record)| Some(UserRecord::new(kinesis_records.get(position)?, &record)))
        .collect()
}

/// As many entries as the largest aggregate can have keys, which makes the time linear.
fn index_len(kinesis_records: &[Arc<KinesisRecord>]) -> usize {
    let aggregates =
        kinesis_records.iter().map(|record| record.data()).filter(|data| data.starts_with(&schema::MAGIC));
    let longest = aggregates.map(|data| data.len()).max().unwrap_or(0);
    (longest / MIN_KEY_LEN).min(MAX_INDEX_LEN)
}

/// Bytes of a key in a table: its tag and its length, if it is empty.
const MIN_KEY_LEN: usize = 2;

/// 6 MiB of entries. With more keys, which no producer writes, a look-up walks over a few fields.
const MAX_INDEX_LEN: usize = 1 << 18;
