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


# The faults of data that is handed on as it is, by the name of its vector.
REFUSALS = dict(line.split("\t") for line in (ROOT / "tests/golden/refusals.tsv").read_text().splitlines())


def inputs(vector):
    """The user records of a vector: one item may stand for many."""
    for item in vector["input"]:
        count = item.get("count")
        for number in range(count or 1):
            keys = [item["pk"], item["ehk"]]
            if count:
                keys = [key and key.replace("{i}", str(number)) for key in keys]
            fill = item.get("data_fill")
            data = bytes([fill[0]]) * fill[1] if fill else base64.b64decode(item["data_b64"])
            yield keys[0], data, keys[1]


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
