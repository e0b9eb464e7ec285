//! Conversions from and to the records of the AWS SDK.
//!
//! ```
//! use aws_sdk_kinesis::primitives::Blob;
//! use aws_sdk_kinesis::types::Record;
//! use kinesis_agg_aws::sdk;
//!
//! let record = Record::builder().sequence_number("4957").partition_key("sensor-7").data(Blob::new("21.5"));
//! let record = record.build()?;
//! for user_record in sdk::user_records(vec![record]) {
//!     println!("{:?}: {:?}", user_record.partition_key(), user_record.data());
//! }
//! # Ok::<(), aws_sdk_kinesis::error::BuildError>(())
//! ```

use std::convert::Infallible;
use std::sync::Arc;

use aws_sdk_kinesis::error::BuildError;
use aws_sdk_kinesis::primitives::{Blob, DateTime, DateTimeFormat};
use aws_sdk_kinesis::types::{EncryptionType, PutRecordsRequestEntry, Record};

use crate::Aggregate;
use crate::lambda::{Field, Fields, KinesisRecord, UserRecord, UserRecords};

/// The user records in an answer of `GetRecords`, lazily and in order.
pub fn user_records(records: Vec<Record>) -> impl Iterator<Item = UserRecord> + Send + 'static {
    let kinesis_records = records.into_iter().map(|record| Ok(Arc::new(record.into()))).collect();
    UserRecords::<Infallible>::new(kinesis_records).map(|Ok(user_record)| user_record)
}

/// Only the keys are copied.
impl From<Record> for KinesisRecord {
    fn from(record: Record) -> Self {
        let mut fields = Fields::default();
        fields.insert("SequenceNumber", record.sequence_number);
        if let Some(partition_key) = record.partition_key {
            fields.insert("PartitionKey", partition_key);
        }
        if let Some(timestamp) = record.approximate_arrival_timestamp {
            fields.insert("ApproximateArrivalTimestamp", seconds(timestamp));
        }
        if let Some(encryption_type) = record.encryption_type {
            fields.insert("EncryptionType", encryption_type.as_str());
        }
        KinesisRecord::of_get_records(fields, record.data.into_inner().into())
    }
}

/// A number of seconds, with each digit of its fraction.
fn seconds(timestamp: DateTime) -> Field {
    Field::number(timestamp.fmt(DateTimeFormat::EpochSeconds).unwrap_or_else(|_| timestamp.to_string()))
}

/// The data is copied if others share it. Fields that the SDK's type does not have are dropped.
///
/// # Errors
/// The record has no sequence number, which this type requires, or an invalid time of arrival.
impl TryFrom<KinesisRecord> for Record {
    type Error = BuildError;

    fn try_from(record: KinesisRecord) -> Result<Self, BuildError> {
        let timestamp = record.approximate_arrival_timestamp();
        if timestamp.is_none() && record.field("approximateArrivalTimestamp").is_some() {
            return Err(BuildError::invalid_field("approximate_arrival_timestamp", "it is not a time"));
        }
        Record::builder()
            .set_sequence_number(record.sequence_number().map(str::to_owned))
            .set_partition_key(record.partition_key().map(str::to_owned))
            .set_approximate_arrival_timestamp(timestamp.map(DateTime::from))
            .set_encryption_type(record.text("encryptionType").map(EncryptionType::from))
            .data(Blob::new(record.into_data()))
            .build()
    }
}

/// A record for `PutRecords`, as it will be read: without a sequence number.
impl From<PutRecordsRequestEntry> for KinesisRecord {
    fn from(entry: PutRecordsRequestEntry) -> Self {
        let mut fields = Fields::default();
        if let Some(partition_key) = entry.partition_key {
            fields.insert("PartitionKey", partition_key);
        }
        if let Some(explicit_hash_key) = entry.explicit_hash_key {
            fields.insert("ExplicitHashKey", explicit_hash_key);
        }
        KinesisRecord::of_get_records(fields, entry.data.into_inner().into())
    }
}

/// An aggregate as an entry of `PutRecords`. Nothing is copied.
///
/// # Errors
/// None. The SDK's type has only this way to build it, which fails only without data.
impl TryFrom<Aggregate> for PutRecordsRequestEntry {
    type Error = BuildError;

    fn try_from(aggregate: Aggregate) -> Result<Self, BuildError> {
        PutRecordsRequestEntry::builder()
            .partition_key(aggregate.partition_key)
            .set_explicit_hash_key(aggregate.explicit_hash_key)
            .data(Blob::new(aggregate.data))
            .build()
    }
}

/// A borrowed Kinesis record as an entry of `PutRecords`. Keys and data are copied.
///
/// # Errors
/// None. The SDK's type has only this way to build it, which fails only without data.
pub fn put_records_entry(
    record: kinesis_agg::KinesisRecord<'_>,
) -> Result<PutRecordsRequestEntry, BuildError> {
    Aggregate::from(record).try_into()
}
