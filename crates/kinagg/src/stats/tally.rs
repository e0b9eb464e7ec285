//! Counts Kinesis records and what is in them.

use kinesis_agg::{
    AggregatedRecord, DeaggregatedRecord, HashKey, INDEX_LEN, KeyEntry, ParseErrorKind, UserRecord,
};

use crate::input::KinesisRecord;
use crate::stats::keys::Keys;
use crate::stats::repack::{Puts, Repack};
use crate::stats::shards::Shards;
use crate::stats::spread::Values;

/// What lies in a shard, or in a range of hash keys.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Load {
    pub(super) user_records: u64,
    /// Of data of user records.
    pub(super) bytes: u64,
}

/// User records that are not where their aggregate is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Strays {
    pub(super) user_records: u64,
    /// Aggregates with such user records.
    pub(super) aggregates: u64,
    /// All user records in these.
    pub(super) dropped: u64,
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
    /// User records whose hash key cannot be told, or is in no shard.
    pub(super) elsewhere: Load,
    pub(super) strays: Strays,
    pub(super) as_it_is: Puts,
    pub(super) alone: Puts,
    pub(super) repack: Repack,
}

impl Tally {
    /// As many keys at once are found by an index; look-ups of more are slower.
    const MAX_INDEX: usize = 1 << 18;

    pub(super) fn new(shards: Shards, size_limit: usize) -> Result<Self, String> {
        let full = [kinesis_agg::HashKeyRange::FULL];
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
            strays: Strays::default(),
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
        let shard = shard_id.and_then(|name| self.shards.named(name));
        if view.key_count() <= INDEX_LEN {
            return self.user_records(shard, view.user_records());
        }
        let mut index = vec![KeyEntry::EMPTY; view.key_count().min(Self::MAX_INDEX)];
        self.user_records(shard, view.with_index(&mut index).user_records());
    }

    fn user_records<'a>(
        &mut self,
        shard: Option<usize>,
        user_records: impl Iterator<Item = DeaggregatedRecord<'a>>,
    ) {
        let (mut strays, mut all) = (0_u64, 0_u64);
        let mut home = shard;
        for record in user_records {
            let found = self.user_record(Some(record.partition_key), record.explicit_hash_key, record.data);
            all = all.saturating_add(1);
            if let Some(found) = found
                && *home.get_or_insert(found) != found
            {
                strays = strays.saturating_add(1);
            }
        }
        if strays > 0 {
            self.strays.user_records = self.strays.user_records.saturating_add(strays);
            self.strays.aggregates = self.strays.aggregates.saturating_add(1);
            self.strays.dropped = self.strays.dropped.saturating_add(all);
        }
    }

    /// The shard in which the user record belongs, where that can be told.
    fn user_record(
        &mut self,
        partition_key: Option<&str>,
        explicit_hash_key: Option<&str>,
        data: &[u8],
    ) -> Option<usize> {
        let key = partition_key.unwrap_or_default();
        self.user_record_bytes.add(data.len());
        self.alone.add(data.len().saturating_add(key.len()));
        self.repack.add(&UserRecord::new(key, data).with_explicit_hash_key(explicit_hash_key));
        if let Some(key) = partition_key {
            self.keys_by_records.add(key, 1);
            self.keys_by_bytes.add(key, data.len());
        }
        let hash_key = partition_key.and_then(|key| HashKey::effective(key, explicit_hash_key).ok());
        let shard = hash_key.and_then(|hash_key| self.shards.of(hash_key));
        let load = shard.and_then(|shard| self.loads.get_mut(shard)).unwrap_or(&mut self.elsewhere);
        load.user_records = load.user_records.saturating_add(1);
        load.bytes = load.bytes.saturating_add(u64::try_from(data.len()).unwrap_or(u64::MAX));
        shard
    }
}
