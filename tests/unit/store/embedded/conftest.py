"""Real servers, in a folder that the server's account can reach (pytest's own folders are closed to it under root)."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from overt.errors import InstanceCopied
from overt.store.embedded import EmbeddedPostgres, postmaster
from overt.store.embedded.place import remembered
from overt.store.embedded.programs import find_programs
from unit.store.embedded.helpers import copied

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
BIN_DIRS = [find_programs().folder, *([DEBIAN_15] if DEBIAN_15.is_dir() else [])]
CLIENT = """
import sys
from pathlib import Path
from overt.store.embedded import EmbeddedPostgres
with EmbeddedPostgres(Path(sys.argv[1])).running():
    print("up", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(scope="session")
def open_base() -> Iterator[Path]:
    memory = Path("/dev/shm")  # syncing costs nothing there; what is tested here is not the disk
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    base = Path(tempfile.mkdtemp(prefix="overt-test-", dir=memory if roomy else None))
    base.chmod(0o711)
    yield base
    shutil.rmtree(base)


@pytest.fixture
def base(open_base: Path, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder for one test that the server's account reaches; servers left in it are stopped."""
    folder = Path(tempfile.mkdtemp(dir=open_base))
    folder.chmod(0o711)
    yield folder
    for place in folder.rglob("place.json"):
        with suppress(InstanceCopied):
            if found := remembered(place.parent):
                postmaster.stop(found.data)
                found.remove()


@pytest.fixture(scope="session", params=BIN_DIRS, ids=lambda path: find_programs(path).version)
def either_model(request: pytest.FixtureRequest, open_base: Path) -> tuple[Path, Path]:
    """An instance's database as it was made, for each PostgreSQL there is: its folder and its programs."""
    return _made(open_base, request.param), request.param


@pytest.fixture(scope="session")
def model(open_base: Path) -> Path:
    return _made(open_base, BIN_DIRS[0])


@pytest.fixture
def database(model: Path, base: Path) -> EmbeddedPostgres:
    """A stopped database of its own (PostgreSQL of the package)."""
    return EmbeddedPostgres(copied(model, base / "postgres"))


@pytest.fixture
def either(either_model: tuple[Path, Path], base: Path) -> EmbeddedPostgres:
    """A stopped database of its own, once for each PostgreSQL there is."""
    return EmbeddedPostgres(copied(either_model[0], base / "postgres"), either_model[1])


@pytest.fixture
def client(base: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts other processes that use the database of `database`."""
    started: list[subprocess.Popen[str]] = []

    def start(before: Callable[[], None] | None = None) -> "subprocess.Popen[str]":
        argv = [sys.executable, "-c", CLIENT, str(base / "postgres")]
        pipe = subprocess.PIPE
        started.append(subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True, preexec_fn=before))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def _made(open_base: Path, bin_dir: Path) -> Path:
    folder = open_base / f"model-{find_programs(bin_dir).version}"
    if not folder.exists():
        EmbeddedPostgres(folder, bin_dir).initialise()
    return folder
