"""The photograph beside a candidate: how both are looked at, and how long the photograph stays."""

import base64
import json
import re
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Locator, Request, expect

from overt.access import hash_token
from overt.store.creation import demo_device_id
from simulators.browser import Phones
from simulators.camera_page import CameraPage
from simulators.force import OFFICER, Force
from simulators.launching import Setting
from simulators.serving import session_cookie

pytestmark = pytest.mark.slow

WATCH_CHANGES = """milliseconds => new Promise(done => {
  const times = [];
  const watch = new MutationObserver(() => times.push(performance.now()));
  watch.observe(document.querySelector('[data-part=pictures]'), {attributes: true, attributeFilter: ['class']});
  setTimeout(() => { watch.disconnect(); done(times); }, milliseconds);
})"""
KEEP_HOLD = "() => { window.canvas = document.querySelector('[data-part=probe] canvas'); }"
WITHOUT = "Compare with the person in front of you."


@pytest.fixture
def comparing(camera: Callable[..., CameraPage]) -> CameraPage:
    """The comparison, after a photograph; the candidate's face has been found, too."""
    seen = camera("good")
    seen.press()
    seen.compares()
    seen.page.locator("[data-part=pictures][data-aligned=both]").wait_for()
    return seen


def transform(picture: Locator) -> str:
    return str(picture.evaluate("each => each.style.transform"))


def scale(placed: str) -> float:
    found = re.match(r"matrix\(([-\d.]+)", placed)
    assert found
    return float(found[1])


def candidate(seen: CameraPage) -> Locator:
    return seen.page.get_by_role("img", name="Candidate A")


def test_the_photograph_stays_from_candidate_to_candidate_and_then_goes(comparing: CameraPage) -> None:
    page, judged = comparing.page, list[Request]()
    page.on("request", lambda sent: judged.append(sent) if sent.method == "POST" else None)
    expect(page.get_by_role("heading", name="Compare candidate A")).to_be_focused()
    assert page.locator("input:checked").count() == 0, "nothing is chosen beforehand"
    first = comparing.probe()
    assert first is not None
    page.wait_for_timeout(1500)
    comparing.judge()
    comparing.compares("B")
    assert page.url.endswith("/compare/B")
    expect(page.get_by_role("heading", name="Compare candidate B")).to_be_focused()
    assert comparing.probe() == first
    comparing.usable("second")
    comparing.phone.expect("400")
    page.get_by_role("button", name="Enter this judgement").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    comparing.compares("B")
    assert comparing.probe() == first, "nor is it lost by a mistake"
    comparing.usable("mistake")
    page.evaluate(KEEP_HOLD)
    comparing.judge()
    comparing.goes_to("/result")
    assert page.locator("canvas").count() == 0
    assert page.evaluate("window.canvas.width * window.canvas.height") == 1, "its pixels are gone"
    (elapsed,) = parse_qs(judged[0].post_data or "")["elapsed_ms"]
    assert 1500 <= int(elapsed) < 60_000


def test_back_leads_to_where_the_check_stands(comparing: CameraPage) -> None:
    comparing.judge()
    comparing.compares("B")
    comparing.page.go_back()
    comparing.compares("A")
    comparing.page.go_forward()
    comparing.compares("B")
    comparing.judge()
    comparing.goes_to("/result")
    comparing.page.go_back()
    comparing.goes_to("/result")
    assert comparing.probe() is None


def test_a_judgement_without_a_signal_is_sent_again(comparing: CameraPage) -> None:
    comparing.phone.expect("ERR_INTERNET_DISCONNECTED")
    with comparing.phone.offline():
        comparing.judge()
        comparing.warns("There is no signal.")
        comparing.usable("no-signal")
    assert comparing.probe() is not None
    comparing.judge()
    comparing.compares("B")


def test_both_faces_are_seen_alike(comparing: CameraPage) -> None:
    """Beside each other, larger, in turn, over each other; each by buttons."""
    page, theirs = comparing.page, candidate(comparing)
    mine = page.get_by_role("img", name="Your photograph")
    comparing.usable("beside")
    frames = [each.bounding_box() for each in (mine, page.locator("[data-part=candidate]"))]
    assert len({(frame["y"], frame["width"], frame["height"]) for frame in frames if frame}) == 1
    before = transform(theirs)
    for name in ("Larger", "Larger", "Higher", "More to the left"):
        page.get_by_role("button", name=name).click()
    assert scale(transform(theirs)) == pytest.approx(1.5**2 * scale(before), rel=1e-4)
    comparing.usable("larger")
    for name in ("Smaller", "Smaller"):
        page.get_by_role("button", name=name).click()
    assert transform(theirs) == before
    page.get_by_role("button", name="In turn", exact=True).click()
    expect(page.get_by_role("button", name="In turn by itself")).to_be_hidden()
    shown = []
    for _ in range(3):
        shown.append((mine.is_visible(), theirs.is_visible()))
        page.get_by_role("button", name="Show the other one").click()
    assert shown == [(True, False), (False, True), (True, False)]
    comparing.usable("in-turn")
    page.get_by_role("button", name="Over each other").click()
    page.get_by_role("button", name="More", exact=True).click()
    assert page.locator("[data-part=candidate]").evaluate("each => each.style.opacity") == "0.6"
    comparing.usable("over")


def test_pictures_change_by_themselves_slowly_and_can_be_stopped(comparing: CameraPage) -> None:
    comparing.page.emulate_media(reduced_motion="no-preference")
    comparing.page.get_by_role("button", name="In turn", exact=True).click()
    changes = comparing.page.evaluate(WATCH_CHANGES, 3000)
    assert len(changes) >= 4
    assert min(later - earlier for earlier, later in pairwise(changes)) > 1000 / 3
    stop = comparing.page.get_by_role("button", name="In turn by itself")
    expect(stop).to_have_attribute("aria-pressed", "true")
    stop.click()
    expect(stop).to_have_attribute("aria-pressed", "false")
    assert comparing.page.evaluate(WATCH_CHANGES, 1500) == []


def test_fingers_pinch_and_draw(comparing: CameraPage) -> None:
    theirs = candidate(comparing)
    box = comparing.page.locator("[data-part=candidate]").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch = comparing.page.context.new_cdp_session(comparing.page)

    def fingers(kind: str, *across: float) -> None:
        points = [{"x": x + each, "y": y, "id": number} for number, each in enumerate(across)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before = transform(theirs)
    fingers("touchStart", -20, 20)
    for apart in (25, 30, 40):
        fingers("touchMove", -apart, apart)
    fingers("touchEnd")
    pinched = transform(theirs)
    assert scale(pinched) == pytest.approx(2 * scale(before), rel=0.1)
    fingers("touchStart", 0)
    for at in (5, 10, 20):
        fingers("touchMove", at)
    fingers("touchEnd")
    assert transform(theirs) != pinched
    assert scale(transform(theirs)) == scale(pinched)


def test_after_a_reload_the_officer_compares_with_the_person(comparing: CameraPage) -> None:
    """The photograph went with the document; the form works by itself."""
    comparing.page.reload()
    expect(comparing.page.get_by_text("Your photograph is no longer on this phone.")).to_be_visible()
    assert comparing.probe() is None
    assert "jpeg" not in json.dumps(comparing.page.context.storage_state(indexed_db=True))
    comparing.usable("without")
    comparing.judge()
    comparing.page.get_by_role("heading", name="Compare candidate B").wait_for()


def test_a_page_that_is_left_lets_go_of_the_photograph(comparing: CameraPage) -> None:
    """Even where the browser keeps the page for the way back."""
    comparing.page.evaluate(KEEP_HOLD)
    comparing.page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    expect(comparing.page.get_by_text("Your photograph is no longer on this phone.")).to_be_visible()
    assert comparing.page.evaluate("window.canvas.width * window.canvas.height") == 1
    assert comparing.probe() is None
    comparing.usable("left")


def test_another_officer_is_invited_without_losing_the_photograph(comparing: CameraPage) -> None:
    comparing.page.get_by_role("button", name="Ask a second officer").click()
    expect(comparing.page.get_by_role("img", name="QR code of the link below")).to_be_visible()
    assert comparing.probe() is not None
    comparing.usable("invited")


def test_without_scripts_both_pages_are_clear(
    phones: Phones, force: Force, address: str, photographs: dict[str, bytes]
) -> None:
    """The camera needs one and says so; the comparison does not."""
    phone = phones.open(Setting(address=address, scripts=False))
    phone.context.add_cookies([session_cookie(force, address)])  # type: ignore[list-item]
    seen = CameraPage(phone, force)
    encounter = force.noticed()
    phone.go(f"/check/{encounter}/camera")
    expect(phone.page.get_by_text("This needs a browser that runs scripts")).to_be_visible()
    assert seen.shutter.count() == 0
    assert phone.page.locator(".overt-ends button").count() >= 5
    phone.step("camera")
    session = hash_token(base64.urlsafe_b64decode(phone.context.cookies()[0]["value"]))
    photo = photographs["person-1-fourth"]
    device = demo_device_id(force.instance.about.id)
    force.desks.search.capture(encounter, OFFICER, [photo], *force.signed(encounter, photo), session, device)
    phone.go(f"/check/{encounter}/compare")
    expect(phone.page.get_by_text(WITHOUT)).to_be_visible()
    phone.step("compare")
    seen.judge()
    phone.page.get_by_role("heading", name="Compare candidate B").wait_for()
