"""The witness over HTTP.

Rules:
* A request has a limit of bytes and of seconds in all, however slowly it comes; so has the number of connections.
* The log has the time, the deed and the status of a request that changes something: no address, no path, no header.
"""

import io
import socket
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from overt_verify import __version__
from overt_verify.witness.answers import TEXT, Answer, Answers
from overt_verify.witness.signed import BODY_LIMIT

SECONDS = 20.0
"""Most seconds for a request, from its first byte on, and for the wait between two."""
MOST_CONNECTIONS = 64
_HEAD_LIMIT = 64 * 1024


class WitnessServer(ThreadingHTTPServer):
    """Carries requests to `Answers`."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, place: tuple[str, int], answers: Answers, tell: Callable[[str], None], seconds: float = SECONDS
    ) -> None:
        self.answers = answers
        self.tell = tell
        self.seconds = seconds
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        if ":" in place[0]:
            self.address_family = socket.AF_INET6
        super().__init__(place, _Handler)

    def process_request(self, request: object, client_address: object) -> None:
        """Start a thread for a connection, or close it where there are too many."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)  # type: ignore[arg-type]
        else:
            self.shutdown_request(request)  # type: ignore[arg-type]

    def process_request_thread(self, request: object, client_address: object) -> None:
        """Serve a connection to its end."""
        try:
            super().process_request_thread(request, client_address)  # type: ignore[arg-type]
        finally:
            self._free.release()

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - not written down
        """A connection broke; nothing about it is written down but how."""
        self.tell(f"connection ended by {type(sys.exception()).__name__}")


class _Timed(io.RawIOBase):
    """Reads a socket until a time and a number of bytes; then there is nothing more."""

    def __init__(self, connection: socket.socket, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds
        self.restart()

    def restart(self) -> None:
        """A new request begins."""
        self._left = BODY_LIMIT + _HEAD_LIMIT
        self._until = time.monotonic() + self._seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if self._left <= 0:
            return 0
        self._connection.settimeout(left)
        count = self._connection.recv_into(memoryview(buffer)[: self._left])
        self._left -= count
        return count


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: WitnessServer

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.seconds)
        self.rfile.close()
        self._timed = _Timed(self.connection, self.server.seconds)
        self.rfile = io.BufferedReader(self._timed)

    def handle_one_request(self) -> None:
        self._timed.restart()
        super().handle_one_request()

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self._send(self.server.answers.get(path, wants_page="text/html" in self.headers.get("Accept", "")))

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdecimal()):
            self._refuse(411, b"Say how long the request is.\n")
        elif len(length) > 9 or int(length) > BODY_LIMIT:
            self._refuse(413, b"The request is too long.\n")
        else:
            body = self.rfile.read(int(length))
            if len(body) != int(length):
                self._refuse(400, b"The request ended early.\n")
            else:
                self._send(self.server.answers.post(urlsplit(self.path).path, body))

    def _refuse(self, status: int, body: bytes) -> None:
        """Answer and close: what follows on the connection was not read."""
        self.close_connection = True
        self._send(Answer(status, TEXT, body))

    def _send(self, answer: Answer) -> None:
        if answer.said:
            self.server.tell(f"{self.command} {answer.status} {answer.said}")
        self.send_response(answer.status)
        fixed = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-cache"}
        closing = {"Connection": "close"} if self.close_connection else {}
        length = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body))}
        for name, value in (length | fixed | closing | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def version_string(self) -> str:
        return f"overt-verify/{__version__}"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what the library would write has addresses in it."""
