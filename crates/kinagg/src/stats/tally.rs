//! Counts Kinesis records and what is in them.

use kinesis_agg::{
    AggregatedRecord, DEFAULT_INDEX_LEN, DeaggregatedRecord, HashKey, HashKeyRange, KeyIndexEntry,
    ParseErrorKind, UserRecord,
};

use crate::input::KinesisRecord;
use crate::kcl::{self, Reason};
use crate::stats::keys::Keys;
use crate::stats::repack::{Puts, Repack};
use crate::stats::shards::{Home, Shards};
use crate::stats::spread::Values;

/// The content of a shard, or of a range of hash keys.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Load {
    pub(super) user_records: u64,
    /// Bytes of data of user records.
    pub(super) bytes: u64,
}

/// What a consumer that uses KCL drops, and where this cannot be determined.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kcl {
    /// User records that are outside the shard of their aggregate.
    pub(super) strays: u64,
    /// Aggregates of which KCL drops something because of such user records.
    pub(super) stray_aggregates: u64,
    /// Aggregates with an invalid explicit hash key before any such user record.
    pub(super) no_hash_key: u64,
    /// User records that are dropped for the first reason, and for the second.
    pub(super) dropped: u64,
    pub(super) dropped_by_no_hash_key: u64,
    /// Aggregates of shards that are not in the listing, and their user records.
    pub(super) unknown: u64,
    pub(super) unknown_user_records: u64,
}

pub(super) struct Tally {
    pub(super) shards: Shards,
    pub(super) aggregates: u64,
    pub(super) plain: u64,
    pub(super) broken: u64,
    pub(super) bytes: Values,
    pub(super) aggregate_bytes: Values,
    pub(super) user_records_of_aggregates: Values,
    pub(super) user_record_bytes: Values,
    pub(super) keys_by_records: Keys,
    pub(super) keys_by_bytes: Keys,
    pub(super) loads: Vec<Load>,
    /// User records whose hash key is unknown or in no shard.
    pub(super) elsewhere: Load,
    pub(super) kcl: Kcl,
    pub(super) as_it_is: Puts,
    pub(super) alone: Puts,
    pub(super) repack: Repack,
}

impl Tally {
    /// An index finds up to this many keys at once. Look-ups among more are slower.
    const MAX_INDEX: usize = 1 << 18;

    pub(super) fn new(shards: Shards, size_limit: usize) -> Result<Self, String> {
        let full = [HashKeyRange::FULL];
        let ranges = if shards.are_real { shards.ranges() } else { &full };
        Ok(Self {
            aggregates: 0,
            plain: 0,
            broken: 0,
            bytes: Values::new(),
            aggregate_bytes: Values::new(),
            user_records_of_aggregates: Values::new(),
            user_record_bytes: Values::new(),
            keys_by_records: Keys::new(),
            keys_by_bytes: Keys::new(),
            loads: vec![Load::default(); shards.ranges().len()],
            elsewhere: Load::default(),
            kcl: Kcl::default(),
            as_it_is: Puts::default(),
            alone: Puts::default(),
            repack: Repack::new(ranges, size_limit)?,
            shards,
        })
    }

    pub(super) fn add(&mut self, record: &KinesisRecord<'_>) {
        let (partition_key, data) = (record.partition_key, record.data);
        self.bytes.add(data.len());
        self.as_it_is.add(data.len().saturating_add(partition_key.map_or(0, str::len)));
        match record.parse() {
            Ok(view) => self.aggregate(record.shard_id, data, &view),
            Err(error) => {
                let count = match error.kind() {
                    ParseErrorKind::NotAggregated => &mut self.plain,
                    _ => &mut self.broken,
                };
                *count = count.saturating_add(1);
                self.user_record(partition_key, None, data);
            }
        }
    }

    fn aggregate(&mut self, shard_id: Option<&str>, data: &[u8], view: &AggregatedRecord<'_>) {
        self.aggregates = self.aggregates.saturating_add(1);
        self.aggregate_bytes.add(data.len());
        self.user_records_of_aggregates.add(view.user_record_count());
        if view.key_count() <= DEFAULT_INDEX_LEN {
            return self.user_records(shard_id, &view.user_records());
        }
        let mut index = vec![KeyIndexEntry::EMPTY; view.key_count().min(Self::MAX_INDEX)];
        self.user_records(shard_id, &view.user_records().with_index(&mut index));
    }

    fn user_records<'a>(
        &mut self,
        shard_id: Option<&str>,
        user_records: &(impl Iterator<Item = DeaggregatedRecord<'a>> + Clone),
    ) {
        let first = user_records.clone().next().and_then(|record| record.hash_key().ok());
        let home = self.shards.home(shard_id, first);
        let range = match home {
            Some(Home::Shard(range)) => range,
            _ => HashKeyRange::FULL,
        };
        let (mut strays, mut all) = (0_u64, 0_u64);
        for record in user_records.clone() {
            let hash_key =
                self.user_record(Some(record.partition_key), record.explicit_hash_key, record.data);
            all = all.saturating_add(1);
            strays =
                strays.saturating_add(u64::from(hash_key.is_some_and(|hash_key| !range.contains(hash_key))));
        }
        let kcl = &mut self.kcl;
        if home == Some(Home::Unknown) {
            kcl.unknown = kcl.unknown.saturating_add(1);
            kcl.unknown_user_records = kcl.unknown_user_records.saturating_add(all);
        }
        let Some(loss) = kcl::loss(user_records.clone(), range) else { return };
        let dropped = u64::try_from(loss.dropped).unwrap_or(u64::MAX);
        if loss.reason == Reason::OtherShard {
            kcl.strays = kcl.strays.saturating_add(strays);
            kcl.stray_aggregates = kcl.stray_aggregates.saturating_add(1);
            kcl.dropped = kcl.dropped.saturating_add(dropped);
        } else {
            kcl.no_hash_key = kcl.no_hash_key.saturating_add(1);
            kcl.dropped_by_no_hash_key = kcl.dropped_by_no_hash_key.saturating_add(dropped);
        }
    }

    /// Counts a user record and returns its hash key, if it has one.
    fn user_record(
        &mut self,
        partition_key: Option<&str>,
        explicit_hash_key: Option<&str>,
        data: &[u8],
    ) -> Option<HashKey> {
        let key = partition_key.unwrap_or_default();
        self.user_record_bytes.add(data.len());
        self.alone.add(data.len().saturating_add(key.len()));
        self.repack.add(&UserRecord::new(key, data).with_explicit_hash_key(explicit_hash_key));
        if let Some(key) = partition_key {
            self.keys_by_records.add(key, 1);
            self.keys_by_bytes.add(key, data.len());
        }
        let hash_key = partition_key.and_then(|key| HashKey::of_record(key, explicit_hash_key).ok());
        let shard = hash_key.and_then(|hash_key| self.shards.of(hash_key));
        let load = shard.and_then(|shard| self.loads.get_mut(shard)).unwrap_or(&mut self.elsewhere);
        load.user_records = load.user_records.saturating_add(1);
        load.bytes = load.bytes.saturating_add(u64::try_from(data.len()).unwrap_or(u64::MAX));
        hash_key
    }
}
