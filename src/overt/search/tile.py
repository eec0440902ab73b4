"""Up to `ROWS` references: their codes, labels and numbers in memory, their float32 rows in a store of their own.

Rules:
* A reference keeps its place for as long as it is there. A removed one leaves a hole: zeros, and 0 for its number,
  which no reference has. Holes are filled before a tile grows.
* What is given up is overwritten: the place of a removed row, and the old arrays when they grow.
* `changed` names the blocks of `BLOCK` places that differ from what was last written down.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from overt.search.columns import LABEL_DTYPES
from overt.search.nibbles import Coded
from overt.search.rotation import width_of
from overt.search.vectors import Places, Vectors, Vectors32, grown

ROWS: Final = 250_000
BLOCK: Final = 4096
_FIRST: Final = 1024


class Tile:
    """Not for several threads: the engine's lock guards it."""

    def __init__(self, dimension: int, vectors: Vectors) -> None:
        self.vectors = vectors
        self.used = 0
        """Places that ever held a row; a hole counts."""
        self.holes: set[int] = set()
        self.changed: set[int] = set()
        shapes = column_shapes(dimension)
        self._columns: dict[str, NDArray[Any]] = {
            name: np.zeros((_FIRST, *cell), dtype) for name, (dtype, cell) in shapes.items()
        }

    def __len__(self) -> int:
        return self.used - len(self.holes)

    def __getitem__(self, name: str) -> NDArray[Any]:
        """The used places of one column, a view."""
        return self._columns[name][: self.used]

    @property
    def room(self) -> int:
        """How many more rows it takes."""
        return ROWS - len(self)

    def places_of(self, references: Sequence[int] | NDArray[np.int64]) -> Places:
        """Where these are, in rising order of place; those that are not here are passed over."""
        wanted = np.asarray(references, np.int64)
        if len(wanted) == 1:
            return np.flatnonzero(self["reference"] == wanted[0])
        return np.flatnonzero(np.isin(self["reference"], wanted))

    def insert(self, coded: Coded, labels: dict[str, NDArray[np.generic]], references: Any, vectors: Vectors32) -> None:
        """Add rows, at most `room`; the float32 rows first, since only that can fail."""
        places = self._free_places(len(references))
        self.vectors.write(places, references, vectors)
        self._reserve(int(places.max(initial=-1)) + 1)
        columns = {
            "codes": coded.codes,
            "lengths": coded.lengths,
            "angles": coded.angles,
            "reference": references,
            **labels,
        }
        for name, values in columns.items():
            self._columns[name][places] = values
        self.holes.difference_update(places.tolist())
        self.used = max(self.used, int(places.max(initial=-1)) + 1)
        self._note(places)

    def remove(self, places: Places) -> None:
        """Overwrite the rows at these places."""
        self.vectors.forget(places.tolist())
        for column in self._columns.values():
            column[places] = 0
        self.holes.update(places.tolist())
        self._note(places)

    def relabel(self, place: int, label: dict[str, NDArray[np.generic]]) -> None:
        """Change the label of the row at a place."""
        for name, value in label.items():
            self._columns[name][place] = value[0]
        self.changed.add(place // BLOCK)

    def fill(self, columns: dict[str, NDArray[Any]]) -> None:
        """Take over columns that were written down, all of one length; rows without a reference are holes."""
        self._columns = columns
        self.used = len(columns["reference"])
        self.holes = set(np.flatnonzero(columns["reference"] == 0).tolist())

    def _free_places(self, count: int) -> Places:
        free = sorted(self.holes)[:count]
        new = range(self.used, self.used + count - len(free))
        return np.array([*free, *new], np.intp)

    def _reserve(self, wanted: int) -> None:
        room = len(self._columns["reference"])
        if wanted > room:
            room = min(ROWS, max(wanted, 2 * room))
            self._columns = {name: grown(old, room) for name, old in self._columns.items()}

    def _note(self, places: Places) -> None:
        self.changed.update(np.unique(places // BLOCK).tolist())


def column_shapes(dimension: int) -> dict[str, tuple[type[np.generic], tuple[int, ...]]]:
    """Column name to its type and the shape of one cell."""
    return {
        "reference": (np.int64, ()),
        "codes": (np.uint8, (width_of(dimension) // 2,)),
        "lengths": (np.float32, ()),
        "angles": (np.uint8, ()),
        **{name: (dtype, ()) for name, dtype in LABEL_DTYPES.items()},
    }
