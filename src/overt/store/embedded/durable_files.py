"""Small private files that are whole or not there, even after a power cut.

Rules:
* A file is made beside its final name with mode 0600, synced, and renamed; then its folder is synced.
* A temporary name never survives under the final name, and no link is followed when writing.
"""

import os
from contextlib import suppress
from pathlib import Path


def write_private(path: Path, data: bytes) -> None:
    """Write `data` to `path` (0600), durable when this returns; the old content stays until the new is whole."""
    staged = path.with_name(f".{path.name}.{os.getpid()}.new")
    with suppress(FileNotFoundError):
        staged.unlink()
    create_private(staged, data)
    give_to_owner_of(path.parent, staged)
    staged.replace(path)
    sync_folder(path.parent)


def create_private(path: Path, data: bytes) -> None:
    """Make the new file `path` (0600) with `data` and sync it; its folder is not synced.

    Raises:
        FileExistsError: something has this name already, a dangling link included.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def give_to_owner_of(folder: Path, path: Path) -> None:
    """Under root, what is made in somebody's folder is theirs."""
    if os.geteuid() == 0:
        status = folder.stat()
        os.chown(path, status.st_uid, status.st_gid, follow_symlinks=False)


def sync_folder(path: Path) -> None:
    """Make the names in this folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
