"""``deaggregate``, ``parse``, ``deaggregate_batch`` and the shards."""

import base64
import doctest
import gc
import hashlib
import json
import pickle
import pydoc
import sys
import threading
import time
import weakref

import boto3
import pytest
from aws_lambda_powertools.utilities.data_classes import KinesisFirehoseEvent, KinesisStreamEvent
from botocore.stub import Stubber

import kinesis_agg
from kinesis_agg import deaggregator
from shared import ROOT, aggregate, stream_record, vectors

# What a step that other threads take may last at most: only a failure waits for it.
LIMIT = 60


def keys_and_data(user_records):
    return [(each.partition_key, each.data) for each in user_records]


def test_user_records_are_a_sequence_of_views_of_the_data():
    data = aggregate(("sensor-7", b"21.5", "42"), ("sensor-8", b"19.0"))
    user_records = kinesis_agg.deaggregate(data, partition_key="outer")
    assert len(user_records) == 2 and user_records.aggregated and user_records.error is None
    first, second = user_records
    assert (first.partition_key, first.explicit_hash_key, first.data) == ("sensor-7", "42", b"21.5")
    assert (second.partition_key, second.explicit_hash_key, second.data) == ("sensor-8", None, b"19.0")
    assert [each.sub_sequence_number for each in user_records] == [0, 1] and first.aggregated
    assert first.view == b"21.5" and first.view.obj is data and first.view.readonly
    assert user_records[-1].data == b"19.0" and [each.data for each in user_records] == [b"21.5", b"19.0"]
    for outside in (2, -3):
        with pytest.raises(IndexError):
            user_records[outside]
    assert first.sequence_number is None and first.kinesis_record is None and first.tags == []


def test_data_that_is_not_an_aggregate_comes_out_as_it_is():
    [record] = user_records = kinesis_agg.deaggregate(b"plain", partition_key="outer")
    assert (record.partition_key, record.explicit_hash_key, record.aggregated) == ("outer", None, False)
    assert record.data == b"plain" and record.view == b"plain" and record.sub_sequence_number == 0
    assert user_records.error.kind == "NotAggregated" and not user_records.aggregated
    [without_key] = kinesis_agg.deaggregate(b"plain")
    assert without_key.partition_key == ""


def test_parse_says_what_is_wrong_and_where():
    data = bytearray(aggregate(("a", b"1")))
    data[-1] ^= 1
    with pytest.raises(
        kinesis_agg.ParseError, match="at byte .*; `deaggregate` hands such data on"
    ) as caught:
        kinesis_agg.parse(data)
    # The digest has 16 bytes.
    assert (caught.value.kind, caught.value.offset) == ("Digest", len(data) - 16)
    assert isinstance(caught.value, kinesis_agg.KinesisAggError) and isinstance(caught.value, ValueError)


@pytest.mark.parametrize("make", [bytearray, memoryview, lambda data: memoryview(data)[::1]])
def test_data_in_any_buffer_is_copied_once_and_does_not_change(make):
    data = aggregate(("a", b"1"), ("b", b"2"))
    buffer = make(bytearray(data))
    [first, second] = kinesis_agg.deaggregate(buffer)
    if isinstance(buffer, bytearray):
        buffer[:] = bytes(len(buffer))
    assert keys_and_data([first, second]) == [("a", b"1"), ("b", b"2")]


@pytest.mark.parametrize("data", ["text", None, 7, [1, 2]])
def test_what_is_no_data_is_a_type_error(data):
    for function in (kinesis_agg.deaggregate, kinesis_agg.parse):
        with pytest.raises(TypeError) as caught:
            function(data)
        wanted = f"{function.__name__}() argument 'data' must be bytes-like, not {type(data).__name__}"
        assert str(caught.value) == wanted


PAIR = "a shard must be a pair of hash keys, each an int from 0 to 2**128 - 1"
SHARDS = "argument 'shards' must be an int, pairs of hash keys or the answer to list_shards, not "


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda sharded: sharded.add("a", 7),
            TypeError,
            "add() argument 'data' must be str or bytes-like, not int",
        ),
        (
            lambda sharded: sharded.add(7, b"x"),
            TypeError,
            "add() argument 'partition_key' must be str or bytes, not int",
        ),
        (
            lambda sharded: sharded.shard_of("a", 7),
            TypeError,
            "shard_of() argument 'explicit_hash_key' must be str or bytes, not int",
        ),
        (
            lambda _: kinesis_agg.hash_key(None),
            TypeError,
            "hash_key() argument 'partition_key' must be str or bytes, not NoneType",
        ),
        (
            lambda _: kinesis_agg.deaggregate(b"x", b"key"),
            TypeError,
            "deaggregate() argument 'partition_key' must be str or None, not bytes",
        ),
        (
            lambda _: kinesis_agg.aggregator.AggRecord().add_user_record("a", []),
            TypeError,
            "add_user_record() argument 'data' must be str or bytes-like, not list",
        ),
        (
            lambda sharded: sharded.add("a"),
            TypeError,
            "ShardedAggregator.add() missing 1 required positional argument: 'data'",
        ),
        (
            lambda sharded: sharded.shard_of(),
            TypeError,
            "ShardedAggregator.shard_of() missing 1 required positional argument: 'partition_key'",
        ),
        (
            lambda _: kinesis_agg.ShardedAggregator(),
            TypeError,
            "ShardedAggregator.__new__() missing 1 required positional argument: 'shards'",
        ),
        (
            lambda _: kinesis_agg.aggregator.RecordAggregator().add_user_record("a"),
            TypeError,
            "RecordAggregator.add_user_record() missing 1 required positional argument: 'data'",
        ),
        (lambda _: kinesis_agg.ShardedAggregator("4"), TypeError, SHARDS + "str"),
        (lambda _: kinesis_agg.ShardedAggregator(None), TypeError, SHARDS + "NoneType"),
        (lambda _: kinesis_agg.shard_of("a", 1.5), TypeError, SHARDS + "float"),
        (lambda _: kinesis_agg.ShardedAggregator([1]), TypeError, PAIR),
        (lambda _: kinesis_agg.ShardedAggregator([(1, "x")]), TypeError, PAIR),
        (lambda _: kinesis_agg.ShardedAggregator([(1, 2, 3)]), ValueError, PAIR),
        (lambda _: kinesis_agg.ShardedAggregator([(0, 2**128)]), ValueError, PAIR),
        (lambda _: kinesis_agg.shard_of("a", -1), ValueError, "-1 is not a number of shards"),
    ],
)
def test_wrong_arguments_are_explained_in_the_words_of_python(call, error, message):
    with pytest.raises(error) as caught:
        call(kinesis_agg.ShardedAggregator(2))
    assert str(caught.value) == message


def test_tags_are_those_of_the_user_record():
    [vector] = [each for each in vectors("deaggregation") if each["id"] == "deagg-v_tags-000"]
    user_records = kinesis_agg.parse(base64.b64decode(vector["blob_b64"]))
    assert any(each.tags for each in user_records)
    assert all(isinstance(key, str) for each in user_records for key, _ in each.tags)


def test_user_records_keep_the_data_and_nothing_else_alive():
    class Record(dict):
        """A dictionary that a weak reference can watch."""

    record = Record(stream_record(aggregate(("a", b"1"), ("b", b"2"))))
    watched = weakref.ref(record)
    batch = list(kinesis_agg.deaggregate_batch([record]))
    del record, batch[1:]
    gc.collect()
    assert batch[0].kinesis_record is watched() and batch[0].data == b"1"
    batch.clear()
    gc.collect()
    assert watched() is None


# ---- batches

SHAPES = {
    "list of pairs": lambda data: [("outer", data), ("outer", b"plain")],
    "records": lambda data: [stream_record(data), stream_record(b"plain")],
    "event": lambda data: {"Records": [stream_record(data), stream_record(b"plain")]},
    "iterator": lambda data: iter([stream_record(data), stream_record(b"plain")]),
    "Powertools event": lambda data: KinesisStreamEvent(
        {"Records": [stream_record(data), stream_record(b"plain")]}
    ),
    "Powertools records": lambda data: (
        KinesisStreamEvent({"Records": [stream_record(data), stream_record(b"plain")]}).records
    ),
    "boto3": lambda data: get_records([data, b"plain"]),
    "boto3 records": lambda data: get_records([data, b"plain"])["Records"],
    "AWS CLI": lambda data: {
        "Records": [
            {"Data": base64.b64encode(each).decode(), "PartitionKey": "outer", "SequenceNumber": "4957"}
            for each in (data, b"plain")
        ]
    },
    "Firehose": lambda data: firehose([data, b"plain"]),
    "Powertools Firehose": lambda data: KinesisFirehoseEvent(firehose([data, b"plain"])),
    "Pipes": lambda data: [
        {**stream_record(each)["kinesis"], "eventSource": "aws:kinesis"} for each in (data, b"plain")
    ],
    "queue": lambda data: {
        "Records": [
            {
                "messageId": "1",
                "body": json.dumps({"Records": [stream_record(data), stream_record(b"plain")]}),
            }
        ]
    },
}


def get_records(all_data):
    """The answer to ``get_records`` of a client of boto3."""
    client = boto3.client(
        "kinesis", region_name="eu-central-1", aws_access_key_id="-", aws_secret_access_key="-"
    )
    records = [{"Data": data, "PartitionKey": "outer", "SequenceNumber": "4957"} for data in all_data]
    with Stubber(client) as stubber:
        stubber.add_response("get_records", {"Records": records, "NextShardIterator": "-"})
        return client.get_records(ShardIterator="-")


def firehose(all_data):
    metadata = {"partitionKey": "outer", "sequenceNumber": "4957", "shardId": "shardId-6"}
    return {
        "invocationId": "1",
        "records": [
            {"recordId": "r", "data": base64.b64encode(data).decode(), "kinesisRecordMetadata": metadata}
            for data in all_data
        ],
    }


@pytest.mark.parametrize("shape", SHAPES)
def test_records_of_every_shape_go_straight_in(shape):
    given = SHAPES[shape](aggregate(("a", b"1"), ("b", b"2")))
    batch = list(kinesis_agg.deaggregate_batch(given))
    assert keys_and_data(batch) == [("a", b"1"), ("b", b"2"), ("outer", b"plain")]
    number = None if shape == "list of pairs" else "4957"
    assert [each.sequence_number for each in batch] == [number] * 3
    assert [(each.aggregated, each.sub_sequence_number) for each in batch] == [
        (True, 0),
        (True, 1),
        (False, 0),
    ]


def test_the_record_that_was_given_is_at_hand():
    records = [stream_record(aggregate(("a", b"1"), ("b", b"2"))), stream_record(b"plain")]
    assert [each.kinesis_record is records[0] for each in kinesis_agg.deaggregate_batch(records)] == [
        True,
        True,
        False,
    ]


def test_a_sequence_number_is_read_from_an_event_id_too():
    record = stream_record(b"plain")
    del record["kinesis"]["sequenceNumber"]
    [user_record] = kinesis_agg.deaggregate_batch([record])
    assert user_record.sequence_number == "4957"


BROKEN = stream_record(b"")
BROKEN["kinesis"] = {**BROKEN["kinesis"], "data": "no base64!", "sequenceNumber": "13"}


@pytest.mark.parametrize(
    "record, number, reason",
    [
        (BROKEN, "13", "not base64"),
        ({"kinesis": {"sequenceNumber": "14"}}, "14", "no field 'data'"),
        ({"eventID": "shardId-1:15"}, "15", "it has no data"),
        ({"Records": "shardId-1"}, None, "it has no data"),
        (None, None, "it is of type NoneType, not a dict"),
        ("kinesis", None, "it is of type str, not a dict"),
    ],
)
def test_a_record_that_cannot_be_read_is_named_and_the_others_go_on(record, number, reason):
    records, unreadable = [stream_record(b"1"), record, stream_record(b"2")], []
    batch = kinesis_agg.deaggregate_batch(records, unreadable=unreadable.append)
    assert [each.data for each in batch] == [b"1", b"2"]
    [error] = unreadable
    assert (error.position, error.sequence_number, error.record) == (1, number, record)
    assert str(error).startswith("Kinesis record 1") and reason in str(error)
    with pytest.raises(kinesis_agg.UnreadableRecordError):
        list(kinesis_agg.deaggregate_batch(records))


def test_of_a_wrapped_event_each_record_is_read_that_can_be():
    event = {"Records": [stream_record(b"1"), BROKEN, stream_record(aggregate(("a", b"2")))]}
    queue, unreadable = {"Records": [{"messageId": "1", "body": json.dumps(event)}]}, []
    batch = kinesis_agg.deaggregate_batch(queue, unreadable=unreadable.append)
    assert [each.data for each in batch] == [b"1", b"2"]
    assert [each.sequence_number for each in unreadable] == ["13"]


def test_metadata_may_be_none():
    event = firehose([b"plain"])
    event["records"][0]["kinesisRecordMetadata"] = None
    [record] = kinesis_agg.deaggregate_batch(event)
    assert (record.partition_key, record.sequence_number, record.data) == ("", None, b"plain")
    assert deaggregator.deaggregate_records(event)[0]["kinesis"]["recordId"] == "r"


@pytest.mark.parametrize("event", [{"detail-type": "Scheduled Event"}, {"Records": None}, {"records": 7}, {}])
def test_what_holds_no_records_at_all_says_so(event):
    with pytest.raises(kinesis_agg.UnreadableRecordError, match="expected a list `Records`"):
        list(kinesis_agg.deaggregate_batch(event))


def test_an_empty_list_has_no_user_records():
    assert (
        list(kinesis_agg.deaggregate_batch([])) == [] == list(kinesis_agg.deaggregate_batch({"Records": []}))
    )


def case(name):
    return json.loads((ROOT / "crates/kinagg/tests/cases" / name).read_text())


@pytest.mark.parametrize(
    "name", ["data-node-buffer.json", "data-java-bytes.json", "s3-on-failure.json", "pipes-to-bus.json"]
)
def test_whatever_aws_and_programs_wrap_around_data_is_opened(name):
    batch = keys_and_data(kinesis_agg.deaggregate_batch(case(name)))
    assert batch[:3] == [
        ("sensor-7", b'{"t":21.5}'),
        ("sensor-8", b'{"t":19.0}'),
        ("sensor-7", b'{"t":21.6}'),
    ]


def test_of_a_batch_without_its_records_the_error_says_how_to_fetch_them():
    with pytest.raises(
        kinesis_agg.UnreadableRecordError, match="aws kinesis get-records --stream-arn arn:aws:kinesis"
    ):
        list(kinesis_agg.deaggregate_batch(case("kinesis-batch-info.json")))


def test_batches_of_many_mebibytes_come_out_whole_and_in_order():
    all_data = [
        aggregate(*((f"key-{number % 7}", bytes([number % 256]) * 1000) for number in range(100)))
    ] * 60
    batch = kinesis_agg.deaggregate_batch([("outer", data) for data in all_data])
    assert [each.data[0] for each in batch] == list(range(100)) * 60


# ---- threads


def test_threads_share_user_records_and_batches():
    records = [
        stream_record(aggregate(*((f"key-{number}", b"%d" % number) for number in range(500))))
        for _ in range(20)
    ]
    expected = [(f"key-{number}", b"%d" % number) for number in range(500)] * 20
    shared, results = kinesis_agg.deaggregate(base64.b64decode(records[0]["kinesis"]["data"])), []

    def work():
        results.append(keys_and_data(kinesis_agg.deaggregate_batch(records)) == expected)
        results.append(keys_and_data(shared) == expected[:500])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    assert results == [True] * 16


def test_threads_share_a_sharded_aggregator():
    aggregator, complete, interval = (
        kinesis_agg.ShardedAggregator(4, max_size=500),
        [],
        sys.getswitchinterval(),
    )

    def work(number):
        for count in range(2000):
            full = aggregator.add(f"key-{number}-{count % 7}", memoryview(b"%d" % count))
            if full:
                complete.append(full)

    threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
    sys.setswitchinterval(1e-6)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(LIMIT)
    finally:
        sys.setswitchinterval(interval)
    received = [
        keys_and_data([each])
        for full in complete + aggregator.flush()
        for each in kinesis_agg.parse(full.data)
    ]
    sent = [[(f"key-{number}-{count % 7}", b"%d" % count)] for number in range(8) for count in range(2000)]
    assert sorted(received) == sorted(sent)


@pytest.mark.parametrize(
    "function",
    [
        kinesis_agg.parse,
        kinesis_agg.deaggregate,
        lambda data: list(kinesis_agg.deaggregate_batch([("a", data), ("b", data)])),
    ],
    ids=["parse", "deaggregate", "deaggregate_batch"],
)
def test_the_interpreter_lock_is_given_up_while_digests_are_computed(function):
    data = aggregate(("a", bytes(1_000_000)))
    interval, gate, ran = sys.getswitchinterval(), threading.Lock(), []
    gate.acquire()

    def wait():
        gate.acquire()
        ran.append(True)

    waiting = threading.Thread(target=wait)
    waiting.start()
    # Nobody is made to give the lock up from here on, so that only `function` can do it.
    sys.setswitchinterval(10 * LIMIT)
    try:
        gate.release()
        last = time.monotonic() + LIMIT
        while not ran and time.monotonic() < last:
            function(data)
    finally:
        sys.setswitchinterval(interval)
    waiting.join(LIMIT)
    assert time.monotonic() < last


# ---- shards

HALVES = [(0, 2**127 - 1), (2**127, 2**128 - 1)]


def md5(text):
    return int(hashlib.md5(text.encode()).hexdigest(), 16)


def listed(*ranges, closed=()):
    return {
        "Shards": [
            {
                "ShardId": f"shardId-{number}",
                "HashKeyRange": {"StartingHashKey": str(start), "EndingHashKey": str(end)},
                "SequenceNumberRange": {"StartingSequenceNumber": "1"}
                | ({"EndingSequenceNumber": "2"} if number in closed else {}),
            }
            for number, (start, end) in enumerate(ranges)
        ]
    }


def test_the_hash_key_is_the_md5_of_the_partition_key_or_the_explicit_one():
    assert kinesis_agg.hash_key("sensor-7") == kinesis_agg.hash_key(b"sensor-7") == md5("sensor-7")
    assert kinesis_agg.hash_key("sensor-7", "42") == 42
    [first, second] = kinesis_agg.deaggregate(aggregate(("sensor-7", b"", "42"), ("sensor-8", b"")))
    assert (first.hash_key, second.hash_key) == (42, md5("sensor-8"))


def test_shards_are_told_in_any_form():
    full = (0, 2**128 - 1)
    answer = listed(full, *reversed(HALVES), closed=[0])
    assert [shard["ShardId"] for shard in kinesis_agg.open_shards(answer)] == ["shardId-2", "shardId-1"]
    for shards in (2, HALVES, answer, answer["Shards"], iter(HALVES)):
        assert kinesis_agg.shard_of("sensor-7", shards) == md5("sensor-7") >> 127
    assert kinesis_agg.shard_of("sensor-7", HALVES, explicit_hash_key=str(2**127)) == 1
    assert kinesis_agg.shard_of("a", [(0, 9)], explicit_hash_key="10") is None


@pytest.mark.parametrize("shards", [0, 100_001, [], [(5, 1)], [(0, 5), (5, 9)], {"Shards": []}])
def test_what_is_no_map_of_shards_is_refused(shards):
    with pytest.raises(kinesis_agg.ShardMapError):
        kinesis_agg.ShardedAggregator(shards)


def test_every_aggregate_belongs_to_one_shard_and_no_user_record_is_lost():
    aggregator = kinesis_agg.ShardedAggregator(4, max_size=2000)
    sent, complete = [(f"sensor-{number}", b"%d" % number) for number in range(1000)], []
    for partition_key, data in sent:
        complete.append(aggregator.add(partition_key, data))
        assert aggregator.shard_of(partition_key) == md5(partition_key) >> 126
    held = aggregator.user_record_count
    complete = [each for each in complete if each]
    assert held + sum(each.user_record_count for each in complete) == 1000 and len(complete) > 4
    complete += aggregator.flush()
    assert aggregator.user_record_count == 0 and aggregator.flush() == []
    received = []
    for each in complete:
        assert len(each.data) <= 2000
        user_records = kinesis_agg.parse(each.data)
        assert {md5(record.partition_key) >> 126 for record in user_records} == {each.shard}
        assert each.entry() == {"PartitionKey": user_records[0].partition_key, "Data": each.data}
        received += keys_and_data(user_records)
    assert sorted(received) == sorted(sent)


def test_errors_of_adding_change_nothing():
    aggregator = kinesis_agg.ShardedAggregator([(0, 9)], max_size=100)
    aggregator.add("a", b"1", "5")
    with pytest.raises(kinesis_agg.NoShardError, match="list the open shards again") as caught:
        aggregator.add("a", b"2", "10")
    assert caught.value.hash_key == 10
    with pytest.raises(kinesis_agg.RecordTooLargeError) as caught:
        aggregator.add("a", bytes(100), "5")
    assert caught.value.size > caught.value.limit == 100
    with pytest.raises(kinesis_agg.InvalidKeyError):
        aggregator.add("", b"2", "5")
    [held] = aggregator.flush()
    assert held.user_record_count == 1 and held.entry()["ExplicitHashKey"] == "5"
    with pytest.raises(ValueError, match="at most 10485760"):
        kinesis_agg.ShardedAggregator(1, max_size=10485761)


# ---- what programs show


@pytest.mark.parametrize(
    "error",
    [
        kinesis_agg.ParseError("text", "Digest", 7),
        kinesis_agg.RecordTooLargeError("text", 2, 1),
        kinesis_agg.NoShardError("text", 7),
        kinesis_agg.UnreadableRecordError("text", 1, "2", {}),
    ],
)
def test_errors_can_be_pickled(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error) and vars(again) == vars(error) and str(again) == "text"


def test_no_payload_is_shown():
    [record] = user_records = kinesis_agg.deaggregate(b"a secret", partition_key="a\nb")
    assert repr(record) == "<UserRecord 0: partition_key='a\\nb', data of 8 bytes, aggregated=False>"
    assert "secret" not in repr(user_records) + repr(record)


def test_the_examples_in_docstrings_are_right():
    tried = doctest.testmod(kinesis_agg._sharding)
    assert tried.attempted > 3 and tried.failed == 0


def test_help_has_a_word_on_everything():
    for name in kinesis_agg.__all__:
        item = getattr(kinesis_agg, name)
        if not callable(item):
            continue
        text = pydoc.plain(pydoc.render_doc(item))
        assert item.__doc__ and item.__doc__.splitlines()[0] in text
        for member in vars(item).values() if isinstance(item, type) else ():
            if type(member).__name__ in ("getset_descriptor", "method_descriptor"):
                assert member.__doc__ or member.__name__.startswith("__"), f"{name}.{member.__name__}"


def test_a_batch_that_is_read_while_it_reads_raises_and_loses_nothing():
    def source():
        with pytest.raises(ValueError, match="already executing"):
            next(user_records)
        yield from [("a", b"1"), ("b", b"2")]

    user_records = kinesis_agg.deaggregate_batch(source())
    assert [record.data for record in user_records] == [b"1", b"2"]
