//! `kinagg stats`: summarises a whole stream.
//!
//! ```text
//!   terminal, page, report's JSON   what is shown
//!      |
//!   report     the figures
//!   tally      counts, record after record, in bounded memory
//!   shards     which shard has which hash keys
//!   repack     what aggregation would make of it
//!   spread, keys   percentiles; the most frequent keys
//! ```

mod keys;
mod page;
mod repack;
mod report;
mod shards;
mod spread;
mod tally;
mod terminal;

use std::io;
use std::path::PathBuf;

use kinesis_agg::schema::KPL_SIZE_LIMIT;

use crate::input::{KinesisRecords, Status, complain};
use crate::output::Output;
use crate::pack::shard_count;
use crate::page_file;
use crate::stats::report::Report;
use crate::stats::shards::{ShardListing, Shards};
use crate::stats::tally::Tally;
use crate::suspicion::Suspicion;

fn price(text: &str) -> Result<f64, String> {
    let price: f64 = text.parse().map_err(|error: std::num::ParseFloatError| error.to_string())?;
    if price.is_finite() && price >= 0.0 {
        Ok(price)
    } else {
        Err("not a number of dollars from 0 up".to_owned())
    }
}

/// The price of a million PUT payload units in us-east-1, in US dollars, as others report it (2026-11): see
/// `docs/reference/limits.md`.
const PRICE: f64 = 0.014;

/// Summarise a whole stream
///
/// Shows how full the aggregates are, which partition keys and shards are hot, which user records a consumer
/// that uses KCL would drop because they are outside their shard, and what aggregation saves or would save.
/// Memory is bounded for any input. The exit status is 1 if a record was broken.
///
/// The shard of an aggregate is the one that the input names, closed or not, if --list-shards is given.
/// Otherwise it is the open shard of its first user record, where producers put it.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Stats {
    #[command(flatten)]
    records: KinesisRecords,

    /// N shards that split the hash keys evenly
    #[arg(long, value_name = "N", value_parser = shard_count(), conflicts_with = "list_shards")]
    shards: Option<usize>,

    /// The shards of the stream: the output of `aws kinesis list-shards` or `describe-stream` in FILE. There
    /// may be several answers, in one FILE or in several
    #[arg(long, value_name = "FILE")]
    list_shards: Vec<PathBuf>,

    /// The size of a full aggregate
    #[arg(long, value_name = "BYTES", default_value_t = KPL_SIZE_LIMIT, value_parser = crate::pack::byte_limit())]
    size_limit: usize,

    /// Show the first N partition keys
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,

    /// US dollars for a million PUT payload units of 25 KB. The default is what others report for us-east-1,
    /// 2026-11
    #[arg(long, value_name = "DOLLARS", default_value_t = PRICE, value_parser = price)]
    price: f64,

    /// Write a page to FILE. It opens in any browser and loads nothing
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    html: Option<PathBuf>,

    /// Write a JSON line
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = r#"Examples:
  kinagg stats records.jsonl
  kinagg stats --shards 4 records.jsonl
  aws kinesis list-shards --stream-name orders > shards.json
  kinagg stats --list-shards shards.json --html orders.html records.jsonl"#;

impl Stats {
    pub(crate) fn run(&self, output: &mut Output) -> io::Result<Status> {
        let shards = match self.shards() {
            Ok(shards) => shards,
            Err(error) => {
                complain(error);
                return Ok(Status::Bad);
            }
        };
        let mut tally = Tally::new(shards, self.size_limit).map_err(io::Error::other)?;
        let mut suspicion = Suspicion::default();
        let read = self.records.for_each(output, |_, record| {
            suspicion.examine(&record);
            tally.add(&record);
            Ok(())
        })?;
        let report = Report::of(tally, self.top, self.size_limit, self.price);
        if let Some(file) = &self.html {
            if let Err(error) = page_file::write(file, &page::document(&report)) {
                complain(format_args!("{}: {error}", file.display()));
                return Ok(Status::Bad);
            }
        } else if self.json {
            output.write(&report)?;
        } else {
            let is_colored = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
            output.write_bytes(terminal::text(&report, is_colored).as_bytes())?;
        }
        Ok(if report.kinesis_records.broken > 0 { Status::Bad } else { read })
    }

    fn shards(&self) -> Result<Shards, String> {
        match (self.list_shards.as_slice(), self.shards) {
            ([], Some(shards)) => Shards::even(shards, true),
            ([], None) => Shards::even(Shards::RANGES, false),
            (files, _) => self.listed(files),
        }
    }

    fn listed(&self, files: &[PathBuf]) -> Result<Shards, String> {
        let mut listing = ShardListing::default();
        for file in files {
            let place = |error: String| format!("{}: {error}", file.display());
            let content = self.records.read_text(file).map_err(|error| place(error.to_string()))?;
            listing.read(&content).map_err(place)?;
        }
        let names = || files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ");
        if let Some(more) = listing.more {
            complain(format_args!(
                "{}: the last answer has {more}: there are more shards, which `aws kinesis list-shards --next-token` shows",
                names()
            ));
        }
        listing.into_shards().map_err(|error| format!("{}: {error}", names()))
    }
}
