"""Shards, as a program has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Union

from ._native import ShardedAggregator as ShardedAggregatorBase
from ._native import ShardMap, hash_key

# How many shards of an even split, the first and the last hash key of each, or the answer to ``list_shards``.
Shards = Union[int, Iterable[tuple[int, int]], Iterable[Mapping[str, Any]], Mapping[str, Any]]


def open_shards(shards: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The open shards of an answer to ``list_shards`` of boto3, in the order of their hash keys.

    The index of a shard, as ``shard_of`` returns it, is that in this list.
    """
    listed: Iterable[Mapping[str, Any]] = shards["Shards"] if isinstance(shards, Mapping) else shards
    open_ones = (
        shard for shard in listed if "EndingSequenceNumber" not in shard.get("SequenceNumberRange", ())
    )
    return sorted(open_ones, key=lambda shard: _range(shard)[0])


def _range(shard: Mapping[str, Any]) -> tuple[int, int]:
    hash_keys = shard["HashKeyRange"]
    return int(hash_keys["StartingHashKey"]), int(hash_keys["EndingHashKey"])


def _ranges(shards: Shards) -> int | list[tuple[int, int]]:
    if isinstance(shards, int):
        return shards
    if isinstance(shards, Mapping):
        return [_range(shard) for shard in open_shards(shards)]
    if isinstance(shards, (str, bytes)) or not isinstance(shards, Iterable):
        wanted = "an int, pairs of hash keys or the answer to list_shards"
        raise TypeError(f"argument 'shards' must be {wanted}, not {type(shards).__name__}")
    listed: list[Any] = list(shards)
    if listed and isinstance(listed[0], Mapping):
        return [_range(shard) for shard in open_shards(listed)]
    return listed


def shard_of(
    partition_key: str | bytes, shards: Shards, explicit_hash_key: str | bytes | None = None
) -> int | None:
    """The index of the shard that a record with these keys is put on; ``None`` if no shard owns its hash key.

    ``shards`` says which there are: the number of shards of an even split, pairs of the first and the last
    hash key of each, or the answer to ``list_shards`` of boto3, whose open shards count, in the order of
    their hash keys.

    >>> shard_of("sensor-7", 2), shard_of("sensor-7", 2, explicit_hash_key="0")
    (1, 0)
    """
    return ShardMap(_ranges(shards)).shard_of(hash_key(partition_key, explicit_hash_key))


class ShardedAggregator(ShardedAggregatorBase):
    """Keeps one aggregate for each shard, so that no reader drops any.

    A consumer that uses KCL 2 or later drops a whole aggregate, silently, if one of its user records belongs
    to another shard than the one that it was read from. Here none does.

    ``shards`` is what ``shard_of`` takes. ``max_size`` is the size in bytes at which an aggregate is full:
    51,200, as the Kinesis Producer Library has it.

    >>> aggregator = ShardedAggregator(4)
    >>> for number in range(100):
    ...     full = aggregator.add(f"sensor-{number}", b"21.5")
    ...     assert full is None
    >>> sum(aggregate.user_record_count for aggregate in aggregator.flush())
    100
    """

    def __new__(cls, shards: Shards, *, max_size: int = 51_200) -> ShardedAggregator:
        return super().__new__(cls, _ranges(shards), max_size)
