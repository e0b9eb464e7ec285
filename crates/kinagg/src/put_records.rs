//! Kinesis records as the input of `aws kinesis put-records`.

use std::io;

use kinesis_agg::KinesisRecord;
use serde::Serialize;

use crate::base64;
use crate::output::Output;

/// The limits of a request: <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>.
/// Data and partition keys count. The byte limit is the one that holds in every region.
const MAX_RECORDS: usize = 500;
const MAX_BYTES: usize = 5 * 1024 * 1024;

/// Collects Kinesis records for one stream and writes as few requests as possible.
#[derive(Debug)]
pub(crate) struct PutRecords {
    /// The stream's name or ARN.
    stream: String,
    records: Vec<Record>,
    bytes: usize,
    user_records: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Record {
    data: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    explicit_hash_key: Option<String>,
    partition_key: String,
}

#[derive(Serialize)]
enum Stream<'a> {
    StreamName(&'a str),
    #[serde(rename = "StreamARN")]
    StreamArn(&'a str),
}

#[derive(Serialize)]
struct Request<'a> {
    #[serde(flatten)]
    stream: Stream<'a>,
    #[serde(rename = "Records")]
    records: &'a [Record],
}

impl PutRecords {
    pub(crate) fn new(stream: &str) -> Self {
        Self { stream: stream.to_owned(), records: Vec::new(), bytes: 0, user_records: 0 }
    }

    /// Adds a record. If it does not fit into the request, writes the request first.
    pub(crate) fn add(&mut self, record: &KinesisRecord<'_>, output: &mut Output) -> io::Result<()> {
        let bytes = record.data.len().saturating_add(record.partition_key.len());
        if self.records.len() >= MAX_RECORDS || self.bytes.saturating_add(bytes) > MAX_BYTES {
            self.flush(output)?;
        }
        self.bytes = self.bytes.saturating_add(bytes);
        self.user_records = self.user_records.saturating_add(record.user_records);
        self.records.push(Record {
            data: base64::encode_to_string(record.data),
            explicit_hash_key: record.explicit_hash_key.map(str::to_owned),
            partition_key: record.partition_key.to_owned(),
        });
        Ok(())
    }

    /// Writes the request, if it has records.
    pub(crate) fn flush(&mut self, output: &mut Output) -> io::Result<()> {
        if self.records.is_empty() {
            return Ok(());
        }
        let stream = match self.stream.starts_with("arn:") {
            true => Stream::StreamArn(&self.stream),
            false => Stream::StreamName(&self.stream),
        };
        output.write(&Request { stream, records: &self.records })?;
        output.wrote(self.user_records)?;
        self.records.clear();
        self.bytes = 0;
        self.user_records = 0;
        Ok(())
    }
}
