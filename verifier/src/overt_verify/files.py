"""Reading from a disk that somebody hostile may have filled.

Rules:
* A file has a limit before it is opened, and no more than the limit is ever read.
* Only regular files are read: no pipe is waited for, no device is drained.
* Inside a ledger folder no link is followed, at no depth; the folder itself may be reached by one.
* A file that is not there is None; everything else that stops a reading is a `VerificationError`.
"""

import os
import stat
from pathlib import Path
from typing import Protocol

from overt_verify.errors import Code, VerificationError, shown

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


def read_file(path: Path, limit: int) -> bytes:
    """The bytes of a file that the caller named.

    Raises:
        VerificationError: not there, not a regular file, unreadable, or more than `limit` bytes.
    """
    data = _read(path, limit, _FLAGS)
    if data is None:
        raise VerificationError(Code.UNREADABLE_FILE, f"There is no file {shown(str(path))}.")
    return data


def is_folder(path: Path) -> bool:
    """Whether the caller named a folder (a name that cannot exist is none)."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


class Files(Protocol):
    """Files of known names, wherever they lie."""

    def read(self, name: str, limit: int) -> bytes | None:
        """The bytes at `name` (slashes between parts), or None when nothing is there."""

    def names(self, name: str) -> frozenset[str]:
        """Names of up to three characters in a sub-folder; none where that cannot be told."""


class Folder:
    """A folder with files of known names; the names come from path arithmetic, never from a file's content."""

    def __init__(self, root: Path) -> None:
        if not is_folder(root):
            raise VerificationError(Code.UNREADABLE_FILE, f"There is no folder {shown(str(root))}.")
        self._root = root

    def read(self, name: str, limit: int) -> bytes | None:
        """The bytes at `name` (slashes between parts), or None when nothing is there."""
        path = self._plain(name)
        return None if path is None else _read(path, limit, _FLAGS | _NOFOLLOW)

    def names(self, name: str) -> frozenset[str]:
        """Names of up to three characters in a sub-folder; longer ones cannot be widths of partial tiles."""
        path = self._plain(name)
        if path is None or not is_folder(path):
            return frozenset()
        try:
            with os.scandir(path) as found:
                return frozenset(item.name for item in found if len(item.name) <= 3)
        except OSError as error:
            raise _unreadable(path, error) from error

    def _plain(self, name: str) -> Path | None:
        path = self._root
        for part in name.split("/"):
            path = path / part
            try:
                mode = path.lstat().st_mode
            except (FileNotFoundError, NotADirectoryError):
                return None
            except OSError as error:
                raise _unreadable(path, error) from error
            if stat.S_ISLNK(mode):
                raise VerificationError(Code.SYMLINK_REFUSED, f"{shown(name)} is or lies behind a symbolic link.")
        return path


def _read(path: Path, limit: int, flags: int) -> bytes | None:
    try:
        handle = os.open(path, flags)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    try:
        return _read_open(path, handle, limit)
    except OSError as error:
        raise _unreadable(path, error) from error
    finally:
        os.close(handle)


def _read_open(path: Path, handle: int, limit: int) -> bytes:
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        raise VerificationError(Code.UNREADABLE_FILE, f"{shown(str(path))} is not a regular file.")
    chunks, left = [], limit + 1
    while left > 0 and (chunk := os.read(handle, min(left, 1 << 20))):
        chunks.append(chunk)
        left -= len(chunk)
    if left <= 0:
        raise VerificationError(Code.FILE_TOO_LARGE, f"{shown(str(path))} has more than {limit} bytes.")
    return b"".join(chunks)


def _unreadable(path: Path, error: Exception) -> VerificationError:
    reason = error.strerror if isinstance(error, OSError) else "not a possible name"
    return VerificationError(Code.UNREADABLE_FILE, f"{shown(str(path))} cannot be read: {reason}.")
