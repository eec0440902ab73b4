"""One contract's cache: its header, its tiles' two files each, its key, and the lock that lets one process hold it."""

import fcntl
import json
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from overt.identifiers import Digest
from overt.search import rotation
from overt.search.tile import Tile
from overt.store.keys.private_files import make_private_folder
from overt.store.search_cache.rows_file import Restore, RowsFile
from overt.store.search_cache.sealer import Sealer
from overt.store.search_cache.tiles_file import TileFile

_KIND: Final = 3
_KEY: Final = 32


@dataclass(frozen=True, slots=True)
class SearchFolder:
    """Where a cache is: a folder of its own, and the file of its key beside the other keys."""

    folder: Path
    key_file: Path


@dataclass(frozen=True, slots=True)
class Mark:
    """Up to which change the cache goes: its number in the gallery's feed, and what the feed says there."""

    number: int
    says: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was found: tiles that opened, up to which change they go, and whether all of them opened."""

    tiles: list[Tile]
    mark: Mark
    whole: bool


class SearchCache:
    """The files of one template contract of dimension `dimension`, held by this process until `close`.

    Args:
        restore: a template from the database, for a row that does not open.
    """

    def __init__(self, place: SearchFolder, contract: Digest, dimension: int, restore: Restore) -> None:
        self._folder, self._key_file = place.folder, place.key_file
        self._dimension, self._restore = dimension, restore
        turned = rotation.digest(dimension)
        self._purpose = f"overt search cache 1 {contract} {dimension} {sys.byteorder} ".encode() + turned
        self._sealer: Sealer | None = None
        self._rows: dict[int, RowsFile] = {}
        self._codes: dict[int, TileFile] = {}
        self._versions: dict[int, dict[int, int]] = {}
        self._lock: int | None = None

    def hold(self) -> bool:
        """Whether this process holds the cache from now on; not when another one does."""
        make_private_folder(self._folder)
        lock = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def close(self) -> None:
        """Let another process hold it."""
        self._forget_files()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def begun(self) -> bool:
        """Whether there are files of it."""
        return (self._folder / "header").exists()

    def load(self) -> Loaded | None:
        """What is there; None when nothing usable is, or it was made for something else."""
        key = _read(self._key_file)
        sealed = _read(self._folder / "header")
        if key is None or len(key) != _KEY or sealed is None:
            return None
        self._sealer = Sealer(key, self._purpose)
        plain = self._sealer.open(sealed, _KIND)
        if plain is None:
            return None
        header: dict[str, Any] = json.loads(plain)
        self._versions = {
            number: {int(block): version for block, version in each["versions"].items()}
            for number, each in enumerate(header["tiles"])
        }
        tiles = [Tile(self._dimension, self.vectors(number)) for number in range(len(header["tiles"]))]
        files = [self._file(number) for number in range(len(tiles))]
        used = [each["used"] for each in header["tiles"]]
        with ThreadPoolExecutor(os.cpu_count()) as cores:
            read = list(cores.map(TileFile.read, files, used, self._versions.values()))
        for tile, (columns, _) in zip(tiles, read, strict=True):
            tile.fill(columns)
        return Loaded(tiles, Mark(header["number"], header["says"]), all(whole for _, whole in read))

    def begin(self) -> None:
        """An empty cache under a new key; what was there is deleted, and opens no more."""
        self._forget_files()
        for path in self._folder.iterdir():
            if path.name != "lock":
                path.unlink()
        key = os.urandom(_KEY)
        _replace(self._key_file, key)
        self._sealer = Sealer(key, self._purpose)
        self._versions = {}

    def vectors(self, number: int) -> RowsFile:
        """The store of the rows of the tile of that number."""
        if number not in self._rows:
            path = self._folder / f"tile-{number:05}.rows"
            self._rows[number] = RowsFile(path, self._sealing(), number, self._dimension, self._restore)
        return self._rows[number]

    def save(self, tiles: Sequence[Tile], mark: Mark) -> None:
        """Write what changed in these, and then that they go up to `mark`.

        Raises:
            OSError: the disk is full or broken; the header still tells of before.
        """
        for number, tile in enumerate(tiles):
            self._file(number).write(tile, self._versions.setdefault(number, {}))
        header = {
            "number": mark.number,
            "says": mark.says,
            "tiles": [{"used": tile.used, "versions": self._versions[number]} for number, tile in enumerate(tiles)],
        }
        _replace(self._folder / "header", self._sealing().seal(json.dumps(header).encode(), _KIND))

    def _file(self, number: int) -> TileFile:
        if number not in self._codes:
            path = self._folder / f"tile-{number:05}.codes"
            self._codes[number] = TileFile(path, self._sealing(), number, self._dimension)
        return self._codes[number]

    def _sealing(self) -> Sealer:
        if self._sealer is None:
            raise RuntimeError("the cache was neither loaded nor begun")
        return self._sealer

    def _forget_files(self) -> None:
        for rows in self._rows.values():
            rows.close()
        for codes in self._codes.values():
            codes.close()
        self._rows, self._codes = {}, {}


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _replace(path: Path, data: bytes) -> None:
    """All of it or what was there before, after a crash too."""
    staged = path.with_name(f".{path.name}.new")
    descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    staged.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
