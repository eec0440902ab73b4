"""Intervals by drawing people: whose they are decides, and where nothing was seen they stay honest."""

import numpy as np
import pytest

from overt.evaluation.bootstrap import (
    FEW,
    blocks,
    bounds,
    divided,
    drawn_people,
    ratio,
    share,
    weighed_share,
    with_everybody,
)
from overt.evaluation.exact import clopper_pearson
from overt.evaluation.figures import Rate, Ratio

INF = float("inf")


def test_as_many_people_are_drawn_and_the_same_for_the_same_seed() -> None:
    weights = drawn_people(50, 20, np.random.default_rng(5))
    assert weights.shape == (20, 50)
    assert (weights.sum(axis=1) == 50).all()
    assert np.array_equal(weights, drawn_people(50, 20, np.random.default_rng(5)))


def test_a_share_in_a_resample_is_that_of_the_people_written_out() -> None:
    """The slow way: repeat each person's probes as often as the person was drawn."""
    random = np.random.default_rng(0)
    person, yes = random.integers(0, 8, 40), random.random(40) < 0.3
    weights = drawn_people(9, 25, random)  # the ninth has no probe
    slow = []
    for line in weights:
        rows = [i for who, often in enumerate(line) for _ in range(int(often)) for i in np.flatnonzero(person == who)]
        slow.append(yes[rows].mean())
    assert weighed_share(yes, person, weights) == pytest.approx(slow)
    assert weighed_share(yes, person, with_everybody(weights))[0] == pytest.approx(yes.mean())


def test_the_interval_of_many_is_near_the_one_of_independent_people() -> None:
    random = np.random.default_rng(1)
    yes = random.random(2000) < 0.1
    found = share(yes, np.arange(2000), drawn_people(2000, 2000, random))
    assert (found.n, found.k, found.estimate) == (2000, yes.sum(), yes.mean())
    half = 1.96 * np.sqrt(found.estimate * (1 - found.estimate) / 2000)
    assert found.low == pytest.approx(found.estimate - half, abs=0.002)
    assert found.high == pytest.approx(found.estimate + half, abs=0.002)


def test_five_images_of_a_person_are_not_five_people() -> None:
    random = np.random.default_rng(2)
    each = random.random(400) < 0.2
    weights = drawn_people(400, 1000, random)
    once = share(each, np.arange(400), weights)
    often = share(np.repeat(each, 5), np.repeat(np.arange(400), 5), weights)
    assert (often.low, often.high) == pytest.approx((once.low, once.high))
    assert often.n == 5 * once.n


def test_none_of_some_people_is_bounded_as_exactly_as_people_allow() -> None:
    weights = drawn_people(60, 100, np.random.default_rng(3))
    person = np.repeat(np.arange(60), 7)
    none = share(np.zeros(420, bool), person, weights)
    assert (none.k, none.low, none.high) == (0, 0.0, clopper_pearson(0, 60)[1])
    everyone = share(np.ones(420, bool), person, weights)
    assert (everyone.k, everyone.low, everyone.high) == (420, clopper_pearson(60, 60)[0], 1.0)


def test_few_errors_have_an_interval_that_covers_the_exact_one() -> None:
    weights = drawn_people(300, 500, np.random.default_rng(4))
    for errors in (1, 2, FEW - 1):
        found = share(np.arange(300) < errors, np.arange(300), weights)
        low, high = clopper_pearson(errors, 300)
        assert found.low <= low < found.estimate < high <= found.high
    enough = share(np.arange(300) < FEW, np.arange(300), weights)
    assert enough.high < clopper_pearson(FEW, 300)[1]  # by resampling alone


def test_one_person_with_all_errors_is_one_person() -> None:
    """Forty errors, all of one person: forty people could not vary as much."""
    weights = drawn_people(100, 1000, np.random.default_rng(5))
    person = np.concatenate([np.arange(100), np.zeros(39, int)])
    found = share(person == 0, person, weights)
    assert found.estimate == pytest.approx(40 / 139)
    assert found.low == 0.0
    assert found.high > 0.5


def test_a_rate_of_nobody_is_unknown() -> None:
    nobody = share(np.zeros(0, bool), np.zeros(0, int), drawn_people(5, 10, np.random.default_rng(6)))
    assert nobody == Rate(0, 0, 0.0, 0.0, 1.0)


def test_bounds_leave_out_what_a_resample_could_not_say() -> None:
    values = np.array([np.nan, *range(1, 101)])
    assert bounds(values) == (3, 98)
    assert bounds(np.array([1.0, 2.0, INF])) == (1.0, INF)
    assert bounds(np.array([np.nan])) == (0.0, INF)


def test_a_ratio_of_what_was_not_seen_is_wide() -> None:
    seen, none = Rate(100, 20, 0.2, 0.1, 0.3), Rate(100, 0, 0.0, 0.0, 0.04)
    drawn = divided(np.array([0.2, 0.25]), np.array([0.1, 0.1]))
    assert ratio(seen, Rate(100, 10, 0.1, 0.05, 0.2), drawn) == Ratio(2.0, 2.0, 2.5)
    assert ratio(seen, none, drawn) == Ratio(INF, pytest.approx(2.5), INF)
    assert ratio(none, seen, drawn) == Ratio(0.0, 0.0, pytest.approx(0.4))
    assert ratio(none, none, drawn) == Ratio(1.0, 0.0, INF)


def test_dividing_by_nothing_is_said() -> None:
    assert divided(np.array([1.0, 0.0, 1.0]), np.array([2.0, 0.0, 0.0]))[[0, 2]].tolist() == [0.5, INF]
    assert np.isnan(divided(np.zeros(1), np.zeros(1)))[0]


def test_blocks_cover_every_row_once_and_stay_small() -> None:
    for rows, columns in ((10, 3), (1000, 500_000), (7, 0), (0, 5)):
        parts = list(blocks(rows, columns))
        assert [i for part in parts for i in range(part.start, part.stop)] == list(range(rows))
        assert all((part.stop - part.start) * columns <= 2_000_000 for part in parts)
