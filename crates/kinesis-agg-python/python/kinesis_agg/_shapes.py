"""The shapes in which AWS hands out Kinesis records, as Python objects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Union

from . import _native
from .errors import EventError, UnreadableRecordError

# The objects in which the records of Analytics and Firehose have their keys and numbers.
METADATA = ("kinesisStreamRecordMetadata", "kinesisRecordMetadata", "kinesisFirehoseRecordMetadata")

# The fields that are in the object ``kinesis`` of a stream's record, and the same as ``get_records`` of boto3
# writes them. Other shapes have some of them in the record itself.
KINESIS_FIELDS = {
    "approximateArrivalTimestamp": "ApproximateArrivalTimestamp",
    "encryptionType": "EncryptionType",
    "kinesisSchemaVersion": "KinesisSchemaVersion",
    "partitionKey": "PartitionKey",
    "recordId": "RecordId",
    "sequenceNumber": "SequenceNumber",
    "shardId": "ShardId",
}


class Given(NamedTuple):
    """A Kinesis record and its fields that the extension module needs."""

    data: bytes
    partition_key: str
    sequence_number: str | None
    record: Any


def records_of(given: Any) -> Iterable[Any]:
    """The records of an event, of the answer to ``get_records``, or of a list; or a single record."""
    if not isinstance(given, Mapping):
        return given  # type: ignore[no-any-return]
    for name in ("Records", "records"):
        listed = given.get(name)
        if isinstance(listed, (list, tuple)):
            return listed
    return [given]


def read(record: Any, position: int, raw: bool = False) -> list[Given | UnreadableRecordError]:
    """Reads one record, or several that are wrapped in it.

    ``raw``: data that is ``bytes`` is never base64 text.
    """
    try:
        given = _read(record, raw)
        if given is not None:
            return [given]
        wrapped = json.loads(_native.records_of_event(json.dumps(record, default=str)))
    except EventError as error:
        return [_unreadable(record, position, f"it has no data ({error})")]
    except UNREADABLE as error:
        return [_unreadable(record, position, error)]
    return [_read_wrapped(each, position, raw) for each in wrapped]


# What a record of a wrong shape raises.
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError, RecursionError)


def _read_wrapped(record: Any, position: int, raw: bool) -> Given | UnreadableRecordError:
    try:
        return _read(record, raw) or _unreadable(record, position, "it has no data")
    except UNREADABLE as error:
        return _unreadable(record, position, error)


def _unreadable(record: Any, position: int, reason: str | Exception) -> UnreadableRecordError:
    if isinstance(reason, KeyError):
        reason = f"no field {reason}"
    number = sequence_number(record) if isinstance(record, Mapping) else None
    where = f"Kinesis record {position}" + (f" with sequence number {number}" if number else "")
    return UnreadableRecordError(f"{where} cannot be read: {reason}", position, number, record)


def _read(record: Any, raw: bool) -> Given | None:
    """``None`` if it has no data, or has it in a form that only the extension module knows."""
    if isinstance(record, tuple):
        partition_key, data = record
        return Given(_bytes(data), partition_key, None, record)
    if not isinstance(record, Mapping):
        raise TypeError(f"it is of type {type(record).__name__}, not a dict")
    if "kinesis" in record:
        fields, data = record["kinesis"], record["kinesis"]["data"]
    elif "Data" in record:
        fields, data, raw = record, record["Data"], True
    elif "data" in record or "rawData" in record:
        data = record["data"] if "data" in record else record["rawData"]
        fields = next((record[name] for name in METADATA if record.get(name)), record)
    else:
        return None
    if isinstance(data, (list, dict)):
        return None
    partition_key = fields.get("partitionKey") or fields.get("PartitionKey") or ""
    return Given(_decoded(data, raw), partition_key, sequence_number(record, fields), record)


def _decoded(data: Any, raw: bool) -> bytes:
    return _bytes(data) if raw and not isinstance(data, str) else _native.decode_base64(data)


def _bytes(data: Any) -> bytes:
    return data if type(data) is bytes else bytes(memoryview(data))


def sequence_number(record: Mapping[str, Any], fields: Mapping[str, Any] | None = None) -> str | None:
    """The sequence number, from a field of its own or from ``eventID``, which ends with it."""
    nested = fields if fields is not None else record.get("kinesis")
    for place in (nested, record):
        if isinstance(place, Mapping):
            number = place.get("sequenceNumber") or place.get("SequenceNumber")
            if number is not None:
                return str(number)
    event_id = record.get("eventID")
    return event_id.partition(":")[2] or None if isinstance(event_id, str) else None


def as_stream_record(record: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fields of a record in the shape of a stream's: those of the record itself, and those of
    ``kinesis``.

    The data is in neither.
    """
    outer = dict(record)
    if "kinesis" in record:
        outer.pop("data", None)
        nested = dict(outer.pop("kinesis"))
        nested.pop("data", None)
        return outer, nested
    # Only streams tell the version of the schema; there has been one.
    nested = {"kinesisSchemaVersion": "1.0"}
    for field, as_in_get_records in KINESIS_FIELDS.items():
        name = as_in_get_records if "Data" in record else field
        if name in outer:
            nested[field] = outer.pop(name)
    for name in METADATA:
        nested.update(outer.pop(name, None) or ())
    for name in ("Data", "data", "rawData"):
        outer.pop(name, None)
    return outer, nested


def data_of(record: Mapping[str, Any]) -> Any:
    """The data as it was given."""
    if "kinesis" in record:
        return record["kinesis"]["data"]
    return next(record[name] for name in ("Data", "data", "rawData") if name in record)


class Options(NamedTuple):
    """How records are read."""

    # Data that is ``bytes`` is never base64 text.
    raw: bool = False
    # A record in a usual shape whose data does not begin as that of an aggregate is given back as it is.
    skip_plain: bool = False


# What came of a Kinesis record: a record itself with ``skip_plain`` only.
Read = Union[_native.UserRecords, UnreadableRecordError, dict[str, Any]]


def groups(records: Iterable[Any], options: Options = Options()) -> Iterator[list[Read]]:
    """Takes Kinesis records apart, in order; an error stands in the place of a record that cannot be read.

    Those in a list are taken apart in groups of about 1 MiB, whose digests are computed together. Any other
    iterable, which may wait for what is to come, is read one by one.
    """
    if not isinstance(records, (list, tuple)):
        for position, record in enumerate(records):
            yield _all_shapes(_native.read_usual([record], 0, options), [record], position, options)
        return
    listed = list(records)
    position = 0
    while position < len(listed):
        group = _native.read_usual(listed, position, options)
        yield _all_shapes(group, listed[position : position + len(group)], position, options)
        position += len(group)


def _all_shapes(
    group: list[_native.UserRecords | dict[str, Any] | None],
    records: list[Any],
    position: int,
    options: Options,
) -> list[Read]:
    """Reads the records that are not in a usual shape."""
    complete: list[Read] = []
    for offset, each in enumerate(group):
        if each is not None:
            complete.append(each)
            continue
        for given in read(records[offset], position + offset, options.raw):
            complete += _native.read_group([given]) if isinstance(given, Given) else [given]
    return complete
