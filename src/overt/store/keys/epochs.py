"""The files of one drawer of people's keys: one pair for an epoch, and the name of the one in force.

Rules:
* `epoch-N.key` is the wrapped key of epoch N, `epoch-N.records` the people's keys wrapped under it, `in-force` says N.
* A new epoch is written and synced whole before `in-force` is renamed to it; that rename is the moment of erasure.
* Only after that is durable are the old files overwritten, synced and unlinked, the epoch's key first: without it the
  rest is noise. Files of an epoch that is not in force are destroyed whenever the store is opened or rotated.
* Whoever changes or reads these files holds `store.lock` (alone, or shared).
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from overt.errors import KeyDamaged
from overt.store.embedded.durable_files import create_private, sync_folder, write_private
from overt.store.keys import records
from overt.store.keys.private_files import open_private, read_private

IN_FORCE, STORE_LOCK, ENROLLING_LOCK = "in-force", "store.lock", "enrolling.lock"


@dataclass(frozen=True, slots=True)
class RotationReport:
    """What one rotation did: the epoch now in force, people kept and destroyed, and how long it took."""

    epoch: int
    kept: int
    destroyed: int
    seconds: float


@contextmanager
def locked(folder: Path, name: str, *, shared: bool = False) -> Iterator[None]:
    """Hold a lock among processes; it is let go when the holder dies, however it dies."""
    descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def in_force(folder: Path) -> int:
    """The number of the epoch in force, from 1.

    Raises:
        KeyMissing: there is no store here.
        KeyDamaged: the file does not hold a number.
    """
    text = read_private(folder / IN_FORCE, 32).strip()
    if not text.isdigit():
        raise KeyDamaged("The person key store does not say which epoch is in force.")
    return int(text)


def write_epoch(folder: Path, epoch: int, wrapped_key: bytes, body: bytes | bytearray) -> None:
    """Write the pair of files of a new epoch, durable when this returns; it is not in force by that."""
    create_private(_key_path(folder, epoch), wrapped_key)
    create_private(_records_path(folder, epoch), records.pack_header(epoch, len(body) // records.SIZE) + body)
    sync_folder(folder)


def put_in_force(folder: Path, epoch: int) -> None:
    """Switch: durable when this returns, old or new at every moment before."""
    write_private(folder / IN_FORCE, b"%d\n" % epoch)


def read_epoch_key(folder: Path, master: bytes, epoch: int) -> bytes:
    """The key of this epoch (32 bytes).

    Raises:
        KeyMissing, KeyFilesUnsafe, KeyDamaged: the file is not there, not safe, or not under this master key.
    """
    return records.unpack_epoch_key(master, epoch, read_private(_key_path(folder, epoch), 2 * records.SIZE))


def read_records(folder: Path, epoch: int, known: int) -> bytes:
    """The promised records behind the first `known` ones.

    Raises:
        KeyMissing, KeyFilesUnsafe, KeyDamaged: the file is not there, not safe, or shorter than it promises.
    """
    with os.fdopen(open_private(_records_path(folder, epoch), os.O_RDONLY), "rb") as file:
        count = records.count_in(file.read(records.SIZE), epoch)
        file.seek((1 + known) * records.SIZE)
        wanted = max(0, count - known) * records.SIZE
        data = file.read(wanted)
    if len(data) != wanted:
        raise KeyDamaged("The person key store is shorter than it should be.")
    return data


def append_records(folder: Path, epoch: int, known: int, new: bytes) -> None:
    """Put records behind the `known` promised ones, over whatever an interrupted append left there.

    Durable when this returns: first the records are synced, then the header that promises them.
    """
    with os.fdopen(open_private(_records_path(folder, epoch), os.O_RDWR), "r+b", buffering=0) as file:
        _write_at(file.fileno(), (1 + known) * records.SIZE, new)
        file.truncate((1 + known) * records.SIZE + len(new))
        os.fsync(file.fileno())
        _write_at(file.fileno(), 0, records.pack_header(epoch, known + len(new) // records.SIZE))
        os.fsync(file.fileno())


def destroy_all_but(folder: Path, epoch: int | None) -> None:
    """Overwrite and unlink the files of all other epochs: old ones, and new ones that never came into force."""
    keep = {_key_path(folder, epoch), _records_path(folder, epoch)} if epoch else set()
    doomed = [*sorted(folder.glob("epoch-*.key")), *sorted(folder.glob("epoch-*.records"))]
    gone = [path for path in doomed if path not in keep]
    for path in gone:
        with os.fdopen(open_private(path, os.O_RDWR), "r+b", buffering=0) as file:
            _write_at(file.fileno(), 0, bytes(os.fstat(file.fileno()).st_size))
            os.fsync(file.fileno())
        path.unlink()
    if gone:
        sync_folder(folder)


def _key_path(folder: Path, epoch: int) -> Path:
    return folder / f"epoch-{epoch}.key"


def _records_path(folder: Path, epoch: int) -> Path:
    return folder / f"epoch-{epoch}.records"


def _write_at(descriptor: int, offset: int, data: bytes) -> None:
    """All of `data` at this place; the system may write less at a time."""
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view, offset = view[written:], offset + written
