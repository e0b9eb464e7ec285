//! The distribution of a quantity: percentiles in bounded memory.

use hdrhistogram::Histogram;
use serde::Serialize;

/// Counts values with three significant digits.
pub(super) struct Values {
    histogram: Option<Histogram<u64>>,
    sum: u64,
}

impl Values {
    pub(super) fn new() -> Self {
        // The bounds are known to be valid, so this cannot fail.
        Self { histogram: Histogram::new_with_max(1 << 32, 3).ok(), sum: 0 }
    }

    pub(super) fn add(&mut self, value: usize) {
        let value = u64::try_from(value).unwrap_or(u64::MAX);
        self.sum = self.sum.saturating_add(value);
        if let Some(histogram) = &mut self.histogram {
            histogram.saturating_record(value);
        }
    }

    pub(super) fn spread(&self) -> Option<Spread> {
        let histogram = self.histogram.as_ref().filter(|histogram| !histogram.is_empty())?;
        Some(Spread {
            count: histogram.len(),
            sum: self.sum,
            min: histogram.min(),
            p50: histogram.value_at_quantile(0.5),
            p90: histogram.value_at_quantile(0.9),
            p99: histogram.value_at_quantile(0.99),
            max: histogram.max(),
            mean: self.sum.checked_div(histogram.len()).unwrap_or(0),
        })
    }

    /// The number of values in each of `ranges` ranges up to the greatest value: the upper end (included) and
    /// the count.
    pub(super) fn in_ranges(&self, ranges: u64) -> Vec<(u64, u64)> {
        let Some(histogram) = self.histogram.as_ref().filter(|histogram| !histogram.is_empty()) else {
            return Vec::new();
        };
        let width = histogram.max().checked_div(ranges).unwrap_or(0).saturating_add(1);
        let steps = histogram.iter_linear(width);
        steps.map(|step| (step.value_iterated_to(), step.count_since_last_iteration())).collect()
    }
}

/// Percentiles, with three significant digits.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Spread {
    pub(super) count: u64,
    pub(super) sum: u64,
    pub(super) min: u64,
    pub(super) p50: u64,
    pub(super) p90: u64,
    pub(super) p99: u64,
    pub(super) max: u64,
    pub(super) mean: u64,
}
