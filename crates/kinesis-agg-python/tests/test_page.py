"""The code of docs/guide/python.md runs, and the tests that it names are there."""

import re

import boto3

import kinesis_agg
from shared import CRATE, ROOT, aggregate, stream_record
from test_examples import Stream

PAGE = (ROOT / "docs/guide/python.md").read_text(encoding="utf-8")


def test_the_code_of_the_page_runs(monkeypatch, capsys):
    stream = Stream()
    monkeypatch.setattr(boto3, "client", {"kinesis": stream}.__getitem__)
    names = {}
    for block in re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL):
        exec(compile(block, "docs/guide/python.md", "exec"), names)
    assert capsys.readouterr().out.startswith("1 b'an aggregate, or whatever else came'")
    assert len(list(kinesis_agg.deaggregate_batch(stream.records))) == 10_000

    event = {"Records": [stream_record(aggregate(("sensor-7", b"21.5"), ("sensor-8", b"19.0")))]}
    names["handler"](event, None)
    assert capsys.readouterr().out == "sensor-7 21.5\nsensor-8 19.0\n"
    event["Records"].append({"kinesis": {"sequenceNumber": "13"}})
    assert names["handler_of_all_but"](event, None) == {"batchItemFailures": [{"itemIdentifier": "13"}]}


def test_the_tests_that_the_page_names_are_there():
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    there = {
        name
        for file in (CRATE / "tests").glob("*.py")
        for name in re.findall(r"def (test_\w+)", file.read_text("utf-8"))
    }
    assert len(named) > 10 and named <= there
