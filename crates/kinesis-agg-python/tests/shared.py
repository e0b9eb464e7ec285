"""Vectors of the repository, and the other module beside this one."""

import base64
import json
from pathlib import Path

import aws_kinesis_agg.aggregator
import aws_kinesis_agg.deaggregator

# The other module, so that a test reads: theirs here, ours there.
their_aggregator = aws_kinesis_agg.aggregator
their_deaggregator = aws_kinesis_agg.deaggregator

CRATE = Path(__file__).parent.parent
ROOT = CRATE.parent.parent


def vectors(name):
    with open(ROOT / "tests/vectors" / f"{name}.jsonl", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def aggregate(*user_records):
    """An aggregate of the other module: of partition key, data, and an explicit hash key if there is a third."""
    record = their_aggregator.AggRecord()
    for partition_key, data, *explicit_hash_key in user_records:
        assert record.add_user_record(partition_key, data, *explicit_hash_key)
    return record.get_contents()[2]


def stream_record(data, **fields):
    """A record as Lambda gives it."""
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": "outer",
            "sequenceNumber": "4957",
            "data": base64.b64encode(data).decode(),
            "approximateArrivalTimestamp": 1607497475.0,
            **fields,
        },
        "eventSource": "aws:kinesis",
        "eventID": "shardId-000000000006:4957",
        "awsRegion": "eu-central-1",
    }
