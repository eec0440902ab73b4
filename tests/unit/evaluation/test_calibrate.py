"""From scores to the parts of a calibration table."""

import numpy as np
import pytest

from overt.evaluation.calibrate import _rounded_up, group_rates, ordinary_difference, transfers
from unit.candidates.tables import TABLE
from unit.evaluation.test_tail import strangers


def circle(degrees: list[float]) -> np.ndarray:
    radians = np.radians(degrees)
    return np.stack([np.cos(radians), np.sin(radians)], 1).astype(np.float32)


def test_the_rates_of_a_group_bound_what_was_counted() -> None:
    pairs = strangers(400, 8)
    rates = group_rates("women", pairs, 0.95, np.random.default_rng(0))
    assert (rates.group, rates.people, rates.images, rates.pairs) == ("women", 400, 400, 79_800)
    for score in np.arange(0.1, rates.upper.start + 0.1, 0.013):
        assert rates.rate(float(score)) >= pairs.share(float(score)).sum() / (2 * pairs.pairs)
    assert rates.rate(0.05) == 1.0
    assert rates.rate(rates.upper.start) == rates.upper.rate < 0.004


def test_a_bound_is_rounded_upwards() -> None:
    assert [_rounded_up(rate) for rate in (0.12345611, 0.00123456789, 1e-9, 1.0, 0.99999999)] == [
        0.123457,
        0.00123457,
        1e-9,
        1.0,
        1.0,
    ]


def test_the_same_seed_gives_the_same_rates() -> None:
    first, second = (group_rates("men", strangers(120, 9), 0.9, np.random.default_rng(3)) for _ in range(2))
    assert first == second


def test_the_ordinary_difference_by_hand() -> None:
    people = ["ann", "bob", "ann", "ann", "bob"]
    vectors = circle([60, 0, 0, 100, 60])
    at_40, at_60, at_100 = (float(np.cos(np.radians(angle))) for angle in (40, 60, 100))
    expected = np.median([at_40 - at_60, at_60 - at_100, at_40 - at_100])  # from 60, from 0, from 100 degrees
    assert ordinary_difference(vectors, people) == pytest.approx(expected, abs=1e-6)
    with pytest.raises(ValueError, match="three images"):
        ordinary_difference(vectors[:2], people[:2])


def test_a_transfer_counts_image_pairs_of_different_people() -> None:
    people = ["ann", "ann", "bob", "cem"]
    seen = transfers("elsewhere", circle([0, 5, 30, 90]), people, TABLE, [0.3, 0.84])
    assert [(one.pairs, one.people, one.score) for one in seen] == [(5, 3, 0.3), (5, 3, 0.84)]
    assert [one.observed for one in seen] == [3, 2]  # 30, 25, 60 degrees; 90 and 85 are below 0.3
    assert seen[0].expected == pytest.approx(5 * TABLE.false_rate(0.3))
