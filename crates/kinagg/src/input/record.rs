//! A Kinesis record, whatever it was read from.

use kinesis_agg::{AggregatedRecord, Decoder, Md5, Md5Engine, ParseError, md5_fn};
use serde_json::value::RawValue;

use super::format::Format;
use super::place::Place;

/// What an input tells of a Kinesis record.
#[derive(Clone, Copy)]
pub(super) struct RecordFields<'a> {
    pub(super) partition_key: Option<&'a str>,
    pub(super) data: &'a [u8],
    pub(super) sequence_number: Option<&'a RawValue>,
    pub(super) arrival_time: Option<&'a RawValue>,
    pub(super) shard_id: Option<&'a str>,
    /// What is to be said if the data was cut off where it was written. The data is what comes before.
    pub(super) cut_off: Option<&'a str>,
}

impl<'a> RecordFields<'a> {
    pub(super) fn of_data(data: &'a [u8]) -> Self {
        Self {
            partition_key: None,
            data,
            sequence_number: None,
            arrival_time: None,
            shard_id: None,
            cut_off: None,
        }
    }
}

/// A Kinesis record, whatever it was read from. All of it is borrowed until `for_each` goes on.
#[derive(Clone, Copy)]
pub(crate) struct KinesisRecord<'a> {
    /// The outer partition key; `None` if the input does not tell it, as base64, hex and raw bytes do not.
    pub(crate) partition_key: Option<&'a str>,
    /// What was put into the stream, decoded: an aggregate, or anything else.
    pub(crate) data: &'a [u8],
    /// Whatever JSON it is, as it was written: nearly always a string of decimal digits.
    pub(crate) sequence_number: Option<&'a RawValue>,
    /// When it arrived in its stream, as it was written: seconds or milliseconds since 1970, or a date.
    pub(crate) arrival_time: Option<&'a RawValue>,
    /// Like `shardId-000000000002`.
    pub(crate) shard_id: Option<&'a str>,
    /// What is to be said if the data was cut off where it was written: only where
    /// [`KinesisRecords::for_each_even_cut_off`] gives it. The data is what comes before.
    ///
    /// [`KinesisRecords::for_each_even_cut_off`]: super::KinesisRecords::for_each_even_cut_off
    pub(crate) cut_off: Option<&'a str>,
    /// How it was written.
    pub(crate) format: Format,
    /// Where it was read.
    pub(crate) place: Place<'a>,
    /// That of the message, if the data can be an aggregate.
    pub(super) digest: Option<[u8; 16]>,
}

impl<'a> KinesisRecord<'a> {
    /// [`AggregatedRecord::parse`] of the data. The digest was computed together with those of other records, which is
    /// several times faster than one after another.
    pub(crate) fn parse(&self) -> Result<AggregatedRecord<'a>, ParseError> {
        let digest = self.digest;
        let engine = md5_fn(|message: &[u8]| digest.unwrap_or_else(|| Md5.digest(message)));
        Decoder::new().with_engine(engine).parse(self.data)
    }
}
