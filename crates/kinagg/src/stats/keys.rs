//! The most frequent partition keys, in bounded memory.

use datasketches::frequencies::{ErrorType, FrequentItemsSketch};
use serde::Serialize;

/// Up to three quarters of this number of keys are counted exactly. Beyond that, rare ones are forgotten.
const MAP_SIZE: usize = 4096;

pub(super) struct Keys {
    sketch: Option<FrequentItemsSketch<String>>,
}

impl Keys {
    pub(super) fn new() -> Self {
        // The size is known to be valid, so this cannot fail.
        Self { sketch: FrequentItemsSketch::new(MAP_SIZE).ok() }
    }

    pub(super) fn add(&mut self, key: &str, weight: usize) {
        let Some(sketch) = &mut self.sketch else { return };
        let weight = u64::try_from(weight).unwrap_or(u64::MAX);
        // The sketch cannot count beyond 2^64.
        if sketch.total_weight().checked_add(weight).is_some() {
            sketch.update_with_count_ref(key, weight);
        }
    }

    /// The `count` heaviest, the heaviest first.
    pub(super) fn top(&self, count: usize) -> Vec<TopKey> {
        let Some(sketch) = &self.sketch else { return Vec::new() };
        let rows = sketch.frequent_items(ErrorType::NoFalseNegatives);
        let mut top: Vec<TopKey> = rows
            .iter()
            .map(|row| TopKey {
                partition_key: row.item().clone(),
                at_least: row.lower_bound(),
                at_most: row.upper_bound(),
            })
            .collect();
        top.sort_by(|a, b| b.at_most.cmp(&a.at_most).then_with(|| a.partition_key.cmp(&b.partition_key)));
        top.truncate(count);
        top
    }
}

/// A partition key and its weight, which is exact if both bounds are equal.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TopKey {
    pub(super) partition_key: String,
    pub(super) at_least: u64,
    pub(super) at_most: u64,
}
