"""Error-versus-discard curves: random is flat, the best one bounds all, and they equal a slow count."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from overt.evaluation.bootstrap import drawn_people
from overt.evaluation.discard import LIMIT, discard, lowest, remaining

SHARES = (0.0, 0.05, 0.1, 0.2, 0.5)


@st.composite
def probes(draw: st.DrawFn) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    count = draw(st.integers(1, 40))
    missed = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    quality = draw(st.lists(st.integers(0, 9), min_size=count, max_size=count))
    return np.array(missed), np.array(quality, np.float64)


def curve(missed: NDArray[np.bool_], quality: NDArray[np.float64]) -> NDArray[np.float64]:
    return remaining(missed, quality, np.ones((1, len(missed))), SHARES)[0]


@given(probes())
def test_nothing_discarded_is_the_error_rate(some: tuple[NDArray[np.bool_], NDArray[np.float64]]) -> None:
    assert curve(*some)[0] == pytest.approx(some[0].mean())


@given(probes())
def test_the_best_possible_falls_and_no_measure_lies_below_it(
    some: tuple[NDArray[np.bool_], NDArray[np.float64]],
) -> None:
    missed, quality = some
    best = curve(missed, -missed.astype(np.float64))
    assert np.all(np.diff(best) <= 1e-12)
    assert np.all(curve(missed, quality) >= best - 1e-12)
    assert lowest(missed, np.ones((1, len(missed))), SHARES)[0] == pytest.approx(best)
    worst = curve(missed, missed.astype(np.float64))
    assert np.all(curve(missed, quality) <= worst + 1e-12)


@given(probes(), st.floats(-3, 3))
def test_one_quality_for_all_is_random_discard_and_flat(
    some: tuple[NDArray[np.bool_], NDArray[np.float64]], value: float
) -> None:
    missed, _ = some
    assert curve(missed, np.full(len(missed), value)) == pytest.approx(np.full(len(SHARES), missed.mean()))


@given(probes())
def test_only_the_order_of_quality_counts(some: tuple[NDArray[np.bool_], NDArray[np.float64]]) -> None:
    missed, quality = some
    assert curve(missed, np.exp(quality / 3) - 7) == pytest.approx(curve(missed, quality))


@given(st.integers(1, 6), st.integers(0, 6), st.randoms(use_true_random=False))
def test_ties_are_the_mean_over_every_order(count: int, misses: int, random) -> None:  # type: ignore[no-untyped-def]
    """A slow reference: discard whole probes, in every order that the quality allows."""
    missed = np.array([at < misses for at in range(count)])
    quality = np.array([random.randrange(3) for _ in range(count)], np.float64)
    orders = [order for order in itertools.permutations(range(count)) if _rises(quality[list(order)])]
    for gone in range(count):
        slow = np.mean([missed[list(order[gone:])].mean() for order in orders])
        assert remaining(missed, quality, np.ones((1, count)), [gone / count])[0, 0] == pytest.approx(slow)


def _rises(values: NDArray[np.float64]) -> bool:
    return bool(np.all(np.diff(values) >= 0))


@given(probes())
def test_a_probe_that_weighs_two_is_two_probes(some: tuple[NDArray[np.bool_], NDArray[np.float64]]) -> None:
    missed, quality = some
    weights = 1 + np.arange(len(missed)) % 3
    twice = np.repeat(np.arange(len(missed)), weights)
    weighed = remaining(missed, quality, weights[np.newaxis].astype(np.float64), SHARES)[0]
    assert weighed == pytest.approx(curve(missed[twice], quality[twice]))


def test_random_quality_gains_nothing_on_average() -> None:
    random = np.random.default_rng(3)
    missed, person = random.random(400) < 0.1, np.arange(400)
    gains = [
        discard(missed, random.random(400), person, (0.1,), drawn_people(400, 2, random)).gain.value for _ in range(400)
    ]
    assert abs(np.mean(gains)) < 3 * np.std(gains) / np.sqrt(len(gains))


def test_gain_is_one_at_best_and_negative_at_worst() -> None:
    random = np.random.default_rng(4)
    missed, person = np.arange(300) % 10 == 0, np.arange(300) // 3
    weights = drawn_people(100, 200, random)
    best = discard(missed, -missed.astype(np.float64), person, (0.05, 0.1), weights)
    assert (best.gain.value, best.gain.low, best.gain.high) == pytest.approx((1, 1, 1))
    assert (best.n, best.missed, best.people) == (300, 30, 100)
    assert best.best == pytest.approx((0.05 / 0.95, 0.0))
    assert best.best == pytest.approx([one.value for one in best.remaining])
    worst = discard(missed, missed.astype(np.float64), person, (0.05,), weights)
    assert worst.gain.high < 0
    assert worst.remaining[0].value == pytest.approx(0.1 / 0.95)
    assert LIMIT == 0.2


def test_a_person_is_resampled_whole() -> None:
    """Ten probes of each person that all miss or none: the interval is that of 40 people, not of 400 probes."""
    random = np.random.default_rng(5)
    person = np.repeat(np.arange(40), 10)
    missed, quality = person % 3 == 0, random.random(400)
    weights = drawn_people(40, 1000, random)
    together = discard(missed, quality, person, (0.0,), weights).remaining[0]
    apart = discard(missed, quality, np.arange(400), (0.0,), drawn_people(400, 1000, random)).remaining[0]
    assert together.high - together.low > 2.5 * (apart.high - apart.low)


def test_nothing_missed_has_no_gain_and_no_error() -> None:
    found = discard(np.zeros(9, np.bool_), np.arange(9.0), np.arange(9), SHARES, np.ones((3, 9)))
    assert [one.value for one in found.remaining] == [0.0] * len(SHARES)
    assert np.isnan(found.gain.value)


@pytest.mark.parametrize(("missed", "quality"), [([], []), ([True], [np.nan]), ([True, False], [1.0, np.inf])])
def test_what_has_no_quality_is_refused(missed: list[bool], quality: list[float]) -> None:
    with pytest.raises(ValueError, match="finite"):
        discard(
            np.array(missed, np.bool_), np.array(quality), np.arange(len(missed)), (0.1,), np.ones((1, len(missed)))
        )
