//! Kinesis records in JSON: answers of `GetRecords`, Lambda events, lists and single records, one after another.
//!
//! Record by record: an answer of any length takes no more memory than its longest record. What surrounds the records is
//! passed over; each record is given to serde, which borrows its fields.

use std::io::{self, Read};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json_scan::{Fault, Scan};
use super::limits::Limits;
use super::place::Position;
use super::record::{KinesisRecord, RecordFields};
use super::report::Failure;
use super::sink::Sink;
use super::source::Source;
use crate::base64::{self, Ending};
use crate::line::Text;
use crate::output::Output;

/// A record of any shape. Where its fields are, and how they are spelt, depends on who wrote it:
///
/// | who | data | keys and numbers |
/// |---|---|---|
/// | `GetRecords` | `Data` | beside it |
/// | Lambda, of a Kinesis stream | in `kinesis` | in `kinesis` |
/// | Lambda, of Firehose or Kinesis Data Analytics | `data` | in an object of metadata |
/// | EventBridge Pipes | `data` | beside it |
#[derive(Deserialize)]
struct JsonRecord<'a> {
    #[serde(borrow, rename = "Data", alias = "data")]
    data: Option<Text<'a>>,
    #[serde(borrow, rename = "PartitionKey", alias = "partitionKey", alias = "partition_key")]
    partition_key: Option<Text<'a>>,
    #[serde(borrow, rename = "SequenceNumber", alias = "sequenceNumber", alias = "sequence_number")]
    sequence_number: Option<&'a RawValue>,
    #[serde(
        borrow,
        rename = "ApproximateArrivalTimestamp",
        alias = "approximateArrivalTimestamp",
        alias = "arrival_time"
    )]
    arrival_time: Option<&'a RawValue>,
    #[serde(borrow, rename = "ShardId", alias = "shardId", alias = "shard_id")]
    shard_id: Option<Text<'a>>,
    /// The shard and the sequence number, with a colon between them.
    #[serde(borrow, rename = "eventID")]
    event_id: Option<Text<'a>>,
    #[serde(
        borrow,
        rename = "kinesis",
        alias = "kinesisRecordMetadata",
        alias = "kinesisStreamRecordMetadata",
        alias = "kinesisFirehoseRecordMetadata"
    )]
    nested: Option<Nested<'a>>,
}

/// The object in it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Nested<'a> {
    #[serde(borrow)]
    data: Option<Text<'a>>,
    #[serde(borrow)]
    partition_key: Option<Text<'a>>,
    #[serde(borrow)]
    sequence_number: Option<&'a RawValue>,
    #[serde(borrow, rename = "approximateArrivalTimestamp")]
    arrival_time: Option<&'a RawValue>,
    #[serde(borrow)]
    shard_id: Option<Text<'a>>,
}

/// Gives each record to `sink`.
pub(super) fn read<F>(source: Source, limits: Limits, sink: &Sink<'_, F>) -> io::Result<()>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    let reader = source.into_reader(|| sink.pause());
    let scan = Scan::new(reader, limits.max_line);
    Reader { scan, limits, sink, number: 0, data: Vec::new() }.read()
}

struct Reader<'r, 's, R, F> {
    scan: Scan<R>,
    limits: Limits,
    sink: &'r Sink<'s, F>,
    /// That of the last record.
    number: u64,
    data: Vec<u8>,
}

/// Why reading ends before the input does.
enum End {
    /// It cannot be understood from here on.
    Fault(Fault),
    /// Standard output is gone.
    Output(io::Error),
    /// Nothing more is wanted.
    Over,
}

impl From<Fault> for End {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<io::Error> for End {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl<R, F> Reader<'_, '_, R, F>
where
    R: Read,
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    fn read(mut self) -> io::Result<()> {
        match self.read_values() {
            Ok(()) | Err(End::Over) => Ok(()),
            Err(End::Output(error)) => Err(error),
            Err(End::Fault(fault)) => {
                let position = match self.number {
                    0 => Position::Whole,
                    number => Position::AfterRecord(number),
                };
                self.sink.fail(position, fault.to_string())
            }
        }
    }

    fn read_values(&mut self) -> Result<(), End> {
        while let Some(byte) = self.scan.peek_token()? {
            match byte {
                b'[' => self.read_list()?,
                b'{' => self.read_object()?,
                _ => return Err(self.scan.unexpected("an object or a list").into()),
            }
        }
        Ok(())
    }

    fn read_list(&mut self) -> Result<(), End> {
        self.scan.expect(b'[')?;
        if self.scan.next_is(b']')? {
            return Ok(());
        }
        loop {
            self.scan.require("a record")?;
            self.scan.mark();
            let outcome = self.scan.skip_value();
            self.take_record(outcome)?;
            if self.scan.next_is(b']')? {
                return Ok(());
            }
            self.scan.expect(b',')?;
        }
    }

    /// Reads an object with a list of records, or one that is a record.
    fn read_object(&mut self) -> Result<(), End> {
        self.scan.mark();
        self.scan.expect(b'{')?;
        let mut has_list = false;
        let mut is_first = true;
        while !self.scan.next_is(b'}')? {
            if !is_first {
                self.scan.expect(b',')?;
            }
            is_first = false;
            let is_list = self.scan.read_name(|name| name == b"Records" || name == b"records")?;
            self.scan.expect(b':')?;
            if is_list && self.scan.peek_token()? == Some(b'[') {
                self.read_list()?;
                has_list = true;
            } else {
                self.scan.require("a value")?;
                self.scan.skip_value()?;
            }
            if has_list {
                self.scan.mark();
            }
        }
        if has_list { Ok(()) } else { self.take_record(Ok(())) }
    }

    /// Hands on what was read since the mark.
    fn take_record(&mut self, outcome: Result<(), Fault>) -> Result<(), End> {
        let is_whole = match outcome {
            Ok(()) => true,
            Err(Fault::TooLong { .. }) => false,
            Err(fault) => return Err(fault.into()),
        };
        self.number = self.number.saturating_add(1);
        let position = Position::Record(self.number);
        let record = match self.scan.marked().filter(|_| is_whole) {
            Some(json) => fields(json, self.limits, &mut self.data),
            None => Err(self.scan.too_long().to_string()),
        };
        match record {
            Ok((record, ending)) => {
                let shard_of_event = record
                    .event_id
                    .as_ref()
                    .and_then(|id| id.as_ref().split_once(':'))
                    .map(|(shard, _)| shard);
                let nested = record.nested.unwrap_or_default();
                let text = |text: &Option<Text<'_>>| text.is_some();
                let partition_key =
                    if text(&nested.partition_key) { nested.partition_key } else { record.partition_key };
                let shard_id = if text(&nested.shard_id) { nested.shard_id } else { record.shard_id };
                let fields = RecordFields {
                    cut_off: (ending == Ending::CutOff)
                        .then_some("data is base64 that is cut off within a byte at its end"),
                    partition_key: partition_key.as_ref().map(Text::as_ref),
                    data: &self.data,
                    sequence_number: nested.sequence_number.or(record.sequence_number),
                    arrival_time: nested.arrival_time.or(record.arrival_time),
                    shard_id: shard_id.as_ref().map(Text::as_ref).or(shard_of_event),
                };
                self.sink.record(position, fields)?;
            }
            Err(error) => self.sink.fail(position, error)?,
        }
        if self.sink.is_over() { Err(End::Over) } else { Ok(()) }
    }
}

/// The fields of a record, its data decoded.
fn fields<'a>(
    json: &'a [u8],
    limits: Limits,
    data: &mut Vec<u8>,
) -> Result<(JsonRecord<'a>, Ending), String> {
    if !json.starts_with(b"{") {
        return Err("not a JSON object".to_owned());
    }
    let record: JsonRecord<'a> = serde_json::from_slice(json).map_err(|error| error.to_string())?;
    let nested_data = record.nested.as_ref().and_then(|nested| nested.data.as_ref());
    let base64 = nested_data.or(record.data.as_ref()).ok_or("no field `Data`, `data` or `kinesis.data`")?;
    data.clear();
    let ending = base64::decode(base64.as_ref().as_bytes(), data).map_err(|error| format!("data {error}"))?;
    limits.check_record(data)?;
    Ok((record, ending))
}
