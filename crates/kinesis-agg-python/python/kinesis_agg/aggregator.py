"""Aggregation, with the names of ``aws_kinesis_agg.aggregator``.

Change the import, and nothing else::

    from kinesis_agg.aggregator import RecordAggregator
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from ._constants import MAX_BYTES_PER_RECORD
from ._native import AggRecord
from ._native import RecordAggregator as RecordAggregatorBase

__all__ = ["AggRecord", "RecordAggregator", "Undelivered"]

Callback = Callable[[AggRecord], object]


class Undelivered(NamedTuple):
    """A record that a callback on another thread did not take, and the exception that it raised."""

    record: AggRecord
    error: BaseException


class RecordAggregator(RecordAggregatorBase):
    """Packs user records into aggregates, and gives each full one back and to callbacks.

    All its user records must belong to one shard: see ``kinesis_agg.ShardedAggregator`` for several. It is
    not to be used by several threads at the same time.
    """

    def __init__(self, max_size: int = MAX_BYTES_PER_RECORD) -> None:
        """An empty aggregator, whose aggregates have at most ``max_size`` bytes."""
        if max_size > MAX_BYTES_PER_RECORD:
            raise ValueError(f"Invalid max_size {max_size} exceeds maximum value {MAX_BYTES_PER_RECORD}")
        self.max_size = max_size
        self.callbacks: list[tuple[Callback, bool]] = []
        self._called = 0
        self._worker = _Worker()

    def on_record_complete(self, callback: Callback, execute_on_new_thread: bool = True) -> None:
        """Registers a function that is called with each full ``AggRecord``.

        It is called on another thread, with one record after the other, or on the thread that adds the user
        record. If it raises there, ``add_user_record`` raises it and has not added the user record; the next
        call goes on with the same full record.
        """
        self.callbacks.append((callback, execute_on_new_thread))

    def get_num_user_records(self) -> int:
        """The number of user records in the current aggregate."""
        return self.current_record.get_num_user_records()

    def get_size_bytes(self) -> int:
        """The exact size in bytes of the current aggregate."""
        return self.current_record.get_size_bytes()

    def clear_record(self) -> None:
        """Discards the current aggregate."""
        self.current_record.clear()
        self._called = 0

    def clear_callbacks(self) -> None:
        """Removes all callbacks. Those on another thread still get the records that were complete before."""
        self.callbacks.clear()
        self._called = 0

    def clear_and_get(self) -> AggRecord | None:
        """Returns the current aggregate, full or not, and starts a new one; ``None`` if it is empty."""
        self._called = 0
        return self.current_record._take() if self.get_num_user_records() else None

    def _complete(self) -> AggRecord:
        """Gives the full record to the callbacks, and starts a new one."""
        full = self.current_record.__copy__()
        # A callback that raised is called again, those before it are not.
        for callback, on_new_thread in self.callbacks[self._called :]:
            if on_new_thread:
                self._worker.call(callback, full)
            else:
                callback(full)
            self._called += 1
        self.clear_record()
        return full

    def wait_for_callbacks(self, timeout: float | None = None) -> bool:
        """Waits until callbacks on another thread have got all records: before a Lambda function returns,
        since its threads stand still then. ``False`` if that took longer than ``timeout`` seconds.
        """
        return self._worker.wait(timeout)

    def take_undelivered(self) -> list[Undelivered]:
        """Takes the records on which callbacks on another thread have raised."""
        return self._worker.take_undelivered()


class _Worker:
    """Calls functions on another thread, in order. The thread ends when there is nothing to do."""

    def __init__(self) -> None:
        self._state = threading.Condition()
        self._queue: deque[tuple[Callback, AggRecord]] = deque()
        self._is_running = False
        self._undelivered: list[Undelivered] = []

    def call(self, callback: Callback, record: AggRecord) -> None:
        with self._state:
            self._queue.append((callback, record))
            if self._is_running:
                return
            self._is_running = True
        threading.Thread(target=self._run, name="kinesis-agg-callbacks").start()

    def _run(self) -> None:
        while True:
            with self._state:
                if not self._queue:
                    self._is_running = False
                    self._state.notify_all()
                    return
                callback, record = self._queue.popleft()
            try:
                callback(record)
            except BaseException as error:
                with self._state:
                    self._undelivered.append(Undelivered(record, error))
                # What a thread of its own would have shown.
                hook_arguments = (type(error), error, error.__traceback__, threading.current_thread())
                threading.excepthook(threading.ExceptHookArgs(hook_arguments))

    def wait(self, timeout: float | None) -> bool:
        with self._state:
            return self._state.wait_for(lambda: not self._is_running, timeout)

    def take_undelivered(self) -> list[Undelivered]:
        with self._state:
            taken, self._undelivered = self._undelivered, []
        return taken
