"""An officer with the camera page of a check in a browser: what it says, what it hands in, the comparison after it."""

import re

from playwright.sync_api import Locator, Request, expect

from overt.capture.burst import MEDIA_TYPE, read_burst
from overt.identifiers import EncounterId
from simulators.accessibility import serious_or_worse, violations
from simulators.browser import Phone
from simulators.force import Force

KEY = bytes(range(32))
"""The way into the demonstration, as `serving` takes it."""
GOOD = "Good. Take the photograph."

LIVE_TRACKS = "(window.streams ?? []).flatMap(s => s.getTracks()).filter(t => t.readyState === 'live').length"
"""How many cameras are on, where `WATCH_CAMERA` came before the page."""
WATCH_CAMERA = """navigator.mediaDevices.getUserMedia = new Proxy(navigator.mediaDevices.getUserMedia, {
  apply: async (target, self, args) => {
    const stream = await Reflect.apply(target, self, args);
    (window.streams ??= []).push(stream);
    return stream;
  },
})"""
WATCH_SOUND = """AudioBufferSourceNode.prototype.start = new Proxy(AudioBufferSourceNode.prototype.start, {
  apply(target, self, args) {
    window.sounds = (window.sounds ?? 0) + (Math.max(...self.buffer.getChannelData(0)) > 0.1);
    return Reflect.apply(target, self, args);
  },
})"""
"""Counts what can be heard in `window.sounds`."""

_PROBE = """() => {
  const canvas = document.querySelector('[data-part=probe] canvas');
  if (canvas === null || !canvas.checkVisibility()) return null;
  return Array.from(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.slice(0, 4000));
}"""
_SMALL = """() => [...document.querySelectorAll('main button, main input[type=range], .overt-choice')]
  .filter(each => each.checkVisibility())
  .map(each => [each.innerText, each.getBoundingClientRect()])
  .filter(([, {width, height}]) => width < 60 || height < 60).map(([text]) => text)"""
_WIDER = "document.documentElement.scrollWidth > innerWidth"


class CameraPage:
    """A phone on its way to the camera page of a check."""

    encounter: EncounterId

    def __init__(self, phone: Phone, force: Force) -> None:
        self.phone, self.page, self.force = phone, phone.page, force
        self.sent: list[Request] = []
        self.page.on("request", self._note)

    def open(self) -> "CameraPage":
        """Sign in, open a check in the street, give the notice, go to the camera."""
        self.page.goto(f"{self.phone.setting.address}/#demonstration={KEY.hex()}")
        self.page.get_by_role("button", name="Enter as an officer").click()
        self.page.locator(".overt-header__who").wait_for()
        self.encounter = self.force.noticed()
        self.phone.go(f"/check/{self.encounter}/camera")
        return self

    # --- the camera -----------------------------------------------------------------------------------------------

    @property
    def shutter(self) -> Locator:
        """The button for one good face."""
        return self.page.get_by_role("button", name="Take the photograph")

    @property
    def override(self) -> Locator:
        """The button for when there is none."""
        return self.page.get_by_role("button", name="Take it all the same")

    def says(self, words: str) -> None:
        """Wait until the page says so, to those who see and to those who listen."""
        expect(self.page.locator("[data-words]")).to_contain_text(words, timeout=20_000)
        expect(self.page.locator("[data-told]")).to_contain_text(words, timeout=5000)

    def warns(self, words: str) -> None:
        """Wait until the page says what went wrong."""
        expect(self.page.locator("[data-problem]")).to_contain_text(words, timeout=20_000)

    def press(self) -> None:
        """Wait for one good face, and take the photograph."""
        self.says(GOOD)
        self.shutter.click()

    # --- what it hands in -----------------------------------------------------------------------------------------

    def captures(self) -> list[Request]:
        """The captures that were sent."""
        return [request for request in self.sent if request.url.endswith("/capture")]

    def frames(self) -> tuple[bytes, ...]:
        """The frames of the only capture that was sent."""
        (request,) = self.captures()
        body = request.post_data_buffer
        assert request.headers["content-type"] == MEDIA_TYPE
        assert body is not None
        return read_burst(body)

    # --- the comparison -------------------------------------------------------------------------------------------

    def compares(self, letter: str = "A") -> None:
        """Wait for the comparison with a candidate, and for both pictures."""
        self.page.get_by_role("heading", name=f"Compare candidate {letter}").wait_for(timeout=30_000)
        self.page.locator("[data-part=probe] canvas").wait_for()

    def probe(self) -> list[int] | None:
        """Some pixels of the photograph that is shown; None when none is."""
        pixels: list[int] | None = self.page.evaluate(_PROBE)
        return pixels

    def judge(self) -> None:
        """Answer everything with its first choice, and send it."""
        for choices in self.page.locator("fieldset").all():
            choices.get_by_role("radio").first.check(force=True)
        self.page.get_by_role("button", name="Enter this judgement").click()

    # --- either ---------------------------------------------------------------------------------------------------

    def usable(self, step: str) -> None:
        """Everybody can use the page as it stands: by thumb, by screen reader, on a narrow screen. Keeps a picture."""
        self.phone.step(step)
        assert serious_or_worse(violations(self.page)) == ()
        assert self.page.evaluate(_SMALL) == [], "a gloved finger needs 60 pixels"
        assert not self.page.evaluate(_WIDER)

    def goes_to(self, path: str) -> None:
        """Wait for an address that ends so."""
        self.page.wait_for_url(re.compile(f"{re.escape(path)}$"))

    def _note(self, request: Request) -> None:
        if request.method == "POST" and "/api/v1/encounters/" in request.url:
            self.sent.append(request)
