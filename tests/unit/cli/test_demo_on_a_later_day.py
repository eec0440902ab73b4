"""The demonstration runs again on a later day, on the instance that the first run made."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from overt.cli.demo.command import _enrol
from overt.cli.demo.scenes import ENROLLED
from simulators.camera import photograph
from simulators.force import Clock, Force, demonstration, open_folder

MADE = datetime.now(UTC) - timedelta(days=3)
PHOTOGRAPHS = {f"{person}-enrolled": photograph(number) for number, person in enumerate(ENROLLED)}


@pytest.fixture
def force() -> Iterator[Force]:
    with open_folder() as folder, demonstration(folder, clock=Clock(MADE)) as made:
        yield made


def test_who_is_enrolled_is_enrolled_with_the_same_labels_on_every_day(force: Force) -> None:
    for later in (0, 1, 180):
        force.clock.moment = MADE + timedelta(days=later)
        _enrol(force.instance, PHOTOGRAPHS, 0)  # raises when a row is refused
    assert force.deeds().count("gallery:batch:imported") == 1
    assert force.found(0) == [ENROLLED[0]]


def test_labels_are_counted_from_the_day_the_instance_was_made(force: Force) -> None:
    _enrol(force.instance, PHOTOGRAPHS, 0)
    listed = force.instance.browser.page()
    assert {one.label.captured_on for one in listed} == {MADE.date() - timedelta(days=400)}
