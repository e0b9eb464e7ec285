//! `kinagg pack`: packs user records into aggregates.

use std::io;

use clap::Command;
use clap::builder::{NonEmptyStringValueParser, RangedU64ValueParser};
use clap::error::ErrorKind;
use kinesis_agg::schema::{DEFAULT_RECORD_LIMIT, KPL_SIZE_LIMIT, MAX_RECORD_LIMIT};
use kinesis_agg::{
    AddError, HashKeyRange, KinesisRecord, ShardMap, ShardedAddError, ShardedAggregator, UserRecord,
    VecAggregator, VecShardedAggregator,
};
use serde::Serialize;

use crate::input::line::{NOT_AN_OBJECT, TagLine, Text, UserLine, parse};
use crate::input::{Failure, Input, Status, complain};
use crate::output::{Base64, Output};
use crate::plain_line::{self, PlainLines};
use crate::put_records::PutRecords;
use crate::stop;

/// Pack user records into aggregated Kinesis records
///
/// Adds each user record to the current aggregate if it fits, exact to the byte. Otherwise the aggregate is
/// written first. The rest is written at the end of the input, which SIGINT or SIGTERM also ends. After a
/// second signal, the rest is lost, and standard error says how much. The outer keys are those of the first
/// user record. A user record that fits no aggregate is bad input.
///
/// In:  {"partition_key", "explicit_hash_key"?, "data": base64, "tags"?: [{"key", "value"?}]}, with "text" as
/// an alternative to "data"; or lines of data, with --key, --key-field or --random-key
///
/// Out: {"partition_key", "explicit_hash_key", "data": base64, "user_records", "size", "shard"?}
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Pack {
    #[command(flatten)]
    input: Input,

    /// Limit on the size of an aggregate: magic, message and digest
    #[arg(long, value_name = "BYTES", default_value_t = KPL_SIZE_LIMIT, value_parser = byte_limit())]
    max_size: usize,

    /// Limit on a Kinesis record: data and outer partition key
    #[arg(long, value_name = "BYTES", default_value_t = DEFAULT_RECORD_LIMIT, value_parser = byte_limit())]
    record_limit: usize,

    /// Keep one aggregate for each of N shards that split the hash keys evenly
    #[arg(long, value_name = "N", value_parser = shard_count())]
    shards: Option<usize>,

    /// Write a user record that is alone in its aggregate as a plain record, as the KPL does. Also write one
    /// plain that is too large for an aggregate and fits a Kinesis record, unless it has tags or is itself an
    /// aggregate
    #[arg(long)]
    plain_lone: bool,

    #[command(flatten)]
    plain_lines: PlainLines,

    /// Write requests for `aws kinesis put-records` instead of records, one in each line, as few as the
    /// service allows
    #[arg(long, value_name = "STREAM", value_parser = NonEmptyStringValueParser::new())]
    put_records: Option<String>,
}

const EXAMPLES: &str = r#"Examples:
  echo '{"partition_key": "sensor-7", "text": "21.5"}' | kinagg pack
  kinagg pack --shards 4 --max-size 1000000 records.jsonl
  kinagg unpack old.jsonl | kinagg pack --keep-going > new.jsonl
  kinagg pack --key-field device --put-records my-stream events.jsonl |
    split --lines 1 --filter 'aws kinesis put-records --cli-input-json file:///dev/stdin'"#;

/// The error of a line, and what to do if the line was not meant to be JSON.
fn with_way_out(error: String) -> String {
    match error == NOT_AN_OBJECT {
        true => format!("{error}; --key, --key-field and --random-key take lines of any data"),
        false => error,
    }
}

/// The service takes Kinesis records up to 10 MiB.
pub(crate) fn byte_limit() -> RangedU64ValueParser<usize> {
    let most = u64::try_from(MAX_RECORD_LIMIT).unwrap_or(u64::MAX);
    RangedU64ValueParser::new().range(1..=most)
}

pub(crate) fn shard_count() -> RangedU64ValueParser<usize> {
    RangedU64ValueParser::new().range(1..=10_000)
}

impl Pack {
    pub(crate) fn run(&self, output: &mut Output) -> io::Result<Status> {
        self.check_memory();
        if let Err(error) = stop::end_input_on_signals() {
            complain(format_args!("a signal would lose user records: {error}"));
        }
        let mut packer = self.packer().map_err(io::Error::other)?;
        let mut buffer = Vec::new();
        let status = self.input.for_each_line(output, |output, line| {
            if let Some(key) = &self.plain_lines.key {
                return packer.add(&UserRecord::new(key, plain_line::data(line)), output);
            }
            if let Some(field) = &self.plain_lines.key_field {
                let key = plain_line::key_in_field(line, field)?;
                return packer.add(&UserRecord::new(&key, plain_line::data(line)), output);
            }
            if self.plain_lines.random_key {
                return packer.add_with_random_key(plain_line::data(line), output);
            }
            let line: UserLine<'_> = parse(line).map_err(with_way_out)?;
            let explicit_hash_key = line.explicit_hash_key.as_ref().map(Text::as_ref);
            let tags = line.tags();
            let tags: Vec<_> = tags.iter().map(TagLine::tag).collect();
            let record = UserRecord::new(line.partition_key.as_ref(), line.data(&mut buffer)?)
                .with_explicit_hash_key(explicit_hash_key)
                .with_tags(tags.as_slice());
            packer.add(&record, output)
        })?;
        // Also after bad input or a signal, so that the user records before it are not lost.
        packer.flush(output)?;
        Ok(status)
    }

    /// Ends with status 2 if the buffers of all shards together could take more memory than a machine has.
    fn check_memory(&self) {
        const MOST: u64 = 4 << 30;
        let shards = self.shards.unwrap_or(1);
        let together = u64::try_from(shards.saturating_mul(self.capacity())).unwrap_or(u64::MAX);
        if together > MOST {
            let message = format!(
                "{shards} shards of {} bytes each are more than {MOST} bytes: lower --shards, --max-size or --record-limit",
                self.capacity()
            );
            Command::new("kinagg pack").error(ErrorKind::ValueValidation, message).exit();
        }
    }

    /// The size limit of an aggregate.
    fn capacity(&self) -> usize {
        self.max_size.min(self.record_limit)
    }

    fn packer(&self) -> io::Result<Packer> {
        let shards = self.shards.unwrap_or(1);
        let map = ShardMap::even_split(vec![HashKeyRange::FULL; shards]).map_err(io::Error::other)?;
        let aggregators = (0..shards).map(|_| self.aggregator(shards)).collect();
        Ok(Packer {
            aggregates: ShardedAggregator::new(map, aggregators).map_err(io::Error::other)?,
            with_shard: self.shards.is_some(),
            plain_lone: self.plain_lone,
            record_limit: self.record_limit,
            put_records: self.put_records.as_deref().map(PutRecords::new),
            random_key: plain_line::random_key(),
        })
    }

    fn aggregator(&self, shards: usize) -> VecAggregator {
        let capacity = self.capacity();
        // The system zeroes the buffer and provides memory only for pages that are written. Many shards with
        // large limits therefore take only the memory that they use.
        VecAggregator::allocate(capacity, key_slots(capacity, shards))
            .with_size_limit(self.max_size)
            .with_record_limit(self.record_limit)
    }
}

/// How many key slots each of `shards` aggregators has: 8 bytes each, all written when made.
///
/// Four for each key that fits, but at most 1 MiB of them. In an aggregate of 1 MiB that is enough in
/// practice. Many shards share 32 MiB. A key that is not remembered is written again, which costs bytes but
/// is read correctly.
fn key_slots(capacity: usize, shards: usize) -> usize {
    /// A table entry of one letter (3 bytes), and its share of a user record that names two keys (8 bytes).
    const MIN_BYTES_PER_KEY: usize = 7;
    const SLOTS_PER_KEY: usize = 4;
    const MIN_SLOTS: usize = 32;
    const MAX_SLOTS: usize = 1 << 17;
    const MAX_SLOTS_OF_ALL: usize = 1 << 22;

    let keys = capacity / MIN_BYTES_PER_KEY;
    let share = MAX_SLOTS_OF_ALL.checked_div(shards).unwrap_or(MAX_SLOTS);
    keys.saturating_mul(SLOTS_PER_KEY).min(MAX_SLOTS).min(share).max(MIN_SLOTS)
}

struct Packer {
    /// Without shards, one shard that has every hash key.
    aggregates: VecShardedAggregator,
    with_shard: bool,
    plain_lone: bool,
    record_limit: usize,
    put_records: Option<PutRecords>,
    /// The key of the current aggregate, if keys are random.
    random_key: String,
}

#[derive(Serialize)]
struct PackedLine<'a> {
    partition_key: &'a str,
    explicit_hash_key: Option<&'a str>,
    data: Base64<'a>,
    user_records: usize,
    size: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    shard: Option<usize>,
}

impl Packer {
    fn add(&mut self, record: &UserRecord<'_>, output: &mut Output) -> Result<(), Failure> {
        let mut answer = self.aggregates.add(record);
        if let Err(ShardedAddError::Full { shard }) = answer {
            self.write(shard, output)?;
            answer = self.aggregates.add(record);
        }
        match answer {
            Ok(_) => {
                stop::hold();
                Ok(())
            }
            Err(error) => self.add_plain(record, error, output),
        }
    }

    /// Writes a user record that fits no aggregate as a plain record, if the user asked for it and nothing is
    /// lost.
    fn add_plain(
        &mut self,
        record: &UserRecord<'_>,
        error: ShardedAddError,
        output: &mut Output,
    ) -> Result<(), Failure> {
        let is_size = matches!(
            error,
            ShardedAddError::Refused(AddError::TooLarge { .. } | AddError::BufferTooSmall { .. })
        );
        let size = record.data.len().saturating_add(record.partition_key.len());
        if !self.plain_lone || !is_size || size > self.record_limit {
            if let ShardedAddError::Refused(AddError::BufferTooSmall { len, needed }) = error {
                return Err(Failure::input(format_args!(
                    "it needs an aggregate of {needed} bytes, where --max-size and --record-limit allow {len}"
                )));
            }
            return Err(Failure::input(error));
        }
        let Some(plain) = KinesisRecord::plain(record) else {
            let reason = match record.tags.is_empty() {
                true => "it is itself an aggregate, which consumers would unpack",
                false => "that has no place for its tags",
            };
            return Err(Failure::input(format_args!("{error}; it is not sent as a plain record: {reason}")));
        };
        let shard = self.aggregates.shard_of(record).map_err(Failure::input)?;
        // Write what came before it first.
        self.write(shard, output)?;
        stop::hold();
        Ok(write(&plain, shard, self.with_shard, &mut self.put_records, output)?)
    }

    /// Adds it to the aggregate with the current random key. If that is full, draws a new key for the next
    /// aggregate.
    fn add_with_random_key(&mut self, data: &[u8], output: &mut Output) -> Result<(), Failure> {
        loop {
            match self.aggregates.add(&UserRecord::new(&self.random_key, data)) {
                Ok(_) => {
                    stop::hold();
                    return Ok(());
                }
                Err(ShardedAddError::Full { shard }) => self.write(shard, output)?,
                Err(error) => {
                    let key = plain_line::random_key();
                    return self.add_plain(&UserRecord::new(&key, data), error, output);
                }
            }
            self.random_key = plain_line::random_key();
        }
    }

    /// Writes what every shard holds.
    fn flush(&mut self, output: &mut Output) -> io::Result<()> {
        for shard in 0..self.aggregates.shards().ranges().len() {
            self.write(shard, output)?;
        }
        match &mut self.put_records {
            Some(put_records) => put_records.flush(output),
            None => Ok(()),
        }
    }

    /// Writes what a shard holds, if anything.
    fn write(&mut self, shard: usize, output: &mut Output) -> io::Result<()> {
        let record = match self.plain_lone {
            true => self.aggregates.finish_plain_if_single(shard),
            false => self.aggregates.finish(shard),
        };
        let Some(record) = record else { return Ok(()) };
        write(&record, shard, self.with_shard, &mut self.put_records, output)?;
        self.aggregates.clear(shard);
        Ok(())
    }
}

fn write(
    record: &KinesisRecord<'_>,
    shard: usize,
    with_shard: bool,
    put_records: &mut Option<PutRecords>,
    output: &mut Output,
) -> io::Result<()> {
    match put_records {
        Some(put_records) => put_records.add(record, output),
        None => {
            output.write(&PackedLine {
                partition_key: record.partition_key,
                explicit_hash_key: record.explicit_hash_key,
                data: Base64(record.data),
                user_records: record.user_records,
                size: record.data.len(),
                shard: with_shard.then_some(shard),
            })?;
            output.wrote(record.user_records)
        }
    }
}
