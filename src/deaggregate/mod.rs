//! Deaggregation: unpacks user records from Kinesis records.

pub(crate) mod aggregated_record;
pub(crate) mod batch;
pub(crate) mod contents;
pub(crate) mod cursor;
pub(crate) mod decoder;
pub(crate) mod key_index;
pub(crate) mod key_tables;
pub(crate) mod range_filter;
pub(crate) mod user_records;
