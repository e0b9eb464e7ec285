//! The summary that `publish` prints.

use std::time::Duration;

use kinesis_agg_aws::publisher::PublisherMetrics;

/// The bytes of one PUT payload unit. A stream with provisioned shards is charged by units.
const PUT_PAYLOAD_UNIT: f64 = 25.0 * 1024.0;
/// US dollars for a million units: the list price of us-east-1.
const DOLLARS_PER_MILLION_UNITS: f64 = 0.014;

/// Returns the summary, with a line for each figure.
pub(crate) fn summary(metrics: &PublisherMetrics, elapsed: Duration) -> String {
    if metrics.published == 0 {
        return format!("no user record was published, {} failed\n", metrics.failed);
    }
    let user_records = metrics.published as f64;
    let kinesis_records = metrics.kinesis_records() as f64;
    let sent_bytes = (metrics.aggregate_bytes + metrics.plain_bytes) as f64;
    let seconds = elapsed.as_secs_f64();
    // Without aggregation, each user record takes a unit of its own: none here is larger than one.
    let units = |records: f64, bytes: f64| records * (bytes / records / PUT_PAYLOAD_UNIT).ceil();
    let before = units(user_records, metrics.user_bytes as f64);
    let after = units(kinesis_records, sent_bytes);
    let saved = (before - after) / 1e6 * DOLLARS_PER_MILLION_UNITS;
    let lines = [
        ("user records", format!("{}, {}", count(user_records), bytes(metrics.user_bytes as f64))),
        (
            "aggregates",
            format!("{}, {}", count(metrics.aggregates as f64), bytes(metrics.aggregate_bytes as f64)),
        ),
        ("plain records", count(metrics.plain_records as f64)),
        (
            "fill",
            metrics.fill().map_or_else(
                || "no aggregate".to_owned(),
                |fill| format!("{:.0} % of {} bytes", fill * 100.0, count(metrics.aggregate_limit as f64)),
            ),
        ),
        (
            "records saved",
            format!(
                "{} of {} ({:.1} %)",
                count(user_records - kinesis_records),
                count(user_records),
                (1.0 - kinesis_records / user_records) * 100.0
            ),
        ),
        (
            "estimated cost saved",
            format!(
                "${saved:.6} here, ${:.2} for a billion such user records:\n{:22}{} PUT payload units in place of {}, at ${} a million",
                saved / user_records * 1e9,
                "",
                count(after),
                count(before),
                DOLLARS_PER_MILLION_UNITS
            ),
        ),
        (
            "throughput",
            format!(
                "{} user records/s, {}/s, in {seconds:.2} s",
                count(user_records / seconds),
                bytes(metrics.user_bytes as f64 / seconds)
            ),
        ),
        (
            "requests",
            format!(
                "{}, {} records tried again",
                count(metrics.requests as f64),
                count(metrics.retries as f64)
            ),
        ),
        ("failed", count(metrics.failed as f64)),
    ];
    lines.map(|(name, value)| format!("{name:<22}{value}\n")).concat()
}

fn count(number: f64) -> String {
    let digits = format!("{number:.0}");
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| str::from_utf8(group).ok()).collect();
    groups.join(",")
}

fn bytes(number: f64) -> String {
    match number {
        number if number >= 1e6 => format!("{:.1} MB", number / 1e6),
        number if number >= 1e3 => format!("{:.1} kB", number / 1e3),
        number => format!("{number:.0} B"),
    }
}
