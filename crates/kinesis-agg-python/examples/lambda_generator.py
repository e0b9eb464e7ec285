"""A Lambda function for a Kinesis stream: user records one by one, none of which is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import kinesis_agg


def handler(event: dict[str, Any], context: object) -> dict[str, float]:
    return {"hottest": max(temperatures(event), default=float("nan"))}


def temperatures(event: dict[str, Any]) -> Iterator[float]:
    for record in kinesis_agg.deaggregate_batch(event):
        reading = json.loads(record.data)
        if "celsius" in reading:
            yield reading["celsius"]
