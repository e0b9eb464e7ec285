//! Compares the output of the images with the samples. The codec on the host and the Python module read it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::prelude::{BASE64_STANDARD, Engine};
use kinesis_agg::{AddError, AggregatedRecord, Aggregator, KeySlot, KinesisRecord, UserRecord};
use samples::Samples;
use serde_json::{Value, json};

use crate::frames::{Frame, read_all};

/// The same as in the firmware: `produce.rs` and `both.rs`.
const BUFFER_LEN: usize = 1024;
const KEY_SLOTS: usize = 16;

/// Compares the files of a folder with the samples: `records` and, from the reader, `user-records`. Writes
/// the Kinesis records as lines of JSON, for other readers.
pub(crate) fn compare(folder: &Path) -> Result<()> {
    let records = read_all(&fs::read(folder.join("records"))?)?;
    ensure!(records.len() > 10, "only {} Kinesis records", records.len());
    ensure!(
        records == aggregated_here()?,
        "the Kinesis records are not those that the host makes of the samples"
    );

    let samples: Vec<Frame> =
        Samples::default().take(samples::COUNT).map(|sample| user_record(&sample.user_record())).collect();
    let mut read = Vec::new();
    for record in &records {
        let aggregated = AggregatedRecord::parse(&record.data)?;
        read.extend(aggregated.user_records().map(|record| user_record(&record.into())));
    }
    ensure!(read == samples, "the user records are not the samples");
    if let Ok(bytes) = fs::read(folder.join("user-records")) {
        ensure!(read_all(&bytes)? == samples, "what the reader has read is not the samples");
    }

    let lines = records.iter().map(|record| format!("{}\n", line(record)));
    fs::write(folder.join("records.jsonl"), lines.collect::<String>())?;
    println!(
        "{}: {} user records in {} Kinesis records, byte for byte",
        folder.display(),
        samples.len(),
        records.len()
    );
    Ok(())
}

/// Packs the samples on this machine.
fn aggregated_here() -> Result<Vec<Frame>> {
    let mut frames = Vec::new();
    let mut aggregator = Aggregator::new_in([0; BUFFER_LEN], [KeySlot::EMPTY; KEY_SLOTS]);
    for sample in Samples::default().take(samples::COUNT) {
        if aggregator.add(&sample.user_record()) == Err(AddError::Full) {
            frames.extend(aggregator.finish().map(kinesis_record));
            aggregator.clear();
            aggregator.add(&sample.user_record())?;
        }
    }
    frames.extend(aggregator.finish().map(kinesis_record));
    Ok(frames)
}

/// Compares the user records that the Python module has read with the samples.
pub(crate) fn python(lines: &Path) -> Result<()> {
    let text = fs::read_to_string(lines)?;
    let mut read = text.lines();
    for sample in Samples::default().take(samples::COUNT) {
        let expected = line(&user_record(&sample.user_record()));
        let mut found: Value = serde_json::from_str(read.next().context("user records are missing")?)?;
        if let Some(fields) = found.as_object_mut() {
            fields.remove("sub_sequence_number");
        }
        ensure!(found == expected, "{found} is not {expected}");
    }
    ensure!(read.next().is_none(), "more user records than samples");
    Ok(())
}

fn line(frame: &Frame) -> Value {
    json!({
        "partition_key": frame.partition_key,
        "explicit_hash_key": frame.explicit_hash_key,
        "data": BASE64_STANDARD.encode(&frame.data),
    })
}

fn user_record(record: &UserRecord<'_>) -> Frame {
    frame(record.partition_key, record.explicit_hash_key, record.data)
}

fn kinesis_record(record: KinesisRecord<'_>) -> Frame {
    frame(record.partition_key, record.explicit_hash_key, record.data)
}

fn frame(partition_key: &str, explicit_hash_key: Option<&str>, data: &[u8]) -> Frame {
    Frame {
        partition_key: partition_key.to_owned(),
        explicit_hash_key: explicit_hash_key.map(str::to_owned),
        data: data.to_vec(),
    }
}
