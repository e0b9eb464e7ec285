"""Programs that run beside the check, and what it asks of the Kinesis server."""

import http.client
import json
import socket
import subprocess
import time

STREAM, KINESIS, DYNAMODB = "fleet", 4568, 4569
# How long anything may take. The leases of a dead worker take tens of seconds to change hands.
PATIENCE = 300


def until(what, condition):
    """Waits until the condition holds."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f"waited {PATIENCE} s for {what}"
        time.sleep(0.5)


def start(log, *command, **options):
    """Starts a program whose output goes to a file."""
    with open(log, "wb") as log:
        return subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, **options)


def listens(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def kinesis(action, **request):
    """Asks the Kinesis server, past the router. It checks no signature."""
    connection = http.client.HTTPConnection("127.0.0.1", KINESIS)
    scope = "Credential=local/20260101/us-east-1/kinesis/aws4_request"
    headers = {
        "X-Amz-Target": f"Kinesis_20131202.{action}",
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Date": "20260101T000000Z",
        "Authorization": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=none",
    }
    connection.request("POST", "/", json.dumps(request), headers)
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, f"{action}: {answer.status} {body}"
    return json.loads(body) if body else None


def shards():
    """All shards by their id, with the first and the last hash key of each."""
    listed = kinesis("ListShards", StreamName=STREAM)["Shards"]
    ranges = {shard["ShardId"]: shard["HashKeyRange"] for shard in listed}
    return {shard: (int(keys["StartingHashKey"]), int(keys["EndingHashKey"])) for shard, keys in ranges.items()}


def open_shards():
    """How many there are; None while the stream changes."""
    summary = kinesis("DescribeStreamSummary", StreamName=STREAM)["StreamDescriptionSummary"]
    return summary["OpenShardCount"] if summary["StreamStatus"] == "ACTIVE" else None


def answers():
    """Everything in the stream: the answers to GetRecords of each shard."""
    for shard in shards():
        place = {"StreamName": STREAM, "ShardId": shard, "ShardIteratorType": "TRIM_HORIZON"}
        iterator = kinesis("GetShardIterator", **place)["ShardIterator"]
        while iterator:
            answer = kinesis("GetRecords", ShardIterator=iterator)
            if not answer["Records"]:
                break
            yield shard, answer
            iterator = answer.get("NextShardIterator")
