"""Fit how rarely two strangers score high, with upper bounds that respect that one person is in many pairs.

Rules:
* The tail is a `PowerTail`; its power is the maximum-likelihood one (Hill 1975, of the distance from 1): the share of
  pairs beyond the start over their mean depth ln((1 - start) / (1 - score)).
* It starts where `TOP` of the pairs lie above: high enough to be tail, low enough to rest on thousands of pairs.
* Bounds are one-sided, from a bootstrap over *people* (each draw gives each person a multiplicity; a pair weighs the
  product): resampling pairs would pretend that they are independent and be far too narrow.
* The bound of the tail takes the bound of its rate and that of its power together, so it lies at or above the bound
  at each score.
* Randomness is handed in.

Limitations: a bootstrap over fewer than some hundred people is optimistic. Nothing here knows whether the people of a
data set resemble those of a street.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.candidates.power_tail import PowerTail
from overt.evaluation.bootstrap import drawn_people
from overt.evaluation.pairs import Matrix, PeoplePairs

TOP: Final = 0.003
DRAWS: Final = 400
STEP: Final = 0.005


@dataclass(frozen=True, slots=True)
class TailFit:
    """`fitted` fits best; `upper` bounds the share from above at the confidence; `beyond` pairs of people lie in it."""

    fitted: PowerTail
    upper: PowerTail
    beyond: int


def start_of_tail(pairs: PeoplePairs, top: float = TOP) -> float:
    """The lowest score, in steps of `STEP`, that at most `top` of the pairs of strangers reach.

    Raises:
        ValueError: there are no strangers.
    """
    if pairs.pairs == 0:
        raise ValueError("no two strangers")
    low, high = round(-1 / STEP), round(1 / STEP)
    while high - low > 1:
        middle = (low + high) // 2
        reached = _rate(pairs.share(middle * STEP), pairs.apart)
        low, high = (low, middle) if reached <= top else (middle, high)
    return round(high * STEP, 6)


def fit_tail(
    pairs: PeoplePairs, confidence: float, random: np.random.Generator, top: float = TOP, draws: int = DRAWS
) -> TailFit:
    """The tail of one group.

    Args:
        confidence: one-sided, such as 0.95.
        random: for the draws of people.

    Raises:
        ValueError: no pair lies in the tail, or none below 1.
    """
    start = start_of_tail(pairs, top)
    share, depth = pairs.share(start), pairs.depth(start)
    if share.sum() <= 0 or depth.sum() <= 0:
        raise ValueError("nobody scores in the tail")
    fitted = PowerTail(start, _rate(share, pairs.apart), float(share.sum() / depth.sum()))
    weights = drawn_people(pairs.people, draws, random)
    shares, depths = _weighed(share, weights), _weighed(depth, weights)
    rates = shares / _weighed(pairs.apart.astype(np.float64), weights)
    powers = np.divide(shares, depths, out=np.full(draws, fitted.power), where=depths > 0)
    upper = PowerTail(
        start,
        max(fitted.rate, float(np.quantile(rates, confidence))),
        min(fitted.power, float(np.quantile(powers, 1 - confidence))),
    )
    return TailFit(fitted, upper, int(np.count_nonzero(share)) // 2)


def body_bounds(
    pairs: PeoplePairs, scores: Sequence[float], confidence: float, random: np.random.Generator, draws: int = DRAWS
) -> list[float]:
    """Upper bounds for the share of strangers that reach each of these rising scores; never rising."""
    weights = drawn_people(pairs.people, draws, random)
    total = _weighed(pairs.apart.astype(np.float32), weights.astype(np.float32))
    # One set of draws for all scores: as no draw's share rises with the score, neither does the bound, but for the
    # last bits of single precision, which halves the time.
    drawn = [_weighed(pairs.share(score).astype(np.float32), weights.astype(np.float32)) / total for score in scores]
    bounds = np.array([min(1.0, float(np.quantile(shares, confidence))) for shares in drawn])
    return [float(bound) for bound in np.maximum.accumulate(bounds[::-1])[::-1]]


def _rate(share: Matrix, apart: NDArray[np.bool_]) -> float:
    return float(share.sum() / np.count_nonzero(apart))


def _weighed(values: NDArray[np.floating], weights: NDArray[np.floating]) -> NDArray[np.float64]:
    """For each draw, the sum over pairs of value times both multiplicities."""
    return np.asarray(((weights @ values) * weights).sum(axis=1, dtype=np.float64))
