"""``kinesis_agg.deaggregator`` beside the module that it stands in for, in the same process."""

import base64
import contextlib
import io
import json

import pytest

from kinesis_agg import deaggregator
from shared import REFUSALS, aggregate, stream_record, their_deaggregator, vectors


def event_of(vector):
    """The event as a program has it: data of boto3 is bytes."""
    records = [dict(record) for record in vector["event"]]
    for record in records:
        if "Data_b64" in record:
            record["Data"] = base64.b64decode(record.pop("Data_b64"))
    return records[0] if vector.get("single") else records


def arguments(vector):
    return ["Boto3"] if vector["format"] == "boto3_get_records" and not vector.get("no_data_format") else []


def theirs(records, *data_format):
    """What the other module gives before it fails, and whether it fails or writes an error."""
    given, errors = [], io.StringIO()
    with contextlib.redirect_stderr(errors):
        try:
            given.extend(their_deaggregator.iter_deaggregate_records(records, *data_format))
        except Exception:
            return given, True
    return given, bool(errors.getvalue())


def with_text(record):
    """The record with base64 text in place of bytes of it."""
    data = record["kinesis"]["data"]
    if record["kinesis"].get("aggregated"):
        data = data.decode()
    return {**record, "kinesis": {**record["kinesis"], "data": data}}


EVENTS = vectors("lambda_events")
# The second of three user records has no explicit hash key; the other module gives it that of the first.
INVENTED = ("event-028", "event-029", "event-030", "event-031")


@pytest.mark.parametrize("vector", EVENTS, ids=lambda vector: vector["id"])
def test_every_event_comes_out_as_from_the_other_module_with_no_field_less(vector):
    records = event_of(vector)
    expected, failed = theirs(records, *arguments(vector))
    if failed:
        return
    ours = list(deaggregator.iter_deaggregate_records(records, *arguments(vector)))
    assert len(ours) == len(expected)
    for position, (our, their) in enumerate(zip(ours, map(with_text, expected))):
        if vector["id"] in INVENTED and position == 1:
            assert (
                their["kinesis"].pop("explicitHashKey") == "1" and our["kinesis"]["explicitHashKey"] is None
            )
        assert_has_all_of(our, their)
        assert our["kinesis"].get("aggregated") == their["kinesis"].get("aggregated")
    assert deaggregator.deaggregate_records(records) == ours


def assert_has_all_of(our, their):
    assert {name: our[name] for name in their if name != "kinesis"} == {
        name: value for name, value in their.items() if name != "kinesis"
    }
    assert {name: our["kinesis"][name] for name in their["kinesis"]} == their["kinesis"]


# Where the other module delivers something of data that is not a correct aggregate: with an index outside its table, without
# a required field, with a key that is not UTF-8, with a number of more than 64 bits.
DELIVERED_ANYWAY = ("x_", "q_", "u_", "a_varint_overflow_bits", "w_wrong_wire_record_only", "f_mutated")


@pytest.mark.parametrize("vector", vectors("deaggregation"), ids=lambda vector: vector["id"])
def test_every_vector_comes_out_as_from_the_other_module(vector):
    record = stream_record(base64.b64decode(vector["blob_b64"]))
    ours = deaggregator.deaggregate_records([record])
    expected, failed = theirs([record])
    if vector["verdict"] == "contested":
        assert ours == [record] or all(each["kinesis"]["aggregated"] for each in ours)
    elif vector["id"] in REFUSALS:
        assert ours == [record] and ours[0] is record
        assert expected == ours or vector["class"].startswith(DELIVERED_ANYWAY)
    else:
        assert not failed
        for our, their in zip(ours, map(with_text, expected), strict=True):
            our["kinesis"].pop("tags", None)
            if our["kinesis"]["explicitHashKey"] is None:
                # The other module has invented one if any user record of the aggregate has one.
                their["kinesis"]["explicitHashKey"] = None
            assert our == their


def test_required_fields_are_not_made_up_and_keys_are_text():
    missing, not_utf8 = (
        next(each for each in vectors("deaggregation") if each["id"] == name)
        for name in ("deagg-q_missing_data-000", "deagg-u_invalid_pk-000")
    )
    for vector, their_field in ((missing, "data"), (not_utf8, "partitionKey")):
        record = stream_record(base64.b64decode(vector["blob_b64"]))
        assert deaggregator.deaggregate_records([record]) == [record]
        assert isinstance(their_deaggregator.deaggregate_records([record])[0]["kinesis"][their_field], bytes)


WHOLE, AS_IT_CAME = "whole", "as it came"
# Where the other module fails or loses something: the length of each user record as the official runtime
# reads it, or WHOLE for a Kinesis record that is handed on, or AS_IT_CAME for one whose data is not base64.
RIGHT = {
    # An index outside its table: nothing of such an aggregate can be trusted.
    "event-032": [WHOLE, WHOLE],
    "event-033": [WHOLE, WHOLE, WHOLE],
    "event-036": [WHOLE, WHOLE],
    "event-037": [WHOLE, WHOLE, WHOLE],
    "event-040": [WHOLE, WHOLE],
    "event-041": [WHOLE, WHOLE, WHOLE],
    "event-044": [WHOLE, WHOLE],
    "event-045": [WHOLE, WHOLE, WHOLE],
    # No time of arrival, no version of the schema.
    "event-048": [4, 1, 5, WHOLE],
    "event-050": [5, 8, 2, 10],
    # Put into Firehose directly; boto3 without a word that it is.
    "event-054": [WHOLE],
    "event-055": [5, 9, 10, 1],
    # Base64 that is none, and base64 without padding.
    "event-056": [AS_IT_CAME],
    "event-057": [WHOLE],
    "event-060": [10, 7, 10],
}


@pytest.mark.parametrize("vector", EVENTS, ids=lambda vector: vector["id"])
def test_where_the_other_module_fails_or_loses_something_nothing_is_lost(vector):
    records = event_of(vector)
    _, failed = theirs(records, *arguments(vector))
    assert failed == (vector["id"] in RIGHT)
    if not failed:
        return
    came_out = []
    for our in deaggregator.iter_deaggregate_records(records, *arguments(vector)):
        if our["kinesis"].get("aggregated"):
            came_out.append(len(base64.b64decode(our["kinesis"]["data"], validate=True)))
        else:
            came_out.append(AS_IT_CAME if vector["id"] == "event-056" else WHOLE)
            data = [
                record.get("data") or record.get("Data") or record["kinesis"]["data"] for record in records
            ]
            assert our["kinesis"]["data"] in data
    assert came_out == RIGHT[vector["id"]]


# ---- each difference


def test_data_is_text_as_lambda_has_it_and_bytes_of_it_on_request(monkeypatch):
    records = [stream_record(aggregate(("a", b"\xff\xfe")))]
    [our], [their] = (
        deaggregator.deaggregate_records(records),
        their_deaggregator.deaggregate_records(records),
    )
    assert (our["kinesis"]["data"], their["kinesis"]["data"]) == ("//4=", b"//4=")
    json.dumps(our)
    monkeypatch.setattr(deaggregator, "DATA_TYPE", bytes)
    assert deaggregator.deaggregate_records(records) == [their]


def test_a_record_that_is_not_an_aggregate_is_the_same_object():
    record = stream_record(b"plain")
    [our] = deaggregator.deaggregate_records([record])
    assert our is record


def test_an_explicit_hash_key_is_that_of_the_user_record_alone():
    records = [stream_record(aggregate(("a", b"1", "42"), ("b", b"2")))]
    keys = [each["kinesis"]["explicitHashKey"] for each in deaggregator.deaggregate_records(records)]
    their_keys = [
        each["kinesis"]["explicitHashKey"] for each in their_deaggregator.deaggregate_records(records)
    ]
    assert (keys, their_keys) == (["42", None], ["42", "42"])


def test_a_missing_field_is_missing_and_nothing_else(capsys):
    record = stream_record(aggregate(("a", b"1"), ("b", b"2")))
    del record["kinesis"]["approximateArrivalTimestamp"], record["kinesis"]["kinesisSchemaVersion"]
    ours = deaggregator.deaggregate_records([record])
    assert [each["kinesis"]["partitionKey"] for each in ours] == ["a", "b"]
    assert their_deaggregator.deaggregate_records([record]) == [] and "ERROR" in capsys.readouterr().err
    assert "approximateArrivalTimestamp" not in ours[0]["kinesis"]


def test_every_field_of_a_record_stays_on_its_user_records():
    record = stream_record(aggregate(("a", b"1")), encryptionType="KMS", shardId="shardId-7")
    record["new"] = {"by": "AWS"}
    [our] = deaggregator.deaggregate_records([record])
    [their] = their_deaggregator.deaggregate_records([record])
    assert (our["kinesis"]["encryptionType"], our["kinesis"]["shardId"]) == ("KMS", "shardId-7")
    assert "encryptionType" not in their["kinesis"] and "shardId" not in their["kinesis"]
    assert our["new"] == their["new"] == {"by": "AWS"}


def test_a_record_that_is_not_base64_does_not_end_the_batch():
    broken = stream_record(b"")
    broken["kinesis"]["data"] = "abcde"
    records = [
        stream_record(b"before"),
        broken,
        {"eventID": "without data"},
        stream_record(aggregate(("a", b"1"))),
    ]
    ours = deaggregator.deaggregate_records(records)
    assert ours[:3] == records[:3] and ours[3]["kinesis"]["partitionKey"] == "a"
    with pytest.raises(ValueError):
        their_deaggregator.deaggregate_records(records)


def test_symbols_that_are_not_base64_are_no_data():
    record = stream_record(aggregate(("a", b"1")))
    record["kinesis"]["data"] = record["kinesis"]["data"][:8] + "!!" + record["kinesis"]["data"][8:]
    assert deaggregator.deaggregate_records([record]) == [record]
    assert len(their_deaggregator.deaggregate_records([record])) == 1  # It leaves them out.


@pytest.mark.parametrize("position", range(8))
@pytest.mark.parametrize("make", [str, str.encode], ids=["text", "bytes"])
def test_an_aggregate_is_known_wherever_its_base64_is_broken(position, make):
    record = stream_record(aggregate(("a", b"1")))
    text = record["kinesis"]["data"]
    for space in "\n", "\r\n", " " * 9:
        record["kinesis"]["data"] = make(text[:position] + space + text[position:])
        [our] = deaggregator.deaggregate_records([record])
        [their] = their_deaggregator.deaggregate_records([record])
        assert our == with_text(their) and our["kinesis"]["aggregated"]


def test_an_event_and_what_is_wrapped_around_it_are_read():
    event = {"Records": [stream_record(aggregate(("a", b"1"), ("b", b"2")))]}
    queued = {"Records": [{"messageId": "1", "eventSource": "aws:sqs", "body": json.dumps(event)}]}
    for given in (event, queued):
        ours = deaggregator.deaggregate_records(given)
        assert [each["kinesis"]["partitionKey"] for each in ours] == ["a", "b"]
        assert ours[0]["eventSource"] == "aws:kinesis"
        with pytest.raises(KeyError):
            their_deaggregator.deaggregate_records(given)


def test_tags_are_kept():
    tagged = [
        vector
        for vector in vectors("deaggregation")
        if "tag" in vector["class"] and vector["verdict"] == "records"
    ]
    ours = [
        each["kinesis"].get("tags", [])
        for vector in tagged
        for each in deaggregator.deaggregate_records([stream_record(base64.b64decode(vector["blob_b64"]))])
    ]
    assert any(ours) and all(set(tag) == {"key", "value"} for tags in ours for tag in tags)


def test_records_of_an_iterator_come_out_before_the_next_one_is_taken():
    def endless():
        yield stream_record(aggregate(("a", b"1")))
        raise AssertionError("taken too early")

    assert next(deaggregator.iter_deaggregate_records(endless()))["kinesis"]["partitionKey"] == "a"
