"""The float32 rows of one tile, each sealed in a slot of its own: read one by one, overwritten in place.

A slot is bound to tile, place and reference, so a slot that holds another reference's row does not open.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.errors import SearchCacheDamaged
from overt.search.vectors import Places, Vectors32
from overt.store.search_cache.sealer import OVERHEAD, Sealer

Restore = Callable[[int], "NDArray[np.float32] | None"]
"""A reference's template from the database; None when it is gone."""
_KIND: Final = 1
_TOGETHER: Final = 4096
"""Slots written in one call at most."""


class RowsFile:
    """A `Vectors` store over one file, made when it is not there.

    Args:
        restore: asked for a row whose slot does not open; what it gives is written to the slot again.
    """

    def __init__(self, path: Path, sealer: Sealer, tile: int, dimension: int, restore: Restore) -> None:
        self._sealer, self._tile, self._restore = sealer, tile, restore
        self._size = 4 * dimension + OVERHEAD
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)

    def read(self, places: Places, references: NDArray[np.int64]) -> Vectors32:
        """(k, dim).

        Raises:
            SearchCacheDamaged: a slot does not open and the database has no such reference.
        """
        rows = [self._row(*both) for both in zip(places.tolist(), references.tolist(), strict=True)]
        return np.stack(rows) if rows else np.empty((0, (self._size - OVERHEAD) // 4), np.float32)

    def write(self, places: Places, references: NDArray[np.int64], vectors: Vectors32) -> None:
        """Write and sync."""
        little = vectors.astype("<f4", copy=False)
        for part in _runs(places):
            sealed = [
                self._sealer.seal(little[at].tobytes(), _KIND, self._tile, int(places[at]), int(references[at]))
                for at in range(part.start, part.stop)
            ]
            self._put(b"".join(sealed), int(places[part.start]))
        os.fdatasync(self._file)

    def forget(self, places: Sequence[int]) -> None:
        """Overwrite with zeros, and sync."""
        for place in places:
            self._put(bytes(self._size), place)
        os.fdatasync(self._file)

    def _row(self, place: int, reference: int) -> NDArray[np.float32]:
        sealed = os.pread(self._file, self._size, place * self._size)
        plain = self._sealer.open(sealed, _KIND, self._tile, place, reference)
        if plain is not None:
            return np.frombuffer(plain, "<f4").astype(np.float32, copy=False)
        restored = self._restore(reference)
        if restored is None:
            raise SearchCacheDamaged()
        self.write(np.array([place]), np.array([reference]), restored[np.newaxis])
        return restored

    def _put(self, data: bytes, place: int) -> None:
        at, view = place * self._size, memoryview(data)
        while view:
            written = os.pwrite(self._file, view, at)
            at, view = at + written, view[written:]


def _runs(places: Places) -> Iterator[slice]:
    """Neighbouring places, in runs of at most `_TOGETHER`."""
    edges = [0, *(np.flatnonzero(np.diff(places) != 1) + 1).tolist(), len(places)]
    for first, last in pairwise(edges):
        for start in range(first, last, _TOGETHER):
            yield slice(start, min(last, start + _TOGETHER))
