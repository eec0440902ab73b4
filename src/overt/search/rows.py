"""Growable arrays for an engine's rows: append at the end, remove by moving the last row into the gap.

Rules:
* Rows 0 .. count-1 are in use and dense; their order means nothing.
* What is given up is overwritten with zeros before it is let go of: the place of a removed row, the place a moved row
  came from, and the old arrays when they grow. `tests/unit/search/test_rows.py` looks at the bytes.

Limitation: this covers the arrays of this class. Copies that the interpreter or the kernel made (a page swapped out)
are not reached; hence no swap and no core dumps on the host.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_FIRST: Final = 1024


class Rows:
    """Named columns of one length. `shapes` gives each column its type and the shape of one cell."""

    def __init__(self, shapes: Mapping[str, tuple[type[np.generic], tuple[int, ...]]]) -> None:
        self.count = 0
        self._columns: dict[str, NDArray[Any]] = {
            name: np.zeros((_FIRST, *cell), dtype) for name, (dtype, cell) in shapes.items()
        }

    @property
    def capacity(self) -> int:
        """How many rows fit without growing."""
        return len(next(iter(self._columns.values())))

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The rows in use of one column, a view."""
        return self._columns[name][: self.count]

    def append(self, new: Mapping[str, NDArray[Any]]) -> int:
        """Add rows (every column, one length). Returns the position of the first."""
        start, added = self.count, len(next(iter(new.values())))
        self._reserve(start + added)
        for name, column in self._columns.items():
            column[start : start + added] = new[name]
        self.count += added
        return start

    def remove(self, position: int) -> int:
        """Take out one row; the last row moves into its place. Returns the position the moved row had."""
        last = self.count - 1
        for column in self._columns.values():
            column[position] = column[last]
            column[last] = 0
        self.count = last
        return last

    def _reserve(self, wanted: int) -> None:
        if wanted <= self.capacity:
            return
        room = max(wanted, 2 * self.capacity)
        grown = {name: np.zeros((room, *old.shape[1:]), old.dtype) for name, old in self._columns.items()}
        for name, old in self._columns.items():
            grown[name][: self.count] = old[: self.count]
        old_columns, self._columns = self._columns, grown
        for old in old_columns.values():
            old.fill(0)
