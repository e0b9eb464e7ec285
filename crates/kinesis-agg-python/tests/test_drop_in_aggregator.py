"""``kinesis_agg.aggregator`` beside the module that it stands in for, in the same process."""

import base64
import copy
import random
import threading

import pytest

import kinesis_agg
from kinesis_agg import aggregator
from shared import inputs, stream_record, their_aggregator, their_deaggregator, vectors

# What a step that other threads take may last at most: only a failure waits for it.
LIMIT = 60


def user_records(count, seed):
    """Keys and data of all lengths that matter, with and without explicit hash keys; keys as bytes, whose
    sizes the other module counts exactly."""
    chance = random.Random(seed)
    for number in range(count):
        partition_key = chance.choice(
            [f"sensor-{number}", "Zürich-€-😀", "k" * chance.randint(1, 256), "a", "b"]
        )
        explicit_hash_key = chance.choice([None, None, b"0", str(2**128 - 1).encode(), str(number).encode()])
        data = chance.randbytes(chance.choice([0, 1, 20, 127, 128, 300, 16_500]))
        yield partition_key.encode(), data, explicit_hash_key


def aggregates(module, max_size, records):
    record_aggregator = module.RecordAggregator(max_size)
    complete = [record_aggregator.add_user_record(*record) for record in records]
    return [record for record in [*complete, record_aggregator.clear_and_get()] if record]


@pytest.mark.parametrize("seed", range(5))
def test_what_one_module_writes_the_other_reads(seed):
    records = list(user_records(1000, seed))
    ours = aggregates(aggregator, 60_000, records)
    assert len(ours) > 10
    read = [
        each["kinesis"]["partitionKey"].encode()
        for record in ours
        for each in their_deaggregator.deaggregate_records([stream_record(record.get_contents()[2])])
    ]
    assert read == [partition_key for partition_key, _, _ in records]
    theirs = aggregates(their_aggregator, 60_000, records)
    read = [each for record in theirs for each in kinesis_agg.parse(record.get_contents()[2])]
    expected = [(pk.decode(), ehk and ehk.decode(), data) for pk, data, ehk in records]
    assert [(each.partition_key, each.explicit_hash_key, each.data) for each in read] == expected


@pytest.mark.parametrize("seed", range(5))
def test_aggregates_are_those_of_the_other_module(seed):
    # Of the lengths that it loses there are none: they are at the limit.
    records = list(user_records(1000, seed))
    ours, theirs = aggregates(aggregator, 60_000, records), aggregates(their_aggregator, 60_000, records)
    for our, their in zip(ours, theirs, strict=True):
        assert our.get_contents() == their.get_contents()
        assert our.get_num_user_records() == their.get_num_user_records()
        assert our.get_size_bytes() == their.get_size_bytes()
        assert our.get_partition_key() == their.get_partition_key()
        assert our.get_explicit_hash_key() == their.get_explicit_hash_key()


def run(module, vector):
    """What came out, and the positions of the user records that were refused."""
    record_aggregator, complete, refused = module.RecordAggregator(vector["max_size"] or 1024 * 1024), [], []
    for position, (partition_key, data, explicit_hash_key) in enumerate(inputs(vector)):
        keys = partition_key.encode(), explicit_hash_key and explicit_hash_key.encode()
        try:
            complete.append(record_aggregator.add_user_record(keys[0], data, keys[1]))
        except ValueError:
            refused.append(position)
    complete.append(record_aggregator.clear_and_get())
    return [record.get_contents() for record in complete if record], refused


CASES = [vector for vector in vectors("aggregation") if vector["generator"] == "python-bytes"]


@pytest.mark.parametrize("vector", CASES, ids=lambda vector: vector["id"])
def test_every_vector_is_packed_without_a_loss(vector):
    (ours, refused), (theirs, _) = run(aggregator, vector), run(their_aggregator, vector)
    sent = [
        (partition_key, explicit_hash_key or None, data)
        for position, (partition_key, data, explicit_hash_key) in enumerate(inputs(vector))
        if position not in refused
    ]
    for outputs in (ours, theirs):
        for_both = [{"kinesis": {"data": base64.b64encode(data)}} for _, _, data in outputs]
        received = [
            (each.partition_key, each.explicit_hash_key, each.data)
            for each in kinesis_agg.deaggregate_batch(for_both)
            if each.aggregated
        ]
        if outputs is ours:
            assert received == sent
        elif not vector.get("lost") and not refused:
            assert received == sent and ours == theirs


def test_of_what_the_other_module_loses_in_vectors_all_is_kept_that_fits():
    kept = refused = 0
    for vector in CASES:
        lost = set(vector.get("lost", []))
        too_large = lost.intersection(run(aggregator, vector)[1])
        for position in too_large:
            partition_key, *rest = list(inputs(vector))[position]
            lone = their_aggregator.AggRecord(2**30)
            assert lone.add_user_record(partition_key, *rest)
            size = len(lone.get_contents()[2])
            mebibyte = 1024 * 1024
            assert size > (vector["max_size"] or mebibyte) or size + len(partition_key.encode()) > mebibyte
        kept, refused = kept + len(lost - too_large), refused + len(too_large)
    assert kept > 0 and refused > 0


def test_an_empty_record_answers_as_the_other_one_does():
    our, their = aggregator.AggRecord(), their_aggregator.AggRecord()
    assert our.get_contents() == their.get_contents()
    assert our.get_size_bytes() == their.get_size_bytes() == 20
    assert our.get_num_user_records() == their.get_num_user_records() == 0
    assert our.get_partition_key() is their.get_partition_key() is None
    assert our.get_explicit_hash_key() is their.get_explicit_hash_key() is None
    assert our.max_size == their.max_size


def test_a_record_takes_user_records_after_its_contents_were_asked_for():
    our, their = aggregator.AggRecord(), their_aggregator.AggRecord()
    for number in range(10):
        assert our.add_user_record("key", str(number)) and their.add_user_record("key", str(number))
        assert our.get_contents() == their.get_contents()
    for module in (aggregator, their_aggregator):
        record_aggregator = module.RecordAggregator()
        record_aggregator.add_user_record("a", b"1")
        taken = record_aggregator.clear_and_get()
        assert taken.add_user_record("b", b"2") and taken.get_num_user_records() == 2


def test_a_copy_goes_its_own_way():
    record = aggregator.AggRecord()
    record.add_user_record("a", b"1")
    copies = copy.copy(record), copy.deepcopy(record)
    record.add_user_record("b", b"2")
    assert [each.get_num_user_records() for each in (record, *copies)] == [2, 1, 1]


def test_max_size_is_checked_alike():
    for module in (aggregator, their_aggregator):
        with pytest.raises(ValueError, match="exceeds maximum value 1048576"):
            module.RecordAggregator(1024 * 1024 + 1)


@pytest.mark.parametrize("module", [aggregator, their_aggregator])
def test_a_subclass_has_arguments_of_its_own_and_max_size_can_be_set(module):
    class Sender(module.RecordAggregator):
        def __init__(self, stream, *, limit):
            super().__init__(max_size=limit)
            self.stream = stream

    sender = Sender("sensors", limit=1000)
    assert (sender.stream, sender.max_size, sender.current_record.max_size) == ("sensors", 1000, 1000)
    sender.max_size = 100
    sender.clear_record()
    assert sender.add_user_record(b"a", bytes(50)) is None
    assert sender.add_user_record(b"a", bytes(50)).get_num_user_records() == 1


# ---- each difference


def test_user_records_that_the_other_module_loses_are_kept_or_refused():
    limit, lost = 100, 0
    for length in range(limit + 10):
        records = [(b"a", b"1"), (b"key", bytes(length)), (b"b", b"2")]
        counts = []
        for module in (aggregator, their_aggregator):
            refused = 0
            record_aggregator = module.RecordAggregator(limit)
            complete = []
            for record in records:
                try:
                    complete.append(record_aggregator.add_user_record(*record))
                except ValueError:
                    refused += 1
            complete.append(record_aggregator.clear_and_get())
            counts.append(refused + sum(each.get_num_user_records() for each in complete if each))
            if module is aggregator:
                assert all(
                    len(each.get_contents()[2]) <= limit and each.get_num_user_records()
                    for each in complete
                    if each
                )
        assert counts[0] == 3
        lost += counts[1] < 3
    assert lost == 20


def test_sizes_are_exact_with_keys_of_text():
    our, their = aggregator.AggRecord(), their_aggregator.AggRecord()
    for _ in range(100):
        our.add_user_record("a key of text", b"1")
        their.add_user_record("a key of text", b"1")
    assert our.get_size_bytes() == len(our.get_contents()[2]) == len(their.get_contents()[2])
    assert their.get_size_bytes() > len(their.get_contents()[2])


def test_the_outer_partition_key_counts_towards_one_mebibyte():
    # The service counts data and partition key.
    data = bytes(1024 * 1024 - 60)
    with pytest.raises(kinesis_agg.RecordTooLargeError, match="put it without aggregating it|split it"):
        aggregator.RecordAggregator().add_user_record("k" * 100, data)


@pytest.mark.parametrize(
    "keys", [("",), ("k" * 257,), ("a", "-1"), ("a", str(2**128)), ("a", "one"), ("a", "007"), (b"\xff",)]
)
def test_keys_that_the_service_refuses_are_refused(keys):
    record_aggregator = aggregator.RecordAggregator()
    record_aggregator.add_user_record("a", b"1")
    with pytest.raises(kinesis_agg.InvalidKeyError):
        record_aggregator.add_user_record(keys[0], b"2", *keys[1:])
    assert record_aggregator.get_num_user_records() == 1


def fill(record_aggregator, count):
    """Each user record is an aggregate of its own."""
    for number in range(count):
        record_aggregator.add_user_record("key", str(number).zfill(60))


def number_in(record):
    [user_record] = kinesis_agg.parse(record.get_contents()[2])
    return int(user_record.data)


def test_callbacks_on_another_thread_come_in_order_one_at_a_time_and_are_waited_for():
    gate, began, numbers, threads = threading.Event(), threading.Event(), [], set()

    def callback(record):
        began.set()
        assert gate.wait(LIMIT)
        numbers.append(number_in(record))
        threads.add(threading.current_thread())

    record_aggregator = aggregator.RecordAggregator(100)
    record_aggregator.on_record_complete(callback)
    fill(record_aggregator, 101)
    assert began.wait(LIMIT)
    assert not record_aggregator.wait_for_callbacks(0) and numbers == []
    gate.set()
    assert record_aggregator.wait_for_callbacks(LIMIT)
    assert numbers == list(range(100)) and len(threads) == 1 and threading.current_thread() not in threads


def test_a_record_on_which_a_callback_on_another_thread_raises_is_kept(monkeypatch):
    shown, taken = [], []
    monkeypatch.setattr(threading, "excepthook", shown.append)

    def callback(record):
        if number_in(record) % 2:
            raise RuntimeError("odd")
        taken.append(number_in(record))

    record_aggregator = aggregator.RecordAggregator(100)
    record_aggregator.on_record_complete(callback)
    fill(record_aggregator, 5)
    assert record_aggregator.wait_for_callbacks(LIMIT)
    undelivered = record_aggregator.take_undelivered()
    assert taken == [0, 2] and [number_in(each.record) for each in undelivered] == [1, 3]
    assert [str(each.error) for each in undelivered] == ["odd", "odd"] and len(shown) == 2
    assert record_aggregator.take_undelivered() == []


def test_a_callback_on_this_thread_that_raises_is_called_again_and_the_others_are_not():
    first, second, failed = [], [], []

    def failing(record):
        if not failed:
            failed.append(True)
            raise RuntimeError("once")
        second.append(number_in(record))

    record_aggregator = aggregator.RecordAggregator(100)
    record_aggregator.on_record_complete(lambda record: first.append(number_in(record)), False)
    record_aggregator.on_record_complete(failing, False)
    record_aggregator.add_user_record("key", "0".zfill(60))
    with pytest.raises(RuntimeError, match="once"):
        record_aggregator.add_user_record("key", "1".zfill(60))
    assert record_aggregator.get_num_user_records() == 1
    full = record_aggregator.add_user_record("key", "1".zfill(60))
    assert (first, second, number_in(full)) == ([0], [0], 0)
    assert number_in(record_aggregator.clear_and_get()) == 1


def test_callbacks_can_be_cleared():
    record_aggregator, called = aggregator.RecordAggregator(100), []
    record_aggregator.on_record_complete(called.append, execute_on_new_thread=False)
    record_aggregator.clear_callbacks()
    fill(record_aggregator, 3)
    assert called == []


def test_memory_that_is_used_again_holds_no_user_records():
    for count in (1, 2, 3):
        # The record of the round before is gone.
        record = aggregator.AggRecord()
        assert record.get_num_user_records() == 0
        for number in range(count):
            record.add_user_record("key", str(number))
        assert [each.data for each in kinesis_agg.parse(record.get_contents()[2])] == [b"0", b"1", b"2"][
            :count
        ]
        del record


def test_a_record_larger_than_any_kinesis_record_takes_no_more_memory():
    assert aggregator.AggRecord(2**62).add_user_record("a", b"1")


def test_clearing_discards_what_is_held():
    record_aggregator = aggregator.RecordAggregator()
    record_aggregator.add_user_record("a", b"1")
    record_aggregator.clear_record()
    assert record_aggregator.get_num_user_records() == 0 and record_aggregator.clear_and_get() is None
