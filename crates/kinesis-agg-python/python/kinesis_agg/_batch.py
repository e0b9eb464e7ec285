"""The user records of many Kinesis records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from . import _shapes
from ._native import UserRecord, UserRecords
from .errors import UnreadableRecordError


def deaggregate_batch(
    records: Any, *, unreadable: Callable[[UnreadableRecordError], object] | None = None
) -> Iterator[UserRecord]:
    """The user records of many Kinesis records, lazily and in order.

    ``records`` is an event of Lambda, its ``Records``, the answer to ``get_records`` of boto3 or its
    ``Records``, events and records of AWS Lambda Powertools, those of Firehose and Kinesis Data Analytics, or
    pairs of a partition key and data.

    Nothing is lost: data that is not an aggregate, or one with any fault, comes out as it is. ``unreadable``
    is called with an ``UnreadableRecordError`` for each record without data that can be read, and the others
    go on; without it, the error is raised.

    The digests of about 1 MiB of Kinesis records are computed together, without the interpreter lock. The
    iterator is for one thread at a time.
    """
    return _user_records(_shapes.records_of(records), unreadable)


def _user_records(
    records: Any, unreadable: Callable[[UnreadableRecordError], object] | None
) -> Iterator[UserRecord]:
    for group in _shapes.groups(records):
        for user_records in group:
            if isinstance(user_records, UserRecords):
                yield from user_records
            elif isinstance(user_records, UnreadableRecordError):
                if unreadable is None:
                    raise user_records
                unreadable(user_records)
