"""What a target costs is said beside what it promises."""

import pytest

from overt.candidates.calibration import MatedShares
from overt.candidates.cost import cost
from unit.candidates.tables import TABLE


def test_the_threshold_is_the_one_a_check_of_the_whole_gallery_has() -> None:
    present = cost(TABLE, 10_000, 1_000, 50_000)
    assert present.threshold == TABLE.threshold(0.01, 50_000)
    assert present.fpir == TABLE.fpir(present.threshold, 50_000) <= 0.01
    assert present.counted_for == 50_000


def test_a_smaller_gallery_is_counted_as_the_policys_size_and_promises_less() -> None:
    present = cost(TABLE, 10_000, 6_000, 27)
    assert (present.references, present.counted_for) == (27, 6_000)
    assert present.threshold == TABLE.threshold(0.01, 6_000)
    assert present.fpir == pytest.approx(0.01 * 27 / 6_000, rel=0.02)


def test_a_larger_gallery_costs_more() -> None:
    shares = [cost(TABLE, 10_000, 1, size).missed[0].share for size in (10, 1_000, 100_000, 10_000_000)]
    assert shares == sorted(shares)
    assert shares[0] < shares[-1]


def test_both_are_said_with_whose_photographs_they_are() -> None:
    promise, price = cost(TABLE, 10_000, 6_000, 27).sentences()
    assert "27 references" in promise
    assert "worst group's upper bound" in promise
    assert "men" in price
    assert "nobody" in price  # the data set's name


def test_what_is_missed_is_taken_from_the_point_above() -> None:
    shares = MatedShares("men", 10, ((0.3, 0.02), (0.5, 0.1)))
    assert [shares.missed(at) for at in (0.1, 0.3, 0.31, 0.5, 0.51)] == [0.02, 0.02, 0.1, 0.1, 1.0]


def test_the_threshold_moves_with_the_policy_until_the_gallery_has_outgrown_it() -> None:
    signed = [cost(TABLE, 10_000, 6_000, size) for size in (0, 27, 6_000)]
    assert {one.threshold for one in signed} == {TABLE.threshold(0.01, 6_000)}
    assert not any(one.outgrown for one in signed)
    assert "fills 100% of that size" in signed[-1].standing()
    grown = cost(TABLE, 10_000, 6_000, 6_001)
    assert grown.outgrown
    assert grown.threshold > signed[0].threshold
    assert grown.fpir <= 0.01
    assert "outgrown the policy's 6,000" in grown.sentences()[0]
