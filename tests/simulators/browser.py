"""A phone in a browser: a Chromium of its own with a camera that plays films, a disk, passkeys, and a watch on it.

Rules:
* Each phone is a browser of its own with a profile on disk, so that several stand beside each other, one can be
  closed and opened again, and a test can read every file that it wrote.
* A phone reaches its own address and nothing else: other names do not resolve, and a request to another address
  is a complaint, as is any error on the console or uncaught in a page. Complaints fail the test that leaves the phone,
  unless the test expected that one.
* What a test leaves on disk goes with the phone; screenshots stay in the artefacts (never committed).

Limitation: `slowed` slows the page's own thread; Chromium offers nothing that slows workers.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Playwright

from simulators.authenticator import Authenticator, plugged_in
from simulators.launching import CAMERA, Setting, launched
from simulators.y4m import Film, write_y4m

_IMAGES_SHOWN = """() => [...document.images].filter(each => each.checkVisibility())
  .every(each => each.complete && each.naturalWidth > 0)"""
_CACHED = """async () => {
  const caches_ = await Promise.all((await caches.keys()).map(name => caches.open(name)));
  return (await Promise.all(caches_.map(cache => cache.keys()))).flat().map(request => request.url);
}"""
_OWN_SCHEMES = ("about", "blob", "data")


@dataclass
class Phone:
    """An open phone."""

    setting: Setting
    context: BrowserContext
    page: Page
    folder: Path
    artefacts: Path
    complaints: list[str] = field(default_factory=list)
    _expected: list[re.Pattern[str]] = field(default_factory=list)
    _steps: int = 0

    @property
    def disk(self) -> Path:
        """Everything that the browser writes: its profile, home and temporary files."""
        return self.folder / "disk"

    def go(self, path: str) -> None:
        """Open a page of the phone's address."""
        self.page.goto(f"{self.setting.address}{path}")

    def film(self, film: Film) -> None:
        """Let the camera see something else from the next time that a page opens it."""
        write_y4m(film, self.folder / CAMERA)

    def step(self, name: str) -> Path:
        """Keep a picture of the whole page with its images, numbered in the order of the steps."""
        self._steps += 1
        self.page.wait_for_function(_IMAGES_SHOWN)
        path = self.artefacts / f"{self._steps:02}-{name}.png"
        self.page.screenshot(path=path, full_page=True)
        return path

    def new_tab(self) -> Page:
        """A new tab, which becomes the phone's page; the old one is closed, as when the phone kills it."""
        fresh = self.context.new_page()
        self.page.close()
        self.page = fresh
        return fresh

    def authenticator(self, keys: Sequence[dict[str, Any]] = ()) -> Authenticator:
        """Plug in the phone's passkeys, for the page as it is; `keys` are those of an earlier tab."""
        return plugged_in(self.context, self.page, keys)

    def cached(self) -> set[str]:
        """Paths of all that pages and the service worker have put into the browser's caches, at the phone's address."""
        found: list[str] = self.page.evaluate(_CACHED)
        return {urlsplit(url).path for url in found}

    @contextmanager
    def offline(self) -> Iterator[None]:
        """Without any signal."""
        self.context.set_offline(True)
        try:
            yield
        finally:
            self.context.set_offline(False)

    @contextmanager
    def slowed(self, times: float) -> Iterator[None]:
        """As on a slower processor."""
        session = self.context.new_cdp_session(self.page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": times})
        try:
            yield
        finally:
            session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
            session.detach()

    def expect(self, pattern: str) -> None:
        """Let complaints pass in which this regular expression is found."""
        self._expected.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        """The complaints that the test did not expect."""
        return [said for said in self.complaints if not any(each.search(said) for each in self._expected)]

    def asks(self, url: str) -> None:
        """Take note of a request."""
        asked = urlsplit(url)
        if asked.scheme not in _OWN_SCHEMES and f"{asked.scheme}://{asked.netloc}" != self.setting.address:
            self.complaints.append(f"asked another address: {url}")


@dataclass
class Phones:
    """Opens phones and puts them away."""

    driver: Playwright
    chromium: Path
    artefacts: Path
    _stack: ExitStack = field(default_factory=ExitStack)
    _opened: list[Phone] = field(default_factory=list)

    def open(self, setting: Setting, name: str = "") -> Phone:
        """A new phone with an empty disk; `name` sets its screenshots apart from another's."""
        folder = tempfile.TemporaryDirectory(prefix="overt-phone-", ignore_cleanup_errors=True)
        return self._start(setting, Path(self._stack.enter_context(folder)), self.artefacts / name)

    def reopen(self, phone: Phone) -> Phone:
        """The same phone after its browser was closed: same disk, new browser."""
        phone.context.close()
        return self._start(phone.setting, phone.folder, phone.artefacts / "again")

    def put_away(self) -> None:
        """Close all.

        Raises:
            AssertionError: a phone has a complaint that its test did not expect.
        """
        self._stack.close()  # first, since what a page did last is heard of only while something is asked of it
        complaints = [said for phone in self._opened for said in phone.unexpected()]
        self._opened.clear()
        assert not complaints, complaints

    def _start(self, setting: Setting, folder: Path, artefacts: Path) -> Phone:
        artefacts.mkdir(parents=True, exist_ok=True)
        context = launched(self.driver, self.chromium, setting, folder)
        self._stack.callback(context.close)
        phone = Phone(setting, context, context.pages[0], folder, artefacts)
        _watch(phone)
        self._opened.append(phone)
        return phone


def _watch(phone: Phone) -> None:
    """Note requests of pages and workers, errors on the console, errors that no script caught, and crashes."""

    def heard(line: ConsoleMessage) -> None:
        if line.type in ("error", "assert"):
            phone.complaints.append(f"console: {line.text}")

    def opened(page: Page) -> None:
        page.on("websocket", lambda socket: phone.asks(socket.url))
        page.on("crash", lambda crashed: phone.complaints.append(f"crashed: {crashed.url}"))

    phone.context.on("request", lambda request: phone.asks(request.url))
    phone.context.on("weberror", lambda error: phone.complaints.append(f"uncaught: {error.error}"))
    phone.context.on("console", heard)
    phone.context.on("page", opened)
    opened(phone.page)
