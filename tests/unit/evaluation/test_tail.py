"""The fit finds the tail that the scores were drawn from, and its bounds know whose pairs they are."""

import numpy as np
import pytest

from overt.candidates.power_tail import PowerTail
from overt.evaluation.bootstrap import drawn_people
from overt.evaluation.pairs import PeoplePairs
from overt.evaluation.tail import body_bounds, fit_tail, start_of_tail

TRUE = PowerTail(start=0.1, rate=1.0, power=15.0)


def strangers(people: int, seed: int, wolf: bool = False) -> PeoplePairs:
    """One image a person; scores drawn from `TRUE`. A wolf is nearer to everybody."""
    random = np.random.default_rng(seed)
    shares = np.triu(random.random((people, people)), 1)
    shares += shares.T
    scores = 1 - (1 - TRUE.start) * np.maximum(shares, 1e-12) ** (1 / TRUE.power)
    if wolf:
        scores[0] = scores[:, 0] = np.minimum(scores[0] + 0.4, 0.99)
    return PeoplePairs(scores.astype(np.float32), np.arange(people), ~np.eye(people, dtype=bool))


def test_the_tail_starts_where_few_pairs_lie_above() -> None:
    pairs = strangers(400, 1)
    for top in (0.1, 0.01, 0.003):
        start = start_of_tail(pairs, top)
        assert pairs.share(start).sum() <= top * 2 * pairs.pairs < pairs.share(start - 0.005).sum()
        assert start == pytest.approx(TRUE.score(top), abs=0.02)


def test_the_fit_finds_what_was_drawn_and_far_beyond() -> None:
    fit = fit_tail(strangers(1000, 2), 0.95, np.random.default_rng(0))
    assert fit.fitted.power == pytest.approx(TRUE.power, rel=0.06)
    assert fit.fitted.rate == pytest.approx(TRUE.share(fit.fitted.start), rel=0.1)
    assert fit.fitted.score(1e-7) == pytest.approx(TRUE.score(1e-7), abs=0.03)
    assert fit.beyond == pytest.approx(0.003 * 499_500, rel=0.1)


def test_the_upper_bound_is_above_the_truth_most_of_the_time() -> None:
    missed = 0
    for seed in range(40):
        fit = fit_tail(strangers(250, seed), 0.95, np.random.default_rng(seed), top=0.02, draws=150)
        assert fit.upper.rate >= fit.fitted.rate
        assert fit.upper.power <= fit.fitted.power
        missed += fit.upper.score(1e-6) < TRUE.score(1e-6)
    assert missed <= 6


def test_one_person_near_to_everybody_widens_the_bound() -> None:
    """Resampling pairs would see a thousand independent scores here and believe them."""
    plain = fit_tail(strangers(300, 3), 0.95, np.random.default_rng(0))
    wolf = fit_tail(strangers(300, 3, wolf=True), 0.95, np.random.default_rng(0))
    assert wolf.upper.rate / wolf.fitted.rate > 1.4 > plain.upper.rate / plain.fitted.rate > 1.0


def test_the_body_is_bounded_and_never_rises() -> None:
    pairs = strangers(300, 4)
    scores = [0.0, 0.1, 0.15, 0.2, 0.25, 0.3]
    bounds = body_bounds(pairs, scores, 0.95, np.random.default_rng(0), draws=100)
    counted = [pairs.share(score).sum() / (2 * pairs.pairs) for score in scores]
    assert bounds[:2] == [1.0, 1.0]
    assert all(bound > count for bound, count in zip(bounds[2:], counted[2:], strict=True))
    assert all(bound < count * 1.3 for bound, count in zip(bounds[2:], counted[2:], strict=True))
    assert bounds == sorted(bounds, reverse=True)


def test_a_draw_is_of_as_many_people_and_the_same_for_the_same_seed() -> None:
    draws = drawn_people(50, 20, np.random.default_rng(5))
    assert draws.shape == (20, 50)
    assert (draws.sum(axis=1) == 50).all()
    assert np.array_equal(draws, drawn_people(50, 20, np.random.default_rng(5)))
    assert fit_tail(strangers(100, 6), 0.9, np.random.default_rng(1), draws=20) == fit_tail(
        strangers(100, 6), 0.9, np.random.default_rng(1), draws=20
    )


def test_without_strangers_there_is_nothing_to_fit() -> None:
    nobody = PeoplePairs(np.ones((2, 2), np.float32), np.arange(2), np.zeros((2, 2), bool))
    with pytest.raises(ValueError, match="strangers"):
        fit_tail(nobody, 0.95, np.random.default_rng(0))


def test_a_tail_with_nobody_in_it_is_an_error() -> None:
    few = PeoplePairs(np.full((3, 3), 0.2, np.float32), np.arange(3), ~np.eye(3, dtype=bool))
    with pytest.raises(ValueError, match="nobody"):
        fit_tail(few, 0.95, np.random.default_rng(0))
