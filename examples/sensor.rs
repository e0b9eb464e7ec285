//! A producer: packs samples into Kinesis records in 256 bytes, and passes each one to a function that sends
//! it.
//!
//! `cargo run --example sensor`

use kinesis_agg::{Aggregator, KinesisRecord, UserRecord};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut aggregator = Aggregator::new([0; 256]);
    for minute in 0..30 {
        let sample = format!("{minute}: {:.1} C", 21.0 + f64::from(minute) / 10.0);
        aggregator.add_flushing(&UserRecord::new("sensor-7", &sample), send)?;
    }
    aggregator.flush(send)?;
    Ok(())
}

/// Stands for PutRecord.
fn send(record: KinesisRecord<'_>) -> std::io::Result<()> {
    println!(
        "{} user records in {} bytes for {}",
        record.user_records,
        record.data.len(),
        record.partition_key
    );
    Ok(())
}
