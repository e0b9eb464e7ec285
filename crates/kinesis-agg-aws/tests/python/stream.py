"""AWS's Python module with boto3 against a Kinesis server: `put` publishes lines of JSON, `get` reads a stream to its end."""

import base64
import json
import sys

import boto3
from aws_kinesis_agg.aggregator import RecordAggregator
from aws_kinesis_agg.deaggregator import iter_deaggregate_records

what, endpoint, stream = sys.argv[1:]
kinesis = boto3.client(
    "kinesis", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="local", aws_secret_access_key="local"
)


def put():
    """Each shard has its own aggregator, since an aggregate goes to the shard of its first user record."""
    shards = kinesis.list_shards(StreamName=stream)["Shards"]
    ranges = [
        (int(shard["HashKeyRange"]["StartingHashKey"]), int(shard["HashKeyRange"]["EndingHashKey"]), RecordAggregator(4096))
        for shard in shards
    ]

    def send(record):
        partition_key, explicit_hash_key, data = record.get_contents()
        explicit = {"ExplicitHashKey": explicit_hash_key} if explicit_hash_key else {}
        kinesis.put_record(StreamName=stream, PartitionKey=partition_key, Data=data, **explicit)

    for line in sys.stdin:
        record = json.loads(line)
        hash_key = int(record["hash_key"])
        aggregator = next(aggregator for start, end, aggregator in ranges if start <= hash_key <= end)
        data = base64.b64decode(record["data"])
        full = aggregator.add_user_record(record["partition_key"], data, record["explicit_hash_key"])
        if full:
            send(full)
    for _, _, aggregator in ranges:
        if aggregator.get_num_user_records():
            send(aggregator.clear_and_get())


def get():
    for shard in kinesis.list_shards(StreamName=stream)["Shards"]:
        iterator = kinesis.get_shard_iterator(
            StreamName=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while iterator:
            answer = kinesis.get_records(ShardIterator=iterator)
            if not answer["Records"]:
                break
            iterator = answer.get("NextShardIterator")
            for record in iter_deaggregate_records(answer["Records"], data_format="Boto3"):
                record = record["kinesis"]
                # The module returns the data of aggregated records as base64, and that of plain records unchanged.
                data = record["data"] if record.get("aggregated") else base64.b64encode(record["data"])
                line = {"partition_key": record["partitionKey"], "data": data if isinstance(data, str) else data.decode()}
                print(json.dumps(line))


{"put": put, "get": get}[what]()
