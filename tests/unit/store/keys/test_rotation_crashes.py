"""A kill -9 before each single file operation of a rotation, an append and a creation."""

import os
import shutil
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from overt.errors import KeyMissing
from overt.store.keys import PersonKeys

MASTER = bytes(range(32))
OPERATIONS = ("open", "write", "pwrite", "fsync", "replace", "unlink", "ftruncate")
PEOPLE = [UUID(int=n) for n in range(1, 7)]
ERASED = PEOPLE[2]


class KilledAt:
    """Counts this process's file operations and kills it before the one with the number `fatal`."""

    def __init__(self, fatal: int) -> None:
        self.left = fatal

    def wrap(self, function: Callable[..., object]) -> Callable[..., object]:
        def counted(*args: object, **named: object) -> object:
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            self.left -= 1
            return function(*args, **named)

        return counted


def killed_at(fatal: int, work: Callable[[], object]) -> bool:
    """Run `work` in a child that is killed before its operation number `fatal`; false when it ended before that."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            point = KilledAt(fatal)
            for name in OPERATIONS:
                setattr(os, name, point.wrap(getattr(os, name)))
            work()
            status = 0
        finally:
            os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL)
    return status != 0


@pytest.fixture
def begun(tmp_path: Path) -> tuple[Path, dict[UUID, bytes]]:
    store = PersonKeys.create(tmp_path / "persons", MASTER)
    with store.enrolling() as enrolment:
        return tmp_path / "persons", enrolment.add(PEOPLE)


def copies(folder: Path) -> Callable[[], Path]:
    def copy() -> Path:
        target = folder.with_name("copy")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(folder, target)
        return target

    return copy


def test_a_killed_rotation_leaves_the_old_epoch_or_the_new_one(begun: tuple[Path, dict[UUID, bytes]]) -> None:
    folder, keys = begun
    copy, fatal, epochs = copies(folder), 0, []
    while killed_at(fatal, rotation(at := copy())):
        epochs.append(_epoch_after_opening(at, keys))
        fatal += 1
    assert fatal > 15, "there are that many operations at least"
    assert epochs == sorted(epochs), "before the switch the old one, after it the new one"
    assert set(epochs) == {1, 2}
    assert epochs.count(2) >= 4, "the old epoch is destroyed after the switch"


def rotation(folder: Path) -> Callable[[], object]:
    store = PersonKeys.open(folder, MASTER)
    return lambda: store.forget_and_rotate([ERASED])


def _epoch_after_opening(folder: Path, keys: dict[UUID, bytes]) -> int:
    left = dict(keys)
    store = PersonKeys.open(folder, MASTER)
    if store.epoch == 2:
        del left[ERASED]
    assert store.get_many(PEOPLE) == left
    names = sorted(path.name for path in folder.glob("epoch-*"))
    assert names == [f"epoch-{store.epoch}.key", f"epoch-{store.epoch}.records"], "the remains are destroyed"
    epoch = store.epoch
    assert store.forget_and_rotate([ERASED]).destroyed == (1 if epoch == 1 else 0)
    assert ERASED not in store.get_many(PEOPLE)
    return epoch


def test_what_a_killed_rotation_left_is_overwritten_at_the_next_opening(begun: tuple[Path, dict[UUID, bytes]]) -> None:
    folder, _ = begun
    copy, fatal, overwritten = copies(folder), 0, 0
    while killed_at(fatal, rotation(at := copy())):
        fatal += 1
        if (at / "in-force").read_text() == "2\n" and (at / "epoch-1.key").exists():
            os.link(at / "epoch-1.key", at / "kept")
            PersonKeys.open(at, MASTER)
            assert not any((at / "kept").read_bytes())
            overwritten += 1
    assert overwritten >= 2


def test_a_killed_addition_is_whole_or_not_there(begun: tuple[Path, dict[UUID, bytes]]) -> None:
    folder, keys = begun
    new = [UUID(int=n) for n in range(100, 103)]
    copy, fatal, found = copies(folder), 0, []
    while killed_at(fatal, addition(at := copy(), new)):
        store = PersonKeys.open(at, MASTER)
        assert store.get_many(PEOPLE) == keys
        found.append(len(store.get_many(new)))
        with store.enrolling() as enrolment:
            again = enrolment.add(new)
        assert PersonKeys.open(at, MASTER).get_many(new) == again
        fatal += 1
    assert found == sorted(found)
    assert set(found) == {0, 3}


def addition(folder: Path, new: list[UUID]) -> Callable[[], object]:
    store = PersonKeys.open(folder, MASTER)

    def add() -> None:
        with store.enrolling() as enrolment:
            enrolment.add(new)

    return add


def test_a_killed_creation_is_done_again_or_is_complete(tmp_path: Path) -> None:
    fatal, made = 0, 0
    while killed_at(fatal, partial(PersonKeys.create, folder := tmp_path / str(fatal), MASTER)):
        try:
            store = PersonKeys.open(folder, MASTER)
            made += 1
        except KeyMissing:
            store = PersonKeys.create(folder, MASTER)
        assert (len(store), store.epoch) == (0, 1)
        fatal += 1
    assert fatal > made > 0
