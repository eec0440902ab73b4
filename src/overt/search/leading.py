"""The best k of what was scanned so far, known by a product in float64; the defined score only at the end.

Rules:
* A product of two vectors of length 1 is within `ROUNDING` of the defined score. What is more than twice that below the
  k-th highest product cannot be among the best k, and is dropped; whatever is nearer is kept.
* Where so many are as near that they would pile up (one vector enrolled a thousand times), the defined score decides
  at once.
"""

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.identifiers import ReferenceId
from overt.search.contract import Scored, Vector, in_order
from overt.search.score import exact_score
from overt.search.vectors import Vectors32

ROUNDING: Final = 1e-9
"""Far above the rounding of a float64 product of two vectors of length 1."""
_SPARE: Final = 256


class Leading:
    """For one probe; not for several threads."""

    def __init__(self, query: Vector, count: int) -> None:
        self._query, self._count = query, count
        self._near = np.empty(0)
        self._references = np.empty(0, np.int64)
        self._rows = np.empty((0, len(query)), np.float32)

    @property
    def least(self) -> float:
        """No score below this is among the best; minus infinity while fewer than k are known."""
        if not 0 < self._count <= len(self._near):
            return -np.inf
        return float(np.partition(self._near, -self._count)[-self._count]) - ROUNDING

    def add(self, near: NDArray[np.float64], references: NDArray[np.int64], rows: Vectors32) -> None:
        """Take in rows with their products."""
        self._near = np.concatenate([self._near, near])
        self._references = np.concatenate([self._references, references])
        self._rows = np.concatenate([self._rows, rows])
        self._keep(np.flatnonzero(self._near >= self.least - ROUNDING))
        if len(self._near) > self._count + _SPARE:
            best = {one.reference for one in self.best()}
            self._keep(np.flatnonzero([one in best for one in self._references.tolist()]))

    def best(self) -> list[Scored]:
        """At most k, in order."""
        return in_order(scored(self._query, self._references, self._rows))[: self._count]

    def _keep(self, places: NDArray[np.intp]) -> None:
        self._near, self._references, self._rows = self._near[places], self._references[places], self._rows[places]


def scored(query: Vector, references: NDArray[np.int64], rows: Vectors32) -> Iterable[Scored]:
    """The defined scores."""
    for reference, row in zip(references.tolist(), rows, strict=True):
        yield Scored(ReferenceId(reference), exact_score(query, row))
