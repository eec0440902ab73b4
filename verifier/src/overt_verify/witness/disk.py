"""How a witness writes: a file is replaced whole, or not at all.

Rules:
* The new bytes, and then the folder's new name for them, are on the disk before the call returns. Killed at any moment,
  the folder holds the old file or the new one.
* Whoever reads in order to write holds the lock of the folder, in this process or another.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from overt_verify.errors import Code, VerificationError, shown

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
PRIVATE = 0o600
_PUBLIC = 0o644


def replace_file(path: Path, data: bytes, mode: int = _PUBLIC) -> None:
    """Put `data` in the place of a file; the caller holds the lock.

    Raises:
        OSError: nothing, or the whole, was written.
    """
    new = path.with_name(path.name + ".new")
    handle = os.open(new, _FLAGS, mode)
    try:
        _write_all(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
    new.replace(path)
    sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """A folder that only its owner may enter; its name is on the disk before the call returns."""
    path.mkdir(mode=0o700, exist_ok=True)
    # Also where it was there: whoever made it may have died before this.
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Bring the names in a folder to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Nobody else, thread or process, is in this block for this folder."""
    try:
        import fcntl
    except ImportError as error:
        raise VerificationError(Code.BAD_WITNESS, "A witness needs a system with file locks, as Linux has.") from error
    try:
        handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), PRIVATE)
    except OSError as error:
        message = f"{shown(str(folder))} cannot be written: {error.strerror}."
        raise VerificationError(Code.BAD_WITNESS, message) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
