"""Times and memory beside ``aws_kinesis_agg``, with both runtimes of protobuf. Writes the table of
docs/guide/python.md.

To be run in an environment with the wheel and tests/requirements.txt, on a quiet machine; takes half a
minute: ``bash .ci/python && target/python/3.*/bin/python crates/kinesis-agg-python/measure.py``.
"""

import base64
import datetime
import gc
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time

import aws_kinesis_agg.aggregator
import aws_kinesis_agg.deaggregator

import kinesis_agg
import kinesis_agg.aggregator
import kinesis_agg.deaggregator

PAGE = pathlib.Path(__file__).parent.parent.parent / "docs/guide/python.md"
RUNTIMES = {"upb": "C", "python": "pure Python"}
TURNS = 7
# What Lambda gives at most.
EVENT_BYTES = 6_000_000


def user_records(count, length):
    """Keys as bytes, whose sizes the other module counts exactly: with text its aggregates stay small."""
    return [(f"sensor-{number % 50}".encode(), os.urandom(length)) for number in range(count)]


def aggregate(length):
    """An aggregate as long as the Kinesis Producer Library makes it."""
    record = kinesis_agg.aggregator.AggRecord(51_200)
    for partition_key, data in user_records(51_200 // length, length):
        record.add_user_record(partition_key, data)
    return record.get_contents()[2], record.get_num_user_records()


def event(data):
    """The records of an event, all with this data."""
    text = base64.b64encode(data).decode()
    return [
        {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": "outer",
                "sequenceNumber": str(4957 + number),
                "data": text[:-1] + text[-1],
                "approximateArrivalTimestamp": 1607497475.0,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"shardId-000000000006:{4957 + number}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": "arn:aws:iam::123456789012:role/lambda-role",
            "awsRegion": "us-east-2",
            "eventSourceARN": "arn:aws:kinesis:us-east-2:123456789012:stream/lambda-stream",
        }
        for number in range(EVENT_BYTES // len(text))
    ]


# Each looks at the partition key and the bytes of every user record.


def dictionaries(module, records):
    for record in module.iter_deaggregate_records(records):
        record["kinesis"]["partitionKey"]
        base64.b64decode(record["kinesis"]["data"])


def one_by_one(records):
    """An iterator is read one Kinesis record at a time."""
    batch(iter(records))


def batch(records):
    for record in kinesis_agg.deaggregate_batch(records):
        record.partition_key
        record.data


def build(module, given):
    aggregator = module.RecordAggregator()
    for partition_key, data in given:
        aggregator.add_user_record(partition_key, data)
    aggregator.clear_and_get().get_contents()


def seconds(work, *arguments):
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def beside(count, theirs, ours):
    """Nanoseconds for each user record; in turn, so that a machine whose speed drifts does not favour
    anybody."""
    turns = [(seconds(*theirs), seconds(*ours)) for _ in range(TURNS)]
    return {
        "theirs": statistics.median(turn[0] for turn in turns) / count * 1e9,
        "ours": statistics.median(turn[1] for turn in turns) / count * 1e9,
        "times": statistics.median(turn[0] / turn[1] for turn in turns),
    }


def peak(work, records):
    """Bytes that a process has more at most while it works."""
    gc.collect()
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    before = memory("VmRSS")
    kept = work(records)
    more = memory("VmHWM") - before
    assert kept
    return more


def memory(name):
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) * 1024


MEMORY = {
    "theirs": aws_kinesis_agg.deaggregator.deaggregate_records,
    "dictionaries": kinesis_agg.deaggregator.deaggregate_records,
    "batch": lambda records: list(kinesis_agg.deaggregate_batch(records)),
}


def times():
    their_deaggregator, their_aggregator = aws_kinesis_agg.deaggregator, aws_kinesis_agg.aggregator
    rows = {}
    for length in (100, 1000):
        data, count = aggregate(length)
        records = event(data)
        theirs = dictionaries, their_deaggregator, records
        for name, ours in {
            "the same dictionaries": (dictionaries, kinesis_agg.deaggregator, records),
            "lazy user records, one Kinesis record at a time": (one_by_one, records),
            "lazy user records, `deaggregate_batch`": (batch, records),
        }.items():
            rows[f"{name}, {length:,} bytes"] = beside(count * len(records), theirs, ours)
        given = user_records(500_000 // length, length)
        rows[f"building, {length:,} bytes"] = beside(
            len(given), (build, their_aggregator, given), (build, kinesis_agg.aggregator, given)
        )
    plain = event(os.urandom(100))
    rows["the same dictionaries, 100 bytes that are not aggregated"] = beside(
        len(plain),
        (dictionaries, their_deaggregator, plain),
        (dictionaries, kinesis_agg.deaggregator, plain),
    )
    return rows


def worker(runtime, what):
    environment = {**os.environ, "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": runtime}
    command = [sys.executable, __file__, what]
    return json.loads(
        subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    )


def main():
    load = os.getloadavg()[0]
    measured = {runtime: worker(runtime, "times") for runtime in RUNTIMES}
    lines = [
        "| nanoseconds for each user record | `aws_kinesis_agg`, protobuf in C | in pure Python | `kinesis_agg` "
        "| times as fast | than pure Python |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, upb in measured["upb"].items():
        pure = measured["python"][name]
        lines.append(
            f"| {name} | {upb['theirs']:,.0f} | {pure['theirs']:,.0f} | {upb['ours']:,.0f} "
            f"| {upb['times']:.1f} | {pure['times']:.1f} |"
        )
    mebibytes = {
        (runtime, name): statistics.median(worker(runtime, name) for _ in range(3)) / 1e6
        for runtime in RUNTIMES
        for name in MEMORY
    }
    lines += [
        "",
        "| MB more at most, all user records kept | protobuf in C | in pure Python |",
        "| --- | --- | --- |",
    ]
    names = {
        "theirs": "`aws_kinesis_agg`",
        "dictionaries": "the same dictionaries of `kinesis_agg`",
        "batch": "lazy user records",
    }
    for name, title in names.items():
        # Ours do not know of protobuf.
        figures = [mebibytes[runtime, name] for runtime in RUNTIMES]
        cells = [f"{figure:.0f}" for figure in figures] if name == "theirs" else [f"{figures[0]:.0f}", ""]
        lines.append(f"| {title} | {cells[0]} | {cells[1]} |")
    processor = next(
        line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")
    )
    lines += [
        "",
        f"{datetime.date.today()}, {processor}, Python {platform.python_version()}; load average {load:.2f} before it. By "
        "`crates/kinesis-agg-python/measure.py`.",
    ]
    before, _, rest = PAGE.read_text().partition("<!-- figures -->\n")
    _, _, after = rest.partition("<!-- end -->")
    PAGE.write_text(before + "<!-- figures -->\n" + "\n".join(lines) + "\n<!-- end -->" + after)
    print("\n".join(lines))


if sys.argv[1:] == ["times"]:
    print(json.dumps(times()))
elif sys.argv[1:]:
    print(json.dumps(peak(MEMORY[sys.argv[1]], event(aggregate(100)[0]))))
else:
    main()
