"""One address for Kinesis, DynamoDB and CloudWatch: a worker takes one endpoint for all of them."""

import http.client
import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# How long a PutRecords request is on its way.
DELAY = 0.2


class Router(ThreadingHTTPServer):
    """Sends each request to the port of its service. PutRecords requests are delayed, and can be held."""

    daemon_threads = True

    def __init__(self, kinesis, dynamodb):
        super().__init__(("127.0.0.1", 0), Handler)
        self.ports = {"Kinesis_20131202": kinesis, "DynamoDB_20120810": dynamodb}
        self.endpoint = f"http://127.0.0.1:{self.server_port}"
        self.open = True
        self.held = 0
        self.puts = 0
        self.change = threading.Condition()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def handle_error(self, request, client_address):
        # A client that was killed does not wait for its answers.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def hold(self):
        """From now on, PutRecords requests wait."""
        with self.change:
            self.open = False

    def wait_for_held(self, count, patience):
        """Waits until requests with so many Kinesis records wait."""
        with self.change:
            assert self.change.wait_for(lambda: self.held >= count, patience), f"{self.held} of {count} are held"

    def release(self):
        with self.change:
            self.open = True
            self.change.notify_all()

    def wait_for_puts(self, count, patience):
        """Waits for the answers to so many more PutRecords requests."""
        with self.change:
            count += self.puts
            assert self.change.wait_for(lambda: self.puts >= count, patience), "PutRecords is not answered"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        service, _, action = self.headers.get("X-Amz-Target", "").partition(".")
        port = self.server.ports.get(service)
        if port is None:
            # CloudWatch, which nobody reads here.
            self.answer(200, {}, b"")
            return
        if action == "PutRecords":
            self.wait(len(json.loads(body)["Records"]))
        # A connection for each request: the servers close those that wait.
        server = http.client.HTTPConnection("127.0.0.1", port)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
        server.request("POST", self.path, body, headers)
        answer = server.getresponse()
        self.answer(answer.status, answer.headers, answer.read())
        server.close()
        if action == "PutRecords":
            with self.server.change:
                self.server.puts += 1
                self.server.change.notify_all()

    def wait(self, records):
        time.sleep(DELAY)
        with self.server.change:
            self.server.held += records
            self.server.change.notify_all()
            self.server.change.wait_for(lambda: self.server.open)
            self.server.held -= records

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in ("connection", "content-length", "date", "server", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass
