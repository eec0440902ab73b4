"""A force with real models, people in its gallery, and officers with phones who do whole checks."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from simulators.browser import Phones
from simulators.force import Force
from simulators.officer import Station
from simulators.portrait import portrait
from simulators.real_force import real_force
from simulators.serving import serving
from simulators.video import bystander_behind, person, turning, two_equally_near
from simulators.y4m import Film


@pytest.fixture(scope="package")
def force(photographs: dict[str, bytes]) -> Iterator[Force]:
    """A demonstration with real models: person-1 is in its gallery, person-4 is not."""
    enrolled = {"person-1": photographs["person-1-enrolled"], "person-3": photographs["person-3-enrolled"]}
    with real_force(enrolled) as made:
        yield made


@pytest.fixture(scope="package")
def address(force: Force) -> Iterator[str]:
    """Where it is served."""
    with serving(force) as address:
        yield address


@pytest.fixture
def station(force: Force, address: str, phones: Phones) -> Station:
    """Where phones and people are let in."""
    return Station(force, address, phones)


@pytest.fixture(scope="package")
def films(photographs: dict[str, bytes]) -> Callable[[str], Film]:
    """What the camera sees, by name."""
    enrolled, stranger = (portrait(photographs[label]) for label in ("person-1-fourth", "person-4-other"))
    made = {
        "enrolled": lambda: person(enrolled),
        "stranger": lambda: person(stranger),
        "two": lambda: two_equally_near(enrolled, stranger),
        "bystander": lambda: bystander_behind(stranger, enrolled),
        "turning": lambda: turning(enrolled),
    }
    return cache(lambda name: made[name]())
