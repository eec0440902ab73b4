"""From scores among strangers to a calibration table.

Rules:
* A group's rates are within the group: women among women, men among men, as if a whole scope were of it. Mixed pairs
  score lower and would flatter both.
* The table's rate at a score is the upper bound of the worst group; the figures for everybody together are shown only.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.candidates.calibration import CalibrationTable, GroupRates, Transfer
from overt.evaluation.pairs import PeoplePairs
from overt.evaluation.tail import STEP, body_bounds, fit_tail

_BODY_FROM: Final = 0.0
_DIGITS: Final = 6


def group_rates(
    group: str, pairs: PeoplePairs, confidence: float, random: np.random.Generator, step: float = STEP
) -> GroupRates:
    """The rates of one group: bounded counts in the body, the bounded fit from the start of the tail on.

    Args:
        step: between two points of the body; wider for figures that are only shown.

    Raises:
        ValueError: as in `fit_tail`.
    """
    tail = fit_tail(pairs, confidence, random)
    scores = [round(float(at), _DIGITS) for at in np.arange(_BODY_FROM, tail.upper.start - STEP / 2, step)]
    bounds = body_bounds(pairs, scores, confidence, random)
    rates = [max(_rounded_up(bound), tail.upper.rate) for bound in bounds]
    return GroupRates(
        group=group,
        people=pairs.people,
        images=len(pairs.scores),
        pairs=pairs.pairs,
        body=((-1.0, 1.0), *zip(scores, rates, strict=True), (tail.upper.start, tail.upper.rate)),
        fitted=tail.fitted,
        upper=tail.upper,
    )


def transfers(
    data: str,
    vectors: NDArray[np.float32],
    people: Sequence[str],
    table: CalibrationTable,
    scores: Sequence[float],
) -> tuple[Transfer, ...]:
    """What the table expects of another data set at each score, for image pairs of different people, and what came."""
    names = np.array(people)
    upper = np.triu(names[:, np.newaxis] != names, 1)
    seen = (vectors @ vectors.T)[upper]
    return tuple(
        Transfer(
            data=data,
            people=len(set(people)),
            pairs=len(seen),
            score=score,
            expected=round(len(seen) * table.false_rate(score), 3),
            observed=int(np.count_nonzero(seen >= score)),
        )
        for score in scores
    )


def ordinary_difference(vectors: NDArray[np.float32], people: Sequence[str]) -> float:
    """The median difference between the scores of one photograph with two others of the same person.

    Each person with three images or more counts once, by their own median.

    Raises:
        ValueError: nobody has three images.
    """
    names = np.array(people)
    own = [
        vectors[names == name] for name, count in zip(*np.unique(names, return_counts=True), strict=True) if count > 2
    ]
    if not own:
        raise ValueError("nobody has three images")
    return float(np.median([_own_difference(one) for one in own]))


def _own_difference(vectors: NDArray[np.float32]) -> float:
    scores = vectors @ vectors.T
    others = [np.delete(row, i) for i, row in enumerate(scores)]
    first, second = np.triu_indices(len(vectors) - 1, 1)
    return float(np.median([np.abs(row[first] - row[second]) for row in others]))


def _rounded_up(rate: float) -> float:
    """To six significant digits, upwards: a bound stays a bound and the file stays readable."""
    scale = 10.0 ** (_DIGITS - 1 - math.floor(math.log10(rate))) if rate > 0 else 1.0
    return min(1.0, math.ceil(rate * scale) / scale)
