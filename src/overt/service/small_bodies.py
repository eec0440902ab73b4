"""How large a request may be: small, whoever sends it, for everything but a capture.

Rules:
* A framework reads a whole body before it asks who is there. So a body is counted before anything else sees it, and one
  that is too large is refused, with what was read of it forgotten.
* A capture has its own limit (`overt.capture.limits`), counted as it comes in, by somebody who is signed in.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from overt.errors import RequestTooLarge
from overt.service.problems import problem

MOST_BYTES = 65_536
"""Four times a form; a new passkey, the largest step, has a few thousand."""


class SmallBodies:
    """Refuses bodies of more than `MOST_BYTES`."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request with a small body on, whole; refuse another."""
        if scope["type"] != "http" or is_capture(scope["path"]):
            await self._app(scope, receive, send)
            return
        read = None if _said(scope) > MOST_BYTES else await _read(receive)
        if read is None:
            await problem(RequestTooLarge())(scope, receive, send)
            return
        await self._app(scope, _replayed(read, receive), send)


def is_capture(path: str) -> bool:
    """Whether photographs are handed in there."""
    return path.startswith("/api/") and path.endswith("/capture")


def _said(scope: Scope) -> int:
    """How large the request says that it is; 0 when it does not say."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length" and value.isdigit()]
    return max((int(value[:20]) for value in lengths), default=0)


async def _read(receive: Receive) -> list[Message] | None:
    """What has come in, up to the body's end or until the client went away; None when the body is too large."""
    read: list[Message] = []
    size = 0
    while not read or read[-1].get("more_body", False):
        read.append(await receive())
        size += len(read[-1].get("body", b""))
        if size > MOST_BYTES:
            return None
    return read


def _replayed(read: list[Message], receive: Receive) -> Receive:
    waiting = iter(read)

    async def again() -> Message:
        return next(waiting, None) or await receive()

    return again
