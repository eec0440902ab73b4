"""FNIR and FPIR of trials, in resamples: each with its own threshold, for everybody's probes and for parts of them.

Rules:
* One threshold for all draws: rates are pooled, so a probe of any gallery counts alike.
* FPIR and its threshold are of all non-mated probes, those without a template too, which have no candidate; FNIR is of
  all mated ones, and one without a template is a miss (FTA counted as in ISO/IEC 19795-1).
* Parts (a group's probes; those with templates) have the threshold that everybody has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overt.errors import EvaluationTooSmall
from overt.evaluation.bootstrap import Weights, blocks, divided
from overt.evaluation.doubt import Threshold, threshold_for
from overt.evaluation.operating import Numbers, Ordered, counting, missing, ordered, places
from overt.evaluation.trials import Trials

Rows = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class OpenSet:
    """Trials in the order of their scores. Made by `open_set`.

    Args:
        mated, non_mated: rows of the trials, by rising reach and falling score.
        reach: (n,) for each row, the highest threshold at which a mated probe is found; minus infinity for none.
        seen: (n,) the highest at which a non-mated one has a candidate.
        person: (n,) whose each row is.
    """

    order: Ordered
    mated: NDArray[np.intp]
    non_mated: NDArray[np.intp]
    reach: Numbers
    seen: Numbers
    person: NDArray[np.intp]

    def threshold(self, share: float) -> Threshold:
        """The threshold where at most this share of the non-mated probes has a candidate."""
        units = len(np.unique(self.person[self.non_mated]))
        return threshold_for(self.order, share, units, self._people_from)

    def _people_from(self, score: float) -> int:
        """How many people's non-mated probes have a candidate from this score on."""
        return len(np.unique(self.person[self.non_mated[self.seen[self.non_mated] >= score]]))


def open_set(trials: Trials, other: Numbers | None = None) -> OpenSet:
    """Trials in order.

    Args:
        other: (n,) the highest scores of other people in another gallery; those of the whole one by default.

    Raises:
        EvaluationTooSmall: no mated probe, or no non-mated one.
    """
    top = trials.other if other is None else other
    mated, non_mated = np.flatnonzero(trials.mated), np.flatnonzero(~trials.mated)
    if not len(mated) or not len(non_mated):
        raise EvaluationTooSmall("There is no mated probe, or no non-mated one.")
    reach = np.where(trials.own > top, trials.own, -np.inf)
    order = ordered(reach[mated], top[non_mated])
    return OpenSet(order, mated[order.mated], non_mated[order.non_mated], reach, top, trials.person)


def limits(table: OpenSet, weights: Weights, shares: Sequence[float]) -> Numbers:
    """The threshold of everybody in each resample, as the highest score that no longer counts.

    Returns:
        (resamples, shares); minus infinity where every score counts.
    """
    below = np.append(table.order.scores, -np.inf)
    found = np.empty((len(weights), len(shares)))
    for block in blocks(len(weights), len(table.non_mated)):
        found[block] = below[places(table.order, weights[block][:, table.person[table.non_mated]], shares)]
    return found


def share_above(values: Numbers, person: NDArray[np.intp], weights: Weights, limit: Numbers) -> Numbers:
    """The share of values above the limit of each resample.

    Args:
        values, person: (n,) scores, and whose each is.
        limit: (resamples, shares) from `limits`.

    Returns:
        (resamples, shares); NaN where a resample has nobody of these.
    """
    falling = np.argsort(-values, kind="stable")
    found = np.empty_like(limit)
    for block in blocks(len(weights), len(values)):
        drawn = weights[block][:, person[falling]]
        summed = np.zeros((len(drawn), len(values) + 1))
        np.cumsum(drawn, axis=1, out=summed[:, 1:])
        upto = np.searchsorted(-values[falling], -limit[block], "left")
        found[block] = divided(np.take_along_axis(summed, upto, axis=1), summed[:, -1:])
    return found


def resampled(
    table: OpenSet, weights: Weights, shares: Sequence[float], parts: Sequence[Rows] = ()
) -> tuple[Numbers, Numbers]:
    """FNIR and FPIR in each resample, where at most these shares of its non-mated probes have a candidate.

    Args:
        parts: (n,) rows of the trials each; everybody's, when none is given.

    Returns:
        Two of (parts, resamples, shares); NaN where a resample has no such probe.
    """
    wanted = parts or [np.ones(len(table.person), np.bool_)]
    fnir = np.empty((len(wanted), len(weights), len(shares)))
    fpir = np.empty_like(fnir)
    for block in blocks(len(weights), len(table.person)):
        mated = weights[block][:, table.person[table.mated]]
        non_mated = weights[block][:, table.person[table.non_mated]]
        at = places(table.order, non_mated, shares)
        for i, rows in enumerate(wanted):
            fnir[i, block] = missing(table.order, mated * rows[table.mated], at)
            fpir[i, block] = counting(table.order, non_mated * rows[table.non_mated], at)
    return fnir, fpir
