"""A kill -9 before each single file operation of one drawer: a rotation, an append and a creation."""

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest

from overt.errors import KeyMissing
from overt.store.keys.drawer import KeyDrawer
from simulators.killed import killed_at

MASTER = bytes(range(32))
PEOPLE = [UUID(int=n) for n in range(1, 7)]
ERASED = PEOPLE[2]


@pytest.fixture
def begun(tmp_path: Path) -> tuple[Path, dict[UUID, bytes]]:
    store = KeyDrawer.create(tmp_path / "persons", MASTER)
    return tmp_path / "persons", store.add(PEOPLE)


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
    store = KeyDrawer.open(folder, MASTER)
    return lambda: store.forget_and_rotate([ERASED])


def _epoch_after_opening(folder: Path, keys: dict[UUID, bytes]) -> int:
    left = dict(keys)
    store = KeyDrawer.open(folder, MASTER)
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
            KeyDrawer.open(at, MASTER)
            assert not any((at / "kept").read_bytes())
            overwritten += 1
    assert overwritten >= 2


def test_a_killed_addition_is_whole_or_not_there(begun: tuple[Path, dict[UUID, bytes]]) -> None:
    folder, keys = begun
    new = [UUID(int=n) for n in range(100, 103)]
    copy, fatal, found = copies(folder), 0, []
    while killed_at(fatal, addition(at := copy(), new)):
        store = KeyDrawer.open(at, MASTER)
        assert store.get_many(PEOPLE) == keys
        found.append(len(store.get_many(new)))
        again = store.add(new)
        assert KeyDrawer.open(at, MASTER).get_many(new) == again
        fatal += 1
    assert found == sorted(found)
    assert set(found) == {0, 3}


def addition(folder: Path, new: list[UUID]) -> Callable[[], object]:
    store = KeyDrawer.open(folder, MASTER)
    return lambda: store.add(new)


def test_a_killed_creation_is_done_again_or_is_complete(tmp_path: Path) -> None:
    fatal, made = 0, 0
    while killed_at(fatal, partial(KeyDrawer.create, folder := tmp_path / str(fatal), MASTER)):
        try:
            store = KeyDrawer.open(folder, MASTER)
            made += 1
        except KeyMissing:
            store = KeyDrawer.create(folder, MASTER)
        assert (len(store), store.epoch) == (0, 1)
        fatal += 1
    assert fatal > made > 0
