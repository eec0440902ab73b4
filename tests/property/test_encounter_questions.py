"""Asking one question at a time refuses exactly what asking all at once would: never too early, never too late."""

from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from overt.encounter.questions import ORDER, Kind, due, early_refusal, needs_sign_off, next_question, question
from overt.encounter.rules import check_fields
from overt.errors import EncounterRefusal, SignOffRequired
from overt.identifiers import OfficerId
from overt.policy.codes import MAYBE_CHILD, NOT_REQUIRED, Ground
from unit.encounter.builders import NOW, POLICY, fields

FIELDS = fields()
DECIDING = ("age", "power", "offence", "ground", "details", "place")
CHOICES: dict[str, list[str]] = {name: list(question(POLICY, name).options) for name in DECIDING}
answers_to_some = st.fixed_dictionaries({}, optional={name: st.sampled_from(CHOICES[name]) for name in DECIDING})


def allowed(answers: dict[str, str]) -> bool:
    """Whether the slow, obvious check lets these complete answers through; a sign-off is taken as given."""
    signed = OfficerId("supervisor") if answers["age"] in MAYBE_CHILD else FIELDS.sign_off
    whole: Any = replace(FIELDS, notice=None, sign_off=signed, **answers)
    try:
        check_fields(POLICY, whole, NOW)
    except SignOffRequired:
        return True
    except EncounterRefusal:
        return False
    return True


COMPLETE = [dict(zip(DECIDING, codes, strict=True)) for codes in product(*CHOICES.values())]
LAWFUL = [frozenset(each.items()) for each in COMPLETE if allowed(each)]


@given(answers_to_some)
def test_it_refuses_exactly_when_nothing_lawful_can_follow(answers: dict[str, str]) -> None:
    given_so_far = frozenset(answers.items())
    can_follow = any(given_so_far <= lawful for lawful in LAWFUL)
    assert (early_refusal(POLICY, answers) is None) == can_follow


@given(st.sampled_from(COMPLETE))
def test_the_order_finds_the_refusal_at_the_first_answer_that_makes_it_so(answers: dict[str, str]) -> None:
    so_far: dict[str, str] = {}
    for name in (each for each in ORDER if each in DECIDING):
        before = early_refusal(POLICY, so_far)
        so_far[name] = answers[name]
        after = early_refusal(POLICY, so_far)
        assert before is None or after is not None, "a refusal does not go away by answering more"


@given(answers_to_some, st.booleans())
def test_questions_come_in_one_order_and_end(answers: dict[str, Any], second: bool) -> None:
    asked = due(answers, second_in_stop=second)
    assert list(asked) == [name for name in ORDER if name in asked]
    assert ("second_check_reason" in asked) == second
    assert ("intelligence_reference" in asked) == (answers.get("ground") == Ground.INTELLIGENCE_OF_RISK)
    filled = dict(answers)
    for _ in ORDER:
        name = next_question(filled, second_in_stop=second)
        if name is None:
            break
        filled[name] = "x"
    assert next_question(filled, second_in_stop=second) is None


@given(answers_to_some)
def test_a_child_always_needs_a_sign_off(answers: dict[str, str]) -> None:
    if answers.get("age") in MAYBE_CHILD:
        assert needs_sign_off(POLICY, answers)


def test_every_code_of_the_policy_is_offered_and_none_is_first_by_design() -> None:
    for name in ("age", "power", "details", "place", "tried_first"):
        options = list(question(POLICY, name).options.values())
        assert options == sorted(options, key=str.casefold), name
    assert list(question(POLICY, "offence").options)[-1] == NOT_REQUIRED
    assert question(POLICY, "tried_first").kind is Kind.SEVERAL
