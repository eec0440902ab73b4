"""FPIR and FNIR at thresholds that are given: what a threshold that a policy sets means for each group.

Rules:
* A threshold here is not estimated from the data, as that of a share is: so an interval is of the people alone.
* `THRESHOLDS` of them lie evenly between the one at which half of all non-mated probes have a candidate and the highest
  score of a mated probe. Whoever asks for one between two takes FPIR of the lower and FNIR of the higher: neither is
  then said to be lower than it was.
* Failures to acquire count as misses, as everywhere (`identification.py`).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from overt.evaluation.bootstrap import Weights, divided, rate
from overt.evaluation.figures import AtThresholds, Rate
from overt.evaluation.groups import members
from overt.evaluation.open_set import OpenSet, Rows, open_set
from overt.evaluation.operating import Numbers
from overt.evaluation.sample import Sample
from overt.evaluation.trials import Trials

THRESHOLDS: Final = 81
_DECIMALS: Final = 8
"""As many as a report writes, so that whoever reads it counts the same."""


def at_thresholds(sample: Sample, trials: Trials, weights: Weights) -> tuple[AtThresholds, ...]:
    """Everybody first, then the groups of each column of the labels.

    Args:
        weights: (resamples, people) from `drawn_people`.

    Raises:
        EvaluationTooSmall: no mated probe, or no non-mated one.
    """
    table = open_set(trials)
    grid = _grid(table)
    everybody = np.ones(len(sample.people), np.bool_)
    parts: list[tuple[str | None, str | None, NDArray[np.bool_]]] = [(None, None, everybody)]
    parts += [(column, value, who) for column in sample.labels for value, who in members(sample, column).items()]
    return tuple(
        AtThresholds(
            column=column,
            value=value,
            people=int(np.count_nonzero(who)),
            thresholds=tuple(grid.tolist()),
            fpir=_rates(table, table.non_mated, who[trials.person], grid, weights, mated=False),
            fnir=_rates(table, table.mated, who[trials.person], grid, weights, mated=True),
        )
        for column, value, who in parts
    )


def _grid(table: OpenSet) -> Numbers:
    found = table.reach[table.mated]
    low = table.threshold(0.5).value
    high = float(np.max(found[np.isfinite(found)], initial=low))
    return np.linspace(low, max(low, high), THRESHOLDS).round(_DECIMALS)


def _rates(
    table: OpenSet, kind: NDArray[np.intp], inside: Rows, grid: Numbers, weights: Weights, *, mated: bool
) -> tuple[Rate, ...]:
    """One rate a threshold, of the probes of a kind that are of a group."""
    rows = kind[inside[kind]]
    person = table.person[rows]
    values = (table.reach if mated else table.seen)[rows]
    yes = values[:, np.newaxis] < grid if mated else values[:, np.newaxis] >= grid
    drawn = _shares(yes, person, weights)
    return tuple(rate(yes[:, i], person, drawn[:, i]) for i in range(len(grid)))


def _shares(yes: NDArray[np.bool_], person: NDArray[np.intp], weights: Weights) -> Numbers:
    """(resamples, thresholds) the share that says yes; NaN where nobody came."""
    people = weights.shape[1]
    said = np.zeros((people, yes.shape[1]))
    np.add.at(said, person, yes)
    return divided(weights @ said, (weights @ np.bincount(person, minlength=people))[:, np.newaxis])
