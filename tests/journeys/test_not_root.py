"""An ordinary account can do everything, root too, and neither opens a folder of the other.

Needs root, to become somebody else, and an interpreter and an environment that an ordinary account can reach.
"""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

import overt
from overt.store.embedded import EmbeddedPostgres
from overt.store.embedded.place import remembered
from overt.store.place import Place
from simulators.commands import EXAMPLES, SECONDS, Done, in_process
from simulators.real_photographs import demonstration_gallery

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become somebody else"),
]

TODAY = datetime.now(UTC).date()
RUN = "import sys; from overt.cli.main import main; main()"
SOURCES = Path(overt.__file__).parents[1]
PACKAGES = next(Path(entry) for entry in sys.path if entry.endswith("site-packages"))


@dataclass(frozen=True)
class Account:
    """Somebody who is not root, in a home of their own."""

    name: str
    home: Path

    def overt(self, instance: Path, *arguments: str | Path) -> Done:
        """Run `overt` as this account, with nothing of root's environment."""
        argv = [interpreter(), "-c", RUN, "--instance", instance, *arguments]
        variables = {"HOME": str(self.home), "PATH": "/usr/bin:/bin", "PYTHONPATH": f"{SOURCES}:{PACKAGES}"}
        done = _as(self.name, [str(part) for part in argv], variables)
        return Done(done.returncode, done.stdout, done.stderr)

    @property
    def uid(self) -> int:
        return pwd.getpwnam(self.name).pw_uid


def _as(name: str, argv: list[str], variables: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    entry = pwd.getpwnam(name)
    return subprocess.run(
        argv,
        user=entry.pw_uid,
        group=entry.pw_gid,
        extra_groups=[],
        env=variables,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@cache
def interpreter() -> str:
    """An interpreter of this version that an ordinary account can run with this environment."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
        try:
            done = _as("nobody", [candidate, "-c", "import overt.cli.main"], {"PYTHONPATH": f"{SOURCES}:{PACKAGES}"})
        except OSError:
            continue
        if done.returncode == 0:
            return candidate
    pytest.skip(f"no {name} with {PACKAGES} that an ordinary account can reach")


@pytest.fixture
def nobody() -> Iterator[Account]:
    yield from _account("nobody")


@pytest.fixture
def daemon() -> Iterator[Account]:
    yield from _account("daemon")


def _account(name: str) -> Iterator[Account]:
    interpreter()
    entry = pwd.getpwnam(name)
    home = Path(tempfile.mkdtemp(prefix="overt-test-home-"))
    os.chown(home, entry.pw_uid, entry.pw_gid)
    try:
        yield Account(name, home)
    finally:
        for cluster in home.glob("*/postgres"):
            EmbeddedPostgres(cluster).destroy()
        shutil.rmtree(home)


@pytest.fixture
def own(photographs: dict[str, bytes]) -> Iterator[Path]:
    """Photographs that everybody may read."""
    with tempfile.TemporaryDirectory(prefix="overt-test-") as folder:
        Path(folder).chmod(0o755)
        demonstration_gallery(Path(folder) / "gallery", photographs, TODAY)
        (Path(folder) / "photo.jpg").write_bytes(photographs["person-1-other"])
        yield Path(folder)


def test_an_ordinary_account_makes_an_instance_and_a_check(nobody: Account, own: Path) -> None:
    instance = nobody.home / "demo"
    made = nobody.overt(instance, "init", "--demonstration", "--json")
    assert made.status == 0, made.err
    assert nobody.overt(instance, "gallery", "import", own / "gallery", "--json").json["imported"] == 4
    check = nobody.overt(instance, "check", own / "photo.jpg", "--encounter", EXAMPLES / "street-stop.toml")
    assert [one["person"] for one in check.json["candidates"]] == ["person-1"], check
    doctor = nobody.overt(instance, "doctor", "--json")
    assert (doctor.status, doctor.json["well"]) == (0, True), doctor
    assert nobody.overt(instance, "ledger", "verify", "--json").json["verified"] is True
    assert {path.lstat().st_uid for path in nobody.home.rglob("*")} == {nobody.uid}
    place = remembered(instance / "postgres")
    assert place is not None
    assert not place.outside
    _nothing_private_is_open(instance)


def _nothing_private_is_open(instance: Path) -> None:
    """Only the public log and the instance's own description may be read by others."""
    public = {instance / "ledger", instance / "instance.json"}
    for folder in (instance, Place(instance).keys):
        for path in (each for each in folder.rglob("*") if not public & {each, *each.parents}):
            others = stat.S_IMODE(path.lstat().st_mode) & 0o077
            reached = [each for each in path.parents if each.is_relative_to(folder)]
            assert not others or path.is_dir() or any(not _enterable(each) for each in reached), path


def _enterable(folder: Path) -> bool:
    return bool(folder.stat().st_mode & 0o011)


def test_somebody_else_gets_nowhere_and_harms_nothing(nobody: Account, daemon: Account) -> None:
    """Root and a third account try an instance that is not theirs; its owner goes on with it."""
    instance = nobody.home / "demo"
    assert nobody.overt(instance, "init", "--demonstration").status == 0
    nobody.home.chmod(0o755)
    for command in (["doctor", "--json"], ["gallery", "list", "--json"], ["ledger", "show", "--json"]):
        for done in (daemon.overt(instance, *command), in_process(instance, *command)):
            assert done.status in {1, 2, 3}, done
            assert "Traceback" not in done.err
            assert "error" in done.json
    assert {path.lstat().st_uid for path in nobody.home.rglob("*")} == {nobody.uid}
    doctor = nobody.overt(instance, "doctor", "--json")
    assert (doctor.status, doctor.json["well"]) == (0, True), doctor


def test_root_below_a_folder_that_only_root_may_enter(own: Path) -> None:
    """The server's account cannot get there, so the cluster goes elsewhere; the folder stays closed."""
    closed = Path(tempfile.mkdtemp(prefix="overt-test-closed-"))
    instance = closed / "deep" / "demo"
    instance.parent.mkdir(mode=0o700)
    try:
        assert in_process(instance, "init", "--demonstration").status == 0
        place = remembered(instance / "postgres")
        assert place is not None
        assert place.outside
        assert stat.S_IMODE(place.home.stat().st_mode) == 0o700
        assert place.home.stat().st_uid != 0
        assert in_process(instance, "gallery", "import", own / "gallery", "--json").json["imported"] == 4
        check = in_process(instance, "check", own / "photo.jpg", "--encounter", EXAMPLES / "street-stop.toml")
        assert [one["person"] for one in check.json["candidates"]] == ["person-1"]
        findings = in_process(instance, "doctor", "--json").json["findings"]
        assert [one["name"] for one in findings if not one["well"]] in ([], ["core dumps"])
        assert [stat.S_IMODE(each.stat().st_mode) for each in (closed, instance.parent)] == [0o700, 0o700]
        EmbeddedPostgres(instance / "postgres").destroy()
        assert not place.home.exists(), "what lies elsewhere goes with it"
    finally:
        EmbeddedPostgres(instance / "postgres").destroy()
        shutil.rmtree(closed)
