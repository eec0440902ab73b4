"""All pairs of images: every mated score, and the highest of the non-mated ones, in bounded memory.

Rules:
* Every two images of one person are a mated pair, every two of different people a non-mated one. Images without a
  template are in none: what they cost is FTA's to say.
* Non-mated pairs are counted exactly, and the highest are kept with both people: all of them where they are few, else
  enough for FMR 0.001 in resamples of the people. How many non-mated pairs a resample has follows from its weights.
* Scores come by blocks of rows, so that the table of all pairs never stands in memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.bootstrap import Weights, blocks
from overt.evaluation.protocol import Indices
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Score, cosine

KEPT: Final = 500_000
_KEPT_SHARE: Final = 0.004

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """Pairs of images.

    Args:
        mated: (m,) scores; whose: (m,) the person of each.
        top: (k,) the highest non-mated scores; first, second: (k,) the people of each.
        images: (people,) with a template.
        non_mated: how many non-mated pairs there are; `top` holds all of them or the highest.
    """

    mated: Numbers
    whose: Indices
    top: Numbers
    first: Indices
    second: Indices
    images: Indices
    non_mated: int

    @property
    def complete(self) -> bool:
        """Whether `top` holds all non-mated pairs."""
        return len(self.top) == self.non_mated

    def highest(self, kept: int) -> "Pairs":
        """The same with fewer of the highest non-mated scores: `kept`, or enough for FMR 0.001 where that is more."""
        count = _enough(self.non_mated, kept)
        if len(self.top) <= count:
            return self
        high = np.argpartition(-self.top, count - 1)[:count]
        return replace(self, top=self.top[high], first=self.first[high], second=self.second[high])


def all_pairs(sample: Sample, score: Score | None = None, kept: int = KEPT) -> Pairs:
    """All pairs of a sample.

    Args:
        score: of two images, the same either way round; the cosine of their templates by default.
        kept: non-mated scores at least, as far as there are as many.
    """
    images = np.flatnonzero(sample.made)
    person = sample.person[images]
    each = np.bincount(person, minlength=len(sample.people))
    total = int(pairs_of(each[np.newaxis], np.ones((1, len(each))))[0])
    mated: list[tuple[Numbers, Indices]] = []
    top = _Highest(_enough(total, kept))
    for rows, columns, scores in _above_diagonal(images, score or cosine(sample)):
        same = person[rows] == person[columns]
        mated.append((scores[same], person[rows[same]]))
        top.add(scores[~same], person[rows[~same]], person[columns[~same]])
    own, whose = (np.concatenate(column) for column in zip(*mated, strict=True)) if mated else _NOTHING
    return Pairs(own, whose, *top.found(), each, total)


def _enough(total: int, kept: int) -> int:
    return max(kept, ceil(_KEPT_SHARE * total))


def pairs_of(images: Indices, weights: Weights) -> Numbers:
    """(resamples,) the weight of all pairs of images of different people; a pair weighs the product of its people.

    Args:
        images: (1 or resamples, people) of each person.
    """
    weighed = weights * images
    return np.asarray((weighed.sum(axis=1) ** 2 - (weighed**2).sum(axis=1)) / 2)


_NOTHING: Final = (np.empty(0), np.empty(0, np.intp))
_Kept = tuple[Numbers, Indices, Indices]


class _Highest:
    """The highest scores of all that were added, with the people of each."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._floor = -np.inf
        self._parts: list[_Kept] = []
        self._held = 0

    def add(self, scores: Numbers, first: Indices, second: Indices) -> None:
        high = scores > self._floor
        self._parts.append((scores[high], first[high], second[high]))
        self._held += int(np.count_nonzero(high))
        if self._held > 2 * self._count:
            self._parts = [self._cut()]
            self._held = self._count
            self._floor = float(self._parts[0][0].min())

    def found(self) -> _Kept:
        return self._cut()

    def _cut(self) -> _Kept:
        if not self._parts:
            return np.empty(0), np.empty(0, np.intp), np.empty(0, np.intp)
        scores, first, second = (np.concatenate(column) for column in zip(*self._parts, strict=True))
        if len(scores) > self._count:
            high = np.argpartition(-scores, self._count - 1)[: self._count]
            scores, first, second = scores[high], first[high], second[high]
        return scores, first, second


def _above_diagonal(images: Indices, score: Score) -> Iterator[tuple[Indices, Indices, Numbers]]:
    """Places in `images` of both of a pair, and its score; each pair once."""
    for part in blocks(len(images), len(images)):
        scores = score(images[part], images[part.start :])
        rows, columns = np.triu_indices(scores.shape[0], 1, scores.shape[1])
        yield rows + part.start, columns + part.start, np.asarray(scores[rows, columns], np.float64)
