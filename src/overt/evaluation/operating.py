"""The errors of one kind at a bound on those of the other, in many resamples at once.

Rules:
* The threshold for a share is the lowest at which at most that share of non-mated scores counts; a score at the
  threshold counts. So it lies just above the highest score that may no longer count, and scores that tie with that one
  do not count either.
* A mated score counts at or above the threshold. Minus infinity never counts: no template, or not the first candidate.
* Scores are sorted once. Only their order matters, so no monotone transform of scores changes a rate.
* A place in the falling non-mated scores stands for the threshold just above it; one past the last, for no threshold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from sys import float_info
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
_SLACK: Final = 1e-9
LOWEST: Final = -float_info.max
"""The threshold that every score reaches."""


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """Scores in order. Made by `ordered`.

    Args:
        mated: (m,) indices of the mated scores, rising; non_mated: (n,) of the others, falling.
        scores: (n,) the non-mated scores, falling.
        missing: (n + 1,) how many mated scores miss at each place; counting: how many non-mated scores count there.
    """

    mated: NDArray[np.intp]
    non_mated: NDArray[np.intp]
    scores: Numbers
    missing: Places
    counting: Places

    def threshold(self, share: float, of: int | None = None) -> float:
        """The lowest score that counts when at most this share of the non-mated scores may, each alike.

        Args:
            of: how many non-mated scores there are, where these are only the highest.
        """
        totals = None if of is None else np.array([float(of)])
        return self.above(int(places(self, np.ones((1, len(self.scores))), [share], totals)[0, 0]))

    def above(self, at: int) -> float:
        """The threshold at a place; `LOWEST` where every score counts."""
        if at < len(self.scores) and np.isfinite(self.scores[at]):
            return float(np.nextafter(self.scores[at], np.inf))
        return LOWEST


def ordered(mated: Numbers, non_mated: Numbers) -> Ordered:
    """Scores in order.

    Args:
        mated: (m,) minus infinity for one that misses at any threshold.
        non_mated: (n,) minus infinity for one that counts at none.
    """
    up, down = np.argsort(mated, kind="stable"), np.argsort(-non_mated, kind="stable")
    falling = np.append(non_mated[down], -np.inf)
    missing = np.searchsorted(mated[up], falling, "right")
    counting = np.searchsorted(-falling, -falling, "left")
    return Ordered(up, down, falling[:-1], missing, counting)


def places(order: Ordered, weights: Numbers, shares: Sequence[float], totals: Numbers | None = None) -> Places:
    """(resamples, shares) where the threshold for each share of the weight of non-mated scores lies.

    Args:
        weights: (resamples, n) of the non-mated scores, falling by score.
        totals: (resamples,) weight of all non-mated scores where `order` has only the highest; what lies below them is
            not known, so no threshold does.
    """
    summed = np.cumsum(weights, axis=1)
    allowed = np.outer(summed[:, -1] if totals is None else totals, shares) + _SLACK
    at = np.array([np.searchsorted(line, limits, "right") for line, limits in zip(summed, allowed, strict=True)])
    return at if totals is None else np.minimum(at, len(order.scores) - 1)


def missing(order: Ordered, weights: Numbers, at: Places) -> Numbers:
    """(resamples, shares) the share of the weight of mated scores that misses; NaN where there is none.

    Args:
        weights: (resamples, m) of the mated scores, rising by score.
    """
    return _weighed(weights, order.missing[at], weights.sum(axis=1))


def counting(order: Ordered, weights: Numbers, at: Places, totals: Numbers | None = None) -> Numbers:
    """(resamples, shares) the share of the weight of non-mated scores that counts; arguments as in `places`."""
    return _weighed(weights, order.counting[at], weights.sum(axis=1) if totals is None else totals)


def _weighed(weights: Numbers, upto: Places, totals: Numbers) -> Numbers:
    summed = np.zeros((len(weights), weights.shape[1] + 1))
    np.cumsum(weights, axis=1, out=summed[:, 1:])
    with np.errstate(invalid="ignore"):
        return np.asarray(np.take_along_axis(summed, upto, axis=1) / totals[:, np.newaxis], np.float64)
