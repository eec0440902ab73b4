"""Groups by their labels, at everybody's threshold."""

from dataclasses import replace

import numpy as np
import pytest

from overt.evaluation.all_pairs import all_pairs
from overt.evaluation.behind import UNITS
from overt.evaluation.groups import FTA_RATE, grouped, members
from overt.evaluation.identification import FPIRS, identification
from overt.evaluation.protocol import ONE_IMAGE, drawn
from overt.evaluation.trials import run
from unit.evaluation.crowds import crowd, some_images, weights_of

PEOPLE = 240
SEX = ["F", "M", "M", ""] * (PEOPLE // 4)
SAMPLE = crowd(
    some_images(PEOPLE, 1),
    2,
    spread=0.7,
    missing=0.05,
    labels={"sex": SEX, "none": [""] * PEOPLE, "one": ["x"] * PEOPLE},
)
TRIALS = run(SAMPLE, drawn(SAMPLE.person, ONE_IMAGE, np.random.default_rng(3)))
WEIGHTS = weights_of(SAMPLE, 4, 100)
ROWS = ("image", "person", "draw", "mated", "acquired", "own", "other", "rank", "within")
PAIRS = all_pairs(SAMPLE)


def test_who_has_no_label_is_in_no_group() -> None:
    found = members(SAMPLE, "sex")
    assert list(found) == ["F", "M"]
    assert [int(inside.sum()) for inside in found.values()] == [60, 120]
    assert members(SAMPLE, "none") == {}


def test_each_rate_is_counted_at_everybodys_threshold() -> None:
    thresholds = identification(TRIALS, WEIGHTS).threshold_at_fpir
    for group in grouped(SAMPLE, TRIALS, PAIRS, "sex", WEIGHTS).groups:
        rows = np.array(SEX)[TRIALS.person] == group.value
        images = np.array(SEX)[SAMPLE.person] == group.value
        assert (group.column, group.n) == ("sex", np.count_nonzero(rows))
        assert (group.fta.n, group.fta.k) == (np.count_nonzero(images), np.count_nonzero(images & ~SAMPLE.made))
        for key in FPIRS:
            mated, strangers = rows & TRIALS.mated, rows & ~TRIALS.mated
            hits = (TRIALS.own > TRIALS.other) & (TRIALS.own >= thresholds[key])
            assert (group.fnir[key].n, group.fnir[key].k) == (mated.sum(), np.count_nonzero(mated & ~hits))
            shown = strangers & (TRIALS.other >= thresholds[key])
            assert (group.fpir[key].n, group.fpir[key].k) == (strangers.sum(), np.count_nonzero(shown))
            for one in (group.fpir[key], group.fnir[key]):
                assert one.low <= one.estimate <= one.high
                assert one.high > one.low


def test_a_group_of_everybody_has_everybodys_rates() -> None:
    (everybody,) = grouped(SAMPLE, TRIALS, PAIRS, "one", WEIGHTS).groups
    figures = identification(TRIALS, WEIGHTS)
    assert everybody.people == PEOPLE
    assert everybody.fnir == figures.fnir_at_fpir
    for key, fpir in FPIRS.items():
        assert everybody.fpir[key].estimate <= fpir < everybody.fpir[key].estimate + 2 / everybody.fpir[key].n
    assert everybody.fmr["0.001"].k == int(0.001 * PAIRS.non_mated)


def test_rates_and_their_resamples_go_by_name() -> None:
    found = grouped(SAMPLE, TRIALS, PAIRS, "sex", WEIGHTS)
    names = [f"{kind} at {key}" for kind in ("fpir", "fnir") for key in FPIRS]
    behind = [f"{kind} of {unit} at {key}" for kind in ("fpir", "fnir") for unit in UNITS for key in FPIRS]
    assert list(found.rates) == list(found.resampled) == [*names, "fmr at 0.001", "fmr at 0.0001", FTA_RATE, *behind]
    for name, rates in found.rates.items():
        assert found.resampled[name].shape == (2, 100)
        assert np.nanmean(found.resampled[name], axis=1) == pytest.approx([one.estimate for one in rates], abs=0.12)
    assert found.rates["fnir at 0.1"][1] is found.groups[1].fnir["0.1"]


def test_a_resample_of_a_group_is_its_people_written_out() -> None:
    """The slow way: each person's probes as often as the person was drawn, and the estimate of those."""
    weights = weights_of(SAMPLE, 5, 3)
    found = grouped(SAMPLE, TRIALS, PAIRS, "sex", weights)
    for resample, line in enumerate(weights.astype(int)):
        rows = np.repeat(np.arange(len(TRIALS.person)), line[TRIALS.person])
        kept = {name: getattr(TRIALS, name)[rows] for name in ROWS}
        again = grouped(SAMPLE, replace(TRIALS, **kept), PAIRS, "sex", weights)
        for name in found.rates:
            if name.startswith(("fpir at", "fnir at")):
                assert found.resampled[name][:, resample] == pytest.approx([one.estimate for one in again.rates[name]])


def test_a_column_without_labels_has_no_groups() -> None:
    found = grouped(SAMPLE, TRIALS, PAIRS, "none", WEIGHTS)
    assert found.groups == ()
    assert all(rates == () for rates in found.rates.values())
    with pytest.raises(KeyError):
        grouped(SAMPLE, TRIALS, PAIRS, "height", WEIGHTS)


def test_a_group_without_probes_says_so() -> None:
    seldom = ["x" if who == TRIALS.person[TRIALS.mated][0] else "" for who in range(PEOPLE)]
    sample = replace(SAMPLE, labels={"rare": tuple(seldom)})
    some = run(sample, drawn(sample.person, ONE_IMAGE, np.random.default_rng(3))[:1])
    (rare,) = grouped(sample, some, PAIRS, "rare", WEIGHTS).groups
    assert (rare.people, rare.fpir["0.1"].n, rare.fpir["0.1"].high) == (1, 0, 1.0)
    assert rare.fmr["0.001"].n == 0
