"""One to many, open set: FNIR at FPIR, ranks, DET, CMC, FNIR by gallery size, and failures to acquire both ways.

Rules:
* A miss: the own person is not the first candidate, or scores below the threshold (FNIR at rank 1, as in NIST FRTE).
* Every interval lets the threshold vary with the people it is estimated from (`open_set.py`), and as far as few people
  leave it in doubt (`doubt.py`).
* Failures to acquire count as misses everywhere but in `Fta.left_out`, which leaves those probes out at the same
  threshold: the difference of the two is what the failures cost.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np

from overt.evaluation.bootstrap import Weights, share
from overt.evaluation.doubt import Threshold, missed
from overt.evaluation.figures import Curve, Fta, Identification, Rate
from overt.evaluation.open_set import OpenSet, Rows, open_set, resampled
from overt.evaluation.operating import Numbers
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Trials

FPIRS: Final[Mapping[str, float]] = {"0.1": 0.1, "0.01": 0.01, "0.001": 0.001}
USUAL: Final = 0.01
"""The FPIR of figures that have only one."""
_RANKS: Final = 20
_POINTS: Final = 60


def identification(trials: Trials, weights: Weights) -> Identification:
    """The figures of trials.

    Args:
        weights: (resamples, people) from `drawn_people`.

    Raises:
        EvaluationTooSmall: no mated probe, or no non-mated one.
    """
    table = open_set(trials)
    fnir, _ = resampled(table, weights, list(FPIRS.values()))
    return Identification(
        draws=len(trials.references),
        gallery_size=round(float(np.mean(trials.references))),
        mated=len(table.mated),
        non_mated=len(table.non_mated),
        rank1=_within_rank(trials, 1, weights),
        rank6=_within_rank(trials, 6, weights),
        fnir_at_fpir=fnir_at_fpir(table, fnir[0]),
        threshold_at_fpir={key: table.order.threshold(at) for key, at in FPIRS.items()},
        det=_det(table, weights),
        cmc=_cmc(trials, weights),
        by_size=_by_size(trials, weights),
    )


def fta(sample: Sample, trials: Trials, weights: Weights) -> Fta:
    """Failures to acquire, and FNIR at FPIR 1 % with them as misses and without them."""
    table = open_set(trials)
    parts = [np.ones_like(trials.acquired), trials.acquired]
    fnir, _ = resampled(table, weights, [USUAL], parts)
    threshold = table.threshold(USUAL)
    return Fta(
        images=share(~sample.made, sample.person, weights),
        counted=_fnir(table, threshold, fnir[0, :, 0]),
        left_out=fnir_of(table, trials.acquired, threshold, fnir[1, :, 0]),
    )


def fnir_at_fpir(table: OpenSet, fnir: Numbers) -> dict[str, Rate]:
    """FNIR at each of `FPIRS`.

    Args:
        fnir: (resamples, FPIRS) from `resampled`.
    """
    return {key: _fnir(table, table.threshold(at), fnir[:, i]) for i, (key, at) in enumerate(FPIRS.items())}


def fnir_of(table: OpenSet, rows: Rows, threshold: Threshold, fnir: Numbers) -> Rate:
    """FNIR of a part of the probes at a threshold, with the interval of the resampled rates."""
    mated = table.mated[rows[table.mated]]
    return missed(table.reach[mated], table.person[mated], threshold, fnir)


def _fnir(table: OpenSet, threshold: Threshold, fnir: Numbers) -> Rate:
    return fnir_of(table, np.ones(len(table.person), np.bool_), threshold, fnir)


def _within_rank(trials: Trials, rank: int, weights: Weights) -> Rate:
    return share(trials.rank[trials.mated] <= rank, trials.person[trials.mated], weights)


def _cmc(trials: Trials, weights: Weights) -> Curve:
    ranks = range(1, min(_RANKS, int(trials.enrolled.min())) + 1)
    return _curve([float(rank) for rank in ranks], [_within_rank(trials, rank, weights) for rank in ranks])


def _det(table: OpenSet, weights: Weights) -> Curve:
    """FNIR at each FPIR, from one non-mated probe to all, evenly by their logarithm."""
    count = len(table.non_mated)
    fpirs = [float(k) / count for k in np.unique(np.geomspace(1, count, _POINTS).round())]
    fnir, _ = resampled(table, weights, fpirs)
    rates = [_fnir(table, table.threshold(at), fnir[0, :, i]) for i, at in enumerate(fpirs)]
    return _curve(fpirs, rates)


def _by_size(trials: Trials, weights: Weights) -> Curve:
    sizes = trials.sizes * (trials.references.sum() / trials.enrolled.sum())
    rates = []
    for column in range(len(sizes)):
        table = open_set(trials, trials.within[:, column])
        fnir, _ = resampled(table, weights, [USUAL])
        rates.append(_fnir(table, table.threshold(USUAL), fnir[0, :, 0]))
    return _curve([float(size) for size in sizes], rates)


def _curve(x: list[float], rates: list[Rate]) -> Curve:
    y, low, high = ((one.estimate for one in rates), (one.low for one in rates), (one.high for one in rates))
    return Curve(tuple(x), tuple(y), tuple(low), tuple(high))
