"""The other side of tests/codec/python.rs: aggregates and deaggregates with AWS's module, JSON lines in and out."""
import base64
import json
import sys

from aws_kinesis_agg.aggregator import RecordAggregator
from aws_kinesis_agg.deaggregator import deaggregate_records


def encode(data):
    return base64.b64encode(data).decode()


def write(lines):
    """User records in, Kinesis records out."""
    aggregator = RecordAggregator(20_000)
    for line in lines:
        record = json.loads(line)
        keys = record["partition_key"].encode(), record["explicit_hash_key"]
        yield aggregator.add_user_record(keys[0], base64.b64decode(record["data"]), keys[1])
    yield aggregator.clear_and_get()


def read(lines):
    """Kinesis records in, user records out."""
    for line in lines:
        record = json.loads(line)
        event = {
            "kinesisSchemaVersion": "1.0",
            "sequenceNumber": "1",
            "approximateArrivalTimestamp": 0,
            "partitionKey": record["partition_key"],
            "data": record["data"],
        }
        for user_record in deaggregate_records([{"kinesis": event}]):
            kinesis = user_record["kinesis"]
            yield {
                "partition_key": kinesis["partitionKey"],
                "explicit_hash_key": kinesis.get("explicitHashKey"),
                "data": encode(base64.b64decode(kinesis["data"])),
                "sub_sequence_number": kinesis.get("subSequenceNumber"),
            }


if sys.argv[1] == "write":
    for full in write(sys.stdin):
        if full is not None:
            partition_key, explicit_hash_key, data = full.get_contents()
            text = [key.decode() if isinstance(key, bytes) else key for key in (partition_key, explicit_hash_key)]
            print(json.dumps({"partition_key": text[0], "explicit_hash_key": text[1], "data": encode(data)}))
else:
    for user_record in read(sys.stdin):
        print(json.dumps(user_record))
