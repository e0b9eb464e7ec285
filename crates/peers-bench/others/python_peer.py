"""AWS's Python module on a file of Kinesis records: nanoseconds for each user record, reading and building, as JSON."""
import base64
import json
import struct
import sys
import time

from aws_kinesis_agg.aggregator import RecordAggregator
from aws_kinesis_agg.deaggregator import iter_deaggregate_records

LEAST_SECONDS = 0.5


def kinesis_records(path):
    with open(path, "rb") as file:
        while length := file.read(4):
            # As boto3 returns them: raw, so that the module need not decode base64.
            yield {
                "SequenceNumber": "1",
                "PartitionKey": "outer",
                "ApproximateArrivalTimestamp": 0,
                "Data": file.read(struct.unpack("<I", length)[0]),
            }


def read(records):
    return sum(1 for _ in iter_deaggregate_records(records, data_format="Boto3"))


def build(user_records):
    aggregator = RecordAggregator()
    for partition_key, data in user_records:
        if aggregator.add_user_record(partition_key, data) is not None:
            raise ValueError("more than one Kinesis record")
    aggregator.clear_and_get().get_contents()
    return len(user_records)


def ns_each(work, argument):
    count, start = 0, time.perf_counter_ns()
    while (elapsed := time.perf_counter_ns() - start) < LEAST_SECONDS * 1e9:
        count += work(argument)
    return elapsed / count


records = list(kinesis_records(sys.argv[1]))
# The module counts a text key again for every user record that has it, which would keep aggregates small.
first = iter_deaggregate_records(records[:1], data_format="Boto3")
user_records = [
    (record["kinesis"]["partitionKey"].encode(), base64.b64decode(record["kinesis"]["data"])) for record in first
]
print(json.dumps({
    "user_records": read(records),
    "reading": ns_each(read, records),
    "building": ns_each(build, user_records),
}))
