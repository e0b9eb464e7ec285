"""Two workers of kcl-rs read what the example `publish` sends. Meanwhile a shard is split, two are merged, and a
worker is killed. Nothing is lost, and only what was not checkpointed is read twice. The fleet drops an aggregate
that the split has made foreign; the publisher has sent its user records again. Started by .ci/fleet.

    check.py MODULES PUBLISH KINAGG FOLDER
"""

import collections
import os
import pathlib
import signal
import sys
import time

from evidence import Worker, read_stream
from router import Router
from servers import DYNAMODB, KINESIS, PATIENCE, STREAM, kinesis, listens, open_shards, shards, start, until

modules, publish_program, kinagg_program, folder = map(pathlib.Path, sys.argv[1:])
SHARDS = 4
started = time.monotonic()


def say(text):
    print(f"{time.monotonic() - started:6.1f} s  {text}", flush=True)


def worker(name):
    return Worker(folder / f"{name}.jsonl")


def start_worker(name):
    program = pathlib.Path(__file__).with_name("worker.py")
    arguments = [name, router.endpoint, STREAM, folder / f"{name}.jsonl", folder / f"{name}.death"]
    return start(folder / f"{name}.log", sys.executable, program, *arguments)


def reshard(action, to, **request):
    """Splits or merges while an aggregate of each shard is on its way."""
    router.hold()
    # In the ordered mode there is one of each.
    router.wait_for_held(open_shards(), PATIENCE)
    kinesis(action, StreamName=STREAM, **request)
    until(action, lambda: open_shards() == to)
    router.release()
    say(f"{action}: {to} shards are open")


# ---- the servers
ports = os.environ | {"KINESIS_MOCK_PLAIN_PORT": str(KINESIS)}
start(folder / "kinesis.log", "node", "main.js", cwd=modules / "kinesis-local", env=ports)
start(folder / "dynamodb.log", "node", modules / "dynalite" / "cli.js", "--port", DYNAMODB)
router = Router(KINESIS, DYNAMODB)
until("the servers", lambda: listens(KINESIS) and listens(DYNAMODB))
kinesis("CreateStream", StreamName=STREAM, ShardCount=SHARDS)
until("the stream", open_shards)
say("the servers run")

# ---- the fleet and the publisher
a, b = start_worker("a"), start_worker("b")
until("a lease for each worker", lambda: "begun" in worker("a").events and "begun" in worker("b").events)
say("both workers have shards")
publish = start(
    folder / "publish.log",
    *[publish_program, "--stream", STREAM, "--records", "1000000000", "--ordered", "--close-limit", PATIENCE],
    env=os.environ
    | {"AWS_ENDPOINT_URL": router.endpoint, "AWS_REGION": "us-east-1"}
    | {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"},
)
until("user records for each worker", lambda: worker("a").given and worker("b").given)
say("both workers read")

# ---- what happens meanwhile
first, second, third, _ = sorted(shards())
middle = sum(shards()[first]) // 2
reshard("SplitShard", SHARDS + 1, ShardToSplit=first, NewStartingHashKey=str(middle))
(folder / "a.death").touch()
assert a.wait(PATIENCE) == -signal.SIGKILL
say("worker a is killed, after a checkpoint within an aggregate")
reshard("MergeShards", SHARDS, ShardToMerge=second, AdjacentShardToMerge=third)
router.wait_for_puts(10, PATIENCE)

publish.send_signal(signal.SIGTERM)
assert publish.wait(PATIENCE) == 0
said = (folder / "publish.log").read_text()
published = int(said.split("stopping; accepted so far: ")[1].split()[0])
say(f"{published} user records are published")


def all_is_read():
    """Every number was given to a worker, and what the dead one has not checkpointed to the other."""
    of_a, of_b = worker("a"), worker("b")
    numbers = {record.number for record in of_a.given + of_b.given}
    return len(numbers) >= published and of_a.unfinished() <= {record.place for record in of_b.given}


until("worker b to read everything", all_is_read)
b.send_signal(signal.SIGTERM)
assert b.wait(PATIENCE) == 0
say("worker b has read the rest")

# ---- nothing is lost
of_a, of_b = worker("a"), worker("b")
given = of_a.given + of_b.given
number_at = {record.place: record.number for record in given}
assert sorted(number_at.values()) == list(range(published)), "a user record is lost, or read at two places"

# ---- only what was not checkpointed is read twice
for record in given:
    for checkpointed in (of_a.checkpointed, of_b.checkpointed):
        assert record.time <= checkpointed.get(record.place, record.time), f"{record} was checkpointed before"
doubles = len(given) - len(number_at)
assert doubles >= len(of_a.unfinished()) > 0, "the dead worker has left nothing"

# ---- the fleet has dropped foreign aggregates, each whole, and nothing else
stream, ranges = read_stream(kinagg_program), shards()
read = {sequence_number for sequence_number, _ in number_at}
dropped = {sequence_number: stream[sequence_number] for sequence_number in stream.keys() - read}
for sequence_number, (shard, hash_keys) in dropped.items():
    start_of, end_of = ranges[shard]
    assert not all(start_of <= hash_key <= end_of for hash_key in hash_keys), f"{sequence_number} is not foreign"
in_dropped = sum(len(hash_keys) for _, hash_keys in dropped.values())
in_stream = sum(len(hash_keys) for _, hash_keys in stream.values())
assert in_stream - in_dropped == published, "a part of an aggregate was dropped"
assert dropped, "the split has made no aggregate foreign: this run shows nothing"

say(f"of {in_stream} user records in the stream {in_dropped} were dropped, in foreign aggregates: {len(dropped)}")
say(f"each of the {published} published was read; {doubles} were read twice, none of them after its checkpoint")
