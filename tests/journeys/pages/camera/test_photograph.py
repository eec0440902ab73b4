"""What leaves the phone, what stays on it, and what becomes of a photograph without a signal or a camera."""

import base64
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Route, expect

from overt.capture.decode import decode
from overt.capture.photo import Photo
from simulators.browser import Phones
from simulators.camera_page import GOOD, LIVE_TRACKS, WATCH_CAMERA, WATCH_SOUND, CameraPage
from simulators.force import OFFICER, Force
from simulators.launching import Setting
from simulators.portrait import shipped_pipeline
from simulators.traces import Grep, digest_traces, file_traces, pixel_traces
from simulators.y4m import Film

pytestmark = pytest.mark.slow
Opens = Callable[..., CameraPage]

ASK = "Ask for the answer"
HIDE = """hidden => {
  Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""
PLANT = """async content => {
  const bytes = Uint8Array.from(atob(content), each => each.charCodeAt(0));
  const cache = await caches.open('planted');
  await cache.put('/planted', new Response(bytes, {headers: {'content-type': 'image/jpeg'}}));
}"""


# --- what is sent, and what is kept ----------------------------------------------------------------------------------


def test_a_bystander_is_masked_in_what_is_sent(camera: Opens, films: Callable[[str], Film]) -> None:
    seen = camera("bystander")
    there = shipped_pipeline().faces(Photo(films("bystander").frames[0]))
    behind, person = sorted(there, key=lambda face: face.box.width)
    seen.press()
    seen.compares()
    assert len(seen.frames()) >= 3
    for frame in seen.frames():
        picture = decode(frame).pixels
        box = behind.box.grown(0.1)  # the film sways by a few pixels
        part = picture[round(box.y) : round(box.y + box.height), round(box.x) : round(box.x + box.width)]
        assert np.abs(part.astype(int) - 128).max() <= 3
        (left,) = shipped_pipeline().faces(Photo(picture))
        assert left.box.overlap(person.box) > 0.8
    seen.phone.step("compare")


def test_nothing_of_a_probe_is_on_the_phones_disk(camera: Opens) -> None:
    seen = camera("good")
    seen.press()
    seen.compares()
    seen.page.wait_for_timeout(1000)
    planted = Path(__file__).read_bytes()
    seen.page.evaluate(PLANT, base64.b64encode(planted).decode())
    traces = {"planted": [*file_traces("file", planted)]}
    for number, frame in enumerate(seen.frames()):
        pixels = decode(frame).pixels
        opaque = np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])
        traces[f"frame {number}"] = [
            *file_traces("file", frame),
            *pixel_traces("raw", pixels),
            *pixel_traces("canvas", opaque[..., [2, 1, 0, 3]]),
            *digest_traces(frame),
        ]
    seen.phone.context.close()
    found = Grep(traces).files(path for path in seen.phone.disk.rglob("*") if path.is_file())
    assert {label for each in found.values() for label, _ in each} == {"planted"}


# --- signal ----------------------------------------------------------------------------------------------------------


def test_without_a_signal_at_the_shutter_nothing_is_taken(camera: Opens) -> None:
    seen = camera("good", WATCH_SOUND)
    seen.phone.expect("ERR_INTERNET_DISCONNECTED")
    seen.says(GOOD)
    with seen.phone.offline():
        seen.shutter.click()
        seen.warns("There is no signal. Nothing was taken.")
        seen.phone.step("no-signal")
    assert seen.captures() == []
    assert seen.page.evaluate("window.sounds ?? 0") == 0
    seen.press()
    seen.compares()


def test_an_answer_that_was_lost_is_asked_for(camera: Opens) -> None:
    """The server has it, so nothing is searched again; the photograph is still there to compare with."""
    seen = camera("good", WATCH_CAMERA)
    seen.phone.expect("ERR_INTERNET_DISCONNECTED")

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("internetdisconnected")

    seen.page.route("**/capture", lose)
    seen.press()
    seen.warns("The signal was lost.")
    assert seen.page.evaluate(LIVE_TRACKS) == 0, "the camera is off meanwhile"
    seen.usable("lost")
    with seen.phone.offline():
        seen.page.get_by_role("button", name=ASK).click()
        seen.warns("There is still no signal.")
    seen.page.get_by_role("button", name=ASK).click()
    seen.compares()
    assert len(seen.captures()) == 1
    assert seen.probe() is not None


def test_a_photograph_that_never_arrived_is_dropped(camera: Opens) -> None:
    seen = camera("good")
    seen.phone.expect("ERR_INTERNET_DISCONNECTED|409")
    seen.page.route("**/capture", lambda route: route.abort("internetdisconnected"), times=1)
    seen.press()
    seen.warns("The signal was lost.")
    seen.page.get_by_role("button", name=ASK).click()
    seen.warns("did not reach the server, and is not kept here")
    seen.press()
    seen.compares()
    assert len(seen.captures()) == 2


# --- without a camera, or without a check ----------------------------------------------------------------------------


@pytest.mark.parametrize("file", ["yunet", "ort-wasm"])
def test_an_altered_detector_does_not_run(
    phones: Phones, force: Force, address: str, films: Callable[[str], Film], file: str
) -> None:
    phone = phones.open(Setting(address=address, film=films("good")))
    phone.page.add_init_script(WATCH_CAMERA)
    altered = []

    def alter(route: Route) -> None:
        answer = route.fetch()
        body = bytearray(answer.body())
        body[len(body) // 2] ^= 1
        altered.append(route.request.url)
        route.fulfill(response=answer, body=bytes(body))

    phone.context.route(f"**/{file}*", alter)
    seen = CameraPage(phone, force).open()
    seen.warns("The face detector on this phone is not the one that belongs to this service.")
    assert altered
    assert seen.page.evaluate("window.streams ?? null") is None, "no camera"
    seen.usable("altered")


def test_a_camera_that_is_refused_or_missing(camera: Opens) -> None:
    refused = camera("good", camera_allowed=False)
    refused.warns("may not use the camera")
    refused.usable("refused")
    camera(None).warns("No camera was found")


def test_the_camera_is_off_while_nobody_looks(camera: Opens) -> None:
    seen = camera("good", WATCH_CAMERA)
    seen.says(GOOD)
    assert seen.page.evaluate(LIVE_TRACKS) == 1
    seen.page.evaluate(HIDE, True)
    start = seen.page.get_by_role("button", name="Start the camera")
    expect(start).to_be_visible()
    assert seen.page.evaluate(LIVE_TRACKS) == 0
    seen.page.evaluate(HIDE, False)
    seen.page.wait_for_timeout(500)
    assert seen.page.evaluate(LIVE_TRACKS) == 0, "it does not come back by itself"
    seen.usable("stopped")
    start.click()
    seen.says(GOOD)
    assert seen.page.evaluate(LIVE_TRACKS) == 1
    seen.press()
    seen.compares()
    assert seen.page.evaluate(LIVE_TRACKS) == 0, "nor does it stay on for the comparison"


def test_after_a_check_has_ended_the_camera_is_over(camera: Opens) -> None:
    seen = camera("good", WATCH_CAMERA)
    seen.phone.expect("409")
    seen.says(GOOD)
    seen.force.desks.check.end(seen.encounter, OFFICER, "mistake")
    seen.shutter.click()
    seen.warns("This check has ended")
    assert seen.page.evaluate(LIVE_TRACKS) == 0
    seen.usable("over")
    seen.page.get_by_role("link", name="Go on with the check").click()
    seen.goes_to("/receipt")
