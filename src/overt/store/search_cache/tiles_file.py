"""The codes, labels and numbers of one tile, in sealed blocks of `BLOCK` places.

Rules:
* A block has a version, which is bound into its seal and counts its writings. The header (`cache.py`) names the
  versions it knows: a block of an earlier version was put back, and is dropped; one of a later version was written just
  before an interruption, and is taken, since what follows is done again.
* A block of zeros stands for places that never held a row.
"""

import os
from math import prod
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from overt.search.tile import BLOCK, Tile, column_shapes
from overt.store.search_cache.sealer import OVERHEAD, Sealer

_KIND: Final = 2
_VERSION: Final = 8

Columns = dict[str, NDArray[Any]]


class TileFile:
    """One tile's file of blocks, made when it is not there."""

    def __init__(self, path: Path, sealer: Sealer, number: int, dimension: int) -> None:
        self._sealer, self._number = sealer, number
        self._shapes = column_shapes(dimension)
        self._plain = BLOCK * sum(self._width(name) for name in self._shapes)
        self._size = _VERSION + self._plain + OVERHEAD
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def write(self, tile: Tile, versions: dict[int, int]) -> None:
        """Write the blocks of a tile that changed, and sync; `versions` are counted up."""
        for block in sorted(tile.changed):
            version = versions.get(block, 0) + 1
            sealed = self._sealer.seal(self._packed(tile, block), _KIND, self._number, block, version)
            _put(self._file, version.to_bytes(_VERSION) + sealed, block * self._size)
            versions[block] = version
        if tile.changed:
            os.fdatasync(self._file)
        tile.changed.clear()

    def read(self, used: int, versions: dict[int, int]) -> tuple[Columns, bool]:
        """All columns, `used` places long, and whether every block was whole.

        Blocks that were not are zeros, and `versions` are brought to what the file has.
        """
        columns: Columns = {name: np.zeros((used, *cell), kind) for name, (kind, cell) in self._shapes.items()}
        # One pair of buffers for all blocks: the system takes its time to hand out fresh memory.
        sealed, plain = memoryview(bytearray(self._size)), memoryview(bytearray(self._plain))
        whole = True
        for block in range(-(-used // BLOCK)):
            known = versions.get(block, 0)
            version = self._opened(block, sealed, plain)
            if version is None or version < known:
                whole = False
            else:
                _unpack(plain, block, columns)
            versions[block] = max(version or 0, known)
        return columns, whole

    def _packed(self, tile: Tile, block: int) -> bytes:
        """Column after column, each of `BLOCK` cells; zeros where the tile is not used yet."""
        used = {name: tile[name][block * BLOCK : (block + 1) * BLOCK].tobytes() for name in self._shapes}
        return b"".join(cells.ljust(BLOCK * self._width(name), b"\0") for name, cells in used.items())

    def _width(self, name: str) -> int:
        """Bytes of one cell."""
        kind, cell = self._shapes[name]
        return np.dtype(kind).itemsize * prod(cell)

    def _opened(self, block: int, sealed: memoryview, plain: memoryview) -> int | None:
        """The version of a block, which is now in `plain`; None when it does not open."""
        if os.preadv(self._file, [sealed], block * self._size) < self._size:
            return None
        version = int.from_bytes(sealed[:_VERSION])
        opens = self._sealer.open_into(plain, sealed[_VERSION:], _KIND, self._number, block, version)
        return version if opens else None


def _unpack(plain: memoryview, block: int, columns: Columns) -> None:
    at = 0
    for column in columns.values():
        part = column[block * BLOCK : (block + 1) * BLOCK]
        cell = column.strides[0]
        part.reshape(-1).view(np.uint8)[:] = np.frombuffer(plain, np.uint8, len(part) * cell, at)
        at += BLOCK * cell


def _put(file: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        written = os.pwrite(file, view, at)
        at, view = at + written, view[written:]
