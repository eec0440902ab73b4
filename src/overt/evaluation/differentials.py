"""How far the groups of a column differ in one rate (ISO/IEC 19795-10; NIST FRTE part 8), and what that can support.

Rules:
* Worst to geometric mean, worst to best, and the Gini coefficient in the form with the small-sample correction
  n / (n - 1), so that two groups of which one has all errors are at 1, as many are.
* The interval of a ratio is for the groups that are the worst and the best here, in all resamples. It may reach below
  1: then another might be the worst. The estimate leans upwards, since the worst was chosen by looking.
* Where a group has no error, a ratio to it is infinite and its interval starts at what the exact bounds allow.
* Groups without anybody to take a rate from are left out; a rate with fewer than two groups has no differential.

Limitations: groups of one column are compared one at a time; people belong to several, and images differ in more than
in who is on them.
"""

from collections.abc import Sequence
from math import ceil, exp, inf, log, sqrt
from typing import Final

import numpy as np

from overt.evaluation.bootstrap import FEW, bounds, divided, ratio
from overt.evaluation.exact import clopper_pearson
from overt.evaluation.figures import Differential, Group, Rate, Ratio
from overt.evaluation.groups import Grouped
from overt.evaluation.operating import Numbers

RATIO: Final = 1.5
"""What `people_needed` is to tell from 1."""
_LEVEL: Final = 1.959964
_POWER: Final = 0.841621


def differentials(grouped: Grouped) -> tuple[Differential, ...]:
    """One for each rate that two groups at least have."""
    found = []
    for name, rates in grouped.rates.items():
        having = [g for g, one in enumerate(rates) if one.n]
        if len(having) > 1:
            drawn = grouped.resampled[name][having]
            found.append(_one(name, [grouped.groups[g] for g in having], [rates[g] for g in having], drawn))
    return tuple(found)


def _one(name: str, groups: Sequence[Group], rates: Sequence[Rate], drawn: Numbers) -> Differential:
    worst = max(range(len(rates)), key=lambda g: rates[g].estimate)
    best = min(range(len(rates)), key=lambda g: rates[g].estimate)
    best = best if best != worst else 1 - worst  # all alike
    with np.errstate(divide="ignore"):
        means = np.exp(np.log(drawn).mean(axis=0))
    return Differential(
        column=groups[0].column,
        rate=name,
        worst=groups[worst].value,
        worst_to_mean=ratio(rates[worst], mean_rate(rates), divided(drawn[worst], means)),
        worst_to_best=ratio(rates[worst], rates[best], divided(drawn[worst], drawn[best])),
        gini=gini([one.estimate for one in rates]),
        mape=mape(rates, drawn),
        people_needed=people_needed([one.people for one in groups], rates, drawn),
    )


def mean_rate(rates: Sequence[Rate]) -> Rate:
    """The geometric mean of rates, and of the ends of their intervals; `k` is the fewest, 0 where a rate is none."""
    return Rate(
        n=sum(one.n for one in rates),
        k=min(one.k for one in rates),
        estimate=_geometric_mean([one.estimate for one in rates]),
        low=_geometric_mean([one.low for one in rates]),
        high=_geometric_mean([one.high for one in rates]),
    )


def gini(rates: Sequence[float]) -> float:
    """The Gini coefficient of some groups' rates: 0 when alike, 1 when one group has all.

    The mean difference of two groups over twice the mean, with n / (n - 1) for n groups.
    """
    total, count = sum(rates), len(rates)
    if total == 0 or count < 2:
        return 0.0
    differences = sum(abs(one - other) for one in rates for other in rates)
    return differences / (2 * count * total) * count / (count - 1)


def mape(rates: Sequence[Rate], drawn: Numbers) -> Ratio:
    """How far a group's rate lies from the mean of the groups, on average, as a share of that mean.

    0 where groups are alike, and at most 2 (n - 1) / n for n groups, where one has all errors. Where some group showed
    no error, resampling cannot bound it, and its interval is all of that.

    Args:
        drawn: (groups, resamples) the rates in resamples.
    """
    estimate = float(np.nan_to_num(_mape(np.array([[one.estimate] for one in rates]))[0]))
    if not all(one.k for one in rates):
        return Ratio(estimate, 0.0, 2 * (len(rates) - 1) / len(rates))
    low, high = bounds(_mape(drawn))
    return Ratio(estimate, min(low, estimate), max(high, estimate))


def _mape(rates: Numbers) -> Numbers:
    mean = rates.mean(axis=0)
    return divided(np.abs(rates - mean).mean(axis=0), mean)


def people_needed(people: Sequence[int], rates: Sequence[Rate], drawn: Numbers) -> int:
    """How many people a group must have for a ratio of `RATIO` to be told from 1, with 80 % power at the 5 % level.

    At the rate of all groups together. How much one person contributes, with as many images as people have here, is
    taken from the resamples of groups with at least `FEW` errors: as many independent observations as would vary as
    much, in the group where they are fewest; where there is no such group, one.
    Where no error was seen at all, the rate is the highest that it may be: then more are needed, not fewer.
    """
    n, k = sum(one.n for one in rates), sum(one.k for one in rates)
    base = k / n if k else clopper_pearson(0, max(1, sum(people)))[1]
    each = [
        one.estimate * (1 - one.estimate) / variance / count
        for one, count, line in zip(rates, people, drawn, strict=True)
        if min(one.k, one.n - one.k) >= FEW and (variance := float(np.var(line[~np.isnan(line)]))) > 0
    ]
    return ceil(observations_needed(base) / min(each, default=1.0))


def observations_needed(rate: float, times: float = RATIO) -> int:
    """Independent observations in each of two groups, for telling `rate` from `times` as much (two-sided, 5 %, 80 %).

    Normal approximation with pooled variance under no difference (Fleiss, Levin and Paik 2003, 4.14).
    """
    higher = min(times * rate, 1.0)
    if higher <= rate:
        return 1
    middle = (rate + higher) / 2
    spread = _LEVEL * sqrt(2 * middle * (1 - middle)) + _POWER * sqrt(rate * (1 - rate) + higher * (1 - higher))
    return ceil((spread / (higher - rate)) ** 2)


def _geometric_mean(values: Sequence[float]) -> float:
    logs = [log(value) if value > 0 else -inf for value in values]
    return exp(sum(logs) / len(logs))
