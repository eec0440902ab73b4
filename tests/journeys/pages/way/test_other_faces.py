"""The same way with faces that are kept for evaluation: portraits of consenting people, and generated ones."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.browser import Phones
from simulators.force import Force
from simulators.officer import Station
from simulators.portrait import portrait
from simulators.real_force import real_force
from simulators.serving import serving
from simulators.video import person

ENROLLED = ("001", "022", "064", "100")
LONG = pytest.mark.long  # repeats with other faces


@pytest.fixture(scope="module")
def portraits(shared_data: Path) -> Path:
    return shared_data / "frll"


@pytest.fixture(scope="module")
def served(portraits: Path) -> Iterator[tuple[Force, str]]:
    """A force that holds a custody-like portrait of four people."""
    enrolled = {each: (portraits / each / "neutral_front.jpg").read_bytes() for each in ENROLLED}
    with real_force(enrolled) as force, serving(force) as address:
        yield force, address


@pytest.mark.slow
@pytest.mark.parametrize("who", [ENROLLED[0], *(pytest.param(who, marks=LONG) for who in ENROLLED[1:])])
def test_a_portrait_and_another_expression(
    served: tuple[Force, str], phones: Phones, portraits: Path, who: str
) -> None:
    force, address = served
    film = person(portrait((portraits / who / "smiling_front.jpg").read_bytes()))
    officer = Station(force, address, phones).officer(film=film)
    encounter = officer.noticed()
    officer.takes_the_photograph()
    officer.judges("A", "The same person")
    officer.sees("What the comparison means")
    revealed = force.desks.reveal._names.names_of(force.instance.book.load(encounter).candidates)
    assert [each.person for each in revealed.values()] == [who]


@pytest.mark.slow
@pytest.mark.parametrize(
    "picture",
    [
        pytest.param("frll/003/smiling_front.jpg", marks=LONG),
        pytest.param("synthetic/openvto/1_selfie.jpg", marks=LONG),
        pytest.param("synthetic/sfhq_samples", marks=LONG),
    ],
)
def test_a_stranger_is_no_candidate(served: tuple[Force, str], phones: Phones, shared_data: Path, picture: str) -> None:
    force, address = served
    path = shared_data / picture
    if path.is_dir():
        path = sorted(path.glob("*.jpg"))[0]
    officer = Station(force, address, phones).officer(film=person(portrait(path.read_bytes())))
    officer.noticed()
    officer.takes_the_photograph()
    officer.sees("No candidate")
