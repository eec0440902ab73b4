"""Whether a quality measure tells which probes will be missed: error-versus-discard curves (ISO/IEC 29794-1).

Rules:
* Discarded is the share of the probes with the lowest quality; what remains is their error rate. The threshold stays
  where it was. Only the order of quality values matters, so no monotone transform of a measure changes its curve.
* Probes of equal quality leave together or not at all in practice; here a share that would part them takes the
  mean over all ways to part them. So a measure that is the same for every probe is exactly random discard.
* Random discard is flat: whoever leaves at random takes as many misses along as stay in proportion. The best possible
  measure discards every miss first.
* `gain` compares areas from nothing to `LIMIT` discarded: 0 is random, 1 the best possible, below 0 worse than random.
* Intervals are by resampling people (`bootstrap.py`), each with all their probes; randomness is handed in.

Limitations: a probe without a template has no quality and is in no curve; FTA is reported apart. In ISO/IEC 29794-1 a
comparison's quality is the lower of its two images'; here the references stay and only probes are discarded, as in a
retake. A retake brings another photograph, and not merely one fewer: the curve is not the gain of a retake.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.bootstrap import Weights, bounds, with_everybody

LIMIT: Final = 0.2
_STEPS: Final = 20
Numbers = NDArray[np.float64]
Yes = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number within `low` to `high`; NaN where there was nothing to estimate it from."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Discard:
    """One measure on some probes.

    Args:
        n: probes; missed: of them, before any is discarded; people: whose they are.
        remaining: error rate of the rest, one for each share that was asked for.
        best: of the best possible measure, likewise; random discard stays at missed / n.
        gain: 0 random, 1 the best possible.
    """

    n: int
    missed: int
    people: int
    remaining: tuple[Estimate, ...]
    best: tuple[float, ...]
    gain: Estimate


def discard(
    missed: Yes, quality: Numbers, person: NDArray[np.intp], shares: Sequence[float], weights: Weights
) -> Discard:
    """The curve of a measure, with intervals.

    Args:
        missed: (n,) whether each probe is missed.
        quality: (n,) finite; higher is better.
        person: (n,) whose it is.
        shares: discarded, each from 0 to below 1.
        weights: (resamples, people) of `drawn_people`.

    Raises:
        ValueError: no probe, or a quality that is not finite.
    """
    if not len(missed) or not np.isfinite(quality).all():
        raise ValueError("every probe has a finite quality, and there is one")
    rows = with_everybody(weights)[:, person]
    area = np.linspace(0, LIMIT, _STEPS + 1)
    wanted = np.concatenate([np.asarray(shares, np.float64), area])
    left, best = remaining(missed, quality, rows, wanted), lowest(missed, rows, wanted)
    asked = len(shares)
    gains = _gain(left[:, asked:], best[:, asked:])
    return Discard(
        n=len(missed),
        missed=int(np.count_nonzero(missed)),
        people=len(np.unique(person)),
        remaining=tuple(_estimate(column) for column in left[:, :asked].T),
        best=tuple(float(value) for value in best[0, :asked]),
        gain=_estimate(gains),
    )


def remaining(missed: Yes, quality: Numbers, weights: Weights, shares: Sequence[float] | Numbers) -> Numbers:
    """(resamples, shares) the error rate of what is left; NaN where a resample has no probe.

    Args:
        weights: (resamples, n) of the probes.
        shares: discarded of the weight, each from 0 to below 1.
    """
    order = np.argsort(quality, kind="stable")
    ends = np.flatnonzero(np.diff(quality[order], append=np.inf))  # the last of each run of equal ones
    out = np.full((len(weights), len(shares)), np.nan)
    for row, line in enumerate(weights[:, order]):
        weight = np.concatenate([[0.0], np.cumsum(line)[ends]])
        misses = np.concatenate([[0.0], np.cumsum(line * missed[order])[ends]])
        if weight[-1] > 0:
            gone = weight[-1] * np.asarray(shares, np.float64)
            out[row] = (misses[-1] - np.interp(gone, weight, misses)) / (weight[-1] - gone)
    np.maximum(out, 0.0, out=out)  # what is left of no miss is 0, and not a rounding below it
    return out


def lowest(missed: Yes, weights: Weights, shares: Sequence[float] | Numbers) -> Numbers:
    """(resamples, shares) as `remaining`, of the best possible measure: every miss leaves first."""
    total, misses = weights.sum(axis=1, keepdims=True), (weights @ missed)[:, np.newaxis]
    gone = total * np.asarray(shares, np.float64)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.maximum(misses - gone, 0.0) / (total - gone), np.float64)


def _gain(left: Numbers, best: Numbers) -> Numbers:
    """(resamples,) of the area between random and best, the part that a measure takes; NaN where none is missed."""
    above, reached = (left[:, :1] - left).sum(axis=1), (left[:, :1] - best).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(reached > 0, above / reached, np.nan), np.float64)


def _estimate(rows: Numbers) -> Estimate:
    """The first row is everybody; the others are resamples."""
    low, high = bounds(rows[1:]) if np.any(~np.isnan(rows[1:])) else (float("nan"),) * 2
    return Estimate(float(rows[0]), low, high)
