"""What nine other implementations wrote is read, and what they write is written."""

import base64
import hashlib
import re

import pytest

import kinesis_agg
from kinesis_agg.aggregator import RecordAggregator
from shared import REFUSALS, inputs, vectors


def records_of(user_records):
    return [(each.partition_key, each.explicit_hash_key, each.data) for each in user_records]


def expected_records(entry):
    return [(each["pk"], each["ehk"], base64.b64decode(each["data_b64"])) for each in entry["records"]]


@pytest.mark.parametrize("vector", vectors("deaggregation"), ids=lambda vector: vector["id"])
def test_aggregates_are_read_as_the_official_runtime_reads_them(vector):
    data = base64.b64decode(vector["blob_b64"])
    if vector["id"] in REFUSALS:
        return refused(vector, data)
    expected = vector["reader"]["protobuf"]
    assert vector["verdict"] in ("records", "empty", "contested")
    user_records = kinesis_agg.parse(data)
    assert user_records.aggregated and user_records.error is None
    if vector["verdict"] != "contested":
        assert records_of(user_records) == expected_records(expected)
    both_ways = [kinesis_agg.deaggregate(data, "outer"), kinesis_agg.deaggregate_batch([("outer", data)] * 2)]
    assert records_of(both_ways[0]) == records_of(user_records)
    assert records_of(both_ways[1]) == records_of(user_records) * 2
    assert [each.sub_sequence_number for each in user_records] == list(range(len(user_records)))


def refused(vector, data):
    """``parse`` says why, and ``deaggregate`` hands the Kinesis record on as it is."""
    # Several where the data has several faults.
    faults = [re.match(r"(\w+).* at (\d+)$", each).groups() for each in REFUSALS[vector["id"]].split(" | ")]
    faults = [(kind, int(offset)) for kind, offset in faults]
    with pytest.raises(kinesis_agg.ParseError) as caught:
        kinesis_agg.parse(data)
    assert (caught.value.kind, caught.value.offset) in faults
    user_records = kinesis_agg.deaggregate(data, "outer")
    assert not user_records.aggregated
    assert (user_records.error.kind, user_records.error.offset) in faults
    assert records_of(user_records) == [("outer", None, data)]
    assert user_records[0].data is data
    assert records_of(kinesis_agg.deaggregate_batch([("outer", data)] * 2)) == [("outer", None, data)] * 2


def output_of(record, after):
    partition_key, explicit_hash_key, data = record.get_contents()
    return after, partition_key, explicit_hash_key, record.get_num_user_records(), data


# Keys that the service refuses, an empty explicit hash key, which counts as none, and 1 MiB without the outer
# partition key.
OTHERWISE = ("agg-empty_pk-", "agg-long_pk_257-", "agg-odd_ehk-", "agg-empty_ehk-", "agg-one_mib_single")

EXACT = [
    vector
    for vector in vectors("aggregation")
    if vector["generator"] == "protobuf" and not vector["id"].startswith(OTHERWISE)
]


@pytest.mark.parametrize("vector", EXACT, ids=lambda vector: vector["id"])
def test_aggregates_are_those_of_the_official_runtime_byte_for_byte(vector):
    aggregator = RecordAggregator(vector["max_size"] or 1024 * 1024)
    came_out, refused = [], []
    for position, (partition_key, data, explicit_hash_key) in enumerate(inputs(vector)):
        try:
            full = aggregator.add_user_record(partition_key, data, explicit_hash_key)
        except kinesis_agg.RecordTooLargeError:
            refused.append(position)
        else:
            came_out += [output_of(full, position)] if full else []
    last = aggregator.clear_and_get()
    came_out += [output_of(last, -1)] if last else []
    assert refused == [each["index"] for each in vector.get("rejected", [])]
    assert len(came_out) == len(vector["output"])
    for (after, partition_key, explicit_hash_key, count, data), expected in zip(came_out, vector["output"]):
        assert (after, partition_key) == (expected["after"], expected["pk"])
        assert explicit_hash_key == expected["ehk"]
        assert count == expected["num_records"]
        if "blob_b64" in expected:
            assert data == base64.b64decode(expected["blob_b64"])
        assert len(data) == expected["blob_len"]
        assert hashlib.sha256(data).hexdigest() == expected.get(
            "blob_sha256", hashlib.sha256(data).hexdigest()
        )


@pytest.mark.parametrize("vector", vectors("effective_hash_key"), ids=lambda vector: vector["id"])
def test_hash_keys_are_those_of_the_kcl(vector):
    # Java takes a sign and digits that are not ASCII.
    refused = not vector["in_128_bits"] or vector["class"] == "ehk_not_plain_decimal"
    if refused:
        with pytest.raises(kinesis_agg.InvalidKeyError):
            kinesis_agg.hash_key(vector["pk"], vector["ehk"])
    else:
        assert kinesis_agg.hash_key(vector["pk"], vector["ehk"]) == int(vector["effective"])
