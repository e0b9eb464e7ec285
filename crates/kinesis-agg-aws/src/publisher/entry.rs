//! A Kinesis record in the publisher, with the receipts of its user records.

use bytes::Bytes;
use kinesis_agg::{HashKeyRange, KinesisRecord, UserRecord, deaggregate};
use tokio::time::Instant;

use crate::publisher::outcome::Failure;
use crate::publisher::receipt::Token;
use crate::publisher::waits::Waits;

/// An entry of `PutRecords`, until its final answer.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) partition_key: String,
    pub(crate) explicit_hash_key: Option<String>,
    pub(crate) data: Bytes,
    pub(crate) aggregated: bool,
    /// One for each user record, in order; `None` if it is already answered.
    pub(crate) tokens: Vec<Option<Token>>,
    /// The wait before it is sent again.
    pub(crate) waits: Waits,
    /// Why the last attempt failed.
    pub(crate) last_failure: Option<Failure>,
    /// The most entries of a request that contains this one. Reduced after a whole request was refused.
    pub(crate) request_limit: usize,
}

impl Entry {
    /// Without tokens.
    pub(crate) fn new(record: KinesisRecord<'_>, aggregated: bool) -> Self {
        Self {
            partition_key: record.partition_key.to_owned(),
            explicit_hash_key: record.explicit_hash_key.map(str::to_owned),
            data: Bytes::copy_from_slice(record.data),
            aggregated,
            tokens: Vec::new(),
            waits: Waits::default(),
            last_failure: None,
            request_limit: usize::MAX,
        }
    }

    /// The size that the service counts, in bytes.
    pub(crate) fn size(&self) -> usize {
        self.data.len().saturating_add(self.partition_key.len())
    }

    /// When its first user record was accepted.
    pub(crate) fn accepted(&self) -> Option<Instant> {
        self.tokens.iter().flatten().next().map(|token| token.accepted)
    }

    /// The number of unanswered user records.
    pub(crate) fn waiting(&self) -> usize {
        self.tokens.iter().flatten().count()
    }

    /// The user records in it.
    pub(crate) fn user_records(&self) -> impl Iterator<Item = UserRecord<'_>> {
        let read =
            self.aggregated.then(|| deaggregate(&self.partition_key, &self.data).map(UserRecord::from));
        let plain = UserRecord::new(&self.partition_key, &self.data)
            .with_explicit_hash_key(self.explicit_hash_key.as_deref());
        read.into_iter().flatten().chain((!self.aggregated).then_some(plain))
    }

    /// Whether a shard of this range owns every user record.
    pub(crate) fn owned_by(&self, range: HashKeyRange) -> impl Iterator<Item = bool> {
        self.user_records()
            .map(move |record| record.hash_key().is_ok_and(|hash_key| range.contains(hash_key)))
    }

    /// Records that a request with a lost answer contained it.
    pub(crate) fn mark_maybe_written(&mut self) {
        for token in self.tokens.iter_mut().flatten() {
            token.maybe_written = true;
        }
    }
}

/// The parts of a Kinesis record that a request needs.
#[derive(Clone, Debug)]
pub(crate) struct PutEntry {
    pub(crate) partition_key: String,
    pub(crate) explicit_hash_key: Option<String>,
    pub(crate) data: Bytes,
}

impl PutEntry {
    /// Bytes of its data.
    pub(crate) fn len(&self) -> usize {
        self.data.len()
    }
}

impl From<&Entry> for PutEntry {
    fn from(entry: &Entry) -> Self {
        let (partition_key, explicit_hash_key) =
            (entry.partition_key.clone(), entry.explicit_hash_key.clone());
        Self { partition_key, explicit_hash_key, data: entry.data.clone() }
    }
}

/// Bytes of keys, data and tags of a user record.
pub(crate) fn user_bytes(record: &UserRecord<'_>) -> usize {
    let tags = record.tags.iter().map(|tag| tag.key.len().saturating_add(tag.value.map_or(0, str::len)));
    let explicit_hash_key = record.explicit_hash_key.map_or(0, str::len);
    tags.chain([record.partition_key.len(), explicit_hash_key, record.data.len()])
        .fold(0, usize::saturating_add)
}
