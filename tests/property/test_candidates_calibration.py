"""Laws of a calibration table, of its words and of the shuffle, for any table."""

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from overt.candidates.calibration import MILLION, CalibrationTable
from overt.candidates.power_tail import PowerTail
from overt.candidates.shuffle import shuffled
from overt.candidates.table_json import from_json, to_json
from overt.candidates.wording import strength
from overt.errors import CalibrationRefused
from unit.candidates.tables import TABLE, group

GROUPS = st.builds(group, st.sampled_from(["men", "women"]), st.floats(1e-5, 0.02), st.floats(2.0, 60.0))


def _table(groups: list[object]) -> CalibrationTable:
    return replace(TABLE, groups=tuple(groups))  # type: ignore[arg-type]


TABLES = st.lists(GROUPS, min_size=1, max_size=3).map(_table)
SCORES = st.integers(-MILLION - 10, MILLION + 10).map(lambda millionths: millionths / MILLION)
SIZES = st.integers(0, 50_000_000)


@given(table=TABLES, scores=st.tuples(SCORES, SCORES).map(sorted), size=SIZES)
def test_nothing_rises_with_the_score(table: CalibrationTable, scores: list[float], size: int) -> None:
    low, high = scores
    assert table.false_rate(low) >= table.false_rate(high)
    assert table.expected_false(low, size) >= table.expected_false(high, size)
    assert table.fpir(low, size) >= table.fpir(high, size)


@given(table=TABLES, score=SCORES, sizes=st.tuples(SIZES, SIZES).map(sorted))
def test_nothing_falls_with_the_gallery(table: CalibrationTable, score: float, sizes: list[int]) -> None:
    small, large = sizes
    assert table.expected_false(score, small) <= table.expected_false(score, large)
    assert (
        table.fpir(score, small) <= table.fpir(score, large) <= min(1.0, table.expected_false(score, large) * 1.000001)
    )


@given(table=TABLES, target=st.floats(1e-4, 0.999), size=SIZES)
def test_a_threshold_keeps_its_target_and_no_lower_one_does(table: CalibrationTable, target: float, size: int) -> None:
    try:
        threshold = table.threshold(target, size)
    except CalibrationRefused:
        assert table.fpir(1.0, max(1, size)) > target
        return
    assert table.fpir(threshold, max(1, size)) <= target
    assert table.fpir(threshold - 1 / MILLION, max(1, size)) > target


@given(table=TABLES, targets=st.tuples(st.floats(1e-3, 0.9), st.floats(1e-3, 0.9)).map(sorted), size=SIZES)
def test_a_stricter_target_never_lowers_the_threshold(table: CalibrationTable, targets: list[float], size: int) -> None:
    strict, lax = targets
    assert table.threshold(strict, size) >= table.threshold(lax, size)


@given(table=TABLES)
def test_the_written_form_keeps_every_bit(table: CalibrationTable) -> None:
    assert from_json(to_json(table)) == table


@given(data=st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(data: bytes) -> None:
    try:
        from_json(data)
    except CalibrationRefused:
        return
    raise AssertionError("a table out of nothing")


@given(
    start=st.floats(-0.9, 0.9),
    rate=st.floats(1e-6, 1.0),
    power=st.floats(0.5, 80.0),
    scores=st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5)).map(sorted),
)
def test_a_tail_never_rises(start: float, rate: float, power: float, scores: list[float]) -> None:
    tail = PowerTail(start, rate, power)
    assert rate >= tail.share(scores[0]) >= tail.share(scores[1]) >= 0.0


def _claimed(sentence: str) -> float:
    """The share that the sentence claims at most."""
    people, showing = re.findall(r"If ([\d,]+) people .* checked, (.*) would", sentence)[0]
    count = 10 if showing == "nearly all" else int(re.findall(r"\d+", showing)[0])
    return float(count / int(people.replace(",", "")))


@given(expected=st.floats(0.0, 1e9), less=st.floats(0.0, 1.0))
def test_a_sentence_never_understates_and_never_falls(expected: float, less: float) -> None:
    chance = 1 - 2.718281828459045**-expected
    assert _claimed(strength(expected)) >= chance * (1 - 1e-9)
    assert _claimed(strength(expected * less)) <= _claimed(strength(expected))


@given(items=st.lists(st.integers(), max_size=6), randomness=st.binary(min_size=64, max_size=64))
def test_a_shuffle_loses_and_invents_nobody(items: list[int], randomness: bytes) -> None:
    try:
        assert sorted(shuffled(items, randomness)) == sorted(items)
    except ValueError:
        assert sum(byte < 250 for byte in randomness) < 5
