//! A failed batch without its records, and the commands that fetch them.

use alloc::string::String;
use core::fmt;

use serde::Deserialize;

/// The value of a field whose role is [`Role::LostBatch`](crate::Role::LostBatch): `KinesisBatchInfo` in the
/// message that Lambda sends to an on-failure destination.
///
/// Its `Display` has the two commands that fetch the records.
///
/// ```
/// use kinesis_agg_shapes::LostBatch;
///
/// let batch: LostBatch = serde_json::from_str(
///     r#"{"shardId": "shardId-1", "startSequenceNumber": "49", "batchSize": 2,
///         "streamArn": "arn:aws:kinesis:x:1:stream/s"}"#,
/// )?;
/// let text = batch.to_string();
/// assert!(text.contains("\n  aws kinesis get-shard-iterator --stream-arn arn:aws:kinesis:x:1:stream/s"));
/// assert!(text.contains("\n  aws kinesis get-records --stream-arn arn:aws:kinesis:x:1:stream/s --limit 2"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct LostBatch {
    shard_id: String,
    start_sequence_number: String,
    batch_size: u64,
    stream_arn: String,
}

impl fmt::Display for LostBatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shard_id, start_sequence_number, batch_size, stream_arn } = self;
        // Quoted, since people paste them into a shell.
        let is_harmless = |text: &String| {
            !text.is_empty()
                && text.chars().all(|char| char.is_ascii_alphanumeric() || ":/_.-".contains(char))
        };
        if ![shard_id, start_sequence_number, stream_arn].into_iter().all(is_harmless) {
            return f.write_str("a failed batch without its records, and without the shard, the sequence number or the stream to fetch them");
        }
        let records = if batch_size == &1 { "record" } else { "records" };
        write!(
            f,
            "a failed batch without its {batch_size} {records}, which the stream still has if they are not too old. Fetch them with
  aws kinesis get-shard-iterator --stream-arn {stream_arn} --shard-id {shard_id} --shard-iterator-type AT_SEQUENCE_NUMBER --starting-sequence-number {start_sequence_number}
  aws kinesis get-records --stream-arn {stream_arn} --limit {batch_size} --shard-iterator ITERATOR | kinagg unpack"
        )
    }
}
