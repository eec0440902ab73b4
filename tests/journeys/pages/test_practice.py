"""Practice in a real browser: a whole check before the camera, marked on every page, with drawings to compare."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from overt.access import Officer, Role
from overt.identifiers import OfficerId
from overt.store.creation import create, demonstration_text
from overt.store.instance import open_instance
from simulators.accessibility import serious_or_worse, violations
from simulators.browser import Phone, Phones
from simulators.force import OFFICER, STREET, Clock, Force, open_folder
from simulators.launching import Setting
from simulators.portrait import portrait, shipped_pipeline
from simulators.serving import serving, session_cookie
from simulators.video import nobody, person
from simulators.y4m import Film

pytestmark = pytest.mark.slow

KEY = bytes(range(32))
COLLEAGUE = OfficerId("colleague")
WIDER = "document.documentElement.scrollWidth > innerWidth"
SMALL = """() => [...document.querySelectorAll('main .overt-big, main .overt-tool, main .overt-choice')]
  .filter(each => each.checkVisibility())
  .filter(each => each.getBoundingClientRect().height < 60).map(each => each.innerText)"""
SEEN = """() => [...document.querySelectorAll('[data-part=pictures] img')]
  .map(image => [image.hasAttribute('data-drawn'), image.naturalWidth, image.naturalHeight, image.checkVisibility()])"""
KEPT = "document.querySelectorAll('[data-part=pictures] canvas').length"


@pytest.fixture(scope="module")
def force() -> Iterator[Force]:
    """A demonstration with real models and nobody in its gallery."""
    clock = Clock()
    with open_folder() as folder:
        create(folder / "force", demonstration_text(clock().date(), None), clock)
        with open_instance(folder / "force", clock) as instance:
            instance.accounts.authorise(Officer(COLLEAGUE, frozenset({Role.OFFICER}), date(2100, 1, 1)))
            yield Force(instance, clock, shipped_pipeline())  # type: ignore[arg-type]  # real templates


@pytest.fixture(scope="module")
def address(force: Force) -> Iterator[str]:
    with serving(force, KEY) as address:
        yield address


@pytest.fixture(scope="module")
def somebody(photographs: dict[str, bytes]) -> Film:
    return person(portrait(photographs["person-1-fourth"]))


def signed_in(phones: Phones, address: str, film: Film, *, dark: bool = False) -> Phone:
    """A phone that entered the demonstration, and so has a key of its own."""
    phone = phones.open(Setting(address=address, film=film, dark=dark))
    phone.page.goto(f"{address}/#demonstration={KEY.hex()}")
    phone.page.get_by_role("button", name="Enter as an officer").click()
    phone.page.locator(".overt-header__who").wait_for()
    return phone


def good(phone: Phone, name: str) -> None:
    """A page of practice: marked, nobody is kept from using it, nothing stands out of a narrow screen."""
    page = phone.page
    phone.step(name)
    expect(page.locator(".overt-mark--practice")).to_have_text("PRACTICE")
    assert page.title().endswith("PRACTICE"), page.title()
    assert serious_or_worse(violations(page)) == (), name
    assert not page.evaluate(WIDER), name
    assert page.evaluate(SMALL) == [], name


def good_plain(phone: Phone, name: str) -> None:
    """A page that is not yet practice."""
    phone.step(name)
    assert serious_or_worse(violations(phone.page)) == (), name


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def to_the_camera(phone: Phone, scenario: str) -> None:
    page = phone.page
    press(page, "Practise")
    good(phone, "choose")
    press(page, scenario)
    while not page.url.endswith("/open"):
        name = page.url.rpartition("/")[2]
        for code in [STREET[name]] if isinstance(STREET[name], str) else STREET[name]:
            page.check(f"input[value={code}]")
        if name in ("age", "tried_first"):
            good(phone, f"question-{name}")
        press(page, "Continue")
    good(phone, "open")
    page.locator("form[action$=open] button").click()
    good(phone, "notice")
    page.click("button[value=given]")


def photograph(phone: Phone) -> None:
    page = phone.page
    expect(page.locator("[data-words]")).to_contain_text("Good", timeout=30_000)
    good(phone, "camera")
    page.get_by_role("button", name="Take the photograph").click()


def judge(phone: Phone, letter: str, verdict: str) -> None:
    page = phone.page
    page.get_by_role("heading", name=f"Compare candidate {letter}").wait_for(timeout=30_000)
    page.check("input[name='feature.eyes'][value=similar]", force=True)
    page.check(f"input[name=verdict][value={verdict}]", force=True)
    press(page, "Enter this judgement")


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.long)], ids=["light", "dark"])
def test_a_whole_practice_check(phones: Phones, force: Force, address: str, somebody: Film, dark: bool) -> None:
    phone = signed_in(phones, address, somebody, dark=dark)
    phone.expect("status of 400")  # the corroboration that is missing
    page, size = phone.page, force.instance.ledger.head().size
    to_the_camera(phone, "Two people who look alike")
    photograph(phone)
    page.get_by_role("heading", name="Compare candidate A").wait_for(timeout=30_000)
    page.locator(".overt-pictures--live").wait_for()
    expect(page.get_by_role("button", name="In turn")).to_be_visible()
    assert page.evaluate(SEEN) == [[True, 480, 600, True], [False, 480, 600, True]]
    assert page.evaluate(KEPT) == 0, "the photograph is not kept for the comparison"
    good(phone, "compare-A")
    press(page, "Over each other")
    phone.step("overlay")
    judge(phone, "A", "same")
    page.get_by_role("heading", name="Compare candidate B").wait_for()
    page.locator(".overt-pictures--live").wait_for()
    good(phone, "compare-B")
    judge(phone, "B", "different")
    page.get_by_role("heading", name="Candidate A", exact=True).wait_for()
    good(phone, "result")
    page.check("input[value='follow-lead:A']")
    press(page, "Continue")
    good(phone, "outcome")
    page.check("input[value=detained]")
    page.check("input[value=now]")
    press(page, "Continue")
    good(phone, "corroboration")
    page.locator("button[value=done]").click()
    good(phone, "corroboration-missing")
    page.get_by_role("link", name="change the outcome").click()
    page.check("input[value=let-go]")
    page.check("input[value=now]")
    press(page, "Continue")
    while "/about/" in page.url:
        page.check("input[value=not-stated]")
        press(page, "Continue")
    good(phone, "receipt")
    page.click("button[value=give]")
    assert page.locator(".overt-qr, [data-pin], [data-link]").count() == 0
    good(phone, "specimen")
    page.get_by_role("button", name="The person has it").click()
    expect(page.locator("main")).to_contain_text("Who it was")
    expect(page.locator("main")).to_contain_text("without anything independent of the face")
    good(phone, "lessons")
    assert force.instance.ledger.head().size == size


@pytest.mark.long
def test_nobody_before_the_camera_opens_no_shutter_in_practice_either(
    phones: Phones, address: str, somebody: Film
) -> None:
    phone = signed_in(phones, address, nobody())
    to_the_camera(phone, "Somebody who is in the gallery")
    expect(phone.page.locator("[data-words]")).to_contain_text("No face", timeout=30_000)
    expect(phone.page.get_by_role("button", name="Take the photograph")).to_have_attribute("aria-disabled", "true")
    phone.page.get_by_role("button", name="The person declined the photograph").click()
    good(phone, "declined")


@pytest.mark.long
def test_no_candidate(phones: Phones, address: str, somebody: Film) -> None:
    phone = signed_in(phones, address, somebody)
    to_the_camera(phone, "Somebody who is not in the gallery")
    photograph(phone)
    expect(phone.page.locator("main")).to_contain_text("This says nothing about who they are", timeout=30_000)
    good(phone, "none")


def test_another_officer_joins_by_the_code(phones: Phones, force: Force, address: str, somebody: Film) -> None:
    phone = signed_in(phones, address, somebody)
    to_the_camera(phone, "Somebody who is in the gallery")
    photograph(phone)
    phone.page.get_by_role("heading", name="Compare candidate A").wait_for(timeout=30_000)
    phone.page.locator("[data-invitation] button").click()
    link = phone.page.locator("[data-link]").inner_text()
    good(phone, "invitation")
    second = phones.open(Setting(address=address), "second")
    second.context.add_cookies([session_cookie(force, address, COLLEAGUE)])  # type: ignore[list-item]
    second.page.goto(link)
    second.page.locator("[data-act=practice]").wait_for()
    assert "practice" not in second.page.url, "the secret leaves the address"
    good_plain(second, "join")
    second.page.locator("[data-act=practice]").click()
    second.page.get_by_role("heading", name="Compare candidate A").wait_for()
    second.page.locator(".overt-pictures--live").wait_for()
    assert second.page.evaluate(SEEN) == [[True, 480, 600, True], [False, 480, 600, True]]
    good(second, "compare-A")


def test_without_scripts_the_drawings_are_there(phones: Phones, force: Force, address: str) -> None:
    phone = phones.open(Setting(address=address, scripts=False))
    phone.context.add_cookies([session_cookie(force, address, OFFICER)])  # type: ignore[list-item]
    phone.go("/practice")
    phone.step("choose")
    press(phone.page, "Two people who look alike")
    expect(phone.page.locator(".overt-mark--practice")).to_have_text("PRACTICE")
