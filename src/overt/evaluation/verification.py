"""One to one: TMR at FMR over all pairs, and DET.

Rules:
* Every pair counts once (`all_pairs.py`), so that people with many images weigh more. FMR among people, each pair of
  them alike, is `tail.py`'s.
* The interval is by resampling people: a mated pair weighs as its person, a non-mated one the product of its two, and
  the threshold is found anew in each resample. A person drawn twice is no stranger to themselves.
* DET ends where the kept non-mated scores end: at FMR 1, or at some percent where there are millions of pairs.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from overt.errors import EvaluationTooSmall
from overt.evaluation.all_pairs import Numbers, Pairs, pairs_of
from overt.evaluation.between import Between
from overt.evaluation.bootstrap import Weights, blocks
from overt.evaluation.doubt import Threshold, missed, threshold_for
from overt.evaluation.figures import Curve, Rate, Verification
from overt.evaluation.operating import Ordered, counting, missing, ordered, places

FMRS: Final[Mapping[str, float]] = {"0.001": 0.001, "0.0001": 0.0001}
_POINTS: Final = 60


def verification(pairs: Pairs, weights: Weights) -> Verification:
    """The figures of all pairs.

    Args:
        weights: (resamples, people) from `drawn_people`.

    Raises:
        EvaluationTooSmall: nobody has two images with a template, or only one person has any.
    """
    if not len(pairs.mated) or not pairs.non_mated:
        raise EvaluationTooSmall("There are no two images of one person with a template, or none of two people.")
    table = ordered(pairs.mated, pairs.top)
    grid = _grid(pairs)
    fnmr, _ = resampled_pairs(pairs, table, weights, [*FMRS.values(), *grid])
    det = [_fnmr(pairs, pair_threshold(pairs, table, at), fnmr[:, len(FMRS) + i]) for i, at in enumerate(grid)]
    thresholds = {key: pair_threshold(pairs, table, at) for key, at in FMRS.items()}
    return Verification(
        mated=len(pairs.mated),
        non_mated=pairs.non_mated,
        tmr_at_fmr={key: tmr_at(pairs, thresholds[key], fnmr[:, i]) for i, key in enumerate(FMRS)},
        threshold_at_fmr={key: one.value for key, one in thresholds.items()},
        det=Curve(
            tuple(grid),
            tuple(one.estimate for one in det),
            tuple(one.low for one in det),
            tuple(one.high for one in det),
        ),
    )


def resampled_pairs(
    pairs: Pairs, table: Ordered, weights: Weights, fmrs: Sequence[float], between: Sequence[Between] = ()
) -> tuple[Numbers, Numbers]:
    """(resamples, fmrs) FNMR, and (between, resamples, fmrs) FMR between groups, at the thresholds of everybody."""
    fnmr = np.empty((len(weights), len(fmrs)))
    fmr = np.empty((len(between), len(weights), len(fmrs)))
    whose, first, second = pairs.whose[table.mated], pairs.first[table.non_mated], pairs.second[table.non_mated]
    for block in blocks(len(weights), len(first) + len(whose)):
        drawn = weights[block]
        products = drawn[:, first] * drawn[:, second]
        totals = None if pairs.complete else pairs_of(pairs.images, drawn)
        at = places(table, products, fmrs, totals)
        fnmr[block] = missing(table, drawn[:, whose], at)
        upto = int(table.counting[at].max()) if at.size else 0
        for g, two in enumerate(between):
            inside = products[:, :upto] * two.holds(first[:upto], second[:upto])
            fmr[g, block] = counting(table, inside, at, two.pairs(pairs.images, drawn))
    return fnmr, fmr


def pair_threshold(pairs: Pairs, table: Ordered, fmr: float) -> Threshold:
    people = int(np.count_nonzero(pairs.images))
    of = None if pairs.complete else pairs.non_mated
    return threshold_for(table, fmr, people * (people - 1) // 2, lambda score: _people_from(pairs, score), of)


def _people_from(pairs: Pairs, score: float) -> int:
    """How many people are in non-mated pairs from this score on."""
    high = pairs.top >= score
    return len(np.union1d(pairs.first[high], pairs.second[high]))


def _fnmr(pairs: Pairs, threshold: Threshold, resampled: Numbers) -> Rate:
    return missed(pairs.mated, pairs.whose, threshold, resampled)


def tmr_at(pairs: Pairs, threshold: Threshold, resampled: Numbers) -> Rate:
    """TMR at a threshold; `resampled` is FNMR in resamples."""
    one = _fnmr(pairs, threshold, resampled)
    return Rate(one.n, one.n - one.k, 1 - one.estimate, 1 - one.high, 1 - one.low)


def _grid(pairs: Pairs) -> list[float]:
    """FMR from one non-mated pair to all that are kept, evenly by their logarithm."""
    steps = np.unique(np.geomspace(1, len(pairs.top), _POINTS).round())
    return [float(k) / pairs.non_mated for k in steps]
