"""Whoever reads a report finds the same rates: the force's code, and the verifier's, which shares nothing with it."""

import json
from dataclasses import asdict
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from overt.candidates.report_rates import read_report
from overt.identifiers import Digest
from overt_verify.report_rates import read_report as outsiders_report

CONTRACT = Digest("sha256:" + "a" * 64)
EIGHTHS = st.integers(0, 100_000_000).map(lambda parts: parts / 100_000_000)


@st.composite
def rates(draw: st.DrawFn) -> dict[str, Any]:
    low, estimate, high = sorted(draw(st.tuples(EIGHTHS, EIGHTHS, EIGHTHS)))
    n = draw(st.integers(0, 10**6))
    return {"n": n, "k": draw(st.integers(0, n)), "estimate": estimate, "low": low, "high": high}


@st.composite
def groups(draw: st.DrawFn) -> dict[str, Any]:
    thresholds = sorted(draw(st.lists(st.floats(-1, 1).map(lambda score: round(score, 8)), min_size=1, max_size=6)))
    of = st.lists(rates(), min_size=len(thresholds), max_size=len(thresholds))
    return {
        "column": draw(st.none() | st.just("sex")),
        "value": draw(st.none() | st.sampled_from(["F", "M"])),
        "people": draw(st.integers(0, 10**6)),
        "thresholds": thresholds,
        "fpir": draw(of),
        "fnir": draw(of),
    }


@given(
    st.lists(groups(), min_size=1, max_size=3),
    st.integers(1, 10**7),
    st.integers(-1_000_000, 1_000_000),
    st.integers(0, 10**8),
)
def test_both_find_the_same(found: list[dict[str, Any]], size: int, threshold: int, references: int) -> None:
    values = {
        "v": 1,
        "contract": {"digest": CONTRACT},
        "data": {"name": "x", "notes": []},
        "identification": {"gallery_size": size},
        "at_thresholds": found,
    }
    data = json.dumps(values).encode()
    ours, theirs = read_report(data), outsiders_report(data, "sha256:" + "0" * 64)
    rows = [{**asdict(one), "fpir_of_scope": [*one.fpir_of_scope]} for one in ours.at(threshold, references)]
    assert rows == theirs.at(threshold, references)
