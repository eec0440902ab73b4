"""Where the float32 rows of one tile are kept: read for the few that a scan lets pass, overwritten when they go.

Rules:
* `forget` overwrites; when it has returned, no byte of the vector is left in what this keeps.
* A place is named by its number in the tile; that it holds what the caller means is the caller's business, except that
  a store which can tell (`sealed_vectors`) refuses a row that belongs to another reference.
"""

from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.intp]
Vectors32 = NDArray[np.float32]

_FIRST: Final = 1024


class Vectors(Protocol):
    """The float32 rows of one tile."""

    def read(self, places: Places, references: NDArray[np.int64]) -> Vectors32:
        """(k, dim), in the order of `places`."""

    def write(self, places: Places, references: NDArray[np.int64], vectors: Vectors32) -> None:
        """Put rows where none are needed any more."""

    def forget(self, places: Sequence[int]) -> None:
        """Overwrite these."""


class MemoryVectors:
    """In memory, 4 bytes a number."""

    def __init__(self, dimension: int) -> None:
        self._rows = np.zeros((_FIRST, dimension), np.float32)

    def read(self, places: Places, references: NDArray[np.int64]) -> Vectors32:
        del references
        rows: Vectors32 = self._rows[places]
        return rows

    def write(self, places: Places, references: NDArray[np.int64], vectors: Vectors32) -> None:
        del references
        self._reserve(int(places.max(initial=-1)) + 1)
        self._rows[places] = vectors

    def forget(self, places: Sequence[int]) -> None:
        self._rows[list(places)] = 0

    def _reserve(self, wanted: int) -> None:
        if wanted > len(self._rows):
            self._rows = grown(self._rows, max(wanted, 2 * len(self._rows)))


def grown(old: NDArray[Any], room: int) -> NDArray[Any]:
    """A larger copy; the old array is zeroed before it is let go of."""
    new = np.zeros((room, *old.shape[1:]), old.dtype)
    new[: len(old)] = old
    old.fill(0)
    return new
