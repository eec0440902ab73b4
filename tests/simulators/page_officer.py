"""An officer's phone over HTTP without a browser: it asks for the pages that a phone asks for, and sends their forms.

What it does not do is draw a page or look for a face; so hundreds of them fit on one machine and load a service.
"""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import httpx

from overt.capture.burst import MEDIA_TYPE, write_burst
from overt.identifiers import EncounterId
from simulators.force import STREET
from simulators.handset import Handset

_CHECK = re.compile(r"/check/([0-9a-f-]{36})")
STAGES = ("questions", "notice", "capture", "comparison", "decision", "receipt")


class Unexpected(AssertionError):
    """The service answered otherwise than to an officer who does everything right."""


@dataclass
class PageOfficer:
    """One officer on one phone, signed in.

    Args:
        client: speaks to the service; its cookies hold the session.
        phone: signs what it hands in.
        frames: the burst that its camera takes, JPEG.
    """

    client: httpx.Client
    phone: Handset
    frames: Sequence[bytes]
    requests: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    captured: dict[str, Any] = field(default_factory=dict)

    def check(self) -> EncounterId:
        """One whole check, from the first question to the receipt; `seconds` tells each stage of it."""
        with self._stage("questions"):
            encounter = self._opened()
        at = f"/check/{encounter}"
        with self._stage("notice"):
            self._send(f"{at}/notice", code="given")
        with self._stage("capture"):
            self._takes_the_photograph(encounter)
        with self._stage("comparison"):
            self._compares(at)
        with self._stage("decision"):
            self._decides(at)
        with self._stage("receipt"):
            page = self._send(f"{at}/receipt", choice="give")
        if "/receipt#" not in page.text:
            raise Unexpected(f"no receipt on {page.url}")
        return encounter

    def _opened(self) -> EncounterId:
        self._get("/")
        page = self._send("/check/new")
        if page.url.path.endswith("/same"):
            page = self._send("/check/new", same="no")
        while (name := page.url.path.rpartition("/")[2]) in STREET:
            page = self._send(page.url.path, **{name: STREET[name]})
        return self._check_of(self._send("/check/new/open"))

    def _takes_the_photograph(self, encounter: EncounterId) -> None:
        api = f"/api/v1/encounters/{encounter}"
        nonce = self._told(self.client.post(f"{api}/nonce")).json()["nonce"]
        headers = {**self.phone.hands_in(nonce, encounter, self.frames), "content-type": MEDIA_TYPE}
        answer = self.client.post(f"{api}/capture", content=write_burst(self.frames), headers=headers)
        self.captured = self._told(answer).json()

    def _compares(self, at: str) -> None:
        page = self._get(f"{at}/compare")
        for picture in re.findall(r'[^"]+/candidates/[A-F]\.jpg', page.text):
            self._get(picture)
        while "/compare" in page.url.path:
            judged = {"feature.eyes": "similar", "verdict": "cannot-tell", "elapsed_ms": "9000"}
            page = self._send(page.url.path, **(judged if self.captured["candidates"] else {}))

    def _decides(self, at: str) -> None:
        page = self._send(f"{at}/result", decision="cannot-tell" if self.captured["candidates"] else "no-candidate")
        page = self._send(page.url.path, outcome="let-go", when="now")
        while "/about/" in page.url.path:
            page = self._send(page.url.path, **{page.url.path.rpartition("/")[2]: "not-stated"})

    def _get(self, path: str) -> httpx.Response:
        return self._told(self.client.get(path))

    def _send(self, path: str, **form: str | list[str]) -> httpx.Response:
        headers = {"content-type": "application/x-www-form-urlencoded"}  # also of an empty form, as browsers do
        return self._told(self.client.post(path, content=urlencode(form, doseq=True), headers=headers))

    def _told(self, answer: httpx.Response) -> httpx.Response:
        self.requests += 1 + len(answer.history)
        if answer.status_code != 200:
            said = re.search(r"<code[^>]*>(\w+)</code>|\"code\": ?\"(\w+)\"", answer.text)
            why = (said[1] or said[2]) if said else "it does not say why"
            raise Unexpected(f"{answer.status_code} at {answer.request.method} {answer.url.path}: {why}")
        return answer

    def _check_of(self, page: httpx.Response) -> EncounterId:
        found = _CHECK.search(page.url.path)
        if found is None:
            raise Unexpected(f"no check was opened, but {page.url.path}")
        return EncounterId(UUID(found[1]))

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start


def client_of(address: str, cookie: Mapping[str, Any]) -> httpx.Client:
    """A client with somebody's session, as a browser on the service's own pages sends requests."""
    client = httpx.Client(base_url=address, headers={"origin": address}, follow_redirects=True, timeout=60)
    client.cookies.set(str(cookie["name"]), str(cookie["value"]))
    return client
