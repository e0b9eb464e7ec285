//! `kinagg verify`: whether Kinesis records are whole and correct.

use std::io;

use kinesis_agg::ParseErrorKind;
use serde::Serialize;

use crate::input::{KinesisRecords, Status};
use crate::output::Output;

/// Check Kinesis records
///
/// A record that does not begin with the magic is plain, which is good. One that does is bad unless it is an
/// aggregate, whole and correct: a consumer would take it for a plain one. The exit status is 1 if a record was
/// bad.
///
/// In:  {"data": base64}, or "text" in place of "data"
///
/// Out: {"ok": true, "aggregated", "user_records"} or {"ok": false, "error", "offset"}
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
}

#[derive(Serialize)]
struct BadLine {
    ok: bool,
    error: String,
    offset: usize,
}

impl Verify {
    pub(crate) fn run(&self, output: &mut Output) -> io::Result<Status> {
        let mut found = Status::Good;
        let read = self.records.for_each(output, |output, record| {
            let good = |aggregated, user_records| GoodLine { ok: true, aggregated, user_records };
            match record.parse() {
                Ok(view) => output.write(&good(true, view.user_record_count()))?,
                Err(error) if error.kind() == ParseErrorKind::NotAggregated => {
                    output.write(&good(false, 1))?
                }
                Err(error) => {
                    found = Status::Bad;
                    let (kind, offset) = (error.kind(), error.offset());
                    output.write(&BadLine { ok: false, error: kind.to_string(), offset })?;
                }
            }
            Ok(())
        })?;
        Ok(read.and(found))
    }
}
