"""Fixtures that many tests share.

Properties are tried on the same cases each time, so that what a run says of a commit is no matter of chance;
`make long` looks for others (`--hypothesis-profile=anew`).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from simulators.force import Force, demonstration, open_folder

settings.register_profile("same", derandomize=True)
settings.register_profile("anew")
settings.load_profile("same")

ROOT = Path(__file__).resolve().parents[1]
SDISTS = ROOT / ".venv" / "share" / "overt" / "sdists"


@pytest.fixture(scope="session")
def photographs() -> dict[str, bytes]:
    """The demonstration's photographs by label; `make test` has fetched them."""
    from overt.cli.demo.photographs import load_photographs

    return load_photographs(SDISTS)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of faces for evaluation, which stands beside a checkout or is named by OVERT_TEST_DATA."""
    folder = Path(os.environ.get("OVERT_TEST_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"needs the faces for evaluation in {folder}; set OVERT_TEST_DATA")
    return folder


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for instances."""
    with open_folder() as path:
        yield path


@pytest.fixture
def force(folder: Path) -> Iterator[Force]:
    """A fresh demonstration instance with simulated templates."""
    with demonstration(folder) as made:
        yield made


@pytest.fixture(scope="module")
def shared_force() -> Iterator[Force]:
    """One demonstration instance for a whole module; its tests must not depend on each other's people."""
    with open_folder() as path, demonstration(path) as made:
        yield made


@pytest.fixture
def next_hour(shared_force: Force) -> Iterator[None]:
    """An hour of its own for each test: checks in an area are counted by the hour."""
    yield
    shared_force.clock.forward(hours=1)
    shared_force.instance.ledger.close_days()  # past midnight no test's own first entry does it
