//! Errors of the codec as exceptions of `kinesis_agg.errors`.

use kinesis_agg::{AddError, ParseError, ShardMapError, ShardedAddError};
use pyo3::call::PyCallArgs;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyType;

use crate::reading;

/// Makes an exception of this class of `kinesis_agg.errors`.
fn exception(class: &str, arguments: impl for<'py> PyCallArgs<'py>) -> PyErr {
    Python::attach(|py| {
        let made = || {
            let errors = py.import(intern!(py, "kinesis_agg.errors"))?;
            errors.getattr(class)?.cast_into::<PyType>()?.call1(arguments)
        };
        made().map_or_else(|error| error, PyErr::from_value)
    })
}

/// Makes a `ParseError`. `advice` says what to do; it may be empty.
pub(crate) fn of_parse(error: ParseError, advice: &str) -> PyErr {
    let (kind, offset) = reading::kind_and_offset(error);
    exception("ParseError", (format!("{error}{advice}"), kind, offset))
}

pub(crate) fn of_add(error: AddError) -> PyErr {
    match error {
        AddError::TooLarge { size, limit, fits_plain } => {
            let advice = match fits_plain {
                true => "it fits a Kinesis record of its own: put it without aggregating it",
                false => "split it, or store it elsewhere and send where it is",
            };
            let text = format!("user record takes {size} bytes where at most {limit} are allowed; {advice}");
            exception("RecordTooLargeError", (text, size, limit))
        }
        AddError::BufferTooSmall { len, needed } => {
            let text = format!("no user record fits into {len} bytes; max_size must be at least {needed}");
            exception("RecordTooLargeError", (text, needed, len))
        }
        other => invalid_key(&format!("{other}: the service would refuse it")),
    }
}

pub(crate) fn of_sharded_add(error: ShardedAddError) -> PyErr {
    match error {
        ShardedAddError::Refused(error) => of_add(error),
        ShardedAddError::NoShard { hash_key } => {
            let text = format!("no shard owns the hash key {hash_key}; list the open shards again");
            exception("NoShardError", (text, hash_key.to_u128()))
        }
        other => exception("KinesisAggError", (other.to_string(),)),
    }
}

pub(crate) fn of_shard_map(error: ShardMapError) -> PyErr {
    shard_map(format!("{error}; pass the shards that are open, in the order of their hash keys"))
}

pub(crate) fn shard_map(text: String) -> PyErr {
    exception("ShardMapError", (text,))
}

pub(crate) fn invalid_key(text: &str) -> PyErr {
    exception("InvalidKeyError", (text,))
}

pub(crate) fn event(text: String) -> PyErr {
    exception("EventError", (text,))
}
