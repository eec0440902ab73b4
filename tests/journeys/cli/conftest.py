"""An instance that the commands are tried on, for all modules of this folder."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from overt.store.instance import DATABASE_VARIABLE
from simulators.command_desk import ANSWERED, TODAY, Desk, kept_up
from simulators.force import open_folder
from simulators.real_photographs import demonstration_gallery


@pytest.fixture(scope="package")
def desk(photographs: dict[str, bytes]) -> Iterator[Desk]:
    """An instance with the four people of the demonstration. Tests leave it as they found it, but for checks."""
    with opened_desk(photographs) as made:
        yield made


@pytest.fixture
def own_desk(photographs: dict[str, bytes]) -> Iterator[Desk]:
    """Another such instance, for a test that changes its rules."""
    with opened_desk(photographs) as made:
        yield made


@contextmanager
def opened_desk(photographs: dict[str, bytes]) -> Iterator[Desk]:
    with open_folder() as folder:
        made = Desk(folder, photographs)
        assert made("init", "--demonstration", "--json").status == ANSWERED
        with kept_up(made.instance):
            gallery = demonstration_gallery(made.own / "gallery", photographs, TODAY)
            report = made("gallery", "import", gallery, "--json")
            assert (report.status, report.json["imported"]) == (ANSWERED, 4)
            yield made


@pytest.fixture(autouse=True)
def no_outside_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
