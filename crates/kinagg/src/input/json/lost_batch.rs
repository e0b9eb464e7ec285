//! A failed batch of which Lambda tells the numbers alone, and how to fetch its records.

use serde::Deserialize;

/// `KinesisBatchInfo` of an on-failure destination.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct LostBatch {
    shard_id: String,
    start_sequence_number: String,
    batch_size: u64,
    stream_arn: String,
}

/// What is said of such a batch: the two commands that fetch its records.
pub(super) fn describe(json: &str) -> String {
    let batch: LostBatch = serde_json::from_str(json).unwrap_or_default();
    let LostBatch { shard_id, start_sequence_number, batch_size, stream_arn } = &batch;
    // They are pasted into a shell.
    let is_harmless = |text: &String| {
        !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || ":/_.-".contains(char))
    };
    if ![shard_id, start_sequence_number, stream_arn].into_iter().all(is_harmless) {
        return "a failed batch without its records, and without the shard, the sequence number or the stream to fetch them".to_owned();
    }
    let records = if batch_size == &1 { "record" } else { "records" };
    format!(
        "a failed batch without its {batch_size} {records}, which the stream still has if they are not too old. Fetch them with
  aws kinesis get-shard-iterator --stream-arn {stream_arn} --shard-id {shard_id} --shard-iterator-type AT_SEQUENCE_NUMBER --starting-sequence-number {start_sequence_number}
  aws kinesis get-records --stream-arn {stream_arn} --limit {batch_size} --shard-iterator ITERATOR | kinagg unpack"
    )
}
