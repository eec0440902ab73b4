"""A witness that dies at any moment knows the old checkpoint or the new one, and has given out no other word."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from verify_simulators.lying_ledger import LyingLedger
from verify_simulators.newsroom import Clock, found, only_log, size_of, witness_of

from overt_verify.errors import VerificationError
from overt_verify.witness import disk
from overt_verify.witness.follow import follow

OPERATIONS = ("open", "write", "fsync", "close")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a witness needs file locks")


class Dying:
    """The operating system, until its n-th operation on a file."""

    def __init__(self, count: int, die: Callable[[], None], *, torn: bool = False) -> None:
        self.left = count
        self._die = die
        self._torn = torn

    def __getattr__(self, name: str) -> object:
        found = getattr(os, name)
        return self._counted(name, found) if name in OPERATIONS else found

    def _counted(self, name: str, work: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: Any, **named: Any) -> object:
            self.step(lambda: self._last_deed(name, arguments))
            return work(*arguments, **named)

        return call

    def _last_deed(self, name: str, arguments: tuple[Any, ...]) -> None:
        """What still happens: half a write, or a close, which frees the file whatever it reports."""
        if name == "write" and self._torn:
            os.write(arguments[0], arguments[1][:7])
        if name == "close":
            os.close(arguments[0])

    def step(self, last_deed: Callable[[], object] = lambda: None) -> None:
        self.left -= 1
        if self.left == 0:
            last_deed()
            self._die()


def fail() -> None:
    raise OSError(5, "the disk is gone")


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(monkeypatch: pytest.MonkeyPatch, dying: Dying) -> None:
    replace = Path.replace

    def replace_counted(self: Path, target: Path) -> Path:
        dying.step()
        return replace(self, target)

    monkeypatch.setattr(disk, "os", dying)
    monkeypatch.setattr(Path, "replace", replace_counted)


@pytest.fixture
def place(ledger: LyingLedger, tmp_path: Path) -> Path:
    """A witness that has cosigned 44 entries."""
    witness = found(tmp_path / "w", ledger)
    witness.add_checkpoint(ledger.submission(0, 44))
    return tmp_path / "w"


def continues(ledger: LyingLedger, place: Path) -> int:
    """After the crash, a fresh process reads a whole state and goes on from it."""
    after = witness_of(place, Clock())
    size = size_of(after)
    assert size in {44, 60}
    after.add_checkpoint(ledger.submission(size, 70))
    assert size_of(after) == 70
    return size


def survives(work: Callable[..., object], *arguments: object) -> bool:
    """Whether a word was given out; a disk that fails is no other exception than these."""
    try:
        work(*arguments)
    except (OSError, VerificationError):
        return False
    return True


@pytest.mark.parametrize("torn", [False, True])
def test_the_disk_fails_at_each_operation(
    ledger: LyingLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, torn: bool
) -> None:
    sizes = []
    for count in range(1, 40):
        place = tmp_path / str(count)
        witness = found(place, ledger)
        witness.add_checkpoint(ledger.submission(0, 44))
        dying = Dying(count, fail, torn=torn)
        with monkeypatch.context() as patched:
            arm(patched, dying)
            answered = survives(witness.add_checkpoint, ledger.submission(44, 60))
        size = continues(ledger, place)
        sizes.append(size)
        assert size == 60 or not answered
        if dying.left > 0:
            assert answered
            break
    else:
        pytest.fail("it never came through")
    assert sizes == sorted(sizes)
    assert (sizes[0], sizes[-1]) == (44, 60)
    assert len(sizes) > 6


def test_it_is_killed_at_each_operation(ledger: LyingLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a process of its own, which nothing tidies up after; the cosignature goes through a pipe, as to a client."""
    survived, count = False, 0
    while not survived:
        count += 1
        place = tmp_path / str(count)
        found(place, ledger).add_checkpoint(ledger.submission(0, 44))
        given_out, survived = killed_at(count, ledger, place, monkeypatch)
        size = continues(ledger, place)
        assert size == 60 or not given_out
        assert count < 40
    assert count > 6


def killed_at(count: int, ledger: LyingLedger, place: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, bool]:
    """Whether a cosignature came out of a witness that was killed at its n-th operation, and whether it was not."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            arm(monkeypatch, Dying(count, kill))
            line = witness_of(place, Clock()).add_checkpoint(ledger.submission(44, 60))[2]
            os.write(writing, line.encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        given_out = bool(pipe.read())
    status = os.waitpid(child, 0)[1]
    return given_out, os.WIFEXITED(status)


def test_a_torn_new_file_is_written_over(ledger: LyingLedger, place: Path) -> None:
    (known,) = place.rglob("known.json")
    known.with_name("known.json.new").write_bytes(b"half")
    assert continues(ledger, place) == 44


def test_following_is_as_safe(ledger: LyingLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ledger.publish(tmp_path / "log", 60)
    for count in range(1, 30):
        place = tmp_path / str(count)
        witness = found(place, ledger)
        witness.add_checkpoint(ledger.submission(0, 44))
        dying = Dying(count, fail)
        with monkeypatch.context() as patched:
            arm(patched, dying)
            survives(follow, witness, only_log(witness), str(folder))
        continues(ledger, place)
        if dying.left > 0:
            return
    pytest.fail("it never came through")
