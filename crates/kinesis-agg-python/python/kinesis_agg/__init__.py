"""The Kinesis Aggregated Record Format: many user records in one Kinesis record, and out again.

Out::

    import kinesis_agg

    def handler(event, context):
        for record in kinesis_agg.deaggregate_batch(event):
            print(record.partition_key, record.data)

In::

    aggregator = kinesis_agg.ShardedAggregator(client.list_shards(StreamName="sensors"))
    full = aggregator.add("sensor-7", b"21.5")
    if full is not None:
        client.put_record(StreamName="sensors", **full.entry())
    for aggregate in aggregator.flush():
        client.put_record(StreamName="sensors", **aggregate.entry())

``kinesis_agg.aggregator`` and ``kinesis_agg.deaggregator`` stand in for the modules of ``aws_kinesis_agg``.
"""

from ._batch import deaggregate_batch
from ._constants import DIGEST_SIZE, MAGIC, MAX_BYTES_PER_RECORD
from ._native import Aggregate, UserRecord, UserRecords, deaggregate, hash_key, parse
from ._sharding import ShardedAggregator, open_shards, shard_of
from .errors import (
    EventError,
    InvalidKeyError,
    KinesisAggError,
    NoShardError,
    ParseError,
    RecordTooLargeError,
    ShardMapError,
    UnreadableRecordError,
)

__all__ = [
    "DIGEST_SIZE",
    "MAGIC",
    "MAX_BYTES_PER_RECORD",
    "Aggregate",
    "EventError",
    "InvalidKeyError",
    "KinesisAggError",
    "NoShardError",
    "ParseError",
    "RecordTooLargeError",
    "ShardMapError",
    "ShardedAggregator",
    "UnreadableRecordError",
    "UserRecord",
    "UserRecords",
    "deaggregate",
    "deaggregate_batch",
    "hash_key",
    "open_shards",
    "parse",
    "shard_of",
]
