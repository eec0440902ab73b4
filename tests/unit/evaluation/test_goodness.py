"""The right family is nearer than the wrong ones, and the distance is Anderson and Darling's."""

import numpy as np
import pytest

from overt.evaluation.goodness import Exceedances, Family, distance, exceedances, fits, goodness
from unit.evaluation.test_tail import TRUE, strangers


def seen(shape: float, scale: float, count: int, seed: int) -> Exceedances:
    share = np.random.default_rng(seed).random(count)
    excess = np.sort([Family(shape, scale).excess(one) for one in share])
    nobody = np.zeros(count, np.intp)
    return Exceedances(0.3, excess, np.ones(count), nobody, nobody)


@pytest.mark.parametrize(("shape", "name"), [(0.0, "exponential"), (-0.1, "power")])
def test_the_family_that_made_them_is_found(shape: float, name: str) -> None:
    drawn = seen(shape, 0.07, 4000, 3)
    there = fits(drawn)
    by = {family: distance(drawn, fit) for family, fit in there.items()}
    wrong = {"exponential": "power", "power": "exponential"}[name]
    assert by[name] * 2 < by[wrong]
    assert there["generalised Pareto"].shape == pytest.approx(shape, abs=0.04)


def test_the_distance_is_andersons_and_darlings() -> None:
    """Against the textbook's sum over the order statistics."""
    drawn = seen(0.0, 0.03, 500, 4)
    fit = fits(drawn)["exponential"]
    below = 1 - fit.share(drawn.excess)
    i = np.arange(1, 501)
    textbook = -500 - np.sum((2 * i - 1) * (np.log(below) + np.log(1 - below[::-1]))) / 500
    assert distance(drawn, fit) * 500 == pytest.approx(textbook, rel=1e-6)


def test_a_share_and_its_excess_are_inverse() -> None:
    for family in (Family(0.0, 0.03), Family(-0.1, 0.03), Family(0.1, 0.03)):
        for share in (0.9, 0.1, 0.001):
            assert family.share(np.array([family.excess(share)]))[0] == pytest.approx(share)
    assert Family(-0.1, 0.03).end == pytest.approx(0.3)


def test_pairs_of_strangers_are_taken_once_and_people_weigh_once() -> None:
    pairs = strangers(60, 5)
    found = exceedances(pairs, 0.3)
    upper = np.triu(pairs.scores, 1)
    assert len(found.excess) == np.count_nonzero(upper >= 0.3)
    assert (np.diff(found.excess) >= 0).all()
    twice = found.drawn(np.full(60, 2.0))
    assert np.array_equal(twice.weight, found.weight * 4)


def test_of_a_power_tail_the_power_is_believed() -> None:
    found = goodness(strangers(400, 6), 0.25, np.random.default_rng(0), draws=40)
    assert found.score["power"].low <= TRUE.score(1e-7) <= found.score["power"].high
    assert found.better["exponential"].estimate > 0
    assert found.end.low <= 1.0 <= found.end.high
    assert found.quantiles[0][0] == 0.5
    assert all(by["power"] == pytest.approx(counted, abs=0.03) for _, counted, by in found.quantiles)
