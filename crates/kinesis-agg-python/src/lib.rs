//! The extension module under the Python package `kinesis_agg`.
//!
//! `reading` and `packing` call the codec, and `errors` translates its errors. The shapes of records, the
//! callbacks and the drop-in are in Python.

mod agg_record;
mod arguments;
mod base64_text;
mod errors;
mod given;
mod kinesis_records;
mod packing;
mod reading;
mod sharded;
mod user_records;

use pyo3::prelude::*;

/// The records of an event, whatever AWS has wrapped around them. Both the argument and the result are JSON.
#[pyfunction]
fn records_of_event(json: &str) -> PyResult<String> {
    reading::records_of_event(json).map_err(|error| errors::event(error.to_string()))
}

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::agg_record::{AggRecord, RecordAggregatorBase};
    #[pymodule_export]
    use super::base64_text::decode_base64;
    #[pymodule_export]
    use super::kinesis_records::{deaggregate, parse, read_group, read_usual};
    #[pymodule_export]
    use super::records_of_event;
    #[pymodule_export]
    use super::sharded::{Aggregate, ShardMap, ShardedAggregatorBase, hash_key};
    #[pymodule_export]
    use super::user_records::{UserRecord, UserRecordIterator, UserRecords};
}
