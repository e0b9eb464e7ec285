"""A Lambda function for a Kinesis stream: all user records of an event at once."""

from __future__ import annotations

import json
from typing import Any

import kinesis_agg


def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    records = list(kinesis_agg.deaggregate_batch(event))
    write([(record.partition_key, json.loads(record.data)) for record in records])
    return {"user_records": len(records)}


def write(rows: list[tuple[str, Any]]) -> None:
    """Where the program's own work begins."""
    for partition_key, value in rows:
        print(f"{partition_key!r}: {value!r}")
