"""The errors of one kind at a bound on those of the other, in many resamples at once.

Rules:
* The threshold for a share is the lowest at which at most that share of non-mated scores counts; a score at the
  threshold counts. So it lies just above the highest score that may no longer count, and scores that tie with that one
  do not count either.
* A mated score counts at or above the threshold. Minus infinity never counts: no template, or not the first candidate.
* Scores are sorted once. Only their order matters, so no monotone transform of scores changes a rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
_SLACK: Final = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """Scores in order. Made by `ordered`.

    Args:
        mated: (m,) indices of the mated scores, rising.
        non_mated: (n,) indices of the non-mated scores, falling.
        missed: (n + 1,) how many mated scores miss when the non-mated from this one on may not count; the last: when
            all may.
        scores: (n,) the non-mated scores, falling.
    """

    mated: NDArray[np.intp]
    non_mated: NDArray[np.intp]
    missed: NDArray[np.intp]
    scores: Numbers

    def threshold(self, share: float) -> float:
        """The lowest score that counts when at most this share of the non-mated scores may; each counts once."""
        at = int(np.searchsorted(np.arange(1, len(self.scores) + 1), share * len(self.scores) + _SLACK, "right"))
        return threshold_above(self.scores, at)


def ordered(mated: Numbers, non_mated: Numbers) -> Ordered:
    """Scores in order, for `misses`.

    Args:
        mated: (m,) minus infinity for one that misses at any threshold.
        non_mated: (n,) minus infinity for one that counts at none.
    """
    up, down = np.argsort(mated, kind="stable"), np.argsort(-non_mated, kind="stable")
    falling = non_mated[down]
    missed = np.searchsorted(mated[up], np.append(falling, -np.inf), "right")
    return Ordered(up, down, missed, falling)


def threshold_above(falling: Numbers, at: int) -> float:
    """Just above the score at this place; the lowest finite one where all may count."""
    if at < len(falling) and np.isfinite(falling[at]):
        return float(np.nextafter(falling[at], np.inf))
    finite = falling[np.isfinite(falling)]
    return float(finite[-1]) if len(finite) else 0.0


def misses(
    order: Ordered, mated: Numbers, non_mated: Numbers, shares: Sequence[float], totals: Numbers | None = None
) -> Numbers:
    """The weighed share of mated scores that miss where at most these shares of the non-mated ones count.

    Args:
        mated: (resamples, m) weights of the mated scores, in the order they were given to `ordered`.
        non_mated: (resamples, n) weights of the non-mated ones.
        totals: (resamples,) weight of all non-mated scores, where `order` holds only the highest; else their sum.

    Returns:
        (resamples, shares), NaN where no mated score has a weight.
    """
    summed = np.cumsum(non_mated[:, order.non_mated], axis=1)
    allowed = np.outer(summed[:, -1] if totals is None else totals, shares) + _SLACK
    at = np.array([np.searchsorted(line, limits, "right") for line, limits in zip(summed, allowed, strict=True)])
    if totals is not None:
        at = np.minimum(at, len(order.scores) - 1)  # what lies below the highest is not known
    below = np.zeros((len(mated), mated.shape[1] + 1))
    np.cumsum(mated[:, order.mated], axis=1, out=below[:, 1:])
    with np.errstate(invalid="ignore"):
        return np.asarray(np.take_along_axis(below, order.missed[at], axis=1) / below[:, -1:], np.float64)
