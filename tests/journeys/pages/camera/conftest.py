"""A force with real models whose officers' phones see films, and the camera page opened on one of them."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from simulators.browser import Phones
from simulators.camera_page import KEY, CameraPage
from simulators.force import Force
from simulators.launching import Setting
from simulators.portrait import portrait
from simulators.real_force import real_force
from simulators.serving import serving
from simulators.video import blurred, bystander_behind, nobody, person, too_dark, too_far, turning, two_equally_near
from simulators.y4m import Film


@pytest.fixture(scope="package")
def force(photographs: dict[str, bytes]) -> Iterator[Force]:
    """A demonstration with real models; the person before the camera is in its gallery twice, under two names."""
    enrolled = {"once": photographs["person-1-enrolled"], "twice": photographs["person-1-third"]}
    with real_force(enrolled) as made:
        yield made


@pytest.fixture(scope="package")
def address(force: Force) -> Iterator[str]:
    """Where it is served."""
    with serving(force, KEY) as address:
        yield address


@pytest.fixture(scope="package")
def films(photographs: dict[str, bytes]) -> Callable[[str], Film]:
    """What the camera sees, by name."""
    who, other = (portrait(photographs[label]) for label in ("person-1-fourth", "person-4-other"))
    made: Mapping[str, Callable[[], Film]] = {
        "good": lambda: person(who),
        "nobody": nobody,
        "two": lambda: two_equally_near(who, other),
        "far": lambda: too_far(who),
        "blurred": lambda: blurred(who),
        "dark": lambda: too_dark(who),
        "bystander": lambda: bystander_behind(who, other),
        "turning": lambda: turning(who),
        "stepping in": lambda: spliced((person(who), 2.0), (two_equally_near(who, other), 6.0)),
    }
    return cache(lambda name: made[name]())


def spliced(*parts: tuple[Film, float]) -> Film:
    """Films one after another, each for some seconds."""
    rate = parts[0][0].rate
    return Film(
        tuple(film.frames[at % len(film.frames)] for film, seconds in parts for at in range(round(seconds * rate))),
        rate,
    )


@pytest.fixture
def camera(phones: Phones, force: Force, address: str, films: Callable[[str], Film]) -> Callable[..., CameraPage]:
    """Opens the camera page on a scene; `before` are scripts that run before the page's own."""

    def opened(scene: str | None, *before: str, **setting: Any) -> CameraPage:
        phone = phones.open(Setting(address=address, film=films(scene) if scene else None, **setting))
        for script in before:
            phone.page.add_init_script(script)
        return CameraPage(phone, force).open()

    return opened
