"""How numbers are written for people: as many digits as say something, and an interval with every rate."""

import math

from overt.evaluation.figures import Rate, Ratio

_UNBOUNDED = "no bound"
_HUGE = 1e300


def percent(share: float, decimals: int | None = None) -> str:
    """A share as a percentage, such as "6.1 %", "0.10 %", "99.13 %"."""
    return f"{_digits(100 * share, _decimals(share) if decimals is None else decimals)} %"


def estimate(rate: Rate) -> str:
    """The rate alone, with as many digits as its interval allows, such as "6.1 %"; never without `interval` beside."""
    return percent(rate.estimate, _decimals_of(rate))


def interval(rate: Rate) -> str:
    """Such as "4.9 to 7.4 %"."""
    decimals = _decimals_of(rate)
    return f"{_digits(100 * rate.low, decimals)} to {_digits(100 * rate.high, decimals)} %"


def counts(rate: Rate) -> str:
    """Such as "466 of 7,620"."""
    return f"{rate.k:,} of {rate.n:,}"


def full(rate: Rate) -> str:
    """Such as "6.1 % [4.9 to 7.4 %] (466 of 7,620)"; of nobody, that nothing was measured."""
    return f"{estimate(rate)} [{interval(rate)}] ({counts(rate)})" if rate.n else "not measured (0 of 0)"


def ratio(value: Ratio) -> str:
    """Such as "1.67 [1.21 to 2.30]"; where the data bound it on neither side, that it could not be measured."""
    if not measurable(value):
        return "not measurable"
    return f"{times(value.estimate)} [{ratio_interval(value)}]"


def ratio_interval(value: Ratio) -> str:
    """Such as "1.21 to 2.30"."""
    return f"{times(value.low)} to {times(value.high)}"


def measurable(value: Ratio) -> bool:
    """Whether a ratio has a bound on either side."""
    return value.low > 0 or math.isfinite(value.high)


def times(value: float) -> str:
    """A ratio without its interval."""
    return _UNBOUNDED if not math.isfinite(value) else f"{value:.2f}" if value else "0"


def key_percent(key: str) -> str:
    """A key such as "0.01" as "1 %"."""
    return f"{float(key) * 100:g} %"


def threshold(score: float) -> str:
    """A score from which on a comparison counts, such as "0.431", "8,123"; where each counts, that it does."""
    if score <= -_HUGE:
        return "every score"
    return f"{score:.3f}" if abs(score) < 10 else f"{score:,.1f}" if abs(score) < 1000 else f"{score:,.0f}"


def whole(number: float) -> str:
    """A count, such as "1,907"."""
    return f"{round(number):,}"


def _digits(value: float, decimals: int) -> str:
    return "0" if value == 0 else "100" if value == 100 else f"{value:.{decimals}f}"


def _decimals(share: float) -> int:
    """So many that the smaller of a share and what is left of it shows two digits or so."""
    small = min(share, 1 - share)
    if small <= 0:
        return 1
    return min(5, max(1, 1 - math.floor(math.log10(100 * small)) - (small >= 0.01)))


def _decimals_of(rate: Rate) -> int:
    """So many that the nearer end of the interval differs from the estimate by one or two digits."""
    sides = [side for side in (rate.estimate - rate.low, rate.high - rate.estimate) if side > 0]
    if not sides:
        return _decimals(rate.estimate)
    nearer = max(100 * min(sides), 1e-9)  # more digits than that say nothing
    digits = -math.floor(math.log10(nearer))
    return min(5, max(1, digits + int(nearer * 10.0**digits < 3)))
