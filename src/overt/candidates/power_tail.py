"""How rarely two strangers score very high: a power of the distance from 1.

    P(score >= s) = rate * ((1 - s) / (1 - start)) ** power        for s >= start

It is the generalised Pareto tail (Pickands 1975) with its end where a cosine ends, at 1. The reason: all templates
within a cosine s of a probe lie in a cap of the unit sphere, and where templates are spread evenly around the probe a
cap of height 1 - s holds a share of them that grows as (1 - s) ** ((d - 1) / 2), d the dimension that faces really use.
On LFW the power hardly changes whether the top 1 %, 0.1 % or 0.01 % of scores are fitted; an exponential's scale does.

Limitations: it speaks of strangers. Twins, brothers and sisters, and one person enrolled twice are not in it.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PowerTail:
    """`start` is a score in (-1, 1), `rate` in (0, 1] is the share of pairs that reach it, `power` is above 0.

    Raises:
        ValueError: a value out of its range, or not a number.
    """

    start: float
    rate: float
    power: float

    def __post_init__(self) -> None:
        if not (-1.0 < self.start < 1.0 and 0.0 < self.rate <= 1.0 and 0.0 < self.power < math.inf):
            raise ValueError("a tail starts below 1, at a rate of at most 1, and falls")

    def share(self, score: float) -> float:
        """The share of pairs of strangers that score at least `score`; `rate` below the start, 0 from 1 on."""
        rest = min(1.0, max(0.0, (1.0 - score) / (1.0 - self.start)))
        return float(self.rate * rest**self.power)

    def score(self, share: float) -> float:
        """The score that a `share` in (0, rate] of the pairs reaches: the inverse of `share`."""
        return float(1.0 - (1.0 - self.start) * (share / self.rate) ** (1.0 / self.power))
