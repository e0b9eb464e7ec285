//! One aggregate for each shard.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyInt};

use crate::arguments::{Given, key, optional_key};
use crate::errors;
use crate::packing::{Finished, MAX_SIZE, Parts, ShardedPacker, Shards};
use crate::reading;

/// An aggregate that is ready to be put on its shard.
#[pyclass(frozen, module = "kinesis_agg", get_all)]
pub(crate) struct Aggregate {
    /// The partition key to put it with.
    partition_key: String,
    /// The explicit hash key to put it with, or `None`.
    explicit_hash_key: Option<String>,
    /// The data.
    data: Py<PyBytes>,
    /// The number of user records in it.
    user_record_count: usize,
    /// The index of its shard among those that the aggregator was made with.
    shard: usize,
}

impl Aggregate {
    fn new(py: Python<'_>, shard: usize, finished: &Finished<'_>) -> Self {
        Self {
            partition_key: finished.partition_key.to_owned(),
            explicit_hash_key: finished.explicit_hash_key.map(str::to_owned),
            data: PyBytes::new(py, finished.data).unbind(),
            user_record_count: finished.user_records,
            shard,
        }
    }
}

#[pymethods]
impl Aggregate {
    /// The entry of a boto3 `put_records` request; with `StreamName` also the arguments of `put_record`.
    fn entry<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let entry = PyDict::new(py);
        entry.set_item("PartitionKey", &self.partition_key)?;
        entry.set_item("Data", &self.data)?;
        if let Some(key) = &self.explicit_hash_key {
            entry.set_item("ExplicitHashKey", key)?;
        }
        Ok(entry)
    }

    fn __repr__(&self, py: Python<'_>) -> String {
        let len = self.data.bind(py).as_bytes().len();
        format!("<Aggregate: {} user records, {len} bytes, shard {}>", self.user_record_count, self.shard)
    }
}

/// Returns the shards of the number of an even split, or of the first and the last hash key of each.
fn shards_of(ranges: &Bound<'_, PyAny>) -> PyResult<Shards> {
    if ranges.is_instance_of::<PyInt>() {
        let shards =
            ranges.extract().map_err(|_| errors::shard_map(format!("{ranges} is not a number of shards")))?;
        return Shards::even_split(shards);
    }
    match ranges.extract() {
        Ok(ranges) => Shards::of_ranges(ranges),
        Err(error) => {
            let expected = "a shard must be a pair of hash keys, each an int from 0 to 2**128 - 1";
            match error.is_instance_of::<PyTypeError>(ranges.py()) {
                true => Err(PyTypeError::new_err(expected)),
                false => Err(errors::shard_map(expected.to_owned())),
            }
        }
    }
}

/// Finds the shard that owns a hash key.
#[pyclass(frozen, module = "kinesis_agg")]
pub(crate) struct ShardMap(Shards);

#[pymethods]
impl ShardMap {
    #[new]
    fn new(ranges: &Bound<'_, PyAny>) -> PyResult<Self> {
        shards_of(ranges).map(Self)
    }

    /// The index of the shard that owns a hash key; `None` if none does.
    fn shard_of(&self, hash_key: u128) -> Option<usize> {
        self.0.shard_of(hash_key)
    }

    /// The first and the last hash key of each shard.
    #[getter]
    fn ranges(&self) -> Vec<(u128, u128)> {
        self.0.ranges()
    }
}

/// The base of `kinesis_agg.ShardedAggregator`, whose documentation explains shards.
// Errors of Python name it, so it has the name of the class that programs use.
#[pyclass(name = "ShardedAggregator", module = "kinesis_agg", subclass)]
pub(crate) struct ShardedAggregatorBase(ShardedPacker);

#[pymethods]
impl ShardedAggregatorBase {
    #[new]
    fn new(ranges: &Bound<'_, PyAny>, max_size: usize) -> PyResult<Self> {
        if max_size > MAX_SIZE {
            return Err(PyValueError::new_err(format!("max_size is {max_size}, and at most {MAX_SIZE}")));
        }
        ShardedPacker::new(shards_of(ranges)?, max_size).map(Self)
    }

    /// Adds a user record to the aggregate of its shard. If that aggregate was full, returns it, to be put;
    /// the user record is then the first of the next aggregate.
    ///
    /// Raises `RecordTooLargeError`, `InvalidKeyError` or `NoShardError`; nothing is changed then.
    #[pyo3(signature = (partition_key, data, explicit_hash_key = None))]
    fn add(
        slf: &Bound<'_, Self>,
        partition_key: &Bound<'_, PyAny>,
        data: &Bound<'_, PyAny>,
        explicit_hash_key: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Option<Aggregate>> {
        let given = Given::of("add", partition_key, data, explicit_hash_key)?;
        let parts = given.parts();
        let mut aggregator = slf.borrow_mut();
        aggregator.0.add(parts, |shard, finished| Ok(Aggregate::new(slf.py(), shard, &finished)))
    }

    /// Returns every aggregate that is not empty, in the order of the shards, and starts new ones.
    fn flush(&mut self, py: Python<'_>) -> PyResult<Vec<Aggregate>> {
        let mut all = Vec::new();
        self.0.flush(|shard, finished| {
            all.push(Aggregate::new(py, shard, &finished));
            Ok(())
        })?;
        Ok(all)
    }

    /// The index of the shard that owns a user record with these keys.
    #[pyo3(signature = (partition_key, explicit_hash_key = None))]
    fn shard_of(
        &mut self,
        partition_key: &Bound<'_, PyAny>,
        explicit_hash_key: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<usize> {
        self.0.shard_of(Parts {
            partition_key: key("shard_of", partition_key, "partition_key")?,
            explicit_hash_key: optional_key("shard_of", explicit_hash_key)?,
            data: b"",
        })
    }

    /// The number of user records in all aggregates that were not returned yet.
    #[getter]
    fn user_record_count(&self) -> usize {
        self.0.count()
    }

    /// The first and the last hash key of each shard.
    #[getter]
    fn ranges(&self) -> Vec<(u128, u128)> {
        self.0.ranges()
    }
}

/// The hash key of a user record, which decides to which shard it belongs: its explicit hash key if it has
/// one, otherwise the MD5 of its partition key.
#[pyfunction]
#[pyo3(signature = (partition_key, explicit_hash_key = None))]
pub(crate) fn hash_key(
    partition_key: &Bound<'_, PyAny>,
    explicit_hash_key: Option<&Bound<'_, PyAny>>,
) -> PyResult<u128> {
    let partition_key = key("hash_key", partition_key, "partition_key")?;
    reading::hash_key(partition_key, optional_key("hash_key", explicit_hash_key)?)
        .map_err(|error| errors::invalid_key(&format!("explicit_hash_key: {error}")))
}
