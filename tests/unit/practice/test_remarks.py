"""What a trainer would say: each remark where it belongs, and nowhere else."""

import inspect
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from markupsafe import Markup

from overt.encounter import (
    CandidateAnswer,
    Comparison,
    Corroboration,
    Decision,
    Demographics,
    Encounter,
    Outcome,
    State,
)
from overt.encounter.steps import SecondJudgement
from overt.identifiers import OfficerId
from overt.ledger.deeds import Deed
from overt.practice import remarks
from overt.practice.remarks import Lessons, Remark, lessons_of
from overt.practice.scenes import Drawn, Scene
from overt.scope import Source
from overt.service.pages.catalogue import catalogues
from unit.encounter.builders import NOT_STATED, NOW, POLICY, opened

PERSON, TWIN, OTHER = Drawn(2), Drawn(2, alike=True), Drawn(4)
A, B, C = (each.reference(Source.CUSTODY) for each in (TWIN, PERSON, OTHER))
"""As shown: B is the person."""
SCENE = Scene(PERSON, (TWIN, PERSON, OTHER))
GOOD = {A: "different", B: "same", C: "different"}
TOLD = Demographics("w1", "ic1", "male", "25-34")


def answers(verdicts: dict[Any, str], elapsed_ms: int = 9000, features: str = "") -> Comparison:
    said = {A: "different", B: "similar", C: "cannot-tell"}
    return Comparison(
        tuple(
            CandidateAnswer(each, {"eyes": features or said[each]}, verdict, elapsed_ms)
            for each, verdict in verdicts.items()
        )
    )


def check(**changes: Any) -> Encounter:
    """A check that went well, with changes."""
    begun = opened().encounter
    tried = changes.pop("tried_first", begun.fields.tried_first)
    return replace(
        begun,
        fields=replace(begun.fields, tried_first=tried),
        answered_at=NOW,
        candidates=(A, B, C),
        **{
            "state": State.COMPLETED,
            "comparison": answers(GOOD),
            "decision": Decision("follow-lead", B),
            "outcome": Outcome("let-go", NOW),
            "demographics": TOLD,
            **changes,
        },
    )


def lessons(second: SecondJudgement | None = None, **changes: Any) -> Lessons:
    return lessons_of(POLICY, check(**changes), SCENE, second)


def at(seconds: int) -> Corroboration:
    return Corroboration("document", NOW + timedelta(seconds=seconds), "123")


ARREST = Outcome("detained", NOW, (at(-60),))
WELL = [Remark("took-time", True), Remark("judgement-kept", True)]


def test_of_a_check_that_went_well_nothing_is_to_be_looked_at_again() -> None:
    said = lessons()
    assert (list(said.well), said.look_at, said.letters, said.compared) == (WELL, (), "B", True)


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"tried_first": ("not-available",)}, Remark("no-other-means", False)),
        ({"comparison": answers(GOOD, 4999)}, Remark("hurried", False, "A, B, C")),
        (
            {"comparison": answers(dict.fromkeys(GOOD, "cannot-tell"), features="similar")},
            Remark("identical", False),
        ),
        ({"comparison": answers({**GOOD, A: "same", C: "same"})}, Remark("called-same", False, "A, C")),
        (
            {"comparison": answers({**GOOD, B: "different"}), "decision": Decision("none-of-them")},
            Remark("called-different", False, "B"),
        ),
        ({"comparison": answers({**GOOD, A: "cannot-tell"})}, Remark("cannot-tell", True)),
        ({"decision": Decision("none-of-them")}, Remark("judgement-changed", False)),
        ({"decision": Decision("follow-lead", A)}, Remark("judgement-changed", False)),
        ({"decision": Decision("follow-lead", A)}, Remark("lead-elsewhere", False, "A")),
        ({"step_refusals": ("corroboration_required",)}, Remark("uncorroborated", False)),
        ({"step_refusals": ("unknown_code", "corroboration_required")}, Remark("refused-steps", False, count=1)),
        (
            {"outcome": replace(ARREST, corroborations=(at(-60), at(0), at(9)))},
            Remark("corroboration-after", False, count=2),
        ),
        ({"outcome": ARREST}, Remark("corroborated", True)),
        ({"demographics": replace(TOLD, ethnicity_self="not-stated")}, Remark("ask-first", False)),
        ({"demographics": NOT_STATED}, Remark("nothing-stated", False)),
        ({"end": "declined-photo", "state": State.ENDED}, Remark("declined-photo", True)),
        ({"end": "covered", "state": State.ENDED}, Remark("covered", True)),
        ({"second": SecondJudgement(OfficerId("other"), answers(GOOD))}, Remark("second", True)),
        ({"second": SecondJudgement(OfficerId("other"))}, Remark("second-not-awaited", False)),
    ],
)
def test_each_remark_where_it_belongs(changes: dict[str, Any], remark: Remark) -> None:
    said = lessons(**changes)
    assert remark in (said.well if remark.well else said.look_at)
    plain = lessons()
    assert remark not in (*plain.well, *plain.look_at)


def test_only_whoever_was_hurried_is_named() -> None:
    given = answers(GOOD).answers
    said = lessons(comparison=Comparison((given[0], replace(given[1], elapsed_ms=100), given[2])))
    assert Remark("hurried", False, "B") in said.look_at
    assert Remark("took-time", True) not in said.well


def test_photographs_that_could_not_be_used_are_counted() -> None:
    begun = check()
    taken = replace(begun, past=(*begun.past, *[Deed.ENCOUNTER_CAPTURE_REFUSED] * 2))
    assert Remark("retaken", False, count=2) in lessons_of(POLICY, taken, SCENE, None).look_at


def test_a_check_that_ended_before_the_answer_has_nothing_to_compare() -> None:
    ended = replace(opened().encounter, state=State.ENDED, end="mistake")
    assert lessons_of(POLICY, ended, SCENE, None) == Lessons(False, "", (), ())


def test_without_a_candidate_there_is_no_remark_on_judging() -> None:
    said = lessons_of(
        POLICY,
        replace(check(), candidates=(), comparison=Comparison(), decision=Decision("no-candidate")),
        Scene(PERSON, ()),
        None,
    )
    assert said == Lessons(True, "", (), ())


def test_every_remark_has_its_text() -> None:
    codes = set(re.findall(r'Remark\(\s*"([\w-]+)"', inspect.getsource(remarks))) | {"declined-photo", "covered"}
    english = catalogues()["en"]
    prefix = "practice.remark."
    assert codes == {name.removeprefix(prefix) for name in english.english if name.startswith(prefix)}
    assert all(isinstance(english.text(prefix + code, letters="A", count=1), Markup) for code in codes)
