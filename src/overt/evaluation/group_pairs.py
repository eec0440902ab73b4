"""FMR between the groups of a column: of strangers in one group, and of people of two groups.

Rules:
* The threshold is everybody's. So a cell says how much more often two strangers of these groups look alike to the
  matcher than any two strangers do: that strangers of one group are nearer to each other than to others is what a
  search in a gallery of that group meets (`composition.py`).
* The interval is by resampling people, as for everybody. Where it rests on few people, it also covers the exact one of
  as many observations as there are pairs of people, however many images they have.

Limitations: the exact interval takes pairs that share a person as independent, so that an FMR of few pairs may be
further from the truth than it says; with ten people or more behind it, resampling shows what they share.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Final

import numpy as np

from overt.evaluation.all_pairs import Numbers, Pairs
from overt.evaluation.between import Between, People
from overt.evaluation.bootstrap import Weights, counted
from overt.evaluation.figures import GroupPair, Rate
from overt.evaluation.operating import ordered
from overt.evaluation.verification import FMRS, pair_threshold, resampled_pairs

_ENOUGH: Final = 50_000


def group_pairs(
    pairs: Pairs, column: str, groups: Mapping[str, People], weights: Weights
) -> tuple[tuple[GroupPair, ...], Numbers]:
    """FMR of every two groups of a column, and within each.

    Returns:
        By the names of the groups; and (pairs, resamples, FMRs) the same in resamples.
    """
    names = list(combinations_with_replacement(groups, 2))
    rates, drawn = fmrs_between(pairs, [Between(groups[one], groups[other]) for one, other in names], weights)
    return tuple(GroupPair(column, *two, fmr) for two, fmr in zip(names, rates, strict=True)), drawn


def fmrs_between(pairs: Pairs, between: Sequence[Between], weights: Weights) -> tuple[list[dict[str, Rate]], Numbers]:
    """FMR of such pairs where everybody's is at most the key.

    Returns:
        By pair and FMR; and (pairs, resamples, FMRs) the same in resamples, NaN where there is no pair.
    """
    pairs = pairs.highest(_ENOUGH)
    table = ordered(pairs.mated, pairs.top)
    _, fmr = resampled_pairs(pairs, table, weights, list(FMRS.values()), between)
    thresholds = [pair_threshold(pairs, table, at).value for at in FMRS.values()]
    rates = [
        {key: _rate(pairs, two, thresholds[i], fmr[g, :, i]) for i, key in enumerate(FMRS)}
        for g, two in enumerate(between)
    ]
    return rates, fmr


def _rate(pairs: Pairs, two: Between, threshold: float, resampled: Numbers) -> Rate:
    inside = two.holds(pairs.first, pairs.second) & (pairs.top >= threshold)
    n = int(two.pairs(pairs.images, np.ones((1, len(pairs.images))))[0])
    deciding = len(np.union1d(pairs.first[inside], pairs.second[inside]))
    return counted(n, int(np.count_nonzero(inside)), two.observations(pairs.images), deciding, resampled)
