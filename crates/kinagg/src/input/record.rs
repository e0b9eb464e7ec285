//! A Kinesis record from any input.

use kinesis_agg::{AggregatedRecord, Decoder, Md5, Md5Engine, ParseError, md5_fn};
use serde_json::value::RawValue;

use super::format::Format;
use super::place::Place;

/// What an input says about a Kinesis record.
#[derive(Clone, Copy)]
pub(super) struct RecordFields<'a> {
    pub(super) partition_key: Option<&'a str>,
    pub(super) data: &'a [u8],
    pub(super) sequence_number: Option<&'a RawValue>,
    pub(super) arrival_time: Option<&'a RawValue>,
    pub(super) shard_id: Option<&'a str>,
    /// The error if the data was cut off where it was written. The data is the part before.
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

/// A Kinesis record from any input. It borrows until `for_each` continues.
#[derive(Clone, Copy)]
pub(crate) struct KinesisRecord<'a> {
    /// The outer partition key; `None` if the input has none, as base64, hex and raw bytes.
    pub(crate) partition_key: Option<&'a str>,
    /// The data in the stream, decoded: an aggregate or anything else.
    pub(crate) data: &'a [u8],
    /// The JSON as it was written, nearly always a string of decimal digits.
    pub(crate) sequence_number: Option<&'a RawValue>,
    /// The arrival time as it was written: seconds or milliseconds since 1970, or a date.
    pub(crate) arrival_time: Option<&'a RawValue>,
    /// Like `shardId-000000000002`.
    pub(crate) shard_id: Option<&'a str>,
    /// The error if the data was cut off where it was written. Only [`KinesisRecords::for_each_even_cut_off`]
    /// sets it. The data is the part before.
    ///
    /// [`KinesisRecords::for_each_even_cut_off`]: super::KinesisRecords::for_each_even_cut_off
    pub(crate) cut_off: Option<&'a str>,
    /// Its format.
    pub(crate) format: Format,
    /// Where it was read.
    pub(crate) place: Place<'a>,
    /// The digest of the message, if the data can be an aggregate.
    pub(super) digest: Option<[u8; 16]>,
}

impl<'a> KinesisRecord<'a> {
    /// [`AggregatedRecord::parse`] of the data. The digest was computed together with those of other records,
    /// which is several times as fast.
    pub(crate) fn parse(&self) -> Result<AggregatedRecord<'a>, ParseError> {
        let digest = self.digest;
        let engine = md5_fn(|message: &[u8]| digest.unwrap_or_else(|| Md5.digest(message)));
        Decoder::new().with_engine(engine).parse(self.data)
    }
}
