"""What is read of an evaluation report, and the rates at a threshold."""

from collections.abc import Callable
from typing import Any

import pytest

from overt.candidates.report_rates import MOST_BYTES, Rate, read_report
from overt.errors import EffectInvalid
from overt.identifiers import Digest
from unit.candidates.reports import report, written

CONTRACT = Digest("sha256:" + "a" * 64)
REPORT = read_report(written(report(CONTRACT)))


def test_what_is_read() -> None:
    assert (REPORT.contract, REPORT.data, REPORT.notes, REPORT.references) == (
        CONTRACT, "people drawn by hand", ("made up",), 2000,
    )  # fmt: skip
    everybody, women = REPORT.at(500_000, 0)
    assert (everybody.column, everybody.value, everybody.people) == (None, None, 500)
    assert (women.column, women.value, women.people) == ("sex", "F", 200)


def test_between_two_thresholds_neither_rate_is_too_low() -> None:
    (one, _) = REPORT.at(500_000, 0)
    assert one.fpir == Rate(900, 31, 34_444, 20_000, 50_000), "of 0.45"
    assert one.fnir == Rate(700, 230, 328_571, 280_000, 380_000), "of 0.6"


def test_at_a_threshold_of_the_report_both_are_its_own() -> None:
    (one, _) = REPORT.at(600_000, 0)
    assert (one.fpir.k, one.fnir.k) == (1, 230)


def test_beyond_them_everybody_counts() -> None:
    (low, _), (high, _) = REPORT.at(299_999, 0), REPORT.at(750_001, 0)
    assert low.fpir == Rate(900, 900, 1_000_000, 1_000_000, 1_000_000)
    assert low.fpir_of_scope == (1_000_000, 1_000_000)
    assert high.fnir == Rate(700, 700, 1_000_000, 1_000_000, 1_000_000)
    assert (low.fnir.k, high.fpir.k) == (7, 0)


@pytest.mark.parametrize(
    ("references", "of_scope"),
    [(0, (1112, 6200)), (2000, (1112, 6200)), (6000, (3334, 18_600)), (10_000_000, (1_000_000, 1_000_000))],
)
def test_a_larger_scope_shows_more(references: int, of_scope: tuple[int, int]) -> None:
    (one, _) = REPORT.at(600_000, references)
    assert one.fpir_of_scope == of_scope


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "another format": lambda values: values.update(v=2),
    "no groups": lambda values: values.update(at_thresholds=[]),
    "no digest": lambda values: values["contract"].update(digest="sface"),
    "no references": lambda values: values["identification"].update(gallery_size=0),
    "falling thresholds": lambda values: values["at_thresholds"][0].update(thresholds=[0.6, 0.45, 0.3, 0.2]),
    "a rate too few": lambda values: values["at_thresholds"][0].update(fpir=[]),
    "a bound below": lambda values: values["at_thresholds"][0]["fpir"][0].update(high=0.1),
    "more errors than probes": lambda values: values["at_thresholds"][0]["fnir"][0].update(k=701),
    "a number that is none": lambda values: values["at_thresholds"][0]["fnir"][0].update(low="0"),
    "a name that is none": lambda values: values["at_thresholds"][0].update(column=7),
    "a name in two lines": lambda values: values["data"].update(name="lfw\nand more"),
    "people that are none": lambda values: values["at_thresholds"][0].update(people=-1),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_report_is_refused(name: str) -> None:
    values = report(CONTRACT)
    BROKEN[name](values)
    with pytest.raises(EffectInvalid):
        read_report(written(values))


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"[]", b"7", b"{}", b"[" * 200_000, b'{"v": NaN}', b" " * (MOST_BYTES + 1)],
    ids=["empty", "no text", "a list", "a number", "an object", "deep", "nan", "long"],
)
def test_hostile_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(EffectInvalid):
        read_report(data)
