//! The way out: Kinesis records to user records.

pub(crate) mod aggregated_record;
pub(crate) mod batch;
pub(crate) mod contents;
mod gathered;
mod key_run;
pub(crate) mod key_tables;
pub(crate) mod lenient;
pub(crate) mod range_filter;
pub(crate) mod record_fields;
pub(crate) mod record_head;
pub(crate) mod user_records;
