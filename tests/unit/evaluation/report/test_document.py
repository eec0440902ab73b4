"""`report.json`: in the written format, with every rate whole, and nothing in it that names anybody."""

import json
import re
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from overt.evaluation.evaluate import evaluate, material
from overt.evaluation.figures import Ratio
from overt.evaluation.report.card import card
from overt.evaluation.report.document import document, written
from overt.evaluation.report.page import page
from overt.evaluation.result import Evaluation
from simulators.evaluations import ABOUT, EVALUATION, simulated, simulated_people, with_hostile_texts
from simulators.matcher import SimulatedMatcher

ROOT = Path(__file__).resolve().parents[4]
SPECIFICATION = ROOT / "spec" / "evaluation-report.md"
SCHEMA: dict[str, Any] = json.loads(SPECIFICATION.with_suffix(".schema.json").read_text(encoding="utf-8"))
RATE = {"n", "k", "estimate", "low", "high"}


def everything() -> list[Evaluation]:
    return [EVALUATION, with_hostile_texts(), simulated().evaluation]


def objects(value: Any) -> list[dict[str, Any]]:
    """Every object in a document."""
    if isinstance(value, dict):
        return [value, *(found for each in value.values() for found in objects(each))]
    return [found for each in value for found in objects(each)] if isinstance(value, list) else []


@pytest.mark.parametrize("evaluation", everything(), ids=["by hand", "hostile", "simulated"])
def test_it_is_in_the_written_format(evaluation: Evaluation) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    read = json.loads(written(document(evaluation)))
    assert [problem.message for problem in Draft202012Validator(SCHEMA).iter_errors(read)] == []


@pytest.mark.parametrize("evaluation", everything(), ids=["by hand", "hostile", "simulated"])
def test_every_rate_is_whole(evaluation: Evaluation) -> None:
    rates = [each for each in objects(document(evaluation)) if set(each) >= RATE]
    assert len(rates) > 30
    for rate in rates:
        assert 0 <= rate["k"] <= rate["n"]
        assert 0 <= rate["low"] <= rate["estimate"] <= rate["high"] <= 1
        assert rate["estimate"] == pytest.approx(rate["k"] / rate["n"] if rate["n"] else 0, abs=1e-8)


@pytest.mark.parametrize("people", [3, 4, 5, 9])
@pytest.mark.parametrize("labels", ["none", "empty", "each their own"])
def test_the_smallest_evaluations_are_in_the_format_too(people: int, labels: str) -> None:
    of, images = simulated_people(people, without=int(people == 9))
    own = {"none": {}, "empty": {"a": ("",) * people}, "each their own": {"a": tuple(map(str, range(people)))}}
    of = replace(of, labels=own[labels])
    answers = [SimulatedMatcher(spread=2.0).template(image) for image in images]
    found = evaluate(of, answers, material(of, "few"), ABOUT, 1, lambda done, total: None).evaluation
    read = json.loads(written(document(found)))
    assert [problem.message for problem in Draft202012Validator(SCHEMA).iter_errors(read)] == []
    assert page(found).count("<svg viewBox=") >= 5
    assert card(found).startswith("# simulated-1\n")


def test_nothing_that_looks_like_a_rate_lacks_a_part() -> None:
    odd = [each for each in objects(document(EVALUATION)) if "estimate" in each and not set(each) >= RATE]
    assert {frozenset(each) for each in odd} == {frozenset({"estimate", "low", "high"})}, "ratios only"


def test_a_bound_that_there_is_not_is_null() -> None:
    found = document(EVALUATION)["differentials"]
    assert EVALUATION.differentials[1].worst_to_best == Ratio(2.67, 1.4, inf)
    assert found[1]["worst_to_best"] == {"estimate": 2.67, "low": 1.4, "high": None}


def test_the_members_that_others_rely_on() -> None:
    found = document(EVALUATION)
    assert set(found["verification"]["tmr_at_fmr"]) == {"0.001", "0.0001"}
    assert {"gallery_size", "mated", "non_mated", "rank1", "rank6", "fnir_at_fpir"} <= set(found["identification"])
    assert set(found["identification"]["fnir_at_fpir"]) == {"0.1", "0.01", "0.001"}
    assert set(found["fta"]) >= RATE
    for group in found["groups"]:
        assert {"column", "value", "n", "fpir", "fnir", "fta"} <= set(group)
        assert group["fpir"] == group["fpir_at_fpir"][group["at"]]


def test_people_are_counted_and_not_named() -> None:
    assert b"person0" not in written(document(simulated().evaluation))
    assert document(EVALUATION)["data"]["left_out"]["label_lines"] == 2


def test_every_member_stands_in_the_specification() -> None:
    text = SPECIFICATION.read_text(encoding="utf-8")
    named = {name for each in objects(SCHEMA) for name in each.get("properties", {})}
    assert sorted(name for name in named if not re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.])", text)) == []
