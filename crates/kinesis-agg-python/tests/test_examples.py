"""The examples, with Kinesis records of the repository."""

import base64
import json
import sys

import kinesis_agg
from shared import CRATE, ROOT, stream_record

sys.path.insert(0, str(CRATE / "examples"))

import lambda_bulk
import lambda_generator
import lambda_partial_batch
import publish


def shipped_event():
    """Those of the file that hold JSON."""
    lines = (ROOT / "examples/kinesis-records.jsonl").read_text().splitlines()[:4]
    return {
        "Records": [
            stream_record(
                base64.b64decode(each["data"]),
                partitionKey=each["partition_key"],
                sequenceNumber=each["sequence_number"],
            )
            for each in map(json.loads, lines)
        ]
    }


def readings(event):
    return [json.loads(record.data) for record in kinesis_agg.deaggregate_batch(event)]


def test_all_user_records_at_once(capsys):
    event = shipped_event()
    count = len(readings(event))
    assert count > len(event["Records"])
    assert lambda_bulk.handler(event, None) == {"user_records": count}
    assert len(capsys.readouterr().out.splitlines()) == count


def test_user_records_one_by_one():
    hottest = max(reading.get("celsius", 0) for reading in readings(shipped_event()))
    assert lambda_generator.handler(shipped_event(), None) == {"hottest": hottest}


def test_a_batch_without_failures_is_done():
    assert lambda_partial_batch.handler(shipped_event(), None) == {"batchItemFailures": []}


def test_what_fails_comes_again_and_nothing_after_it_is_done(capsys):
    event = shipped_event()
    event["Records"][2]["kinesis"]["data"] = base64.b64encode(b"no reading").decode()
    number = event["Records"][2]["kinesis"]["sequenceNumber"]
    assert lambda_partial_batch.handler(event, None) == {"batchItemFailures": [{"itemIdentifier": number}]}
    done = len(capsys.readouterr().out.splitlines()) - 1
    assert done == len(readings({"Records": event["Records"][:2]}))


def test_a_record_that_cannot_be_read_comes_again():
    event = shipped_event()
    event["Records"][1]["kinesis"]["data"] = "no base64!"
    number = event["Records"][1]["kinesis"]["sequenceNumber"]
    assert lambda_partial_batch.handler(event, None) == {"batchItemFailures": [{"itemIdentifier": number}]}


class Stream:
    """A client of boto3, as far as the publisher uses it: two shards."""

    def __init__(self):
        self.records = []

    def list_shards(self, StreamName):
        ranges = [(0, 2**127 - 1), (2**127, 2**128 - 1)]
        hash_keys = [{"StartingHashKey": str(start), "EndingHashKey": str(end)} for start, end in ranges]
        return {
            "Shards": [
                {"ShardId": str(number), "HashKeyRange": each} for number, each in enumerate(hash_keys)
            ]
        }

    def put_record(self, **entry):
        self.records.append(entry)


def test_what_is_published_can_be_read_again():
    stream = Stream()
    lines = [f"sensor-{number % 9} {number}\n" for number in range(5000)]
    assert publish.publish(stream, "sensors", lines) == len(stream.records) > 2
    received = [each.data.decode() + "\n" for each in kinesis_agg.deaggregate_batch(stream.records)]
    assert sorted(received) == sorted(lines)
