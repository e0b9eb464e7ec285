//! Packs user records into Kinesis records: one aggregate for each shard, or plain records.

use kinesis_agg::{
    AddError, Aggregator, HashKeyRange, KinesisRecord, ShardMap, UserRecord, VecAggregator, is_aggregated,
};
use tokio::time::Instant;

use crate::publisher::entry::Entry;
use crate::publisher::error::PublishError;
use crate::publisher::options::PublisherOptions;
use crate::publisher::owners::Owners;
use crate::publisher::receipt::Token;

/// The number of keys that an aggregate remembers, so that each is written once.
const KEY_SLOTS: usize = 512;

/// A finished Kinesis record, with the index of the shard that owns its user records.
pub(crate) type Packed = (usize, Entry);

/// Packs user records for the shards that own them.
#[derive(Debug)]
pub(crate) struct Packer {
    owners: Owners,
    /// One for each shard.
    held: Vec<Held>,
    held_count: usize,
    plain: bool,
    max_records: usize,
    record_limit: usize,
}

/// The user records that are held for one shard, and their receipts.
#[derive(Debug)]
struct Held {
    aggregator: VecAggregator,
    tokens: Vec<Token>,
}

/// Where a user record was put.
enum Placed {
    /// Into the aggregate of this shard.
    Held(usize),
    /// Into a Kinesis record of its own.
    Alone(usize, Box<Entry>),
}

impl Packer {
    /// An empty packer. `plain`: user records are not aggregated.
    pub(crate) fn new(shards: &ShardMap<Vec<HashKeyRange>>, plain: bool, options: &PublisherOptions) -> Self {
        let (buffer, slots) = if plain { (0, 0) } else { (options.aggregate_bytes, KEY_SLOTS) };
        let held = |_| Held {
            aggregator: VecAggregator::allocate(buffer, slots).with_record_limit(options.record_limit),
            tokens: Vec::new(),
        };
        Self {
            held: shards.ranges().iter().map(held).collect(),
            owners: Owners::new(shards.clone()),
            held_count: 0,
            plain,
            max_records: options.aggregate_records,
            record_limit: options.record_limit,
        }
    }

    /// Whether user records are not aggregated.
    pub(crate) fn is_plain(&self) -> bool {
        self.plain
    }

    /// Accepts a user record. `ready` gets the Kinesis records to send now, in order.
    ///
    /// # Errors
    /// It can never be published. Its token is returned, and nothing has changed.
    pub(crate) fn add(
        &mut self,
        record: &UserRecord<'_>,
        token: Token,
        ready: &mut Vec<Packed>,
    ) -> Result<(), (Token, PublishError)> {
        match self.place(record, ready) {
            Ok(Placed::Held(shard)) => {
                self.held_count = self.held_count.saturating_add(1);
                let count = self.held.get_mut(shard).map_or(0, |held| {
                    held.tokens.push(token);
                    held.tokens.len()
                });
                if count >= self.max_records {
                    self.seal(shard, ready);
                }
                Ok(())
            }
            Ok(Placed::Alone(shard, mut entry)) => {
                entry.tokens.push(Some(token));
                self.seal(shard, ready);
                ready.push((shard, *entry));
                Ok(())
            }
            Err(error) => Err((token, error)),
        }
    }

    fn place(&mut self, record: &UserRecord<'_>, ready: &mut Vec<Packed>) -> Result<Placed, PublishError> {
        let shard = self.owners.owner(record)?;
        let added = match self.hold(shard, record) {
            Err(AddError::Full) => {
                self.seal(shard, ready);
                self.hold(shard, record)
            }
            answer => answer,
        };
        match added {
            Ok(()) => Ok(Placed::Held(shard)),
            // Without aggregation, every buffer is too small.
            Err(AddError::TooLarge { .. } | AddError::BufferTooSmall { .. }) => {
                self.alone(record).map(|entry| Placed::Alone(shard, Box::new(entry)))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn hold(&mut self, shard: usize, record: &UserRecord<'_>) -> Result<(), AddError> {
        self.held.get_mut(shard).map_or(Err(AddError::Full), |held| held.aggregator.add(record))
    }

    /// Makes a Kinesis record of one user record: plain, unless something would be lost.
    fn alone(&self, record: &UserRecord<'_>) -> Result<Entry, PublishError> {
        let plain = KinesisRecord::plain(record).filter(|plain| plain.size() <= self.record_limit);
        Ok(match (plain, record.explicit_hash_key) {
            (Some(plain), None) => Entry::new(plain, false),
            (Some(plain), Some(_)) if self.plain => Entry::new(plain, false),
            // Readers do not see the explicit hash key of a plain record. It is sent in an aggregate if that
            // fits.
            (Some(plain), Some(_)) => self.framed(record).unwrap_or_else(|_| Entry::new(plain, false)),
            (None, _) if !self.plain => self.framed(record)?,
            (None, _) if !record.tags.is_empty() => return Err(PublishError::Tags),
            (None, _) if is_aggregated(record.data) => return Err(PublishError::AlreadyAggregated),
            (None, _) => {
                let size = record.data.len().saturating_add(record.partition_key.len());
                return Err(AddError::TooLarge { size, limit: self.record_limit, fits_plain: false }.into());
            }
        })
    }

    /// An aggregate of one user record, as large as a Kinesis record may be.
    fn framed(&self, record: &UserRecord<'_>) -> Result<Entry, AddError> {
        let mut aggregator = Aggregator::new(vec![0; self.record_limit]).with_record_limit(self.record_limit);
        aggregator.add(record)?;
        aggregator.finish().map(|record| Entry::new(record, true)).ok_or(AddError::Full)
    }

    /// Whether nothing is held.
    pub(crate) fn is_empty(&self) -> bool {
        self.held_count == 0
    }

    /// When the user record was accepted that has been held longest.
    pub(crate) fn oldest(&self) -> Option<Instant> {
        self.held.iter().filter_map(|held| held.tokens.first()).map(|token| token.accepted).min()
    }

    /// Closes the aggregate of one shard.
    pub(crate) fn seal(&mut self, shard: usize, ready: &mut Vec<Packed>) {
        let Some(Held { aggregator, tokens }) = self.held.get_mut(shard) else { return };
        // A lone user record is sent plain, unless readers would not see its explicit hash key.
        let lone = aggregator.user_record_count() == 1
            && aggregator.user_records().all(|record| record.explicit_hash_key.is_none());
        let sealed = if lone { aggregator.finish_plain_if_single() } else { aggregator.finish() };
        let Some(record) = sealed else { return };
        let aggregated = !lone || is_aggregated(record.data);
        let mut entry = Entry::new(record, aggregated);
        aggregator.clear();
        self.held_count = self.held_count.saturating_sub(tokens.len());
        entry.tokens = std::mem::take(tokens).into_iter().map(Some).collect();
        ready.push((shard, entry));
    }

    /// Closes every aggregate whose first user record was accepted at `accepted` or before.
    pub(crate) fn seal_due(&mut self, accepted: Instant, ready: &mut Vec<Packed>) {
        for shard in 0..self.held.len() {
            let first = self.held.get(shard).and_then(|held| held.tokens.first());
            if first.is_some_and(|token| token.accepted <= accepted) {
                self.seal(shard, ready);
            }
        }
    }

    /// Closes the aggregates of all shards.
    pub(crate) fn seal_all(&mut self, ready: &mut Vec<Packed>) {
        for shard in 0..self.held.len() {
            self.seal(shard, ready);
        }
    }

    /// Packs the content of Kinesis records again, in order, for the shards of this packer. A Kinesis record
    /// whose user records all have one owner stays as it is. Answered user records are left out. Returns how
    /// many were refused, since a user record from an aggregate cannot always be sent plain.
    pub(crate) fn repack(
        &mut self,
        entries: impl IntoIterator<Item = Entry>,
        ready: &mut Vec<Packed>,
    ) -> usize {
        let mut refused = 0_usize;
        for entry in entries {
            let stays = self.plain != entry.aggregated && entry.waiting() == entry.tokens.len();
            match *self.owners_of(&entry) {
                [shard] if stays => {
                    self.seal(shard, ready);
                    ready.push((shard, entry));
                }
                _ => refused = refused.saturating_add(self.take_apart(entry, ready)),
            }
        }
        refused
    }

    /// The shards that own user records of a Kinesis record.
    pub(crate) fn owners_of(&mut self, entry: &Entry) -> Vec<usize> {
        let mut owners: Vec<usize> = Vec::new();
        for owner in entry.user_records().filter_map(|record| self.owners.owner(&record).ok()) {
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
        owners
    }

    fn take_apart(&mut self, mut entry: Entry, ready: &mut Vec<Packed>) -> usize {
        let mut refused = 0_usize;
        let tokens = std::mem::take(&mut entry.tokens);
        for (record, token) in entry.user_records().zip(tokens) {
            let Some(token) = token else { continue };
            if let Err((token, error)) = self.add(&record, token, ready) {
                refused = refused.saturating_add(1);
                token.answer(Err(error));
            }
        }
        refused
    }
}
