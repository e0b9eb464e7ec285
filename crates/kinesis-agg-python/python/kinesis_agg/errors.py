"""What can go wrong. Every exception of this package is a ``KinesisAggError``."""

from __future__ import annotations

from typing import Any

__all__ = [
    "EventError",
    "InvalidKeyError",
    "KinesisAggError",
    "NoShardError",
    "ParseError",
    "RecordTooLargeError",
    "ShardMapError",
    "UnreadableRecordError",
]


class KinesisAggError(Exception):
    """The base of all exceptions of this package."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class ParseError(KinesisAggError, ValueError):
    """Data is not an aggregate, whole and correct.

    ``kind`` names what is wrong: ``"NotAggregated"`` for data that never was an aggregate, ``"Digest"`` for
    data that was changed or cut off behind the magic. ``offset`` is the byte at which it is wrong.
    """

    def __init__(self, message: str, kind: str, offset: int) -> None:
        super().__init__(message, kind, offset)
        self.kind = kind
        self.offset = offset


class RecordTooLargeError(KinesisAggError, ValueError):
    """A user record takes ``size`` bytes where at most ``limit`` are allowed: it can never be added."""

    def __init__(self, message: str, size: int, limit: int) -> None:
        super().__init__(message, size, limit)
        self.size = size
        self.limit = limit


class InvalidKeyError(KinesisAggError, ValueError):
    """The service would refuse this partition key or explicit hash key."""


class NoShardError(KinesisAggError, ValueError):
    """No shard owns ``hash_key``."""

    def __init__(self, message: str, hash_key: int) -> None:
        super().__init__(message, hash_key)
        self.hash_key = hash_key


class ShardMapError(KinesisAggError, ValueError):
    """Hash key ranges of shards that overlap, or none at all."""


class EventError(KinesisAggError, ValueError):
    """There are no Kinesis records in an event."""


class UnreadableRecordError(KinesisAggError, ValueError):
    """A Kinesis record has no data that can be read.

    ``record`` is the record as it was given, ``position`` its place among those that were given, from 0, and
    ``sequence_number`` what a partial batch response names it by.
    """

    def __init__(self, message: str, position: int, sequence_number: str | None, record: Any) -> None:
        super().__init__(message, position, sequence_number, record)
        self.position = position
        self.sequence_number = sequence_number
        self.record = record
