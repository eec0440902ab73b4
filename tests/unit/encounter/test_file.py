"""The coded fields file, and the examples that come with the product."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from overt.encounter import (
    Decision,
    State,
    decide,
    decision_from_file,
    outcome_from_file,
    read_encounter_file,
    record_demographics,
    record_outcome,
)
from overt.encounter.rules import check_fields
from overt.errors import EncounterRefusal, IncompleteEncounter, UsageError
from unit.encounter.builders import NOW, POLICY, SHOWN, STREET_STOP, at, fields

EXAMPLES = Path(__file__).parents[3] / "examples"
LAWFUL = ("street-stop", "missing", "child-missing", "unconscious", "declined")
REFUSED = {"incomplete": "incomplete_encounter", "school": "ground_not_allowed_here"}


def example(name: str) -> dict[str, object]:
    return tomllib.loads((EXAMPLES / f"{name}.toml").read_text())


def test_every_example_is_tested() -> None:
    assert {path.stem for path in EXAMPLES.glob("*.toml")} == {*LAWFUL, *REFUSED}


@pytest.mark.parametrize("name", LAWFUL)
def test_a_lawful_example_is_lawful(name: str) -> None:
    file = read_encounter_file(example(name))
    check_fields(POLICY, file.fields, NOW)
    assert file.fields.officer == "demo-officer"


@pytest.mark.parametrize("name", [each for each in LAWFUL if each != "declined"])
@pytest.mark.parametrize("candidates", [(), SHOWN], ids=["none", "some"])
def test_a_lawful_example_goes_on_to_its_receipt(name: str, candidates: tuple) -> None:  # type: ignore[type-arg]
    file = read_encounter_file(example(name))
    assert file.decision is not None
    assert file.outcome is not None
    assert file.demographics is not None
    revealed = at(State.REVEALED, candidates, file.fields)
    strongest = candidates[-1] if candidates else None
    decided = decide(POLICY, revealed, decision_from_file(POLICY, file.decision, revealed, strongest)).encounter
    told = record_outcome(POLICY, decided, outcome_from_file(file.outcome, NOW), NOW).encounter
    assert record_demographics(POLICY, told, file.demographics).encounter.state is State.DEMOGRAPHICS_RECORDED


def test_the_declined_example_ends() -> None:
    assert read_encounter_file(example("declined")).end == "declined-photo"


@pytest.mark.parametrize(("name", "code"), REFUSED.items())
def test_a_refused_example_is_refused_for_its_reason(name: str, code: str) -> None:
    with pytest.raises(EncounterRefusal) as caught:
        check_fields(POLICY, read_encounter_file(example(name)).fields, NOW)
    assert caught.value.code == code


def test_the_street_stop_has_the_fields_of_the_rules() -> None:
    told = {"decision", "outcome", "demographics"}
    assert set(example("street-stop")) - told == set(STREET_STOP)


def test_a_bare_file_is_its_fields() -> None:
    file = read_encounter_file(STREET_STOP)
    assert file.fields == fields()
    assert (file.end, file.followed, file.decision, file.outcome, file.demographics) == (None,) * 5


def test_a_lead_follows_the_strongest_candidate_and_nothing_else_names_one() -> None:
    file = read_encounter_file(example("street-stop"))
    assert file.decision is not None
    some, none = at(State.REVEALED), at(State.REVEALED, ())
    assert decision_from_file(POLICY, file.decision, some, SHOWN[1]) == Decision("follow-lead", SHOWN[1])
    assert decision_from_file(POLICY, file.decision, none, None) == Decision("no-candidate")


def test_relative_times_are_put_in() -> None:
    table = {"code": "document", "reference": "passport 1", "minutes_before": 3}
    file = read_encounter_file({**STREET_STOP, "outcome": {"code": "detained", "corroboration": [table]}})
    assert file.outcome is not None
    outcome = outcome_from_file(file.outcome, NOW)
    assert outcome.at == NOW
    assert outcome.corroborations[0].at == NOW - timedelta(minutes=3)


@pytest.mark.parametrize(
    "extra",
    [
        {"end": 1},
        {"decision": "follow-lead"},
        {"decision": {"with_candidates": "x", "without_candidates": "y", "why": "z"}},
        {"outcome": {"code": "let-go", "note": "free text"}},
        {"outcome": {"code": "let-go", "corroboration": "document"}},
        {"outcome": {"code": "let-go", "corroboration": ["document"]}},
        {"outcome": {"code": "x", "corroboration": [{"code": "document", "reference": "1", "minutes_before": -1}]}},
        {"outcome": {"code": "x", "corroboration": [{"code": "document", "reference": "1", "minutes_before": True}]}},
        {"outcome": {"code": "x", "corroboration": [{"code": "document", "reference": "1"}]}},
        {"demographics": {"religion": "x"}},
        {"photo": "x.jpg"},
    ],
)
def test_what_is_not_of_the_form_is_a_usage_error(extra: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        read_encounter_file({**STREET_STOP, **extra})


@pytest.mark.parametrize(
    "extra",
    [
        {"decision": {"with_candidates": "follow-lead"}},
        {"outcome": {}},
        {"outcome": {"code": ""}},
        {"demographics": {"sex": "male"}},
    ],
)
def test_a_table_that_is_there_is_complete(extra: dict[str, object]) -> None:
    with pytest.raises(IncompleteEncounter):
        read_encounter_file({**STREET_STOP, **extra})
