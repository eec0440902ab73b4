"""All scores among images of many people, counted by pairs of people.

Rules:
* Every pair of people counts once, however many images they have, by the share of its image pairs. Otherwise the few
  with many images would decide.
* `apart` says which pairs are strangers: never a person with themselves, never relatives.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
"""(n, n), one row and column a person."""


@dataclass(frozen=True, slots=True, eq=False)
class PeoplePairs:
    """`scores` (m, m) float32 among m images sorted by person; `first` (n,) index of each person's first image.

    `apart` (n, n) bool, symmetric: the pairs of strangers.
    """

    scores: NDArray[np.float32]
    first: NDArray[np.intp]
    apart: NDArray[np.bool_]

    @property
    def people(self) -> int:
        """How many people."""
        return len(self.first)

    @property
    def pairs(self) -> int:
        """How many pairs of strangers."""
        return int(np.count_nonzero(self.apart)) // 2

    def share(self, at_least: float) -> Matrix:
        """Of each two strangers, the share of image pairs that score at least this; 0 elsewhere."""
        return self._means((self.scores >= at_least).astype(np.float32))  # sums of ones stay exact

    def depth(self, start: float) -> Matrix:
        """Of each two strangers, the mean over image pairs of ln((1 - start) / (1 - score)), 0 below `start`."""
        beyond = np.clip((1.0 - self.scores.astype(np.float64)) / (1.0 - start), 1e-9, 1.0)
        return self._means(-np.log(beyond))

    def _means(self, values: NDArray[np.floating]) -> Matrix:
        # Twice along rows, which lie together in memory; the scores are symmetric, and so are the sums.
        rows = np.ascontiguousarray(np.add.reduceat(values, self.first, axis=0).T)
        sums = np.add.reduceat(rows, self.first, axis=0)
        images = np.diff(np.append(self.first, len(self.scores)))
        return np.asarray(sums.astype(np.float64) / np.outer(images, images) * self.apart)


def people_pairs(vectors: NDArray[np.float32], people: Sequence[str], families: Sequence[str]) -> PeoplePairs:
    """All pairs among these images.

    Args:
        vectors: (m, dim) unit templates of one contract.
        people: whose image each is.
        families: people of one family are left out as pairs; a family of one's own when unknown.
    """
    return scored_pairs(vectors @ vectors.T, people, families)


def scored_pairs(scores: NDArray[np.float32], people: Sequence[str], families: Sequence[str]) -> PeoplePairs:
    """The same from (m, m) symmetric scores that were made before, such as by `centred_apart`."""
    order = sorted(range(len(people)), key=lambda i: people[i])
    names = [people[i] for i in order]
    first = [i for i, name in enumerate(names) if i == 0 or name != names[i - 1]]
    at = {names[row]: person for person, row in enumerate(first)}
    kin: dict[str, set[int]] = {}
    for name, family in zip(people, families, strict=True):
        kin.setdefault(family, set()).add(at[name])
    apart = ~np.eye(len(first), dtype=bool)
    for members in kin.values():
        apart[np.ix_(sorted(members), sorted(members))] = False
    return PeoplePairs(scores[np.ix_(order, order)], np.array(first, np.intp), apart)
