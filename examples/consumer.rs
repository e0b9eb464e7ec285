//! A consumer: unpacks Kinesis records, aggregated or plain.
//!
//! `cargo run --example consumer`

use kinesis_agg::{AddError, Aggregator, KeyIndexEntry, UserRecord, deaggregate_batch};

fn main() -> Result<(), AddError> {
    let mut aggregator = Aggregator::new([0; 256]);
    aggregator.add(&UserRecord::new("sensor-7", "21.5 C"))?;
    aggregator.add(&UserRecord::new("sensor-8", "19.0 C").with_explicit_hash_key("42"))?;
    let aggregate = aggregator.finish().map_or(Vec::new(), |record| record.data.to_vec());

    // As GetRecords returns them: partition key and data of each Kinesis record.
    let answer = [("sensor-7", aggregate.as_slice()), ("gate", b"open".as_slice())];
    let mut index = [KeyIndexEntry::EMPTY; 64];
    for (position, record) in deaggregate_batch(answer, &mut index) {
        println!(
            "Kinesis record {position}, user record {}: {} says {}",
            record.sub_sequence_number,
            record.partition_key,
            String::from_utf8_lossy(record.data)
        );
    }
    Ok(())
}
