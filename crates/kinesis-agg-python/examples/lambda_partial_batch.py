"""A Lambda function for a Kinesis stream with ``ReportBatchItemFailures``: what failed comes again, what went
before does not.

Lambda gives the Kinesis records from the lowest of the sequence numbers on again. So the function ends at the
first failure: what is behind it comes again in any case. All user records of a Kinesis record have its
sequence number, so that some come twice; sequence number and sub-sequence number together tell them.
"""

from __future__ import annotations

import json
from typing import Any, TypedDict

import kinesis_agg


class ItemFailure(TypedDict):
    itemIdentifier: str


class BatchResponse(TypedDict):
    batchItemFailures: list[ItemFailure]


def handler(event: dict[str, Any], context: object) -> BatchResponse:
    try:
        for record in kinesis_agg.deaggregate_batch(event):
            try:
                process(record)
            except Exception as error:
                print(f"{record.sequence_number}, {record.sub_sequence_number}: {error!r}")
                return failure(record.sequence_number)
    except kinesis_agg.UnreadableRecordError as error:
        print(error)
        return failure(error.sequence_number)
    return {"batchItemFailures": []}


def failure(sequence_number: str | None) -> BatchResponse:
    """Without a sequence number the whole batch comes again."""
    return {"batchItemFailures": [{"itemIdentifier": sequence_number or ""}]}


def process(record: kinesis_agg.UserRecord) -> None:
    """Where the program's own work begins."""
    print(f"{record.partition_key!r}: {json.loads(record.data)!r}")
