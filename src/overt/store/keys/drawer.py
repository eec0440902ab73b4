"""One drawer of the people's keys: made, found, and destroyed so that nothing sealed under them opens again.

Rules:
* A key is on the disk before it is given out.
* Only the wrapped keys stay in memory; each is unwrapped when asked for.
* Every call looks which epoch is in force, so an erasure by another process is obeyed at once.
* Erasing is all or nothing for its batch, and repeating it is harmless.
"""

import os
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID

from overt.errors import KeysExist
from overt.store.keys import epochs, records
from overt.store.keys.epochs import STORE_LOCK, RotationReport
from overt.store.keys.private_files import check_private_folder, make_private_folder
from overt.store.keys.records import KEY, NONCE, SIZE, Wrapping
from overt.store.keys.sealing import Draw


class KeyDrawer:
    """The keys in one folder. Safe among threads and processes; use `create` once and `open` after that."""

    def __init__(self, folder: Path, master: bytes, draw: Draw) -> None:
        self._folder = folder
        self._master = master
        self._draw = draw
        self._guard = threading.RLock()
        self._epoch = 0
        self._wrapping = Wrapping(bytes(KEY), 0)
        self._body = bytearray()
        self._index: dict[bytes, int] = {}

    def __repr__(self) -> str:
        return f"KeyDrawer({str(self._folder)!r})"

    @classmethod
    def create(cls, folder: Path, master: bytes, draw: Draw = os.urandom) -> "KeyDrawer":
        """Make an empty drawer with its first epoch; it refuses what `PersonKeys.create` refuses."""
        make_private_folder(folder)
        with epochs.locked(folder, STORE_LOCK):
            if (folder / epochs.IN_FORCE).exists():
                raise KeysExist(f"There is a person key store in {folder} already.")
            epochs.destroy_all_but(folder, None)
            epochs.write_epoch(folder, 1, records.pack_epoch_key(master, 1, draw(KEY), draw(NONCE)), b"")
            epochs.put_in_force(folder, 1)
        return cls.open(folder, master, draw)

    @classmethod
    def open(cls, folder: Path, master: bytes, draw: Draw = os.urandom) -> "KeyDrawer":
        """Open a store, and destroy what an interrupted erasure left of another epoch.

        Raises:
            KeyMissing: there is no store.
            KeyFilesUnsafe: folder or files are open to others.
            KeyDamaged: another master key's, or damaged.
        """
        check_private_folder(folder)
        store = cls(folder, master, draw)
        with epochs.locked(folder, STORE_LOCK):
            store._load()
            epochs.destroy_all_but(folder, store._epoch)
        return store

    @property
    def epoch(self) -> int:
        """The epoch in force, from 1; each erasure is one more."""
        return epochs.in_force(self._folder)

    def __len__(self) -> int:
        return len(self.ids())

    def ids(self) -> frozenset[UUID]:
        """Everybody who has a key now."""
        with self._guard:
            self._refresh()
            return frozenset(UUID(bytes=person) for person in self._index)

    def get_many(self, persons: Iterable[UUID]) -> dict[UUID, bytes]:
        """The keys of these people; whoever has none is left out.

        Raises:
            KeyDamaged: a record does not authenticate.
        """
        wanted = list(persons)
        with self._guard:
            if self._epoch != epochs.in_force(self._folder) or any(who.bytes not in self._index for who in wanted):
                self._refresh()
            places = [(who, self._index.get(who.bytes)) for who in wanted]
            return {who: self._unwrap(at) for who, at in places if at is not None}

    def add(self, persons: Iterable[UUID]) -> dict[UUID, bytes]:
        """A key (32 bytes) for each of these people, durable before this returns; who has one already keeps it."""
        wanted = list(dict.fromkeys(persons))
        with self._guard, epochs.locked(self._folder, STORE_LOCK):
            self._load()
            self._append({who: self._draw(KEY) for who in wanted if who.bytes not in self._index})
            return {who: self._unwrap(self._index[who.bytes]) for who in wanted}

    def forget_and_rotate(self, persons: Iterable[UUID]) -> RotationReport:
        """Destroy the keys of these people for good: a new epoch with everybody else, and the old one destroyed.

        When it is killed, either the old epoch is in force as if nothing had been asked, or the new one, and the next
        opening destroys what is left of the old. People without a key are passed over.

        Raises:
            KeyDamaged: somebody else's record does not authenticate; nothing was changed.
        """
        began = time.monotonic()
        with self._guard, epochs.locked(self._folder, STORE_LOCK):
            self._load()
            gone = {who.bytes for who in persons} & self._index.keys()
            kept = [at for person, at in self._index.items() if person not in gone]
            self._rotate(self._epoch + 1, kept)
            return RotationReport(self._epoch, len(kept), len(gone), time.monotonic() - began)

    def _append(self, keys: Mapping[UUID, bytes]) -> None:
        if not keys:
            return
        added = b"".join(self._wrapping.wrap(who.bytes, key, self._draw(NONCE)) for who, key in keys.items())
        epochs.append_records(self._folder, self._epoch, len(self._body) // SIZE, added)
        self._extend(added)

    def _rotate(self, epoch: int, kept: list[int]) -> None:
        """Write, switch, destroy; then work with the new one."""
        key = self._draw(KEY)
        new, nonces = Wrapping(key, epoch), self._draw(NONCE * len(kept))
        body = bytearray()
        for turn, at in enumerate(kept):
            person = bytes(self._body[at : at + records.PERSON])
            body += new.wrap(person, self._unwrap(at), nonces[turn * NONCE : (turn + 1) * NONCE])
        epochs.destroy_all_but(self._folder, self._epoch)
        wrapped = records.pack_epoch_key(self._master, epoch, key, self._draw(NONCE))
        epochs.write_epoch(self._folder, epoch, wrapped, body)
        epochs.put_in_force(self._folder, epoch)
        epochs.destroy_all_but(self._folder, epoch)
        self._load()

    def _unwrap(self, at: int) -> bytes:
        return self._wrapping.unwrap(bytes(self._body[at : at + SIZE]))

    def _refresh(self) -> None:
        with epochs.locked(self._folder, STORE_LOCK, shared=True):
            self._load()

    def _load(self) -> None:
        """Take over what others have done since; the caller holds the store's lock."""
        epoch = epochs.in_force(self._folder)
        if epoch != self._epoch:
            self._wrapping = Wrapping(epochs.read_epoch_key(self._folder, self._master, epoch), epoch)
            self._epoch, self._body, self._index = epoch, bytearray(), {}
        self._extend(epochs.read_records(self._folder, epoch, len(self._body) // SIZE))

    def _extend(self, added: bytes) -> None:
        start = len(self._body)
        self._body += added
        self._index.update(records.index(self._body, start))
