"""Different images and different people behind the errors of many probes.

Rules:
* A rate pools the probes of all draws, so that one image which is always the wrong way round counts once a draw, and a
  person with five images five times. Here an image counts once, and so does a person: with an error in any draw.
* So these rates rise with the number of draws. They compare groups, and say how many images and people an error rests
  on; what a search meets is FPIR and FNIR.
* Thresholds are everybody's, in each resample too.
"""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.bootstrap import Weights, rate
from overt.evaluation.doubt import missed
from overt.evaluation.figures import Behind, Rate
from overt.evaluation.open_set import OpenSet, Rows, limits, share_above
from overt.evaluation.operating import Numbers
from overt.evaluation.trials import Trials

UNITS: Final = ("images", "people")
Found = tuple[dict[str, Behind], Mapping[str, Numbers]]
"""By FPIR of everybody; and by unit, (resamples, FPIRs) the same in resamples."""


def behind_fpir(table: OpenSet, trials: Trials, rows: Rows, fpirs: Mapping[str, float], weights: Weights) -> Found:
    """Of the non-mated images and people among these rows, those that had a candidate."""
    at = rows & ~trials.mated
    drawn, rates = {}, {}
    for unit, whose in _units(trials, at).items():
        worst, person = _each(whose, table.seen[at], trials.person[at])
        drawn[unit] = share_above(worst, person, weights, limits(table, weights, list(fpirs.values())))
        rates[unit] = [
            rate(worst >= table.order.threshold(share), person, drawn[unit][:, i])
            for i, share in enumerate(fpirs.values())
        ]
    return _by_key(fpirs, rates), drawn


def behind_fnir(table: OpenSet, trials: Trials, rows: Rows, fpirs: Mapping[str, float], weights: Weights) -> Found:
    """Of the mated images and people among these rows, those that were missed."""
    at = rows & trials.mated
    drawn, rates = {}, {}
    for unit, whose in _units(trials, at).items():
        best, person = _each(whose, -table.reach[at], trials.person[at])
        drawn[unit] = 1 - share_above(-best, person, weights, limits(table, weights, list(fpirs.values())))
        rates[unit] = [
            missed(-best, person, table.threshold(share), drawn[unit][:, i]) for i, share in enumerate(fpirs.values())
        ]
    return _by_key(fpirs, rates), drawn


def _units(trials: Trials, at: Rows) -> dict[str, NDArray[np.intp]]:
    return dict(zip(UNITS, (trials.image[at], trials.person[at]), strict=True))


def _each(unit: NDArray[np.intp], values: Numbers, person: NDArray[np.intp]) -> tuple[Numbers, NDArray[np.intp]]:
    """The highest value of each image or person, and whose it is."""
    _, first, inverse = np.unique(unit, return_index=True, return_inverse=True)
    highest = np.full(len(first), -np.inf)
    np.maximum.at(highest, inverse, values)
    return highest, person[first]


def _by_key(fpirs: Mapping[str, float], rates: Mapping[str, list[Rate]]) -> dict[str, Behind]:
    return {key: Behind(rates["images"][i], rates["people"][i]) for i, key in enumerate(fpirs)}
