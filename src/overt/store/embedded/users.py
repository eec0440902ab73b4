"""Who uses one server, counted by file locks: the kernel lets go of them when a process dies, however it dies.

Rules:
* `users.lock` is held shared by everybody who uses the server. Nobody else holding it means: the last one.
* `switch.lock` is held alone by whoever starts or stops it: no starter meets a half-stopped server or another starter.
* A server found without users (all were killed) is taken over by the next one.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from overt.store.embedded.durable_files import give_to_owner_of

USERS, SWITCH = "users.lock", "switch.lock"


def make_locks(folder: Path) -> None:
    """Make the two lock files (0600) in the instance's folder."""
    for name in (USERS, SWITCH):
        os.close(os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        give_to_owner_of(folder, folder / name)


@contextmanager
def switching(folder: Path) -> Iterator[None]:
    """Be the only one who starts or stops; waits for others."""
    with _locked(folder / SWITCH, fcntl.LOCK_EX):
        yield


def in_use(folder: Path) -> bool:
    """Whether anybody uses the server now. Ask only inside `switching`, so that the answer stays true."""
    try:
        with _locked(folder / USERS, fcntl.LOCK_EX | fcntl.LOCK_NB):
            return False
    except BlockingIOError:
        return True


@contextmanager
def using(folder: Path, start: Callable[[], None], stop: Callable[[], None]) -> Iterator[None]:
    """Count as a user. Each runs `start`, which must put up with a running server; only the last runs `stop`."""
    with _open(folder / USERS) as users:
        with switching(folder):
            fcntl.flock(users, fcntl.LOCK_SH)
            try:
                start()
            except BaseException:
                fcntl.flock(users, fcntl.LOCK_UN)
                raise
        try:
            yield
        finally:
            with switching(folder):
                fcntl.flock(users, fcntl.LOCK_UN)
                if not in_use(folder):
                    stop()


@contextmanager
def _open(path: Path) -> Iterator[int]:
    descriptor = os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _locked(path: Path, how: int) -> Iterator[None]:
    """Hold a lock; given back by name, for a forked child may hold the descriptor as well."""
    with _open(path) as descriptor:
        fcntl.flock(descriptor, how)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
