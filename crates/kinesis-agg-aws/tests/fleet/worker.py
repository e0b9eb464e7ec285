"""A worker of kcl-rs. It logs what it was given and what it has checkpointed, a line of JSON for each.

    worker.py NAME ENDPOINT STREAM LOG DEATH

Once the file DEATH exists, it checkpoints the first half of the next user records that it is given, and kills
itself.
"""

import json
import os
import signal
import sys
import threading
import time

from kcl_rs import CheckpointError, RecordProcessorBase, Scheduler

name, endpoint, stream, log_path, death = sys.argv[1:]
log_file = os.open(log_path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
log_lock = threading.Lock()


def log(event, shard, **more):
    # One write for each line. It is in the file even if the process is killed next.
    with log_lock:
        line = {"event": event, "shard": shard, "time": time.monotonic(), **more}
        os.write(log_file, json.dumps(line).encode() + b"\n")


class Processor(RecordProcessorBase):
    def initialize(self, initialize_input):
        self.shard = initialize_input.shard_id
        log("begun", self.shard)

    def process_records(self, process_records_input):
        records = [
            [record.sequence_number, record.sub_sequence_number, json.loads(record.binary_data)["sequence"]]
            for record in process_records_input.records
        ]
        if not records:
            return
        log("given", self.shard, records=records)
        if os.path.exists(death):
            half = len(records) // 2
            last, sub, _ = records[half - 1]
            process_records_input.checkpointer.checkpoint(last, sub)
            log("checkpoint", self.shard, count=half)
            os.kill(os.getpid(), signal.SIGKILL)
        self.checkpoint(process_records_input.checkpointer)

    def lease_lost(self, lease_lost_input):
        log("lost", self.shard)

    def shard_ended(self, shard_ended_input):
        self.checkpoint(shard_ended_input.checkpointer)
        log("ended", self.shard)

    def shutdown_requested(self, shutdown_requested_input):
        self.checkpoint(shutdown_requested_input.checkpointer)

    def checkpoint(self, checkpointer):
        try:
            checkpointer.checkpoint()
        except CheckpointError as error:
            # Another worker has the lease: it goes on from the checkpoint before.
            log("refused", self.shard, error=str(error))
        else:
            log("checkpoint", self.shard)


scheduler = Scheduler(
    stream_name=stream,
    application_name="fleet",
    record_processor_factory=Processor,
    worker_identifier=name,
    region="us-east-1",
    endpoint_url=endpoint,
    initial_position="TRIM_HORIZON",
    access_key_id="local",
    secret_access_key="local",
    retrieval_mode="POLLING",
    idle_time_between_reads_millis=200,
    shard_sync_interval_millis=1000,
)
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=scheduler.shutdown).start())
scheduler.start()
signal.pause()
