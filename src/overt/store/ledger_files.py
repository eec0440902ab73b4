"""The published form of the ledger on disk: tiles, bundles, checkpoint.

Rules:
* A file of the log is written whole (temporary file, sync, rename, sync of the folder) and never with other bytes.
* Beside the log lie the texts of its policies, each a signed note under the digest that entries carry, and its
  activation documents, each with its note.
* The checkpoint is written last; what it needs is on disk before it.
* Partial tiles go once a checkpoint is published that needs the full tile instead (allowed by C2SP tlog-tiles). Whoever
  still works with an older checkpoint reads them out of the full tile.
* Everything here can be made again from the database; nothing here may contradict what was once published.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from overt.identifiers import Digest
from overt.ledger.merkle import HASH_BYTES
from overt.ledger.tiles import ENTRIES, WIDTH, TileFile, decode_bundle, encode_bundle, parse_tile_path, tile_path

CHECKPOINT = "checkpoint"
POLICIES, DOCUMENTS = "policy", "document"


class LedgerFiles:
    """The folder of one log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self) -> None:
        """Make the folder."""
        (self.folder / "tile").mkdir(parents=True, exist_ok=True)

    @contextmanager
    def exclusively(self) -> Iterator[None]:
        """Hold the log against other processes that would write to it."""
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def checkpoint(self) -> bytes | None:
        """The signed checkpoint that was published last."""
        try:
            return (self.folder / CHECKPOINT).read_bytes()
        except FileNotFoundError:
            return None

    def read(self, path: str) -> bytes:
        """One tile or bundle; a partial one that is not there is the beginning of a wider one."""
        try:
            return (self.folder / path).read_bytes()
        except FileNotFoundError:
            level, index, width = parse_tile_path(path)
            if width == WIDTH:
                raise
            wider, whole = self._wider(tile_path(level, index), width)
            if level == ENTRIES:
                return encode_bundle(decode_bundle(whole, wider)[:width])
            return whole[: width * HASH_BYTES]

    def _wider(self, path: str, width: int) -> tuple[int, bytes]:
        """Width and bytes of the full tile, else of a partial one that holds the first `width` of it."""
        with contextlib.suppress(FileNotFoundError):
            return WIDTH, (self.folder / path).read_bytes()
        partials = self.folder / f"{path}.p"
        widths = [int(each.name) for each in partials.iterdir() if each.name.isdecimal()]
        found = min((each for each in widths if each > width), default=WIDTH)
        return found, (partials / str(found)).read_bytes()

    def write_tiles(self, tiles: Sequence[TileFile]) -> None:
        """Write tiles and bundles and make them durable."""
        folders: set[Path] = set()
        for tile in tiles:
            target = self.folder / tile.path
            folders |= self._make(target.parent)
            _write(target, tile.data)
            folders.add(target.parent)
        for folder in sorted(folders):
            _sync_folder(folder)

    def publish(self, note: bytes) -> None:
        """Replace the checkpoint and make it durable."""
        _write(self.folder / CHECKPOINT, note)
        _sync_folder(self.folder)

    def write(self, name: str, data: bytes) -> None:
        """Put a small file beside the log, where it is not there with these bytes, and make it durable."""
        target = self.folder / name
        if target.exists() and target.read_bytes() == data:
            return
        made = self._make(target.parent)
        _write(target, data)
        for folder in sorted(made | {target.parent}):
            _sync_folder(folder)

    def beside(self, name: str) -> bytes | None:
        """A small file beside the log; None when there is none."""
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            return None

    def policy(self, digest: Digest) -> bytes | None:
        """The public text of a policy; None when there is none."""
        try:
            return (self.folder / POLICIES / digest.removeprefix("sha256:")).read_bytes()
        except FileNotFoundError:
            return None

    def publish_policy(self, digest: Digest, note: bytes) -> None:
        """Put the signed text of a policy, in force or announced, beside the log; before the entry that names it."""
        self.write(f"{POLICIES}/{digest.removeprefix('sha256:')}", note)

    def document(self, digest: Digest) -> tuple[bytes, bytes] | None:
        """The public text of an activation document and its signed note; None when there is none."""
        path = self.folder / DOCUMENTS / digest.removeprefix("sha256:")
        try:
            return path.read_bytes(), path.with_name(f"{path.name}.note").read_bytes()
        except FileNotFoundError:
            return None

    def publish_document(self, digest: Digest, text: bytes, note: bytes) -> None:
        """Put an activation document and its note beside the log; before the entry that carries its digest."""
        name = f"{DOCUMENTS}/{digest.removeprefix('sha256:')}"
        self.write(name, text)
        self.write(f"{name}.note", note)

    def drop_partials(self, written: Sequence[TileFile]) -> None:
        """Remove the partial tiles that full ones among `written` made needless; after `publish`, never before."""
        for tile in written:
            shutil.rmtree(self.folder / f"{tile.path}.p", ignore_errors=True)

    def forget_tiles(self) -> None:
        """Remove all tiles, to make them again; the checkpoint stays and is what they must agree with."""
        shutil.rmtree(self.folder / "tile", ignore_errors=True)
        self.create()

    def _make(self, folder: Path) -> set[Path]:
        """Make a folder and its parents; returns those whose own entry has to be made durable."""
        made: set[Path] = set()
        missing = folder
        while not missing.exists():
            made.add(missing.parent)
            missing = missing.parent
        folder.mkdir(parents=True, exist_ok=True)
        return made


def _write(target: Path, data: bytes) -> None:
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
