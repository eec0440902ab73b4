"""Numbers as people read them."""

import re
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overt.evaluation.figures import Rate, Ratio
from overt.evaluation.report.numbers import estimate, full, interval, percent, ratio


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.0612, "6.1 %"),
        (0.123, "12.3 %"),
        (0.00104, "0.10 %"),
        (0.9913, "99.13 %"),
        (0.00001, "0.0010 %"),
    ],
)
def test_a_share_has_as_many_digits_as_say_something(share: float, said: str) -> None:
    assert percent(share) == said


@pytest.mark.parametrize(
    ("rate", "said"),
    [
        (Rate(7681, 314, 0.04088, 0.0312, 0.0533), "4.1 % [3.1 to 5.3 %] (314 of 7,681)"),
        (Rate(7681, 7604, 0.98998, 0.9855, 0.9938), "99.0 % [98.6 to 99.4 %] (7,604 of 7,681)"),
        (Rate(5013, 0, 0.0, 0.0, 0.0013), "0 % [0 to 0.13 %] (0 of 5,013)"),
        (Rate(3336, 181, 0.0543, 0.035, 0.351), "5.4 % [3.5 to 35.1 %] (181 of 3,336)"),
        (Rate(3, 3, 1.0, 1.0, 1.0), "100 % [100 to 100 %] (3 of 3)"),
        (Rate(0, 0, 0.0, 0.0, 1.0), "not measured (0 of 0)"),
    ],
)
def test_a_rate_has_its_interval_and_its_counts(rate: Rate, said: str) -> None:
    assert full(rate) == said


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_what_is_written_keeps_the_order(one: float, two: float, three: float) -> None:
    low, middle, high = sorted((one, two, three))
    rate = Rate(9, 1, middle, low, high)
    numbers = [float(each) for each in re.findall(r"[\d.]+", f"{interval(rate)} {estimate(rate)}")]
    assert numbers[0] <= numbers[2] <= numbers[1]
    assert abs(numbers[2] - 100 * middle) <= 0.0501


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Ratio(1.666, 1.2, 2.3), "1.67 [1.20 to 2.30]"),
        (Ratio(2.67, 1.4, inf), "2.67 [1.40 to no bound]"),
        (Ratio(inf, 1.4, inf), "no bound [1.40 to no bound]"),
        (Ratio(1.0, 0.0, 3.0), "1.00 [0 to 3.00]"),
        (Ratio(1.0, 0.0, inf), "not measurable"),
    ],
)
def test_a_ratio_says_where_it_has_no_bound(value: Ratio, said: str) -> None:
    assert ratio(value) == said
