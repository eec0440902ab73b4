"""How far a threshold may be off that rests on few people, and what that does to the errors at it.

Rules:
* A threshold for FPIR 1 % is where 1 % of these non-mated probes have a candidate. Of other people it may be 0.5 % or
  2 % there. Resampling shows this as long as some people are above the threshold; of a highest score it cannot show
  what lies above it.
* Where fewer than `FEW` people are above, thresholds are in doubt as far as the exact interval of the share above
  them holds the share that was asked for. Where even none above is compatible with it, no score bounds the threshold:
  the data cannot show so low a rate, and the interval of the other error ends at 1.
* Observations are counted in people (pairs of people, for pairs), however many probes they have.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.bootstrap import FEW, rate
from overt.evaluation.exact import may_be
from overt.evaluation.figures import Rate
from overt.evaluation.operating import Numbers, Ordered


@dataclass(frozen=True, slots=True)
class Threshold:
    """A score from which on a comparison counts, at least `lax` and at most `strict` (infinite: not bounded)."""

    value: float
    lax: float
    strict: float


def threshold_for(
    order: Ordered, share: float, units: int, behind: Callable[[float], int], of: int | None = None
) -> Threshold:
    """The threshold for a share of non-mated scores.

    Args:
        units: independent observations behind the non-mated scores.
        behind: how many people are behind the scores from this one on.
        of: how many non-mated scores there are, where `order` has only the highest.
    """
    value = order.threshold(share, of)
    if behind(value) >= FEW:
        return Threshold(value, value, value)
    count = len(order.scores)

    def may_be_asked(at: int) -> tuple[bool, bool]:
        return may_be(share, min(units, units * int(order.counting[at]) / (of or count)), units)

    strict = bisect_left(range(count), True, key=lambda at: may_be_asked(at)[1])
    lax = bisect_left(range(count + 1), True, key=lambda at: not may_be_asked(at)[0]) - 1
    return Threshold(
        value,
        lax=min(value, order.above(lax)),
        strict=inf if strict == 0 else max(value, order.above(strict)),
    )


def missed(reach: Numbers, person: NDArray[np.intp], threshold: Threshold, resampled: Numbers) -> Rate:
    """The rate of mated scores below a threshold, as far as it is in doubt.

    Args:
        reach: (n,) scores; minus infinity always misses.
        person: (n,) whose each is.
        resampled: (resamples,) the rate in each.
    """
    one = rate(reach < threshold.value, person, resampled)
    if not one.n:
        return one
    low, high = (float(np.mean(reach < end)) for end in (threshold.lax, threshold.strict))
    return replace(one, low=min(one.low, low), high=max(one.high, high))
