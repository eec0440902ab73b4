"""Headers that hold for every response, and who may send what here.

Rules:
* Nothing is cached that is not said to be; no page stands in a frame, sends a referrer elsewhere, or runs a script that
  is not a file of ours. The worker that looks for faces alone may compile WASM (`DETECTOR_POLICY`, in `static_files`).
* A request that changes something comes from a page of this origin: a browser says where from (`Sec-Fetch-Site`, or
  `Origin`), and another site's is refused. A program that sends neither brings no cookie that somebody else could use.
* Another site leads here by a link that a person follows, and no other way: a picture, a script or a frame in its page
  would be asked for with the cookie where that site is a neighbour of ours: `SameSite` means more than the host.
"""

from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from overt.errors import CrossSiteRefused
from overt.service.problems import problem

_POLICY = (
    "default-src 'none'; script-src 'self'{wasm}; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
CONTENT_POLICY = _POLICY.format(wasm="")
DETECTOR_POLICY = _POLICY.format(wasm=" 'wasm-unsafe-eval'")
HEADERS = {
    b"content-security-policy": CONTENT_POLICY.encode(),
    b"cache-control": b"no-store",
    b"referrer-policy": b"same-origin",
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(self), microphone=(), geolocation=(), publickey-credentials-get=(self)",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SafeHeaders:
    """Adds the headers that a response does not set itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add headers to its answer."""

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])
                own = {name.lower() for name, _ in headers}
                message["headers"] = [*headers, *((name, value) for name, value in HEADERS.items() if name not in own)]
            await send(message)

        await self._app(scope, receive, add if scope["type"] == "http" else send)


class SameOrigin:
    """Refuses what another site has a browser send.

    Args:
        origin: this service's own, as browsers write it.
    """

    def __init__(self, app: ASGIApp, origin: str) -> None:
        self._app, self._origin = app, origin.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] == "http" and self._refused(scope):
            await problem(CrossSiteRefused())(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _refused(self, scope: Scope) -> bool:
        headers: dict[bytes, bytes] = dict(scope["headers"])
        return _is_part(headers) if scope["method"] in SAFE_METHODS else self._is_foreign(headers)

    def _is_foreign(self, headers: Mapping[bytes, bytes]) -> bool:
        site, origin = headers.get(b"sec-fetch-site"), headers.get(b"origin")
        if site is not None:
            return site != b"same-origin"
        return origin is not None and origin != self._origin


def _is_part(headers: Mapping[bytes, bytes]) -> bool:
    """Whether a browser asks for a part of another site's page; an old one does not say."""
    if headers.get(b"sec-fetch-site", b"none") in (b"same-origin", b"none"):
        return False
    navigates = headers.get(b"sec-fetch-mode", b"navigate") == b"navigate"
    # Where our service worker hands a link's request on, its destination is empty.
    return not navigates or headers.get(b"sec-fetch-dest", b"document") not in (b"document", b"empty")
