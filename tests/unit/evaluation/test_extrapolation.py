"""On crowds whose tail is known, what a tenth of the people foretells is what the others show."""

import numpy as np
import pytest

from overt.evaluation.extrapolation import foretold, part
from unit.evaluation.test_tail import TRUE, strangers


def test_the_bound_of_a_tenth_holds_among_the_others() -> None:
    tries = [
        foretold(strangers(500, seed), 0.1, [0.1], 0.95, np.random.default_rng(seed), 0.03)[0] for seed in range(12)
    ]
    assert {(one.people, one.gallery) for one in tries} == {(50, 449)}
    assert sum(one.held for one in tries) >= 10
    assert np.mean([one.fitted for one in tries]) == pytest.approx(0.1, abs=0.06)


def test_with_the_true_tail_the_target_is_met() -> None:
    """The same count at a threshold from the truth itself: the counting is right, whatever the fit is."""
    pairs = strangers(600, 20)
    at = TRUE.score(1 - 0.9 ** (1 / 599))
    nearest = np.where(pairs.apart, pairs.scores, -1).max(axis=1)
    assert float(np.mean(nearest >= at)) == pytest.approx(0.1, abs=0.05)


def test_a_bound_from_pairs_that_were_too_easy_fails() -> None:
    """Were the others nearer to each other than the tenth, the check would say so."""
    pairs = strangers(500, 30)
    order = np.random.default_rng(7).permutation(500)
    few = order[:50]
    rest = np.ones((500, 500), bool)
    rest[few] = rest[:, few] = False
    pairs.scores[rest] = np.minimum(pairs.scores[rest] + 0.3, 0.99)
    (one,) = foretold(pairs, 0.1, [0.1], 0.95, np.random.default_rng(7), 0.03)
    assert not one.held
    assert one.bound > 0.2


def test_a_part_is_the_same_pairs_of_fewer_people() -> None:
    pairs = strangers(30, 8)
    some = part(pairs, np.array([20, 3, 11]))
    assert np.array_equal(some.scores, pairs.scores[np.ix_([3, 11, 20], [3, 11, 20])])
    assert some.pairs == 3
