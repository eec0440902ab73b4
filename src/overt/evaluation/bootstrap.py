"""Intervals by drawing people anew, not their images: what one person does they do in all their images and pairs.

Rules:
* A resample gives each person a multiplicity (multinomial); a probe weighs as much as its person, a pair of people the
  product of both. A person is resampled as a whole: in all draws of galleries, as mated and as non-mated.
* Everything that is estimated from the data, thresholds too, is estimated anew in each resample.
* Intervals are percentile intervals (Efron 1979), two-sided.
* Where fewer than `FEW` people say yes, or fewer than `FEW` say no, resampling cannot show what was not seen: of no
  misses it makes no misses. Then the interval also covers the exact one (Clopper and Pearson) of as many observations
  as there are people, so that one person's many probes are not many people.
* Randomness is handed in.

Limitations: the galleries stay as drawn, so that the interval speaks of other probes against such galleries; that
galleries differ shows only in that there are several draws. With fewer than some fifty people it is too narrow.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.exact import clopper_pearson
from overt.evaluation.figures import Rate, Ratio

CONFIDENCE: Final = 0.95
RESAMPLES: Final = 1000
FEW: Final = 10
_CELLS: Final = 2_000_000

Weights = NDArray[np.float64]
"""(resamples, people): how often each person came."""


def drawn_people(people: int, draws: int, random: np.random.Generator) -> Weights:
    """(draws, people): how often each person came when as many were drawn with replacement."""
    return random.multinomial(people, np.full(people, 1 / people), draws).astype(np.float64)


def with_everybody(weights: Weights) -> Weights:
    """The same with a first row in which everybody comes once: the estimate itself."""
    return np.concatenate([np.ones((1, weights.shape[1])), weights])


def blocks(rows: int, columns: int) -> Iterator[slice]:
    """Slices of the rows, so that a table of rows by columns stays within some 16 MB at a time."""
    step = max(1, _CELLS // max(1, columns))
    return (slice(start, min(start + step, rows)) for start in range(0, rows, step))


def bounds(resampled: NDArray[np.float64], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The percentile interval of a statistic.

    Args:
        resampled: (resamples,) of it; NaN where a resample had nobody to take it from, infinity where it is that.

    Resamples at the ends of the interval are taken outwards, without interpolation. Without any it is all there is.
    """
    seen = resampled[~np.isnan(resampled)]
    if not len(seen):
        return 0.0, float("inf")
    tail = (1 - confidence) / 2
    return float(np.quantile(seen, tail, method="lower")), float(np.quantile(seen, 1 - tail, method="higher"))


def rate(yes: NDArray[np.bool_], person: NDArray[np.intp], resampled: NDArray[np.float64]) -> Rate:
    """A rate with its interval.

    Args:
        yes: (n,) one a probe or image.
        person: (n,) whose it is.
        resampled: (resamples,) the same rate in each resample.
    """
    if not len(yes):
        return Rate(0, 0, 0.0, 0.0, 1.0)
    people = len(np.unique(person))
    said_yes, said_no = len(np.unique(person[yes])), len(np.unique(person[~yes]))
    return counted(len(yes), int(np.count_nonzero(yes)), people, min(said_yes, said_no), resampled)


def counted(n: int, k: int, units: int, deciding: int, resampled: NDArray[np.float64]) -> Rate:
    """`rate` from counts.

    Args:
        units: behind the `n` that are as good as independent: people, or pairs of them.
        deciding: people with a yes, or with a no, whichever are fewer.
    """
    if n == 0:
        return Rate(0, 0, 0.0, 0.0, 1.0)
    estimate = k / n
    low, high = bounds(resampled) if np.any(~np.isnan(resampled)) else (0.0, 1.0)
    if deciding < FEW:
        exact_low, exact_high = clopper_pearson(estimate * units, units)
        low, high = min(low, exact_low), max(high, exact_high)
    return Rate(n, k, estimate, min(low, estimate), max(high, estimate))


def share(yes: NDArray[np.bool_], person: NDArray[np.intp], weights: Weights) -> Rate:
    """A plain rate over probes or images, with its interval."""
    return rate(yes, person, weighed_share(yes, person, weights))


def weighed_share(yes: NDArray[np.bool_], person: NDArray[np.intp], weights: Weights) -> NDArray[np.float64]:
    """(resamples,) the rate in each; NaN where nobody came."""
    people = weights.shape[1]
    said, asked = np.bincount(person[yes], minlength=people), np.bincount(person, minlength=people)
    return divided(weights @ said, weights @ asked)


def divided(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    """Above over below; infinite where only below is nothing, NaN where both are."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(above / below, np.float64)


def ratio(above: Rate, below: Rate, resampled: NDArray[np.float64]) -> Ratio:
    """One rate over another, with the interval of the resampled ratios.

    Where one of them was never seen, resampling says nothing: the interval is then from the lowest of one over the
    highest of the other to the reverse. Two rates that were never seen are 1 to each other, within that.
    """
    if above.k and below.k:
        estimate = above.estimate / below.estimate
        low, high = bounds(resampled)
        return Ratio(estimate, min(low, estimate), max(high, estimate))
    estimate = float("inf") if above.k else float(not below.k)
    return Ratio(estimate, above.low / below.high, above.high / below.low if below.low else float("inf"))
