"""A log at an address: the files of a published log, fetched one by one.

Rules:
* Only https, or http on this machine; no redirection is followed, no cookie kept, nothing sent but the path.
* A file has a limit of bytes and of seconds. What is not there is None; every other failure is `unreachable`.
* A tile that was fetched once is not fetched again by the same value; the checkpoint is.
"""

import http.client
import ssl
import time
from urllib.parse import urlsplit

from overt_verify.errors import Code, VerificationError, shown

SECONDS = 60.0
"""Most seconds for one file."""
_STEP = 20.0
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_MOST_KEPT = 1024


def is_address(text: str) -> bool:
    """Whether a place of a log is an address, not a folder."""
    return text.startswith(("https://", "http://"))


class Site:
    """Reads files below an address; fills the place of a folder."""

    def __init__(self, address: str, context: ssl.SSLContext | None = None, seconds: float = SECONDS) -> None:
        try:
            parts = urlsplit(address)
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError as error:
            raise _unreachable(address, "it is not an address") from error
        if parts.query or parts.fragment or parts.username or not self._host or not address.isascii():
            raise _unreachable(address, "it is not a plain address")
        if parts.scheme != "https" and self._host not in _LOCAL:
            raise _unreachable(address, "only https is read from other machines")
        self._secure = parts.scheme == "https"
        self._base = parts.path.rstrip("/")
        self._context = context
        self._seconds = seconds
        self._kept: dict[str, bytes | None] = {}

    def read(self, name: str, limit: int) -> bytes | None:
        """The bytes at `name` below the address, or None where there are none."""
        if name in self._kept:
            return self._kept[name]
        data = self._fetch(name, limit)
        if name.startswith("tile/") and len(self._kept) < _MOST_KEPT:
            self._kept[name] = data
        return data

    def names(self, name: str) -> frozenset[str]:  # noqa: ARG002 - an address cannot be listed
        """None: which other widths lie at an address cannot be told."""
        return frozenset()

    def _fetch(self, name: str, limit: int) -> bytes | None:
        connection = self._connection()
        deadline = time.monotonic() + self._seconds
        try:
            connection.request("GET", f"{self._base}/{name}", headers={"Connection": "close"})
            answer = connection.getresponse()
            if answer.status in {404, 410}:
                return None
            if answer.status != http.client.OK:
                raise _unreachable(name, f"the answer was {answer.status}")
            return _body(name, answer, limit, deadline)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _unreachable(name, type(error).__name__) from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        step = min(_STEP, self._seconds)
        if not self._secure:
            return http.client.HTTPConnection(self._host, self._port, timeout=step)
        context = self._context or ssl.create_default_context()
        return http.client.HTTPSConnection(self._host, self._port, timeout=step, context=context)


def _body(name: str, answer: http.client.HTTPResponse, limit: int, deadline: float) -> bytes:
    data = b""
    while chunk := answer.read1(1 << 16):
        data += chunk
        if len(data) > limit:
            raise VerificationError(Code.FILE_TOO_LARGE, f"{shown(name)} has more than {limit} bytes.")
        if time.monotonic() > deadline:
            raise _unreachable(name, "it took too long")
    if answer.length:
        raise _unreachable(name, "it ended early")
    return data


def _unreachable(what: str, why: str) -> VerificationError:
    return VerificationError(Code.UNREACHABLE, f"{shown(what)} cannot be fetched: {why}.")
