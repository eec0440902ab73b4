"""From signing in to a receipt that outsiders accept, by the pages, on a phone."""

from collections.abc import Callable

import pytest

from simulators.officer import Station
from simulators.y4m import Film

pytestmark = pytest.mark.slow


def test_a_person_in_the_gallery(station: Station, films: Callable[[str], Film]) -> None:
    officer = station.officer(film=films("enrolled"))
    officer.keeps("home")
    officer.begin()
    officer.keeps("answers")
    officer.open()
    officer.keeps("notice")
    officer.press("Said and shown, and understood")
    officer.sees("Take the photograph")
    officer.takes_the_photograph()
    officer.judges("A", "The same person")
    officer.sees("What the comparison means")
    officer.keeps("result")
    officer.decides("Follow one candidate as a lead: A")
    officer.keeps("outcome")
    officer.lets_go()
    officer.asks_about_the_person()
    officer.keeps("receipt")
