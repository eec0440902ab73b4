"""The keys of the enrolled people, spread over drawers: an erasure changes one drawer, and the others stay as they are.

Rules:
* A person's drawer follows from their id, which is random; so all drawers are about as full. A new epoch wraps the keys
  of one drawer anew, a sixty-fourth of the gallery's.
* A key is on the disk before it is given out, so before any database commit that uses it. A key without a person in the
  database (the commit failed) is an orphan, and is removed like an erased one.
* A drawer is made when somebody's key is first put into it, and listed before that key is given out. What is listed and
  not there is missing, never empty.
* Erasing is all or nothing for each drawer, and repeating it is harmless.
"""

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import UUID

from overt.errors import KeyDamaged, KeysExist, PersonKeyGone
from overt.store.embedded.durable_files import write_private
from overt.store.keys import epochs
from overt.store.keys.drawer import KeyDrawer
from overt.store.keys.epochs import ENROLLING_LOCK, RotationReport, locked
from overt.store.keys.private_files import check_private_folder, make_private_folder, read_private
from overt.store.keys.sealing import Draw

DRAWERS: Final = 64
_LIST, _LIST_LOCK, _FORM = "drawers", "drawers.lock", "overt-key-drawers 1"
_LONGEST_LIST: Final = 1024


class PersonKeys:
    """The store in one folder. Safe among threads and processes; use `create` once and `open` after that."""

    def __init__(self, folder: Path, master: bytes, draw: Draw) -> None:
        self._folder, self._master, self._draw = folder, master, draw
        self._guard = threading.Lock()
        self._drawers: dict[int, KeyDrawer] = {}

    def __repr__(self) -> str:
        return f"PersonKeys({str(self._folder)!r})"

    @classmethod
    def create(cls, folder: Path, master: bytes, draw: Draw = os.urandom) -> "PersonKeys":
        """Make an empty store.

        Args:
            folder: made (0700) when it is not there.
            master: the key (32 bytes) that wraps the keys of epochs.
            draw: randomness.

        Raises:
            KeysExist: there is a store already.
            KeyFilesUnsafe: the folder is open to others.
        """
        make_private_folder(folder)
        with locked(folder, _LIST_LOCK):
            if (folder / _LIST).exists():
                raise KeysExist(f"There is a person key store in {folder} already.")
            _write_list(folder, frozenset())
        return cls.open(folder, master, draw)

    @classmethod
    def open(cls, folder: Path, master: bytes, draw: Draw = os.urandom) -> "PersonKeys":
        """Open a store, and destroy what an interrupted erasure left of another epoch.

        Raises:
            KeyMissing: there is no store, or a drawer of it is not there.
            KeyFilesUnsafe: folder or files are open to others.
            KeyDamaged: another master key's, or damaged.
        """
        check_private_folder(folder)
        store = cls(folder, master, draw)
        store._open_listed()
        return store

    @property
    def epoch(self) -> int:
        """From 1; each erasure is one more."""
        return 1 + sum(drawer.epoch - 1 for drawer in self._open_listed())

    def __len__(self) -> int:
        return sum(len(drawer) for drawer in self._open_listed())

    def ids(self) -> frozenset[UUID]:
        """Everybody who has a key now."""
        return frozenset[UUID]().union(*(drawer.ids() for drawer in self._open_listed()))

    def get(self, person: UUID) -> bytes:
        """One person's key (32 bytes).

        Raises:
            PersonKeyGone: erased, or never there.
            KeyDamaged: the record does not authenticate.
        """
        found = self.get_many((person,))
        if person not in found:
            raise PersonKeyGone()
        return found[person]

    def get_many(self, persons: Iterable[UUID]) -> dict[UUID, bytes]:
        """The keys of these people; whoever has none is left out.

        Raises:
            KeyDamaged: a record does not authenticate.
        """
        found: dict[UUID, bytes] = {}
        for number, those in _by_drawer(persons).items():
            drawer = self._drawer(number)
            if drawer is not None:
                found |= drawer.get_many(those)
        return found

    @contextmanager
    def enrolling(self) -> Iterator["Enrolment"]:
        """Hold this from `add` until the database has committed: it keeps `remove_orphans` of others waiting."""
        with locked(self._folder, ENROLLING_LOCK, shared=True):
            yield Enrolment(self._add)

    def forget_and_rotate(self, persons: Iterable[UUID]) -> RotationReport:
        """Destroy the keys of these people for good: a new epoch of their drawers with everybody else in them, and the
        old one destroyed.

        When it is killed, each drawer has either the old epoch in force as if nothing had been asked, or the new one,
        and the next opening destroys what is left of the old. People without a key are passed over.

        Raises:
            KeyDamaged: somebody else's record does not authenticate; nothing was changed in its drawer.
        """
        began, kept, destroyed = time.monotonic(), 0, 0
        for number, those in _by_drawer(persons).items():
            drawer = self._drawer(number)
            if drawer is not None:
                report = drawer.forget_and_rotate(those)
                kept, destroyed = kept + report.kept, destroyed + report.destroyed
        return RotationReport(self.epoch, kept, destroyed, time.monotonic() - began)

    def remove_orphans(self, known: Callable[[], Collection[UUID]]) -> RotationReport | None:
        """Destroy keys whose people never came into the database; None when there are none. Never inside `enrolling`.

        Args:
            known: everybody in the database; called while nobody enrols.
        """
        with locked(self._folder, ENROLLING_LOCK):
            orphans = self.ids().difference(known())
            return self.forget_and_rotate(orphans) if orphans else None

    def _add(self, persons: Iterable[UUID]) -> dict[UUID, bytes]:
        added: dict[UUID, bytes] = {}
        for number, those in _by_drawer(persons).items():
            added |= (self._drawer(number) or self._new_drawer(number)).add(those)
        return added

    def _open_listed(self) -> list[KeyDrawer]:
        """All drawers that there are now, those that others have made since too."""
        drawers = (self._drawer(number) for number in sorted(_read_list(self._folder)))
        return [drawer for drawer in drawers if drawer is not None]

    def _drawer(self, number: int) -> KeyDrawer | None:
        with self._guard:
            if number not in self._drawers and number in _read_list(self._folder):
                self._drawers[number] = KeyDrawer.open(_place(self._folder, number), self._master, self._draw)
            return self._drawers.get(number)

    def _new_drawer(self, number: int) -> KeyDrawer:
        """Make a drawer, unless another process just did."""
        with self._guard, locked(self._folder, _LIST_LOCK):
            listed = _read_list(self._folder)
            if number not in listed:
                place = _place(self._folder, number)
                make_private_folder(place)
                # One that was made and not listed has never held a key.
                epochs.destroy_all_but(place, None)
                (place / epochs.IN_FORCE).unlink(missing_ok=True)
                KeyDrawer.create(place, self._master, self._draw)
                _write_list(self._folder, listed | {number})
        drawer = self._drawer(number)
        assert drawer is not None
        return drawer


class Enrolment:
    """The right to add people, as long as `PersonKeys.enrolling` is held."""

    def __init__(self, add: Callable[[Iterable[UUID]], dict[UUID, bytes]]) -> None:
        self._add = add

    def add(self, persons: Iterable[UUID]) -> dict[UUID, bytes]:
        """A key (32 bytes) for each of these people, durable before this returns; who has one already keeps it."""
        return self._add(persons)


def _by_drawer(persons: Iterable[UUID]) -> dict[int, list[UUID]]:
    groups: dict[int, list[UUID]] = {}
    for who in persons:
        groups.setdefault(who.bytes[0] % DRAWERS, []).append(who)
    return groups


def _place(folder: Path, number: int) -> Path:
    return folder / f"drawer-{number:02}"


def _read_list(folder: Path) -> frozenset[int]:
    text = read_private(folder / _LIST, _LONGEST_LIST).decode("ascii", "replace")
    form, _, numbers = text.partition(":")
    if form != _FORM or not all(each.isdigit() and int(each) < DRAWERS for each in numbers.split()):
        raise KeyDamaged("The person key store does not say which drawers it has.")
    return frozenset(int(each) for each in numbers.split())


def _write_list(folder: Path, drawers: frozenset[int]) -> None:
    write_private(folder / _LIST, f"{_FORM}: {' '.join(str(each) for each in sorted(drawers))}\n".encode())
