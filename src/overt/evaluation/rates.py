"""A rate with its counts and its interval: the only form in which a figure about a group is printed.

Rules:
* Each person counts once, by the share of their presentations: two pictures of one person are not two people.
* The interval is Wilson's score interval (Wilson 1927) for as many observations as there are people. A person's share
  varies at most as much as one yes or no does, so the interval is rather too wide than too narrow. At none of n it does
  not shrink to a point.

Limitations: it says how far chance may have gone with these people, and nothing about whether they resemble others.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

Z: Final = 1.959964
"""Two-sided 95 %."""


@dataclass(frozen=True, slots=True)
class GroupRate:
    """`k` of `n` presentations of `people` people; `rate`: the mean of their shares, in `low` to `high`."""

    group: str
    people: int
    n: int
    k: int
    rate: float
    low: float
    high: float

    def __str__(self) -> str:
        percent = " - ".join(f"{100 * each:.1f}" for each in (self.low, self.high))
        return f"{self.k} of {self.n} ({self.people} people): {100 * self.rate:.1f} % [{percent}]"


def group_rate(group: str, outcomes: Iterable[tuple[str, bool]]) -> GroupRate:
    """The rate of a yes in a group.

    Args:
        outcomes: whose presentation, and whether it was a yes.

    Raises:
        ValueError: there is none.
    """
    by_person: dict[str, list[bool]] = {}
    for person, outcome in outcomes:
        by_person.setdefault(person, []).append(outcome)
    if not by_person:
        raise ValueError("a rate of nobody")
    shares = [sum(each) / len(each) for each in by_person.values()]
    rate = math.fsum(shares) / len(shares)
    low, high = wilson(rate, len(shares))
    n, k = (sum(map(count, by_person.values())) for count in (len, sum))
    return GroupRate(group, len(shares), n, k, rate, low, high)


def wilson(rate: float, count: int) -> tuple[float, float]:
    """The score interval of a rate that was seen in `count` independent observations."""
    spread = Z * Z / count
    middle = (rate + spread / 2) / (1 + spread)
    half = Z * math.sqrt(rate * (1 - rate) / count + spread / (4 * count)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)
