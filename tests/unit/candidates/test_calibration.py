"""Rates, expected numbers and thresholds out of a table."""

import math
from dataclasses import replace

import pytest

from overt.candidates.calibration import LEAST_RATE, MILLION, CalibrationTable
from overt.errors import CalibrationRefused
from overt.identifiers import Digest
from unit.candidates.tables import CONTRACT, TABLE, group, with_worse_men


@pytest.mark.parametrize("table", [TABLE, with_worse_men()], ids=["women worse", "men worse"])
def test_the_worst_group_decides(table: CalibrationTable) -> None:
    for score in (0.36, 0.45, 0.6):
        assert table.false_rate(score) == max(one.rate(score) for one in table.groups)
        assert table.false_rate(score) == pytest.approx(0.004 * ((1 - score) / 0.65) ** 20)


def test_a_group_that_is_worse_only_far_out_counts_there() -> None:
    table = replace(TABLE, groups=(group("men", 0.003, 15.0), group("women", 0.004, 20.0)))
    assert table.false_rate(0.36) == table.groups[1].rate(0.36) > table.groups[0].rate(0.36)
    assert table.false_rate(0.60) == table.groups[0].rate(0.60) > table.groups[1].rate(0.60)


def test_in_the_body_the_rate_is_that_of_the_point_below() -> None:
    assert [TABLE.false_rate(score) for score in (-5.0, -0.1, 0.0, 0.19, 0.2, 0.3499)] == [1, 1, 0.5, 0.5, 0.08, 0.02]


def test_expected_and_chance_agree_with_the_definition() -> None:
    rate = TABLE.false_rate(0.5)
    assert TABLE.expected_false(0.5, 1000) == rate * 1000
    assert TABLE.fpir(0.5, 1000) == pytest.approx(1 - (1 - rate) ** 1000)
    assert TABLE.fpir(0.5, 1) == pytest.approx(rate)
    assert TABLE.fpir(-1.0, 1) == 1.0
    assert TABLE.fpir(-1.0, 0) == TABLE.fpir(0.5, 0) == TABLE.expected_false(0.5, 0) == 0.0


@pytest.mark.parametrize("target", [0.001, 0.01, 0.5])
@pytest.mark.parametrize("size", [1, 27, 1000, 100_000, 20_000_000])
def test_the_threshold_is_the_lowest_millionth_that_keeps_the_target(target: float, size: int) -> None:
    threshold = TABLE.threshold(target, size)
    millionths = round(threshold * MILLION)
    assert threshold == millionths / MILLION
    assert TABLE.fpir(threshold, size) <= target
    assert TABLE.fpir((millionths - 1) / MILLION, size) > target


def test_an_empty_scope_has_the_threshold_of_one_reference() -> None:
    assert TABLE.threshold(0.01, 0) == TABLE.threshold(0.01, 1)


@pytest.mark.parametrize("target", [0.0, 1.0, -0.1, 2.0, math.nan, math.inf])
def test_a_target_is_a_chance(target: float) -> None:
    with pytest.raises(CalibrationRefused, match="target"):
        TABLE.threshold(target, 1000)


def test_what_no_score_can_promise_is_refused() -> None:
    with pytest.raises(CalibrationRefused, match="promise"):
        TABLE.threshold(1e-9, 10**9)


@pytest.mark.parametrize("ask", ["threshold", "fpir", "expected_false"])
def test_a_size_below_nothing_is_refused(ask: str) -> None:
    with pytest.raises(CalibrationRefused):
        getattr(TABLE, ask)(0.5, -1)


def test_a_score_that_is_no_number_is_refused() -> None:
    with pytest.raises(CalibrationRefused):
        TABLE.false_rate(math.nan)


def test_the_rate_is_never_nothing() -> None:
    assert TABLE.false_rate(1.0) == TABLE.false_rate(2.0) == LEAST_RATE


def test_a_table_speaks_for_its_own_contract() -> None:
    TABLE.demand(CONTRACT)
    with pytest.raises(CalibrationRefused, match="another model"):
        TABLE.demand(Digest("sha256:" + "b" * 64))


def test_what_was_never_counted_is_called_extrapolated() -> None:
    at = TABLE.groups[1].upper.score(1 / 240_000)
    assert not TABLE.extrapolated(at - 1e-6)
    assert TABLE.extrapolated(at + 1e-6)


def test_photographs_unlike_the_data_are_known() -> None:
    assert TABLE.calibrated_for("wanted", "adult")
    assert not TABLE.calibrated_for("unconscious", "adult")


@pytest.mark.parametrize(
    "change",
    [
        {"groups": ()},
        {"confidence": 0.4},
        {"confidence": 1.0},
        {"lookalike_margin": 0.0},
        {"lookalike_margin": math.nan},
    ],
)
def test_a_table_that_says_nothing_is_an_error(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"group|confidence"):
        replace(TABLE, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        (),
        ((-1.0, 1.0),),
        ((-1.0, 1.0), (0.2, 0.1)),
        ((0.0, 1.0), (0.35, 0.003)),
        ((-1.0, 0.9), (0.35, 0.003)),
        ((-1.0, 1.0), (0.2, 0.1), (0.1, 0.05), (0.35, 0.003)),
        ((-1.0, 1.0), (0.2, 0.1), (0.3, 0.2), (0.35, 0.003)),
        ((-1.0, 1.0), (0.2, 0.001), (0.35, 0.003)),
        ((-1.0, 1.0), (0.2, math.nan), (0.35, 0.003)),
    ],
)
def test_rates_that_do_not_fall_to_the_tail_are_errors(body: tuple[tuple[float, float], ...]) -> None:
    with pytest.raises(ValueError, match="fall"):
        replace(group("men", 0.003, 20.0), body=body)


@pytest.mark.parametrize("name", ["people", "images", "pairs"])
def test_a_group_of_nobody_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match="people, images and pairs"):
        replace(TABLE.groups[0], **{name: 0})  # type: ignore[arg-type]
