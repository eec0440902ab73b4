"""Pairs of images of people of two groups, or of strangers in one: which they are, and how many.

Rule: two groups are the same people, or have nobody in common. The order of two images does not matter.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.all_pairs import Numbers, pairs_of
from overt.evaluation.bootstrap import Weights
from overt.evaluation.protocol import Indices

People = NDArray[np.bool_]
"""(people,) who is in a group."""


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """Comparisons of people of `one` with those of `other`."""

    one: People
    other: People

    @property
    def within(self) -> bool:
        """Whether both are the same group."""
        return self.one is self.other or bool(np.array_equal(self.one, self.other))

    def holds(self, first: Indices, second: Indices) -> NDArray[np.bool_]:
        """(n,) whether a pair is of these people.

        Args:
            first, second: (n,) the people of its images.
        """
        return (self.one[first] & self.other[second]) | (self.other[first] & self.one[second])

    def pairs(self, images: Indices, weights: Weights) -> Numbers:
        """(resamples,) the weight of all such pairs of different people.

        Args:
            images: (people,) of each.
        """
        if self.within:
            return pairs_of(images * self.one, weights)
        return np.asarray((weights @ (images * self.one)) * (weights @ (images * self.other)), np.float64)

    def observations(self, images: Indices) -> int:
        """Pairs of people, however many images they have."""
        one, other = (int(np.count_nonzero(each & (images > 0))) for each in (self.one, self.other))
        return one * (one - 1) // 2 if self.within else one * other
