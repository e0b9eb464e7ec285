//! `kinagg unpack`: user records out of Kinesis records.

use std::{io, str};

use clap::ValueEnum;
use kinesis_agg::{AggregatedRecord, DeaggregatedRecord, HashKeyRange, INDEX_LEN, KeyEntry, RangeFilter};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::input::{Failure, Format, KinesisRecord, KinesisRecords, Status};
use crate::output::{Base64, Output};

/// Unpack Kinesis records into user records
///
/// A record that is no aggregate, or one with a fault, comes out as it is: nothing is lost.
///
/// In:  {"partition_key", "data": base64, "sequence_number"?}, or "text" in place of "data"
/// Out: {"partition_key", "explicit_hash_key", "data": base64, "sub_sequence_number", "aggregated", "sequence_number"?}
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment, after_help = EXAMPLES)]
pub(crate) struct Unpack {
    #[command(flatten)]
    records: KinesisRecords,

    /// The partition key of plain records that are given as --raw or in a --format without keys
    #[arg(
        long,
        value_name = "KEY",
        requires = "given_format",
        default_value = "",
        hide_default_value = true
    )]
    partition_key: String,

    /// Take a record that is no aggregate, whole and correct, for bad input
    #[arg(long)]
    strict: bool,

    /// Write data that is UTF-8 as "text" in place of "data"
    #[arg(long)]
    text: bool,

    /// Drop what came out of an aggregate and is not of the shard with these hash keys, both ends included
    #[arg(long, value_name = "START:END")]
    range: Option<HashKeyRange>,

    /// What to drop
    #[arg(long, value_enum, requires = "range", default_value_t = Filter::Kcl)]
    filter: Filter,
}

const EXAMPLES: &str = r#"Examples:
  kinagg unpack --text records.jsonl
  kinagg unpack --range 0:170141183460469231731687303715884105727 shard-0.jsonl
  kinagg unpack --strict --raw record.bin"#;

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Filter {
    /// As KCL: one user record out of range takes its whole aggregate with it
    Kcl,
    /// The user records that are out of range, and no other
    UserRecord,
}

impl Unpack {
    pub(crate) fn run(&self, output: &mut Output) -> io::Result<Status> {
        let mut unpacker =
            Unpacker { strict: self.strict, text: self.text, filter: self.filter(), index: Index::default() };
        self.records.for_each(|record| {
            let partition_key = match (record.partition_key, record.format) {
                (Some(partition_key), _) => partition_key,
                (None, Format::JsonLines) => return Err(Failure::input("missing field `partition_key`")),
                (None, _) => &self.partition_key,
            };
            unpacker.unpack(partition_key, record, output)
        })
    }

    fn filter(&self) -> Option<RangeFilter> {
        let range = self.range?;
        Some(match self.filter {
            Filter::Kcl => RangeFilter::Kcl(range),
            Filter::UserRecord => RangeFilter::UserRecord(range),
        })
    }
}

struct Unpacker {
    strict: bool,
    text: bool,
    filter: Option<RangeFilter>,
    index: Index,
}

impl Unpacker {
    fn unpack(
        &mut self,
        partition_key: &str,
        record: KinesisRecord<'_>,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let mut writer = LineWriter { text: self.text, sequence_number: record.sequence_number, output };
        match record.parse() {
            Ok(view) => self.unpack_aggregate(&view, &mut writer)?,
            Err(error) if self.strict => return Err(Failure::input(error)),
            Err(_) => writer.write_plain(partition_key, record.data)?,
        }
        Ok(())
    }

    fn unpack_aggregate(
        &mut self,
        view: &AggregatedRecord<'_>,
        writer: &mut LineWriter<'_>,
    ) -> io::Result<()> {
        if view.key_count() <= INDEX_LEN {
            return writer.write_all(view, self.filter);
        }
        let mut index = self.index.lend(view.key_count());
        let written = writer.write_all(&view.with_index(&mut index), self.filter);
        self.index.take_back(index);
        written
    }
}

/// Memory for the index by which keys are found, kept from one record to the next.
#[derive(Default)]
struct Index {
    entries: Vec<KeyEntry<'static>>,
}

impl Index {
    /// 6 MiB of entries. Where there are more keys, which no producer writes, a look-up is a walk over a few
    /// fields.
    const MAX_LEN: usize = 1 << 18;

    fn lend<'a>(&mut self, keys: usize) -> Vec<KeyEntry<'a>> {
        let mut entries: Vec<KeyEntry<'a>> = std::mem::take(&mut self.entries);
        entries.resize(keys.min(Self::MAX_LEN), KeyEntry::EMPTY);
        entries
    }

    fn take_back(&mut self, mut entries: Vec<KeyEntry<'_>>) {
        entries.clear();
        // Collected in place: the memory is the same, but it borrows from no record any more.
        self.entries = entries.into_iter().map(|_| KeyEntry::EMPTY).collect();
    }
}

#[derive(Serialize)]
struct UserLine<'a> {
    partition_key: &'a str,
    explicit_hash_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Base64<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    sub_sequence_number: u64,
    aggregated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence_number: Option<&'a RawValue>,
}

/// Writes the user records of one Kinesis record.
struct LineWriter<'o> {
    text: bool,
    sequence_number: Option<&'o RawValue>,
    output: &'o mut Output,
}

impl LineWriter<'_> {
    fn write_all<'a, X: AsRef<[KeyEntry<'a>]> + Clone>(
        &mut self,
        view: &AggregatedRecord<'a, X>,
        filter: Option<RangeFilter>,
    ) -> io::Result<()> {
        let mut user_records = view.user_records();
        match filter {
            Some(filter) => user_records.filtered(filter).try_for_each(|record| self.write(&record)),
            None => user_records.try_for_each(|record| self.write(&record)),
        }
    }

    fn write(&mut self, record: &DeaggregatedRecord<'_>) -> io::Result<()> {
        let (data, text) = self.data_or_text(record.data);
        self.output.write(&UserLine {
            partition_key: record.partition_key,
            explicit_hash_key: record.explicit_hash_key,
            data,
            text,
            sub_sequence_number: record.sub_sequence_number,
            aggregated: record.aggregated,
            sequence_number: self.sequence_number,
        })
    }

    fn write_plain(&mut self, partition_key: &str, data: &[u8]) -> io::Result<()> {
        let (data, text) = self.data_or_text(data);
        self.output.write(&UserLine {
            partition_key,
            explicit_hash_key: None,
            data,
            text,
            sub_sequence_number: 0,
            aggregated: false,
            sequence_number: self.sequence_number,
        })
    }

    /// One of the two: text only where it was asked for and nothing of the data is lost.
    fn data_or_text<'a>(&self, data: &'a [u8]) -> (Option<Base64<'a>>, Option<&'a str>) {
        match str::from_utf8(data) {
            Ok(text) if self.text => (None, Some(text)),
            _ => (Some(Base64(data)), None),
        }
    }
}
