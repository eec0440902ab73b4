"""FMR between groups: counted pair by pair, the same whichever group is named first, and it adds up to everybody's."""

import numpy as np
import pytest

from overt.evaluation.all_pairs import all_pairs
from overt.evaluation.between import Between
from overt.evaluation.group_pairs import fmrs_between, group_pairs
from overt.evaluation.verification import FMRS, verification
from unit.evaluation.crowds import crowd, some_images, weights_of

SAMPLE = crowd(some_images(150, 1), 2, spread=0.8, missing=0.05)
WEIGHTS = weights_of(SAMPLE, 3, 60)
PAIRS = all_pairs(SAMPLE)
GROUPS = {name: np.arange(150) % 3 == at for at, name in enumerate("abc")}
NOBODY = np.zeros(150, np.bool_)


def test_every_two_groups_and_each_with_itself_are_counted() -> None:
    thresholds = verification(PAIRS, WEIGHTS).threshold_at_fmr
    found, drawn = group_pairs(PAIRS, "letter", GROUPS, WEIGHTS)
    assert [(one.one, one.other) for one in found] == [tuple(two) for two in ("aa", "ab", "ac", "bb", "bc", "cc")]
    assert drawn.shape == (6, 60, 2)
    for one in found:
        two = {(one.one, one.other), (one.other, one.one)}
        inside = np.array([("abc"[p % 3], "abc"[q % 3]) in two for p, q in zip(PAIRS.first, PAIRS.second, strict=True)])
        for key, threshold in thresholds.items():
            assert (one.fmr[key].n, one.fmr[key].k) == (inside.sum(), np.count_nonzero(PAIRS.top[inside] >= threshold))
            assert one.fmr[key].low <= one.fmr[key].estimate <= one.fmr[key].high > one.fmr[key].low
    for key in FMRS:
        assert sum(one.fmr[key].n for one in found) == PAIRS.non_mated
        assert sum(one.fmr[key].k for one in found) == int(FMRS[key] * PAIRS.non_mated)


def test_the_order_of_two_groups_does_not_matter() -> None:
    one, other = GROUPS["a"], GROUPS["b"]
    rates, drawn = fmrs_between(PAIRS, [Between(one, other), Between(other, one)], WEIGHTS)
    assert rates[0] == rates[1]
    assert np.array_equal(drawn[0], drawn[1])


@pytest.mark.parametrize("two", ["aa", "ab"])
def test_a_resample_is_its_pairs_written_out(two: str) -> None:
    between = Between(GROUPS[two[0]], GROUPS[two[1]])
    _, drawn = fmrs_between(PAIRS, [between], WEIGHTS)
    falling = np.argsort(-PAIRS.top)
    inside = between.holds(PAIRS.first, PAIRS.second)[falling]
    for resample, line in enumerate(WEIGHTS[:5].astype(int)):
        place = np.repeat(np.arange(len(falling)), (line[PAIRS.first] * line[PAIRS.second])[falling])
        for i, fmr in enumerate(FMRS.values()):
            counting = place[place < place[int(fmr * len(place))]]  # copies of one pair count together or not
            expected = np.count_nonzero(inside[counting]) / np.count_nonzero(inside[place])
            assert drawn[0, resample, i] == pytest.approx(expected)


def test_of_nobody_nothing_is_said() -> None:
    rates, drawn = fmrs_between(PAIRS, [Between(NOBODY, NOBODY), Between(NOBODY, GROUPS["a"])], WEIGHTS)
    assert {(one["0.001"].n, one["0.001"].high) for one in rates} == {(0, 1.0)}
    assert np.isnan(drawn).all()
    assert group_pairs(PAIRS, "none", {}, WEIGHTS)[0] == ()


def test_pairs_of_people_are_observations_and_not_their_images() -> None:
    there = PAIRS.images > 0
    a, b = (int(np.count_nonzero(GROUPS[name] & there)) for name in "ab")
    assert Between(GROUPS["a"], GROUPS["a"]).observations(PAIRS.images) == a * (a - 1) // 2
    assert Between(GROUPS["a"], GROUPS["b"]).observations(PAIRS.images) == a * b
