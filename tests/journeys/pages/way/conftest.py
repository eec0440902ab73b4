"""A force with real models, people in its gallery, and officers with phones who do whole checks."""

import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from overt.store.creation import create, demonstration_text
from overt.store.instance import open_instance
from simulators.browser import Phones
from simulators.force import Clock, Force, open_folder
from simulators.officer import Station
from simulators.portrait import portrait, shipped_pipeline
from simulators.real_photographs import gallery_folder
from simulators.serving import serving
from simulators.video import bystander_behind, person, turning, two_equally_near
from simulators.y4m import Film


@pytest.fixture(scope="package")
def force(photographs: dict[str, bytes]) -> Iterator[Force]:
    """A demonstration with real models: person-1 is in its gallery, person-4 is not."""
    clock = Clock()
    enrolled = {"person-1": photographs["person-1-enrolled"], "person-3": photographs["person-3-enrolled"]}
    with open_folder() as folder, tempfile.TemporaryDirectory() as own:
        create(folder / "force", demonstration_text(clock().date(), None), clock)
        with open_instance(folder / "force", clock) as instance:
            made = Force(instance, clock, shipped_pipeline())  # type: ignore[arg-type]  # real templates
            gallery = gallery_folder(Path(own) / "gallery", enrolled, clock().date())
            assert instance.importer().run(gallery, lambda done, total: None).imported == len(enrolled)
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
