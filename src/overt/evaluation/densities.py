"""How scores are spread: of probes with their own reference, with each stranger, and with the nearest stranger.

Rules:
* A density is counted in even bins, and each encloses an area of 1, so that three very different counts can be drawn
  over each other. `x` is the middle of a bin.
* What has no score (no template) is in no bin.
* Strangers' scores are counted block by block, so that memory does not grow with their number.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.figures import Curve
from overt.evaluation.protocol import Draw
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Score, Trials, score_blocks

_BINS: Final = 100


@dataclass(frozen=True, slots=True)
class Scale:
    """Where scores lie: from `low` to `high`, which differ."""

    low: float
    high: float

    @property
    def step(self) -> float:
        """The width of a bin."""
        return (self.high - self.low) / _BINS

    @property
    def middles(self) -> NDArray[np.float64]:
        """(bins,) the middle of each."""
        return np.asarray(self.low + self.step * (np.arange(_BINS) + 0.5), np.float64)


COSINES: Final = Scale(-1.0, 1.0)


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


def densities(sample: Sample, draws: Sequence[Draw], trials: Trials, score: Score, scale: Scale = COSINES) -> Densities:
    """The densities of trials; scores beyond the scale count at its ends."""
    own = trials.own[trials.mated & np.isfinite(trials.own)]
    nearest = trials.other[~trials.mated & np.isfinite(trials.other)]
    parts = ([own], _strangers(sample, draws, score), [nearest])
    return Densities(*(_curve(_counts(each, scale), scale) for each in parts))


def _strangers(sample: Sample, draws: Sequence[Draw], score: Score) -> Iterator[NDArray[np.floating]]:
    parts = (part for draw in draws for part in score_blocks(sample, draw, score))
    return (
        scores[sample.person[probes][:, np.newaxis] != sample.person[references]]
        for probes, references, scores in parts
    )


def _counts(parts: Iterable[NDArray[np.floating]], scale: Scale) -> NDArray[np.float64]:
    total = np.zeros(_BINS)
    for part in parts:
        bins = np.clip(np.floor((part - scale.low) / scale.step).astype(np.intp), 0, _BINS - 1)
        total += np.bincount(bins.ravel(), minlength=_BINS)
    return total


def _curve(counts: NDArray[np.float64], scale: Scale) -> Curve:
    """From the first bin with a count to the last."""
    there = np.flatnonzero(counts)
    if not len(there):
        return Curve((), ())
    kept = slice(max(0, there[0] - 1), there[-1] + 2)
    heights = counts[kept] / (counts.sum() * scale.step)
    return Curve(tuple(round(float(x), 4) for x in scale.middles[kept]), tuple(round(float(y), 6) for y in heights))
