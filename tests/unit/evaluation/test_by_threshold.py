"""Rates at thresholds that are given."""

import numpy as np
import pytest

from overt.evaluation.by_threshold import THRESHOLDS, at_thresholds
from overt.evaluation.figures import AtThresholds
from overt.evaluation.identification import identification
from overt.evaluation.protocol import ONE_IMAGE, drawn
from overt.evaluation.trials import run
from unit.evaluation.crowds import crowd, some_images, weights_of

PEOPLE = 240
SEX = ["F", "M", "M", ""] * (PEOPLE // 4)
SAMPLE = crowd(some_images(PEOPLE, 1), 2, spread=0.7, missing=0.05, labels={"sex": SEX})
TRIALS = run(SAMPLE, drawn(SAMPLE.person, ONE_IMAGE, np.random.default_rng(3)))
WEIGHTS = weights_of(SAMPLE, 4, 100)
FOUND = at_thresholds(SAMPLE, TRIALS, WEIGHTS)


def test_everybody_comes_first_then_each_group() -> None:
    assert [(one.column, one.value, one.people) for one in FOUND] == [
        (None, None, PEOPLE), ("sex", "F", PEOPLE // 4), ("sex", "M", PEOPLE // 2),
    ]  # fmt: skip
    assert {one.thresholds for one in FOUND} == {FOUND[0].thresholds}
    assert len(FOUND[0].thresholds) == THRESHOLDS


@pytest.mark.parametrize("one", FOUND, ids=lambda one: str(one.value))
def test_each_rate_is_counted(one: AtThresholds) -> None:
    inside = np.array([one.value in (None, sex) for sex in SEX])[TRIALS.person]
    mated, others = inside & TRIALS.mated, inside & ~TRIALS.mated
    for at, fpir, fnir in zip(one.thresholds, one.fpir, one.fnir, strict=True):
        found = (TRIALS.own > TRIALS.other) & (TRIALS.own >= at)
        assert (fnir.n, fnir.k) == (mated.sum(), np.count_nonzero(mated & ~found))
        assert (fpir.n, fpir.k) == (others.sum(), np.count_nonzero(others & (TRIALS.other >= at)))
        assert fpir.low <= fpir.estimate <= fpir.high
        assert fnir.low <= fnir.estimate <= fnir.high


def test_they_reach_from_many_false_candidates_to_nearly_all_missed() -> None:
    everybody = FOUND[0]
    assert everybody.fpir[0].estimate == pytest.approx(0.5, abs=0.01)
    # At the highest mated score everybody but that one is missed; a decimal may make it all.
    assert everybody.fnir[-1].k >= everybody.fnir[-1].n - 1
    assert list(everybody.thresholds) == sorted(everybody.thresholds)


def test_they_agree_with_the_rates_at_a_share() -> None:
    """Between two thresholds the rates of a share lie between those of the two."""
    shares = identification(TRIALS, WEIGHTS)
    for key, rate in shares.fnir_at_fpir.items():
        at = int(np.searchsorted(FOUND[0].thresholds, shares.threshold_at_fpir[key]))
        if 0 < at < THRESHOLDS:
            assert FOUND[0].fnir[at - 1].estimate <= rate.estimate <= FOUND[0].fnir[at].estimate
