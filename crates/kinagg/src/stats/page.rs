//! The figures of a stream as a page with tables and SVG plots.

use kinesis_agg_inspect::page::stand_alone;
use kinesis_agg_inspect::shown::{Escaped, Grouped};
use maud::{Markup, html};

use crate::stats::keys::TopKey;
use crate::stats::report::{Report, float};
use crate::stats::spread::Spread;
use crate::stats::terminal::{key, percent};

pub(super) fn document(report: &Report) -> String {
    let records = &report.kinesis_records;
    let content = html! {
        h1 { "Kinesis records in figures" }
        dl.facts {
            div { dt { "Kinesis records" } dd { (Grouped(records.total)) } }
            div { dt { "aggregates" } dd { (Grouped(records.aggregates)) } }
            div { dt { "plain" } dd { (Grouped(records.plain)) } }
            div { dt { "broken" } dd class=[(records.broken > 0).then_some("fault")] { (Grouped(records.broken)) } }
            div { dt { "user records" } dd { (Grouped(report.user_records)) } }
            div { dt { "bytes of data" } dd { (Grouped(report.data_bytes)) } }
        }
        (spreads(report))
        (sizes(report))
        (keys("Partition keys by user records", &report.partition_keys_by_user_records, report.user_records))
        (keys("Partition keys by bytes of data", &report.partition_keys_by_bytes, report.data_bytes))
        (shards(report))
        (costs(report))
    };
    stand_alone("Kinesis records in figures", content)
}

fn spreads(report: &Report) -> Markup {
    let plain = |number: u64| Grouped(number).to_string();
    let limit = u64::try_from(report.size_limit).unwrap_or(u64::MAX);
    html! {
        h2 { "Sizes" }
        div.scroll {
            table {
                thead { tr { th {} @for name in ["least", "50 %", "90 %", "99 %", "most", "mean"] { th.number { (name) } } } }
                tbody {
                    (spread("user records of an aggregate", report.user_records_of_aggregates, plain))
                    (spread("bytes of a Kinesis record", report.bytes_of_kinesis_records, plain))
                    (spread("bytes of data of a user record", report.bytes_of_user_records, plain))
                    (spread(
                        &format!("fill of {} bytes", Grouped(limit)),
                        report.bytes_of_aggregates,
                        |number| percent(number, limit),
                    ))
                }
            }
        }
    }
}

fn spread(name: &str, spread: Option<Spread>, show: impl Fn(u64) -> String) -> Markup {
    html! {
        @if let Some(spread) = spread {
            tr {
                td { (name) }
                @for number in [spread.min, spread.p50, spread.p90, spread.p99, spread.max, spread.mean] {
                    td.number { (show(number)) }
                }
            }
        }
    }
}

/// Columns: the number of Kinesis records by size.
fn sizes(report: &Report) -> Markup {
    const HEIGHT: f64 = 150.0;
    const WIDTH: f64 = 1000.0;
    let most = report.sizes.iter().map(|&(_, count)| count).max().unwrap_or(0).max(1);
    let columns = u64::try_from(report.sizes.len()).unwrap_or(0).max(1);
    let width = WIDTH / float(columns);
    let last = report.sizes.last().map_or(0, |&(end, _)| end);
    html! {
        @if report.sizes.len() > 1 {
            h2 { "Kinesis records by size" }
            svg.plot viewBox="0 0 1000 150" preserveAspectRatio="none" role="img" aria-label="Kinesis records by size" {
                @for (column, &(end, count)) in (0..).zip(&report.sizes) {
                    @let height = float(count) / float(most) * HEIGHT;
                    rect.keys x=(number(float(column) * width)) y=(number(HEIGHT - height))
                        width=(number(width - 2.0)) height=(number(height)) {
                        title { "up to " (Grouped(end)) " bytes: " (Grouped(count)) }
                    }
                }
            }
            div.ends.soft { span { "0 bytes" } span { (Grouped(last)) " bytes" } }
        }
    }
}

fn number(number: f64) -> String {
    format!("{number:.1}")
}

fn keys(title: &str, keys: &[TopKey], all: u64) -> Markup {
    html! {
        @if !keys.is_empty() {
            h2 { (title) }
            div.scroll {
                table {
                    thead { tr { th { "partition key" } th.number { "share" } th.number { "count" } th {} } }
                    tbody {
                        @for top in keys {
                            tr {
                                td { code.t-keys { (key(&top.partition_key)) } }
                                td.number { (percent(top.at_most, all)) }
                                td.number {
                                    @if top.at_least != top.at_most { "at most " }
                                    (Grouped(top.at_most))
                                }
                                td { (bar(top.at_most, keys.first().map_or(0, |first| first.at_most), "keys")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A bar in a table.
fn bar(part: u64, most: u64, class: &str) -> Markup {
    let width = float(part) / float(most.max(1)) * 240.0;
    html! {
        svg.cell-bar viewBox="0 0 240 14" preserveAspectRatio="none" aria-hidden="true" {
            rect class=(class) y="2" width=(number(width)) height="10" rx="2" {}
        }
    }
}

fn shards(report: &Report) -> Markup {
    let most = report.shards.iter().map(|shard| shard.bytes).max().unwrap_or(0);
    let (title, name) = match report.are_shards {
        true => ("Bytes of data by shard", "shard"),
        false => ("Bytes of data by hash key range", "range"),
    };
    html! {
        h2 { (title) }
        @if let Some((hottest, skew)) = report.hottest().filter(|_| report.are_shards) {
            p { "The hottest is " (Escaped(&hottest.name)) ", with " (format!("{skew:.2}")) " times the mean." }
        }
        @for (text, is_bad) in report.kcl() {
            p class=(if is_bad { "fault" } else { "soft" }) { (text) }
        }
        @if report.user_records_in_no_shard > 0 {
            p.soft { (Grouped(report.user_records_in_no_shard)) " user records have an unknown hash key, or one outside these." }
        }
        div.scroll {
            table {
                thead { tr { th { (name) } th { "first hash key" } th.number { "user records" } th.number { "bytes" } th.number { "share" } th {} } }
                tbody {
                    @for shard in &report.shards {
                        tr {
                            td { (Escaped(&shard.name)) }
                            td.mono { (shard.starting_hash_key) }
                            td.number { (Grouped(shard.user_records)) }
                            td.number { (Grouped(shard.bytes)) }
                            td.number { (percent(shard.bytes, report.data_bytes)) }
                            td { (bar(shard.bytes, most, "data")) }
                        }
                    }
                }
            }
        }
    }
}

fn costs(report: &Report) -> Markup {
    html! {
        h2 { "What putting them costs" }
        p.soft {
            "PUT payload units of " (Grouped::of(report.costs.payload_unit_bytes)) " bytes, at $"
            (report.costs.dollars_per_million_units) " a million. All aggregated: to " (Grouped::of(report.size_limit)) " bytes."
        }
        div.scroll {
            table {
                thead { tr { th {} th.number { "records" } th.number { "units" } th.number { "dollars" } } }
                tbody {
                    @for (name, cost) in report.costs() {
                        tr {
                            td { (name) }
                            td.number { (Grouped(cost.puts.records)) }
                            td.number { (Grouped(cost.puts.payload_units)) }
                            td.number { (format!("{:.6}", cost.dollars)) }
                        }
                    }
                }
            }
        }
    }
}
