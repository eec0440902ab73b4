"""A screen or a print before the camera: the page says so wherever candidates are compared, and the check goes on."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from overt.encounter import State
from overt.quality.presentation.sign import Sign
from simulators.browser import Phones
from simulators.force import Force
from simulators.officer import Person, Station
from simulators.portrait import portrait
from simulators.real_force import real_force
from simulators.serving import serving
from simulators.video import on_a_screen, person, printed

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(photographs: dict[str, bytes]) -> Iterator[tuple[Force, str]]:
    """A force that has one person under two names, so that there are two candidates to compare."""
    enrolled = {"once": photographs["person-1-enrolled"], "twice": photographs["person-1-third"]}
    with real_force(enrolled) as force, serving(force) as address:
        yield force, address


@pytest.fixture
def station(served: tuple[Force, str], phones: Phones) -> Station:
    return Station(*served, phones)


def warning(officer: Person) -> Locator:
    return officer.page.locator("[data-part=presentation]")


def test_the_warning_stands_beside_every_candidate(station: Station, photographs: dict[str, bytes]) -> None:
    officer = station.officer(film=on_a_screen(portrait(photographs["person-1-fourth"])))
    encounter = officer.noticed()
    officer.takes_the_photograph()
    for letter in ("A", "B"):
        officer.sees(f"Compare candidate {letter}")
        expect(warning(officer)).to_have_text("!" + Sign.RIM.warning)
        expect(officer.page.get_by_role("note")).to_contain_text("Look at the person in front of you.")
        officer.keeps(f"flagged-{letter}")
        officer.judges(letter, "The same person")
    officer.sees("What the comparison means")
    expect(warning(officer)).to_have_count(0)
    officer.decides("Follow one candidate as a lead: A")
    officer.lets_go()
    officer.asks_about_the_person()
    kept = station.force.instance.book.load(encounter)
    assert kept.state is State.DEMOGRAPHICS_RECORDED, "the check went on as any other"


@pytest.mark.long
def test_a_page_that_is_loaded_anew_has_no_warning(station: Station, photographs: dict[str, bytes]) -> None:
    officer = station.officer(film=on_a_screen(portrait(photographs["person-1-fourth"])))
    officer.noticed()
    officer.takes_the_photograph()
    expect(warning(officer)).to_have_count(1)
    officer.page.reload()
    officer.sees("Compare candidate A")
    expect(warning(officer)).to_have_count(0)


@pytest.mark.long
def test_the_warning_stands_where_there_is_no_candidate(station: Station, photographs: dict[str, bytes]) -> None:
    officer = station.officer(film=printed(portrait(photographs["person-4-other"])))
    encounter = officer.noticed()
    officer.takes_the_photograph()
    officer.sees("No candidate")
    expect(warning(officer)).to_have_text("!" + Sign.PATTERN.warning)
    officer.keeps("flagged-none")
    officer.press("Continue")
    officer.sees("What the comparison means")
    expect(warning(officer)).to_have_count(0)
    officer.decides("There was no candidate")
    officer.lets_go()
    assert station.force.instance.book.load(encounter).state is State.OUTCOME_RECORDED


@pytest.mark.parametrize(
    ("label", "heading"),
    [("person-1-fourth", "Compare"), pytest.param("person-4-other", "No candidate", marks=pytest.mark.long)],
)
def test_a_person_has_no_warning(station: Station, photographs: dict[str, bytes], label: str, heading: str) -> None:
    officer = station.officer(film=person(portrait(photographs[label])))
    officer.noticed()
    officer.takes_the_photograph()
    officer.page.get_by_role("heading", name=heading).first.wait_for(timeout=30_000)
    expect(warning(officer)).to_have_count(0)
