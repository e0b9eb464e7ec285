//! `kinagg verify`: checks whether Kinesis records are whole and correct.

use std::io;

use kinesis_agg::ParseErrorKind;
use kinesis_agg_inspect::{Guess, aggregate_behind};
use serde::Serialize;

use crate::input::{KinesisRecords, Status};
use crate::kcl;
use crate::output::Output;

/// Check Kinesis records
///
/// A record that does not begin with the magic is plain, which is good. A record that begins with it is bad
/// unless it is a whole and correct aggregate, since consumers would take it for a plain one. The exit status
/// is 1 if a record was bad.
///
/// In:  {"data": base64}, or "text" instead of "data"
///
/// Out: {"ok": true, "aggregated", "user_records", "note"?, "kcl"?} or {"ok": false, "error", "offset",
/// "next_aggregate"?}
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Verify {
    #[command(flatten)]
    records: KinesisRecords,
}

const EXAMPLES: &str = r#"Examples:
  kinagg verify records.jsonl
  kinagg pack user-records.jsonl | kinagg verify
  kinagg verify --raw record-1.bin record-2.bin"#;

#[derive(Serialize)]
struct GoodLine {
    ok: bool,
    aggregated: bool,
    user_records: usize,
    /// What a plain record appears to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// What a consumer that uses KCL drops of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    kcl: Option<String>,
}

#[derive(Serialize)]
struct BadLine {
    ok: bool,
    error: String,
    offset: usize,
    /// The position of another aggregate after the digest of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_aggregate: Option<usize>,
}

impl Verify {
    pub(crate) fn run(&self, output: &mut Output) -> io::Result<Status> {
        let mut found = Status::Good;
        let read = self.records.for_each(output, |output, record| {
            match record.parse() {
                Ok(view) => output.write(&GoodLine {
                    ok: true,
                    aggregated: true,
                    user_records: view.user_record_count(),
                    note: None,
                    kcl: kcl::loss_by_explicit_hash_keys(view.user_records()).map(|loss| loss.to_string()),
                })?,
                Err(error) if error.kind() == ParseErrorKind::NotAggregated => {
                    let note = Guess::of(record.data).map(|guess| guess.to_string());
                    output.write(&GoodLine {
                        ok: true,
                        aggregated: false,
                        user_records: 1,
                        note,
                        kcl: None,
                    })?;
                }
                Err(error) => {
                    found = Status::Bad;
                    let (kind, offset) = (error.kind(), error.offset());
                    let next_aggregate = aggregate_behind(record.data);
                    output.write(&BadLine { ok: false, error: kind.to_string(), offset, next_aggregate })?;
                }
            }
            Ok(())
        })?;
        Ok(read.and(found))
    }
}
