//! `kinagg unpack`: unpacks Kinesis records into user records.

use std::{io, str};

use clap::ValueEnum;
use kinesis_agg::{
    AggregatedRecord, DEFAULT_INDEX_LEN, DeaggregatedRecord, HashKeyRange, HashKeyRangeError, KeyIndexEntry,
    RangeFilter, UserRecords,
};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::input::{Failure, Format, KinesisRecord, KinesisRecords, Status, complain};
use crate::key_filter::KeyFilter;
use crate::output::{Base64, Output};
use crate::suspicion::Suspicion;
use crate::unfold::Unfolder;

/// Unpack Kinesis records into user records
///
/// A record that is no aggregate, or a faulty one, comes out unchanged, so nothing is lost.
///
/// In:  JSON lines {"partition_key", "data": base64, "sequence_number"?, "arrival_time"?, "shard_id"?}, with
/// "text" as an alternative to "data"; or any other --format
///
/// Out: {"partition_key", "explicit_hash_key", "data": base64, "sub_sequence_number", "aggregated",
/// "sequence_number"?, "arrival_time"?, "shard_id"?}
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Unpack {
    #[command(flatten)]
    records: KinesisRecords,

    /// The partition key of plain records from --raw or from a --format without keys
    #[arg(
        long,
        value_name = "KEY",
        requires = "given_format",
        default_value = "",
        hide_default_value = true
    )]
    partition_key: String,

    /// Treat a record that is no whole and correct aggregate as bad input
    #[arg(long)]
    strict: bool,

    /// Decompress user records that are compressed by gzip, zlib or zstd
    #[arg(long, conflicts_with = "count")]
    decompress: bool,

    #[command(flatten)]
    keys: KeyFilter,

    /// Drop user records of aggregates that are outside the shard with these hash keys, both ends included
    #[arg(long, value_name = "START:END", group = "owned", value_parser = range)]
    range: Option<HashKeyRange>,

    /// The same for shard I, counted from 0, of N that split the hash keys evenly
    #[arg(long, value_name = "I/N", group = "owned", value_parser = shard)]
    shard: Option<HashKeyRange>,

    /// What to drop
    #[arg(long, value_enum, requires = "owned", default_value_t = Filter::Kcl)]
    filter: Filter,

    /// Stop after N user records
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    head: Option<u64>,

    /// Write only the number of user records
    #[arg(long, conflicts_with_all = ["output", "text", "null"])]
    count: bool,

    /// What to write of a user record
    #[arg(long, short, value_enum, default_value_t = Form::Json)]
    output: Form,

    /// Write data that is UTF-8 as "text" instead of "data"
    #[arg(long, conflicts_with = "output")]
    text: bool,

    /// End each user record with a zero byte instead of a line feed
    #[arg(long, short = '0')]
    null: bool,
}

const EXAMPLES: &str = r#"Examples:
  aws kinesis get-records --shard-iterator "$ITERATOR" | kinagg unpack --text
  pbpaste | kinagg unpack --output text
  aws s3 cp s3://failed/batch.json - | kinagg unpack
  kinagg unpack --glob 'sensor-*' --head 10 records.json.gz lambda-event.json
  kinagg unpack --shard 0/4 --filter user-record --count records.jsonl
  kinagg unpack --decompress --output raw --null records.jsonl
  kinagg unpack --strict --raw record.bin"#;

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Filter {
    /// As KCL does: if one user record is out of range, drop its whole aggregate
    Kcl,
    /// Only the user records that are out of range
    UserRecord,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Everything, as a JSON object
    Json,
    /// The data unchanged
    Raw,
    /// The data as text in one line, with unprintable characters escaped
    Text,
    /// The data in base64
    Base64,
}

fn range(text: &str) -> Result<HashKeyRange, String> {
    let range: HashKeyRange = text.parse().map_err(|error: HashKeyRangeError| error.to_string())?;
    match range.start <= range.end {
        true => Ok(range),
        false => Err(format!("the start {} is after the end {}", range.start, range.end)),
    }
}

fn shard(text: &str) -> Result<HashKeyRange, String> {
    let numbers = text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
    let (index, shards) = numbers.ok_or("expected two numbers with a slash between them, as in 0/4")?;
    if shards == 0 {
        return Err("there must be at least one shard".to_owned());
    }
    HashKeyRange::of_even_split(index, shards).ok_or_else(|| {
        format!("of {shards} shards, the first is 0 and the last {}", shards.saturating_sub(1))
    })
}

impl Unpack {
    pub(crate) fn run(&self, output: &mut Output) -> io::Result<Status> {
        let mut unpacker = Unpacker {
            options: self,
            filter: self.filter(),
            unfolder: self.decompress.then(|| Unfolder::new(self.records.max_unfolded())),
            taken: 0,
            index: Index::default(),
            fault: None,
            has_separator: false,
            suspicion: Suspicion::default(),
        };
        let status = self.records.for_each(output, |output, record| unpacker.unpack(record, output))?;
        if self.count {
            output.write(&unpacker.taken)?;
        }
        if unpacker.has_separator && unpacker.taken > 1 {
            complain(match self.null {
                true => "user records contain zero bytes: `--output base64` separates them",
                false => {
                    "user records contain line feeds or are not text: `-0` or `--output base64` separates them"
                }
            });
        }
        Ok(status)
    }

    fn filter(&self) -> Option<RangeFilter> {
        let range = self.range.or(self.shard)?;
        Some(match self.filter {
            Filter::Kcl => RangeFilter::Kcl(range),
            Filter::UserRecord => RangeFilter::UserRecord(range),
        })
    }
}

struct Unpacker<'u> {
    options: &'u Unpack,
    filter: Option<RangeFilter>,
    /// The number of user records written so far.
    taken: u64,
    index: Index,
    unfolder: Option<Unfolder>,
    /// The error of the first user record in this Kinesis record that could not be decompressed.
    fault: Option<String>,
    /// The user record contains the separator, or might.
    has_separator: bool,
    suspicion: Suspicion,
}

impl Unpacker<'_> {
    fn unpack(&mut self, record: KinesisRecord<'_>, output: &mut Output) -> Result<(), Failure> {
        let partition_key = match (record.partition_key, record.format) {
            (Some(partition_key), _) => partition_key,
            (None, Format::JsonLines) => return Err(Failure::input("missing field `partition_key`")),
            (None, _) => &self.options.partition_key,
        };
        match record.parse() {
            Ok(view) => self.unpack_aggregate(&view, record, output)?,
            Err(error) if self.options.strict => return Err(Failure::input(error)),
            Err(_) => {
                self.suspicion.examine(&record);
                self.take(UserRecord::plain(partition_key, record.data), record, output)?;
            }
        }
        self.fault.take().map_or(Ok(()), |fault| Err(Failure::Input(fault)))
    }

    fn unpack_aggregate(
        &mut self,
        view: &AggregatedRecord<'_>,
        record: KinesisRecord<'_>,
        output: &mut Output,
    ) -> Result<(), Failure> {
        if view.key_count() <= DEFAULT_INDEX_LEN {
            return self.take_all(view.user_records(), record, output);
        }
        let mut index = self.index.lend(view.key_count());
        let taken = self.take_all(view.user_records().with_index(&mut index), record, output);
        self.index.take_back(index);
        taken
    }

    fn take_all<'a, X: AsRef<[KeyIndexEntry<'a>]>>(
        &mut self,
        mut user_records: UserRecords<'a, X>,
        record: KinesisRecord<'_>,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let filter = self.filter;
        let mut take = |user_record| self.take(UserRecord::aggregated(&user_record), record, output);
        match filter {
            Some(filter) => user_records.filtered(filter).try_for_each(take),
            None => user_records.try_for_each(&mut take),
        }
    }

    fn take(
        &mut self,
        user_record: UserRecord<'_>,
        record: KinesisRecord<'_>,
        output: &mut Output,
    ) -> Result<(), Failure> {
        if !self.options.keys.wants(user_record.partition_key) {
            return Ok(());
        }
        if !self.options.count {
            let mut unfolder = self.unfolder.take();
            let unfolded =
                unfolder.as_mut().map_or(Ok(user_record.data), |unfolder| unfolder.unfold(user_record.data));
            let written = unfolded.map(|data| self.write(UserRecord { data, ..user_record }, record, output));
            self.unfolder = unfolder;
            match written {
                Ok(written) => written?,
                // The other user records of its aggregate are still written.
                Err(error) => {
                    let number = user_record.sub_sequence_number;
                    self.fault.get_or_insert_with(|| format!("user record {number}: {error}"));
                    return Ok(());
                }
            }
        }
        self.taken = self.taken.saturating_add(1);
        if self.options.head == Some(self.taken) { Err(Failure::Enough) } else { Ok(()) }
    }

    fn write(
        &mut self,
        user_record: UserRecord<'_>,
        record: KinesisRecord<'_>,
        output: &mut Output,
    ) -> io::Result<()> {
        match self.options.output {
            Form::Json => {
                let text = str::from_utf8(user_record.data).ok().filter(|_| self.options.text);
                output.write_json(&UserLine {
                    partition_key: user_record.partition_key,
                    explicit_hash_key: user_record.explicit_hash_key,
                    data: text.is_none().then_some(Base64(user_record.data)),
                    text,
                    sub_sequence_number: user_record.sub_sequence_number,
                    aggregated: user_record.aggregated,
                    sequence_number: record.sequence_number,
                    arrival_time: record.arrival_time,
                    shard_id: record.shard_id,
                })?;
            }
            Form::Raw => {
                let data = user_record.data;
                self.has_separator |= match self.options.null {
                    true => data.contains(&0),
                    false => data.contains(&b'\n') || str::from_utf8(data).is_err(),
                };
                output.write_bytes(data)?;
            }
            Form::Text => output.write_printable(user_record.data)?,
            Form::Base64 => output.write_base64(user_record.data)?,
        }
        output.write_bytes(if self.options.null { b"\0" } else { b"\n" })
    }
}

/// Memory for the key index, reused for every record.
#[derive(Default)]
struct Index {
    entries: Vec<KeyIndexEntry<'static>>,
}

impl Index {
    /// 6 MiB of entries. With more keys, which no producer writes, a look-up walks over a few fields.
    const MAX_LEN: usize = 1 << 18;

    fn lend<'a>(&mut self, keys: usize) -> Vec<KeyIndexEntry<'a>> {
        let mut entries: Vec<KeyIndexEntry<'a>> = std::mem::take(&mut self.entries);
        entries.resize(keys.min(Self::MAX_LEN), KeyIndexEntry::EMPTY);
        entries
    }

    fn take_back(&mut self, mut entries: Vec<KeyIndexEntry<'_>>) {
        entries.clear();
        // Collected in place: this keeps the memory but ends the borrow of the record.
        self.entries = entries.into_iter().map(|_| KeyIndexEntry::EMPTY).collect();
    }
}

/// A user record from an aggregate, or a plain record that counts as one.
#[derive(Clone, Copy)]
struct UserRecord<'a> {
    partition_key: &'a str,
    explicit_hash_key: Option<&'a str>,
    data: &'a [u8],
    sub_sequence_number: u64,
    aggregated: bool,
}

impl<'a> UserRecord<'a> {
    fn plain(partition_key: &'a str, data: &'a [u8]) -> Self {
        Self { partition_key, explicit_hash_key: None, data, sub_sequence_number: 0, aggregated: false }
    }

    fn aggregated(record: &DeaggregatedRecord<'a>) -> Self {
        Self {
            partition_key: record.partition_key,
            explicit_hash_key: record.explicit_hash_key,
            data: record.data,
            sub_sequence_number: record.sub_sequence_number,
            aggregated: record.aggregated,
        }
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
    #[serde(skip_serializing_if = "Option::is_none")]
    arrival_time: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard_id: Option<&'a str>,
}
