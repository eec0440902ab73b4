"""The threshold at which even the group that looks most alike has an FMR of at most 0.1 % or 0.01 %, and its cost.

Rules:
* A threshold for FMR 0.01 % is usually where all strangers together have it; some group has more there. Here each group
  has its own threshold, among its own strangers, and the highest of them is everybody's (NIST reports such thresholds).
* Its cost is TMR of everybody at that threshold.
* The interval is of that group's threshold, found anew in each resample, and as far as few people leave it in doubt.

Limitation: which group is the strictest is not resampled.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from overt.evaluation.all_pairs import Pairs
from overt.evaluation.between import Between, People
from overt.evaluation.bootstrap import Weights
from overt.evaluation.figures import Strictest
from overt.evaluation.operating import ordered
from overt.evaluation.verification import FMRS, pair_threshold, resampled_pairs, tmr_at

_ENOUGH = 50_000


def strictest(pairs: Pairs, column: str, groups: Mapping[str, People], weights: Weights) -> tuple[Strictest, ...]:
    """One for each FMR; none where no group has strangers among the pairs that are kept."""
    own = {value: _strangers_in(pairs, inside) for value, inside in groups.items()}
    tables = {value: ordered(one.mated, one.top) for value, one in own.items() if len(one.top)}
    found = []
    for key, fmr in FMRS.items() if tables else ():
        thresholds = {value: pair_threshold(own[value], table, fmr) for value, table in tables.items()}
        worst = max(thresholds, key=lambda value: thresholds[value].value)
        fnmr, _ = resampled_pairs(own[worst], tables[worst], weights, [fmr])
        tmr = tmr_at(own[worst], thresholds[worst], fnmr[:, 0])
        found.append(Strictest(column, key, worst, thresholds[worst].value, tmr))
    return tuple(found)


def _strangers_in(pairs: Pairs, inside: People) -> Pairs:
    """Mated pairs of everybody, and of the others those of strangers in a group, as far as they are kept."""
    group = Between(inside, inside)
    there = group.holds(pairs.first, pairs.second)
    return replace(
        pairs,
        top=pairs.top[there],
        first=pairs.first[there],
        second=pairs.second[there],
        images=pairs.images * inside,
        non_mated=int(group.pairs(pairs.images, np.ones((1, len(inside))))[0]),
    ).highest(_ENOUGH)
