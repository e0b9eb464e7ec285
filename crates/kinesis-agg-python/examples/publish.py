"""Puts lines on a stream, aggregated, with the first word of a line as its partition key::

publish(boto3.client("kinesis"), "sensors", sys.stdin)
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import kinesis_agg


def publish(client: Any, stream: str, lines: Iterable[str]) -> int:
    """Returns the number of Kinesis records. The client is one of boto3, which repeats what fails. Lines
    without a word are left out."""
    put = 0
    aggregator = kinesis_agg.ShardedAggregator(client.list_shards(StreamName=stream))
    for line in lines:
        words = line.split(maxsplit=1)
        full = aggregator.add(words[0], line.rstrip("\n")) if words else None
        if full is not None:
            client.put_record(StreamName=stream, **full.entry())
            put += 1
    # `flush` hands over all that is held: keep the list until each of it is put.
    for aggregate in aggregator.flush():
        client.put_record(StreamName=stream, **aggregate.entry())
        put += 1
    return put
