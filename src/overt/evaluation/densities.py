"""How scores are spread: of probes with their own reference, with each stranger, and with the nearest stranger.

Rules:
* A density is counted in bins of `STEP`, and each encloses an area of 1, so that three very different counts can be
  drawn over each other. `x` is the middle of a bin.
* What has no score (no template) is in no bin.
* Strangers' scores are counted block by block, so that memory does not grow with their number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.figures import Curve
from overt.evaluation.protocol import Draw
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Score, Trials, score_blocks

STEP: Final = 0.02
_EDGES: Final = np.linspace(-1.0, 1.0, round(2 / STEP) + 1)


@dataclass(frozen=True, slots=True)
class Densities:
    """Densities of scores.

    Args:
        mated: of a probe with its own reference, the nearest of several.
        strangers: of a probe with every other person's reference.
        nearest: of a non-mated probe with the nearest reference: what becomes a candidate wrongly.
    """

    mated: Curve
    strangers: Curve
    nearest: Curve


def densities(sample: Sample, draws: Sequence[Draw], trials: Trials, score: Score) -> Densities:
    """The densities of trials; scores are taken as lying between -1 and 1, those beyond count at the ends."""
    own = trials.own[trials.mated & np.isfinite(trials.own)]
    nearest = trials.other[~trials.mated & np.isfinite(trials.other)]
    return Densities(_curve(_counts([own])), _curve(_strangers(sample, draws, score)), _curve(_counts([nearest])))


def _strangers(sample: Sample, draws: Sequence[Draw], score: Score) -> NDArray[np.float64]:
    parts = (part for draw in draws for part in score_blocks(sample, draw, score))
    return _counts(
        scores[sample.person[probes][:, np.newaxis] != sample.person[references]]
        for probes, references, scores in parts
    )


def _counts(parts: Iterable[NDArray[np.floating]]) -> NDArray[np.float64]:
    total = np.zeros(len(_EDGES) - 1)
    for part in parts:
        bins = np.clip(np.floor((part + 1.0) / STEP).astype(np.intp), 0, len(total) - 1)
        total += np.bincount(bins.ravel(), minlength=len(total))
    return total


def _curve(counts: NDArray[np.float64]) -> Curve:
    """From the first bin with a count to the last."""
    there = np.flatnonzero(counts)
    if not len(there):
        return Curve((), ())
    kept = slice(max(0, there[0] - 1), there[-1] + 2)
    heights = counts[kept] / (counts.sum() * STEP)
    middles = (_EDGES[:-1] + STEP / 2)[kept]
    return Curve(tuple(round(float(x), 4) for x in middles), tuple(round(float(y), 6) for y in heights))
