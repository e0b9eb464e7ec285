"""Deaggregation, with the names of ``aws_kinesis_agg.deaggregator``.

Change the import, and nothing else::

    from kinesis_agg.deaggregator import deaggregate_records, iter_deaggregate_records

``DATA_TYPE`` is the type of the base64 text in ``record["kinesis"]["data"]``. It is ``str``, as Lambda has
it. The other module returns ``bytes`` for user records out of an aggregate; for code that needs that::

    kinesis_agg.deaggregator.DATA_TYPE = bytes
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterator
from typing import Any, Union

from . import _shapes
from ._native import UserRecords
from .errors import UnreadableRecordError

__all__ = ["DATA_TYPE", "deaggregate_records", "iter_deaggregate_records"]

DATA_TYPE: Union[type[str], type[bytes]] = str


def deaggregate_records(records: Any) -> list[dict[str, Any]]:
    """The user records of Kinesis records, as dictionaries in the shape of a stream's record.

    A record that is not an aggregate is returned as it is. ``records`` is a list of records, or one record.
    """
    return list(iter_deaggregate_records(records))


def iter_deaggregate_records(records: Any, data_format: str | None = None) -> Iterator[dict[str, Any]]:
    """The user records of Kinesis records one by one, as dictionaries in the shape of a stream's record.

    A record that is not an aggregate, or that cannot be read, is given as it is. ``data_format="Boto3"`` says
    that data is raw; records of boto3 are known without it.
    """
    options = _shapes.Options(raw=data_format == "Boto3", skip_plain=True)
    for group in _shapes.groups(_shapes.records_of(records), options):
        for each in group:
            if isinstance(each, UnreadableRecordError):
                yield each.record
            elif not isinstance(each, UserRecords):
                yield _plain(each)
            elif each.aggregated:
                yield from _user_records(each)
            else:
                yield _plain(each.kinesis_record)


def _user_records(user_records: UserRecords) -> Iterator[dict[str, Any]]:
    outer, nested = _shapes.as_stream_record(user_records.kinesis_record)
    is_text = DATA_TYPE is str
    for record in user_records:
        encoded = b2a_base64(record.data, newline=False)
        kinesis = {
            **nested,
            "explicitHashKey": record.explicit_hash_key,
            "partitionKey": record.partition_key,
            "subSequenceNumber": record.sub_sequence_number,
            "aggregated": True,
            "data": encoded.decode("ascii") if is_text else encoded,
        }
        tags = record.tags
        if tags:
            kinesis["tags"] = [{"key": key, "value": value} for key, value in tags]
        yield {**outer, "kinesis": kinesis}


def _plain(record: Any) -> dict[str, Any]:
    if "kinesis" in record:
        return record  # type: ignore[no-any-return]
    outer, nested = _shapes.as_stream_record(record)
    return {**outer, "kinesis": {**nested, "data": _shapes.data_of(record)}}
