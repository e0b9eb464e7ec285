//! `kinagg inspect`: one Kinesis record, byte by byte.

mod json;
mod terminal;

use std::io;
use std::path::PathBuf;

use kinesis_agg::schema::KPL_SIZE_LIMIT;
use kinesis_agg_inspect::{Options, Verdict, inspect, page};

use crate::input::{Failure, KinesisRecord, KinesisRecords, Status, complain};
use crate::output::Output;
use crate::page_file;

/// Explain one Kinesis record byte by byte
///
/// Shows what is in an aggregate, what each byte is for, and everything that is odd. A broken record is
/// explained as far as it can be read, with what can be recovered. The exit status is 1 if it was broken.
///
/// Keys and data are escaped, so that they cannot affect the terminal or the page.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Inspect {
    #[command(flatten)]
    records: KinesisRecords,

    /// Show the Nth Kinesis record of the input, counted from 1
    #[arg(long, value_name = "N", default_value_t = 1, conflicts_with = "all", value_parser = clap::value_parser!(u64).range(1..))]
    record: u64,

    /// Show each Kinesis record of the input
    #[arg(long, conflicts_with = "html")]
    all: bool,

    /// Write a page to FILE. It opens in any browser and loads nothing
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    html: Option<PathBuf>,

    /// Write a JSON line
    #[arg(long)]
    json: bool,

    /// The size of a full aggregate
    #[arg(long, value_name = "BYTES", default_value_t = KPL_SIZE_LIMIT)]
    size_limit: usize,

    /// List at most N keys, user records and fields; all are counted
    #[arg(long, value_name = "N", default_value_t = 1000)]
    list: usize,

    /// Show at most N characters of a key or of data
    #[arg(long, value_name = "N", default_value_t = 48)]
    preview: usize,
}

const EXAMPLES: &str = r#"Examples:
  kinagg inspect records.jsonl
  kinagg inspect --raw record.bin
  kinagg inspect --record 7 --html record-7.html records.jsonl
  kinagg inspect --all --json records.jsonl"#;

impl Inspect {
    pub(crate) fn run(&self, output: &mut Output) -> io::Result<Status> {
        let is_colored = anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never;
        let mut records = 0_u64;
        let mut found = Status::Good;
        let mut is_last = true;
        let read = self.records.for_each_even_cut_off(output, |output, record| {
            records = records.saturating_add(1);
            if self.all || records == self.record {
                found = found.and(self.show(&record, is_colored, output)?);
                if let Some(error) = record.cut_off {
                    complain(format_args!("{}: {error}: only the part before is shown", record.place));
                    found = Status::Bad;
                }
            }
            // Read one more record, to know whether there is one.
            is_last = self.all || records <= self.record;
            if is_last { Ok(()) } else { Err(Failure::Enough) }
        })?;
        // If reading ended at bad input, that was reported.
        let is_at_end = read == Status::Good || self.records.keeps_going();
        if !self.all && records < self.record && is_at_end {
            match records {
                0 => complain("there is no Kinesis record in the input"),
                _ => complain(format_args!(
                    "there is no Kinesis record {}: the input has {records}",
                    self.record
                )),
            }
            return Ok(Status::Bad);
        }
        if !is_last {
            complain(format_args!(
                "this is Kinesis record {} of more: --record N shows another, --all each",
                self.record
            ));
        }
        Ok(read.and(found))
    }

    fn show(
        &self,
        record: &KinesisRecord<'_>,
        is_colored: bool,
        output: &mut Output,
    ) -> Result<Status, Failure> {
        let options = Options {
            partition_key: record.partition_key,
            size_limit: self.size_limit,
            max_items: self.list,
            max_preview: self.preview,
        };
        let found = inspect(record.data, &options);
        let place = record.place.to_string();
        if let Some(file) = &self.html {
            page_file::write(file, &page::document(&found, &place))
                .map_err(|error| Failure::input(format_args!("{}: {error}", file.display())))?;
        } else if self.json {
            output.write(&json::value(&found, &place))?;
        } else {
            output.write_bytes(terminal::text(&found, &place, is_colored).as_bytes())?;
        }
        Ok(if matches!(found.verdict, Verdict::Broken(_)) { Status::Bad } else { Status::Good })
    }
}
