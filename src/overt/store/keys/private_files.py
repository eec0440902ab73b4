"""Reading files that only this account may read; anything wider is refused, not repaired.

Rules:
* A folder of keys is a real folder of this account with mode 0700, a key file a real file of it with mode 0600.
* What is checked is what is read: the file is opened first, and no link is followed.
* A file whose permissions are too wide may have been read by somebody; closing it again would hide that.
"""

import os
import stat
from pathlib import Path

from overt.errors import KeyDamaged, KeyFilesUnsafe, KeyMissing


def check_private_folder(folder: Path) -> None:
    """Refuse a folder that anybody else could look into or change.

    Raises:
        KeyMissing: there is no such folder.
        KeyFilesUnsafe: it is a link, somebody else's, or open to others.
    """
    try:
        status = folder.lstat()
    except FileNotFoundError:
        raise KeyMissing(f"There is no keys folder {folder}.") from None
    if not stat.S_ISDIR(status.st_mode):
        raise KeyFilesUnsafe(f"{folder} is not a folder of its own.")
    _check(folder, status)


def make_private_folder(folder: Path) -> None:
    """Make a 0700 folder, or check the one that is there."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        check_private_folder(folder)


def read_private(path: Path, limit: int | None = None) -> bytes:
    """A private file's bytes.

    Args:
        path: the file.
        limit: more bytes than this are refused.

    Raises:
        KeyMissing: there is no such file.
        KeyFilesUnsafe: it is a link, not a file, somebody else's, or open to others.
        KeyDamaged: it is longer than `limit`.
    """
    descriptor = open_private(path, os.O_RDONLY)
    with os.fdopen(descriptor, "rb") as file:
        data = file.read() if limit is None else file.read(limit + 1)
    if limit is not None and len(data) > limit:
        raise KeyDamaged(f"The key file {path.name} is too long.")
    return data


def open_private(path: Path, flags: int) -> int:
    """A descriptor of a private file that has been checked; the caller closes it.

    Raises:
        KeyMissing: there is no such file.
        KeyFilesUnsafe: it is a link, not a file, somebody else's, or open to others.
    """
    try:
        descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise KeyMissing(f"The key file {path.name} is not there.") from None
    except OSError:
        raise KeyFilesUnsafe(f"The key file {path.name} is a link, or cannot be opened by this account.") from None
    try:
        _check(path, os.fstat(descriptor))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _check(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        raise KeyFilesUnsafe(f"{path.name} is not a plain file.")
    if status.st_uid != os.geteuid():
        raise KeyFilesUnsafe(f"{path.name} belongs to another account.")
    if status.st_mode & 0o077:
        raise KeyFilesUnsafe(f"{path.name} can be read or changed by other accounts.")
