"""How far groups differ: by hand, and how many people it takes beside statsmodels."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import power_proportions_2indep

from overt.evaluation.differentials import (
    RATIO,
    differentials,
    gini,
    mape,
    mean_rate,
    observations_needed,
    people_needed,
)
from overt.evaluation.figures import Group, Rate, Ratio
from overt.evaluation.groups import Grouped

INF = float("inf")
NOBODY = Rate(0, 0, 0.0, 0.0, 1.0)


def of(k: int, n: int = 1000) -> Rate:
    return Rate(n, k, k / n, max(0.0, k / n - 0.02), k / n + 0.02)


def column(rates: dict[str, Rate], drawn: np.ndarray) -> Grouped:
    groups = tuple(Group("sex", value, 500, one.n, {}, {}, NOBODY, {}, {}, {}) for value, one in rates.items())
    return Grouped("sex", groups, (), (), {"fpir at 0.01": tuple(rates.values())}, {"fpir at 0.01": drawn})


def test_worst_to_mean_and_to_best_by_hand() -> None:
    drawn = np.array([[0.04, 0.05], [0.01, 0.01], [0.02, 0.0125]])
    (found,) = differentials(column({"a": of(40), "b": of(10), "c": of(20)}, drawn))
    assert (found.column, found.rate, found.worst) == ("sex", "fpir at 0.01", "a")
    assert found.worst_to_mean.estimate == pytest.approx(0.04 / (0.04 * 0.01 * 0.02) ** (1 / 3))
    assert found.worst_to_best.estimate == pytest.approx(4)
    assert (found.worst_to_best.low, found.worst_to_best.high) == (pytest.approx(4), pytest.approx(5))
    assert found.worst_to_mean.high == pytest.approx(0.05 / (0.05 * 0.01 * 0.0125) ** (1 / 3))
    # |a-b| + |a-c| + |b-c| = 60, twice, over 2 * 3 * 70, times 3 / 2.
    assert found.gini == pytest.approx(2 * 60 / (2 * 3 * 70) * 1.5)


def test_a_group_without_an_error_makes_the_ratio_infinite_and_its_interval_honest() -> None:
    drawn = np.array([[0.04, 0.05], [0.0, 0.0]])
    (found,) = differentials(column({"a": of(40), "b": of(0)}, drawn))
    assert found.worst_to_best.estimate == found.worst_to_mean.estimate == INF
    assert found.worst_to_best.low == pytest.approx(0.02 / 0.02)
    assert found.gini == 1.0


def test_no_error_in_any_group_says_nothing() -> None:
    (found,) = differentials(column({"a": of(0), "b": of(0)}, np.zeros((2, 5))))
    assert (found.worst_to_best.estimate, found.worst_to_best.low, found.worst_to_best.high) == (1.0, 0.0, INF)
    assert (found.worst_to_mean.low, found.worst_to_mean.high, found.gini) == (0.0, INF, 0.0)


def test_groups_that_are_alike_are_two_groups() -> None:
    (found,) = differentials(column({"a": of(30), "b": of(30)}, np.array([[0.03, 0.02], [0.03, 0.04]])))
    assert found.worst_to_best.estimate == 1.0
    assert found.worst_to_mean.estimate == pytest.approx(1.0)
    assert (found.worst_to_best.low, found.worst_to_best.high) == (0.5, 1.0)


def test_who_has_nobody_is_left_out_and_one_group_has_no_differential() -> None:
    drawn = np.array([[0.04, 0.05], [np.nan, np.nan], [0.02, 0.02]])
    (found,) = differentials(column({"a": of(40), "b": NOBODY, "c": of(20)}, drawn))
    assert found.worst_to_mean.estimate == pytest.approx(2**0.5)
    assert differentials(column({"a": of(40), "b": NOBODY}, drawn[:2])) == ()


@given(st.lists(st.integers(0, 1000).map(lambda errors: errors / 1000), min_size=2, max_size=8))
def test_gini_lies_between_alike_and_all_in_one(rates: list[float]) -> None:
    assert 0 <= gini(rates) <= 1 + 1e-9
    assert gini([0.3] * len(rates)) == pytest.approx(0)
    assert gini([0.0] * (len(rates) - 1) + [0.2]) == pytest.approx(1)
    assert gini([rate / 2 for rate in rates]) == pytest.approx(gini(rates), abs=1e-6)
    assert gini(rates[::-1]) == pytest.approx(gini(rates))


def test_mape_by_hand() -> None:
    drawn = np.array([[0.04, 0.02], [0.02, 0.02]])
    found = mape([of(30), of(10)], drawn)
    assert found.estimate == pytest.approx(0.5)  # 0.03 and 0.01 lie 0.01 from 0.02
    assert (found.low, found.high) == (pytest.approx(0), pytest.approx(0.5))
    assert mape([of(20)] * 3, np.full((3, 4), 0.02)) == Ratio(0, 0, 0)


def test_mape_is_unbounded_where_an_error_was_not_seen() -> None:
    drawn = np.array([[0.04, 0.02], [0.0, 0.0], [0.0, 0.0]])
    found = mape([of(30), of(0), of(0)], drawn)
    assert (found.estimate, found.low, found.high) == (pytest.approx(4 / 3), 0.0, pytest.approx(4 / 3))
    assert mape([of(0), of(0)], np.zeros((2, 3))) == Ratio(0.0, 0.0, 1.0)


@given(st.lists(st.integers(1, 1000), min_size=2, max_size=8))
def test_mape_lies_between_alike_and_all_in_one(errors: list[int]) -> None:
    rates = [of(each) for each in errors]
    found = mape(rates, np.array([[one.estimate] for one in rates]))
    assert 0 <= found.estimate <= 2 * (len(rates) - 1) / len(rates)
    assert (found.estimate < 1e-9) == (len(set(errors)) == 1)
    assert found.low == found.high == found.estimate


def test_gini_by_hand() -> None:
    assert gini([1.0, 3.0]) == pytest.approx(0.5)  # (2 + 2) / (2 * 2 * 4) * 2
    assert gini([0.0, 0.0, 0.0]) == 0.0


@pytest.mark.parametrize("rate", [0.3, 0.1, 0.03, 0.01, 0.001, 0.0001])
def test_so_many_observations_have_the_power_that_statsmodels_gives(rate: float) -> None:
    needed = observations_needed(rate)
    powers = [
        power_proportions_2indep(diff=(RATIO - 1) * rate, prop2=rate, nobs1=count, return_results=False)
        for count in (needed, 0.9 * needed)
    ]
    assert powers[0] == pytest.approx(0.8, abs=0.005)
    assert powers[1] < 0.78


def test_a_rate_that_cannot_be_higher_needs_nobody() -> None:
    assert observations_needed(1.0) == 1


def test_people_count_as_much_as_they_vary() -> None:
    rates, people = [of(100), of(120)], [200, 200]
    base = observations_needed(220 / 2000)

    def spread(observations: float) -> np.ndarray:
        """Resampled rates that vary as those of so many independent observations."""
        steps = np.array([-1.0, 1.0] * 50)
        return np.array(
            [one.estimate + steps * (one.estimate * (1 - one.estimate) / observations) ** 0.5 for one in rates]
        )

    assert people_needed(people, rates, spread(200)) == pytest.approx(base, abs=1)
    assert people_needed(people, rates, spread(100)) == pytest.approx(2 * base, abs=1)
    mixed = np.array([spread(100)[0], spread(400)[1]])
    assert people_needed(people, rates, mixed) == pytest.approx(2 * base, abs=1)  # the group that shows least


def test_with_few_errors_a_person_is_one_observation() -> None:
    rates = [of(3), of(4)]
    assert people_needed([200, 200], rates, np.full((2, 9), 0.004)) == observations_needed(7 / 2000)
    none = people_needed([200, 200], [of(0), of(0)], np.zeros((2, 9)))
    assert none > observations_needed(0.0095)


def test_the_mean_of_rates_is_geometric() -> None:
    mean = mean_rate([of(40), of(10)])
    assert (mean.n, mean.k) == (2000, 10)
    assert mean.estimate == pytest.approx(0.02)
    assert mean.low == 0.0
    assert mean.high == pytest.approx((0.06 * 0.03) ** 0.5)
