//! The figures of a stream for a terminal.

use std::fmt::{self, Display, Write};

use anstyle::{AnsiColor, Style};
use kinesis_agg_inspect::shown::{Escaped, Grouped};

use crate::stats::keys::TopKey;
use crate::stats::report::{Report, count, float};
use crate::stats::spread::Spread;

/// The longest bar, in characters.
const BAR: u64 = 40;

/// At most so many characters of a key are shown.
const KEY: usize = 60;

pub(super) fn text(report: &Report, is_colored: bool) -> String {
    let mut terminal = Terminal { text: String::new(), is_colored };
    // Writing to a string cannot fail.
    let _ = terminal.write(report);
    terminal.text
}

struct Terminal {
    text: String,
    is_colored: bool,
}

const HEADING: Style = Style::new().bold();
const SOFT: Style = Style::new().dimmed();
const BARS: Style = AnsiColor::Green.on_default();
const BAD: Style = AnsiColor::Red.on_default();

pub(super) fn percent(part: u64, whole: u64) -> String {
    let whole = if whole == 0 { 1 } else { whole };
    format!("{:.1} %", float(part) * 100.0 / float(whole))
}

/// The beginning of a key, escaped.
pub(super) fn key(key: &str) -> String {
    kinesis_agg_inspect::shown::Preview::key(key.as_bytes(), KEY).to_string()
}

impl Terminal {
    fn styled(&self, style: Style, what: impl Display) -> String {
        if self.is_colored { format!("{style}{what}{style:#}") } else { what.to_string() }
    }

    fn heading(&mut self, text: impl Display) -> fmt::Result {
        let heading = self.styled(HEADING, text);
        writeln!(self.text, "\n{heading}")
    }

    fn write(&mut self, report: &Report) -> fmt::Result {
        let records = &report.kinesis_records;
        writeln!(
            self.text,
            "{}: {}, {} plain, {} broken",
            count(records.total, "Kinesis record", "Kinesis records"),
            count(records.aggregates, "aggregate", "aggregates"),
            Grouped(records.plain),
            Grouped(records.broken)
        )?;
        writeln!(
            self.text,
            "{} with {} of data",
            count(report.user_records, "user record", "user records"),
            count(report.data_bytes, "byte", "bytes")
        )?;
        self.spreads(report)?;
        self.keys(
            "partition keys by user records",
            &report.partition_keys_by_user_records,
            report.user_records,
        )?;
        self.keys("partition keys by bytes of data", &report.partition_keys_by_bytes, report.data_bytes)?;
        self.shards(report)?;
        self.costs(report)
    }

    fn spreads(&mut self, report: &Report) -> fmt::Result {
        let header = ["", "least", "50 %", "90 %", "99 %", "most", "mean"];
        let [name, columns @ ..] = header;
        let columns: String = columns.iter().map(|column| format!("{column:>11}")).collect();
        let header = self.styled(SOFT, format_args!("{name:<30}{columns}"));
        writeln!(self.text, "\n{header}")?;
        let plain = |number: u64| Grouped(number).to_string();
        self.spread("user records of an aggregate", report.user_records_of_aggregates, plain)?;
        self.spread("bytes of a Kinesis record", report.bytes_of_kinesis_records, plain)?;
        self.spread("bytes of data of a user record", report.bytes_of_user_records, plain)?;
        let limit = u64::try_from(report.size_limit).unwrap_or(u64::MAX);
        let name = format!("fill of {} bytes", Grouped(limit));
        self.spread(&name, report.bytes_of_aggregates, |number| percent(number, limit))
    }

    fn spread(&mut self, name: &str, spread: Option<Spread>, show: impl Fn(u64) -> String) -> fmt::Result {
        let Some(spread) = spread else { return Ok(()) };
        let columns = [spread.min, spread.p50, spread.p90, spread.p99, spread.max, spread.mean];
        let columns: String = columns.iter().map(|&number| format!("{:>11}", show(number))).collect();
        writeln!(self.text, "{name:<30}{columns}")
    }

    fn keys(&mut self, title: &str, keys: &[TopKey], all: u64) -> fmt::Result {
        if keys.is_empty() {
            return Ok(());
        }
        self.heading(title)?;
        for top in keys {
            let about = if top.at_least == top.at_most { "" } else { "≤ " };
            let count = format!("{about}{}", Grouped(top.at_most));
            let percent = percent(top.at_most, all);
            writeln!(self.text, "{count:>16} {percent:>8}  {}", key(&top.partition_key))?;
        }
        Ok(())
    }

    fn shards(&mut self, report: &Report) -> fmt::Result {
        self.heading(if report.are_shards {
            "bytes of data by shard"
        } else {
            "bytes of data by hash key range"
        })?;
        let most = report.shards.iter().map(|shard| shard.bytes).max().unwrap_or(0);
        let width = report.shards.iter().map(|shard| shard.name.chars().count()).max().unwrap_or(0);
        for shard in &report.shards {
            let bar = shard.bytes.saturating_mul(BAR).checked_div(most).unwrap_or(0);
            let bar = "█".repeat(usize::try_from(bar).unwrap_or(0));
            let bar = self.styled(BARS, format_args!("{bar:<40}"));
            let (percent, bytes) =
                (percent(shard.bytes, report.data_bytes), Grouped(shard.bytes).to_string());
            let name = Escaped(&shard.name).to_string();
            writeln!(self.text, "  {name:>width$}  {bar} {percent:>8} {bytes:>16}")?;
        }
        if report.user_records_in_no_shard > 0 {
            let count = Grouped(report.user_records_in_no_shard);
            writeln!(self.text, "  {count} user records have an unknown hash key, or one outside these")?;
        }
        if let Some((hottest, skew)) = report.hottest().filter(|_| report.are_shards) {
            let name = Escaped(&hottest.name);
            writeln!(self.text, "  hottest: {name}, with {skew:.2} times the mean")?;
        }
        for (text, is_bad) in report.kcl() {
            let text = self.styled(if is_bad { BAD } else { Style::new() }, text);
            writeln!(self.text, "  {text}")?;
        }
        Ok(())
    }

    fn costs(&mut self, report: &Report) -> fmt::Result {
        let (unit, price) =
            (Grouped::of(report.costs.payload_unit_bytes), report.costs.dollars_per_million_units);
        self.heading(format_args!("PUT payload units of {unit} bytes, at ${price} a million"))?;
        let header =
            self.styled(SOFT, format_args!("{:<26}{:>16}{:>16}{:>16}", "", "records", "units", "dollars"));
        writeln!(self.text, "{header}")?;
        for (name, cost) in report.costs() {
            let [records, units] =
                [cost.puts.records, cost.puts.payload_units].map(|number| Grouped(number).to_string());
            writeln!(self.text, "  {name:<24}{records:>16}{units:>16}{:>16.6}", cost.dollars)?;
        }
        Ok(())
    }
}
