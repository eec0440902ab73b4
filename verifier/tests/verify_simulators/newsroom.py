"""Somebody who runs a witness: a folder, a clock that is set by hand, and the service on a real port."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from overt_verify.cosignature import CosignerKey, cosigned_at
from overt_verify.note import split_note
from overt_verify.witness.answers import Answers
from overt_verify.witness.pages import ReceiptPage
from overt_verify.witness.secret import make_secret, read_secret
from overt_verify.witness.server import WitnessServer
from overt_verify.witness.settings import Log, read_settings
from overt_verify.witness.store import Known, Store
from overt_verify.witness.witness import Witness
from verify_simulators.lying_ledger import LyingLedger

NAME = "gazette.example/witness"
START = 1_790_000_000


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: int = START

    def __call__(self) -> int:
        return self.now

    def hours(self, count: float) -> None:
        """Time goes by."""
        self.now += int(count * 3600)


def pin(folder: Path, *logs: LyingLedger, more: str = "") -> None:
    """Write the settings by hand, as an operator may."""
    tables = [f'[[log]]\nkeys = ["{log.vkey}"]\n{more}' for log in logs]
    (folder / "witness.toml").write_text("\n".join(tables), encoding="utf-8")


def witness_of(folder: Path, clock: Clock) -> Witness:
    """The witness of a folder, as after a start."""
    secret = read_secret(folder)
    return Witness(secret, read_settings(folder), Store(folder, secret.key), clock)


def found(folder: Path, *logs: LyingLedger, clock: Clock | None = None, more: str = "") -> Witness:
    """A new witness that follows logs."""
    make_secret(folder, NAME)
    pin(folder, *logs, more=more)
    return witness_of(folder, clock or Clock())


def only_log(witness: Witness) -> Log:
    """The one log that it follows."""
    (log,) = witness.logs.values()
    return log


def size_of(witness: Witness) -> int:
    """Entries of the last cosigned checkpoint of the one log."""
    known = witness.store.known(only_log(witness))
    return 0 if known is None else known.checkpoint.size


def cosigned(checkpoint: bytes, lines: bytes, key: CosignerKey) -> int:
    """The time of the cosignature in an answer, as a log's operator reads it: put behind the checkpoint."""
    text, signatures = split_note(checkpoint + lines)
    return cosigned_at(text, signatures, key)


class Forgetful(Store):
    """Knows one state for ever, and writes nothing: each request meets the same witness."""

    def __init__(self, key: CosignerKey, state: Known | None) -> None:
        super().__init__(Path(), key)
        self._state = state

    def locked(self) -> AbstractContextManager[None]:
        return nullcontext()

    def known(self, log: Log) -> Known | None:
        return self._state

    def save(self, log: Log, known: Known) -> None:
        pass


@dataclass
class Served:
    """A witness on a port."""

    port: int
    told: list[str] = field(default_factory=list)

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def add(self, body: bytes) -> tuple[int, bytes]:
        """Hand in a checkpoint."""
        status, _, answer = self.ask("POST", "/add-checkpoint", body)
        return status, answer


@contextmanager
def serving(witness: Witness, page: ReceiptPage | None = None, seconds: float = 20.0) -> Iterator[Served]:
    """The service, on a free port."""
    served = Served(0)
    server = WitnessServer(("127.0.0.1", 0), Answers(witness, page), served.told.append, seconds)
    served.port = server.server_address[1]
    with _running(server):
        yield served


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """The address of a log's folder, served by somebody else's server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    with _running(server):
        yield f"http://127.0.0.1:{server.server_address[1]}"


@contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
