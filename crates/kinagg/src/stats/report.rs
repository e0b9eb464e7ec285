//! The figures of a stream, for display and as JSON.

use kinesis_agg_inspect::shown::Grouped;
use serde::Serialize;

use crate::stats::keys::TopKey;
use crate::stats::repack::{Puts, UNIT};
use crate::stats::spread::Spread;
use crate::stats::tally::Tally;

#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) kinesis_records: KinesisRecords,
    pub(super) user_records: u64,
    pub(super) data_bytes: u64,
    pub(super) size_limit: usize,
    pub(super) user_records_of_aggregates: Option<Spread>,
    pub(super) bytes_of_kinesis_records: Option<Spread>,
    pub(super) bytes_of_aggregates: Option<Spread>,
    pub(super) bytes_of_user_records: Option<Spread>,
    pub(super) partition_keys_by_user_records: Vec<TopKey>,
    pub(super) partition_keys_by_bytes: Vec<TopKey>,
    /// Real shards, not just ranges of hash keys.
    pub(super) are_shards: bool,
    pub(super) shards: Vec<ShardLoad>,
    /// Their hash key is unknown or in no shard.
    pub(super) user_records_in_no_shard: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) outside_their_shard: Option<Outside>,
    pub(super) explicit_hash_keys_that_are_none: NoHashKey,
    pub(super) costs: Costs,
    #[serde(skip)]
    pub(super) sizes: Vec<(u64, u64)>,
}

#[derive(Debug, Serialize)]
pub(super) struct KinesisRecords {
    pub(super) total: u64,
    pub(super) aggregates: u64,
    pub(super) plain: u64,
    pub(super) broken: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct ShardLoad {
    pub(super) name: String,
    pub(super) starting_hash_key: String,
    pub(super) ending_hash_key: String,
    pub(super) user_records: u64,
    pub(super) bytes: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Outside {
    pub(super) user_records: u64,
    pub(super) aggregates: u64,
    pub(super) user_records_dropped_by_kcl: u64,
    /// Aggregates of shards that are not in the listing, for which this cannot be determined.
    pub(super) aggregates_of_unknown_shards: u64,
    pub(super) user_records_of_unknown_shards: u64,
}

/// What KCL drops because of invalid explicit hash keys.
#[derive(Debug, Serialize)]
pub(super) struct NoHashKey {
    pub(super) aggregates: u64,
    pub(super) user_records_dropped_by_kcl: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct Costs {
    pub(super) payload_unit_bytes: usize,
    pub(super) dollars_per_million_units: f64,
    pub(super) each_user_record_alone: Cost,
    pub(super) as_it_is: Cost,
    pub(super) all_aggregated: Cost,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Cost {
    #[serde(flatten)]
    pub(super) puts: Puts,
    pub(super) dollars: f64,
}

impl Report {
    /// The number of size ranges in the plot.
    const SIZES: u64 = 24;

    pub(super) fn of(tally: Tally, top: usize, size_limit: usize, price: f64) -> Self {
        let cost = |puts: Puts| Cost { puts, dollars: float(puts.payload_units) * price / 1e6 };
        let are_shards = tally.shards.are_real;
        let user_record_bytes = tally.user_record_bytes.spread();
        let shards = tally.shards.names().iter().zip(tally.shards.ranges()).zip(&tally.loads);
        Self {
            kinesis_records: KinesisRecords {
                total: tally.as_it_is.records,
                aggregates: tally.aggregates,
                plain: tally.plain,
                broken: tally.broken,
            },
            user_records: tally.alone.records,
            data_bytes: user_record_bytes.map_or(0, |spread| spread.sum),
            size_limit,
            user_records_of_aggregates: tally.user_records_of_aggregates.spread(),
            bytes_of_kinesis_records: tally.bytes.spread(),
            bytes_of_aggregates: tally.aggregate_bytes.spread(),
            bytes_of_user_records: user_record_bytes,
            partition_keys_by_user_records: tally.keys_by_records.top(top),
            partition_keys_by_bytes: tally.keys_by_bytes.top(top),
            are_shards,
            shards: shards
                .map(|((name, range), load)| ShardLoad {
                    name: name.clone(),
                    starting_hash_key: range.start.to_string(),
                    ending_hash_key: range.end.to_string(),
                    user_records: load.user_records,
                    bytes: load.bytes,
                })
                .collect(),
            user_records_in_no_shard: tally.elsewhere.user_records,
            outside_their_shard: are_shards.then_some(Outside {
                user_records: tally.kcl.strays,
                aggregates: tally.kcl.stray_aggregates,
                user_records_dropped_by_kcl: tally.kcl.dropped,
                aggregates_of_unknown_shards: tally.kcl.unknown,
                user_records_of_unknown_shards: tally.kcl.unknown_user_records,
            }),
            explicit_hash_keys_that_are_none: NoHashKey {
                aggregates: tally.kcl.no_hash_key,
                user_records_dropped_by_kcl: tally.kcl.dropped_by_no_hash_key,
            },
            costs: Costs {
                payload_unit_bytes: UNIT,
                dollars_per_million_units: price,
                each_user_record_alone: cost(tally.alone),
                as_it_is: cost(tally.as_it_is),
                all_aggregated: cost(tally.repack.puts()),
            },
            sizes: tally.bytes.in_ranges(Self::SIZES),
        }
    }

    /// The shard with the most bytes, its bytes, and their ratio to the mean.
    pub(super) fn hottest(&self) -> Option<(&ShardLoad, f64)> {
        let hottest = self.shards.iter().reduce(|a, b| if b.bytes > a.bytes { b } else { a })?;
        let all = self.shards.iter().fold(0_u64, |sum, shard| sum.saturating_add(shard.bytes));
        let shards = u64::try_from(self.shards.len()).unwrap_or(u64::MAX);
        (all > 0).then(|| (hottest, float(hottest.bytes) * float(shards) / float(all)))
    }

    /// The costs with their names, highest first.
    pub(super) fn costs(&self) -> [(&'static str, Cost); 3] {
        [
            ("each user record alone", self.costs.each_user_record_alone),
            ("as it is", self.costs.as_it_is),
            ("all aggregated", self.costs.all_aggregated),
        ]
    }

    /// The message about what KCL drops, and whether it is bad.
    pub(super) fn kcl(&self) -> Vec<(String, bool)> {
        let mut said = Vec::new();
        let none = &self.explicit_hash_keys_that_are_none;
        if none.aggregates > 0 {
            said.push((
                format!(
                    "{} an explicit hash key that is no number of 128 bits: a consumer that uses KCL silently drops {}.",
                    count(none.aggregates, "aggregate has", "aggregates have"),
                    count(none.user_records_dropped_by_kcl, "user record", "user records"),
                ),
                true,
            ));
        }
        let Some(outside) = &self.outside_their_shard else { return said };
        if outside.user_records > 0 {
            said.push((
                format!(
                    "{} in {} {} outside the shard of the aggregate: a consumer that uses KCL silently drops whole aggregates, {} in all.",
                    count(outside.user_records, "user record", "user records"),
                    count(outside.aggregates, "aggregate", "aggregates"),
                    if outside.user_records == 1 { "lies" } else { "lie" },
                    count(outside.user_records_dropped_by_kcl, "user record", "user records"),
                ),
                true,
            ));
        }
        if outside.aggregates_of_unknown_shards > 0 {
            said.push((
                format!(
                    "{} with {} of shards that --list-shards lacks: what KCL drops of them is unknown.",
                    count(outside.aggregates_of_unknown_shards, "aggregate", "aggregates"),
                    count(outside.user_records_of_unknown_shards, "user record is", "user records are"),
                ),
                true,
            ));
        }
        if said.is_empty() {
            said.push(("Every user record lies in the shard of its aggregate.".to_owned(), false));
        }
        said
    }
}

#[expect(clippy::as_conversions, reason = "for figures to show, the nearest number will do")]
pub(super) fn float(number: u64) -> f64 {
    number as f64
}

/// A number with its noun in singular or plural.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", Grouped(number), if number == 1 { one } else { many })
}
