"""What the workers were given, by their logs, and what is in the stream."""

import collections
import hashlib
import json
import subprocess

from servers import answers

Given = collections.namedtuple("Given", "time place number")


class Worker:
    """What a worker has logged so far. A place is a sequence number with a sub-sequence number."""

    def __init__(self, log):
        self.events = set()
        self.given = []
        # When it had checkpointed a place.
        self.checkpointed = {}
        waiting = collections.defaultdict(list)
        text = log.read_text() if log.exists() else ""
        for line in text.splitlines(keepends=True):
            # The last line may be half written.
            if line.endswith("\n"):
                self.take(json.loads(line), waiting)

    def take(self, line, waiting):
        self.events.add(line["event"])
        if line["event"] == "given":
            batch = [Given(line["time"], (sequence, sub), number) for sequence, sub, number in line["records"]]
            self.given += batch
            waiting[line["shard"]] += batch
        elif line["event"] == "checkpoint":
            batch = waiting.pop(line["shard"], [])
            # The first of them, or all.
            for record in batch[: line.get("count")]:
                self.checkpointed[record.place] = line["time"]

    def unfinished(self):
        """The places that it was given and has not checkpointed."""
        return {record.place for record in self.given} - self.checkpointed.keys()


def read_stream(kinagg):
    """Each Kinesis record by its sequence number: its shard, and the hash keys of its user records."""
    stream = {}
    for shard, answer in answers():
        command = [kinagg, "unpack", "--output", "json"]
        unpacked = subprocess.run(command, input=json.dumps(answer), capture_output=True, text=True, check=True)
        for line in unpacked.stdout.splitlines():
            record = json.loads(line)
            digest = hashlib.md5(record["partition_key"].encode()).digest()
            _, hash_keys = stream.setdefault(record["sequence_number"], (shard, []))
            hash_keys.append(int.from_bytes(digest, "big"))
    return stream
