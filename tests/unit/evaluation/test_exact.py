"""Intervals against those of statsmodels, the beta function against scipy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betainc
from scipy.stats import beta
from statsmodels.stats.proportion import proportion_confint

from overt.evaluation.exact import beta_share, clopper_pearson, may_be
from overt.evaluation.rates import wilson


@given(st.integers(1, 5_000), st.data())
def test_clopper_pearson_is_that_of_statsmodels(of: int, data: st.DataObject) -> None:
    yes = data.draw(st.integers(0, of))
    assert clopper_pearson(yes, of) == pytest.approx(proportion_confint(yes, of, method="beta"), abs=1e-9)


@given(st.integers(1, 5_000), st.data())
def test_wilson_is_that_of_statsmodels(of: int, data: st.DataObject) -> None:
    yes = data.draw(st.integers(0, of))
    assert wilson(yes / of, of) == pytest.approx(proportion_confint(yes, of, method="wilson"), abs=1e-7)


@given(st.floats(0.05, 5_000), st.floats(0.05, 5_000), st.floats(0, 1))
def test_the_share_of_a_beta_distribution_is_that_of_scipy(a: float, b: float, x: float) -> None:
    assert beta_share(a, b, x) == pytest.approx(betainc(a, b, x), abs=1e-9)


@given(st.integers(1, 2_000), st.floats(0, 1), st.floats(0, 1))
def test_whether_a_rate_may_be_is_what_the_bounds_say(of: int, part: float, rate: float) -> None:
    yes = part * of
    low, high = clopper_pearson(yes, of)
    above, below = may_be(rate, yes, of)
    assert above == (rate >= low) or rate == pytest.approx(low, abs=1e-9)
    assert below == (rate <= high) or rate == pytest.approx(high, abs=1e-9)


def test_a_part_of_a_yes_lies_between_the_whole_ones() -> None:
    low, high = clopper_pearson(1.5, 40)
    assert (low, high) == pytest.approx((beta.ppf(0.025, 1.5, 39.5), beta.ppf(0.975, 2.5, 38.5)), abs=1e-9)
    assert clopper_pearson(1, 40)[0] < low < clopper_pearson(2, 40)[0]


def test_none_and_all_are_bounded_on_one_side() -> None:
    assert clopper_pearson(0, 100) == (0.0, pytest.approx(1 - 0.025**0.01))
    assert clopper_pearson(100, 100) == (pytest.approx(0.025**0.01), 1.0)
    assert clopper_pearson(0, 1000, 0.9)[1] == pytest.approx(3 / 1000, rel=0.01)  # the rule of three


@pytest.mark.parametrize(("yes", "of"), [(-1, 5), (6, 5), (0, 0)])
def test_what_is_no_rate_is_refused(yes: int, of: int) -> None:
    with pytest.raises(ValueError, match="no rate"):
        clopper_pearson(yes, of)
