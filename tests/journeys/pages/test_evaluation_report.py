"""The report of an evaluation in a browser: it fits a phone, in light and dark, is clear to who cannot see it, asks for
nothing, and nothing in it runs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Playwright

from overt.evaluation.report.page import page as written
from simulators.accessibility import violations
from simulators.evaluations import EVALUATION, simulated, with_hostile_texts

pytestmark = pytest.mark.slow

Scheme = Literal["light", "dark"]
REPORTS = {"by hand": EVALUATION, "simulated": simulated().evaluation, "hostile": with_hostile_texts()}
_BACKGROUND = "getComputedStyle(document.body).backgroundColor"
_CUT_OFF = """() => [...document.querySelectorAll('h1, h2, h3, p, li, dd, dt, figcaption, svg')]
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1 && !each.closest('.scroll'))
    .map(each => each.outerHTML.slice(0, 80))"""
_SMALLEST = """() => Math.min(...[...document.querySelectorAll('main svg text')]
    .map(each => [parseFloat(getComputedStyle(each).fontSize), each.getScreenCTM()])
    .map(([size, turned]) => size * Math.hypot(turned.a, turned.b)))"""


@pytest.fixture(scope="module")
def browser(driver: Playwright, chromium: Path) -> Iterator[Browser]:
    opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
    yield opened
    opened.close()


def opened(browser: Browser, folder: Path, name: str, width: int = 360, scheme: Scheme = "light") -> Page:
    place = folder / "report.html"
    place.write_text(written(REPORTS[name]), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.set_default_timeout(60_000)
    said: list[str] = []
    context.on("request", lambda request: said.append(request.url))
    page.on("console", lambda line: said.append(line.text))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.goto(place.as_uri())
    assert said == [place.as_uri()], "it asks for nothing, and nothing runs"
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("name", REPORTS)
def test_it_breaks_no_rule_of_accessibility_and_fits(
    browser: Browser, tmp_path: Path, name: str, width: int, scheme: Scheme
) -> None:
    page = opened(browser, tmp_path, name, width, scheme)
    assert violations(page) == ()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(_CUT_OFF) == []
    page.context.close()


def test_dark_colours_are_dark(browser: Browser, tmp_path: Path) -> None:
    light, dark = (
        opened(browser, tmp_path, "by hand", scheme=scheme).evaluate(_BACKGROUND) for scheme in ("light", "dark")
    )
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(17, 22, 27)")


@pytest.mark.parametrize("width", [360, 800, 1200])
def test_texts_in_drawings_are_large_enough_to_read(browser: Browser, tmp_path: Path, width: int) -> None:
    assert opened(browser, tmp_path, "simulated", width).evaluate(_SMALLEST) >= 9


def test_hostile_texts_are_shown_as_they_are(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, "hostile")
    assert page.evaluate("document.scripts.length") == 0
    assert "<script>alert('x')</script>" in page.inner_text("h1")


def test_the_contents_lead_to_their_places(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, "by hand")
    links = page.get_by_role("navigation").get_by_role("link").all()
    assert len(links) == 6
    for link in links:
        link.click()
        target = str(link.get_attribute("href"))
        assert page.url.endswith(target)
        assert page.locator(target).is_visible()
