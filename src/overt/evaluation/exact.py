"""The exact interval of a rate (Clopper and Pearson 1934), for where a bootstrap has too few events to draw from.

Rules:
* Its coverage is never below its confidence, at the price of width.
* `yes` need not be whole: a person who erred on some of their presentations counts by that share, which varies at most
  as much as one yes or no does (`rates.py`), so the interval stays on the wide side.
"""

import math
from collections.abc import Callable
from typing import Final

_TINY: Final = 1e-300
_TERMS: Final = 500
_HALVINGS: Final = 60


def clopper_pearson(yes: float, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """Two-sided bounds of the rate of which `yes` of `of` independent observations were seen.

    Raises:
        ValueError: not 0 <= yes <= of, or nothing was observed.
    """
    if not 0 <= yes <= of or of < 1:
        raise ValueError(f"{yes} of {of} is no rate")
    tail = (1 - confidence) / 2
    low = 0.0 if yes == 0 else _solved(lambda p: beta_share(yes, of - yes + 1, p), tail)
    high = 1.0 if yes == of else _solved(lambda p: beta_share(yes + 1, of - yes, p), 1 - tail)
    return low, high


def may_be(rate: float, yes: float, of: int, confidence: float = 0.95) -> tuple[bool, bool]:
    """Whether a rate is at least the lower bound of `clopper_pearson`, and whether it is at most the upper one."""
    tail = (1 - confidence) / 2
    above = yes == 0 or beta_share(yes, of - yes + 1, rate) >= tail
    below = yes == of or beta_share(yes + 1, of - yes, rate) <= 1 - tail
    return above, below


def beta_share(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b): the share of a beta distribution below x, for a, b > 0."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # where the fraction of the other side converges fast
        return 1 - beta_share(b, a, 1 - x)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(scale) * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method."""
    c = 1.0
    value = d = 1 / _not_zero(1 - (a + b) * x / (a + 1))
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _solved(rising: Callable[[float], float], target: float) -> float:
    """Where a rising function of 0 to 1 reaches the target, by halving."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < target else (low, middle)
    return (low + high) / 2
