"""Images and people behind errors: each once, with an error in any draw, in the estimate and in every resample."""

from collections import defaultdict

import numpy as np
import pytest

from overt.evaluation.behind import UNITS, behind_fnir, behind_fpir
from overt.evaluation.bootstrap import Weights
from overt.evaluation.identification import FPIRS
from overt.evaluation.open_set import limits, open_set, share_above
from overt.evaluation.protocol import ONE_IMAGE, drawn
from overt.evaluation.trials import run
from unit.evaluation.crowds import crowd, some_images, weights_of

SAMPLE = crowd(some_images(200, 1), 2, spread=0.7, missing=0.05)
TRIALS = run(SAMPLE, drawn(SAMPLE.person, ONE_IMAGE, np.random.default_rng(3)))
TABLE = open_set(TRIALS)
WEIGHTS = weights_of(SAMPLE, 4, 40)
ROWS = TRIALS.person % 3 > 0
FIND = {"fpir": behind_fpir, "fnir": behind_fnir}


def written_out(kind: str, unit: str, threshold: float, times: np.ndarray) -> tuple[int, int]:
    """With an error, of how many; `times` is how often each person counts."""
    erring: dict[int, bool] = defaultdict(bool)
    whose = {}
    for row in np.flatnonzero(ROWS & (TRIALS.mated == (kind == "fnir"))):
        wrong = TRIALS.other[row] >= threshold
        if kind == "fnir":
            wrong = TRIALS.own[row] <= TRIALS.other[row] or TRIALS.own[row] < threshold
        each = int((TRIALS.image if unit == "images" else TRIALS.person)[row])
        erring[each] |= bool(wrong)
        whose[each] = TRIALS.person[row]
    return sum(int(times[whose[each]]) for each, wrong in erring.items() if wrong), int(
        sum(times[who] for who in whose.values())
    )


@pytest.mark.parametrize("kind", FIND)
@pytest.mark.parametrize("unit", UNITS)
def test_each_counts_once(kind: str, unit: str) -> None:
    found, resampled = FIND[kind](TABLE, TRIALS, ROWS, FPIRS, WEIGHTS)
    for i, (key, share) in enumerate(FPIRS.items()):
        one = getattr(found[key], unit)
        once = written_out(kind, unit, TABLE.order.threshold(share), np.ones(200))
        assert (one.k, one.n) == once
        assert one.low <= one.estimate <= one.high > one.low
        for resample in range(3):
            limit = limits(TABLE, WEIGHTS, [share])[resample, 0]
            k, n = written_out(kind, unit, np.nextafter(limit, np.inf), WEIGHTS[resample])
            assert resampled[unit][resample, i] == pytest.approx(k / n)


def test_errors_of_more_draws_are_behind_no_fewer_images() -> None:
    found, _ = behind_fpir(TABLE, TRIALS, ROWS, FPIRS, WEIGHTS)
    probes = ROWS & ~TRIALS.mated
    images, people = (len(np.unique(column[probes])) for column in (TRIALS.image, TRIALS.person))
    assert {(one.images.n, one.people.n) for one in found.values()} == {(images, people)}
    assert images < np.count_nonzero(probes)
    assert found["0.1"].people.k <= found["0.1"].images.k


def test_a_limit_leaves_no_more_than_its_share() -> None:
    """The threshold of a resample, tried on that resample's own non-mated probes."""
    seen, person = TABLE.seen[TABLE.non_mated], TABLE.person[TABLE.non_mated]
    shares = list(FPIRS.values())
    above = share_above(seen, person, WEIGHTS, limits(TABLE, WEIGHTS, shares))
    assert (above <= np.array(shares) + 1e-9).all()
    assert above[:, 0].mean() > 0.09


def test_nobody_has_no_share() -> None:
    weights: Weights = np.ones((2, 200))
    nothing = share_above(np.empty(0), np.empty(0, np.intp), weights, np.zeros((2, 1)))
    assert np.isnan(nothing).all()
    found, _ = behind_fpir(TABLE, TRIALS, np.zeros(len(ROWS), np.bool_), FPIRS, WEIGHTS)
    assert (found["0.1"].images.n, found["0.1"].people.high) == (0, 1.0)
