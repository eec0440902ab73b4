"""A rate keeps its counts and its interval, and a person is counted once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.evaluation.rates import group_rate, wilson


def test_known_intervals() -> None:
    # Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for k, n, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(k / n, n) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_a_person_counts_once_however_often_they_were_seen() -> None:
    rate = group_rate("all", [("often", True)] * 9 + [("often", False)] + [("once", False)])
    assert (rate.people, rate.n, rate.k) == (2, 11, 9)
    assert rate.rate == pytest.approx(0.45)
    assert (rate.low, rate.high) == wilson(0.45, 2)
    assert str(rate) == f"9 of 11 (2 people): 45.0 % [{100 * rate.low:.1f} - {100 * rate.high:.1f}]"


def test_none_of_many_is_not_never() -> None:
    rate = group_rate("all", [(str(person), False) for person in range(54)])
    assert (rate.rate, rate.low) == (0, 0)
    assert rate.high == pytest.approx(0.0664, abs=1e-4)


def test_a_rate_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        group_rate("all", [])


@given(st.floats(0, 1), st.integers(1, 10_000))
def test_an_interval_holds_its_rate_and_shrinks_with_more_people(rate: float, count: int) -> None:
    low, high = wilson(rate, count)
    assert 0 <= low <= rate + 1e-12
    assert rate - 1e-12 <= high <= 1
    closer = wilson(rate, 4 * count)
    assert closer[1] - closer[0] < high - low
