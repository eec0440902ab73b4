"""Pages after the strength was told: what is on no list is refused, and an error stands where it can be put right."""

from collections.abc import Iterator

import pytest

from overt.encounter import State
from overt.encounter.closing import MOST_CORROBORATIONS
from overt.errors import DecisionNotPossible, Refusal, TimeOutOfOrder, UnknownCode, UsageError
from simulators.came_back import Asked, CameBack, what_came
from simulators.force import Force
from simulators.routes import URLENCODED, form
from simulators.standing import arrested, decided, revealed
from simulators.trainee import Trainee, trainee

DOCUMENT = {"act": "add", "code": "document", "reference": "AB 1", "time": "00:00"}


@pytest.fixture(scope="module")
def officer(shared_force: Force) -> Iterator[Trainee]:
    shared_force.enrol(1)
    with trainee(shared_force, way="check") as signed_in:
        yield signed_in


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("follow-lead:Z", UnknownCode),
        ("follow-lead:", UnknownCode),
        ("follow-lead", DecisionNotPossible),
        ("none-of-them:Z", UnknownCode),
        ("none-of-them:A", DecisionNotPossible),
    ],
)
def test_no_decision_but_those_on_the_page_is_taken(officer: Trainee, said: str, refusal: type[Refusal]) -> None:
    check = revealed(officer)
    answer = officer.post(f"{check}/result", decision=said)
    assert what_came(answer) is CameBack.REFUSED
    assert f"<code>{refusal.code}</code>" in answer.text
    assert officer.force.instance.book.load(check).decision is None


@pytest.mark.parametrize("said", ["not-enrolled:Z", "not-known:", "candidate-shown:Z", "candidate-shown"])
def test_nobody_is_who_it_was_but_those_on_the_page(officer: Trainee, said: str) -> None:
    check = decided(officer)
    answer = officer.post(f"{check}/identity/document", who_it_was=said)
    assert what_came(answer) is CameBack.REFUSED
    assert officer.force.instance.book.load(check).identity is None


def test_a_lead_names_the_candidate_of_its_letter(officer: Trainee) -> None:
    check = decided(officer)
    officer.post(f"{check}/identity/document", who_it_was="candidate-shown:A")
    stored = officer.force.instance.book.load(check)
    assert stored.decision is not None
    assert stored.identity is not None
    assert stored.candidates == (stored.decision.reference,) == (stored.identity.reference,)


def test_a_second_press_on_the_outcome_leads_on_and_refuses_nothing(officer: Trainee) -> None:
    check = decided(officer)
    said = {"content": form({"outcome": "let-go", "when": "now"}), "headers": URLENCODED}
    first, second = (officer.sender().post(f"/check/{check}/outcome", **said) for _ in range(2))  # type: ignore[arg-type]
    assert first.headers["location"] == second.headers["location"] == f"/check/{check}/about"
    stored = officer.force.instance.book.load(check)
    assert (stored.state, stored.step_refusals) == (State.OUTCOME_RECORDED, ())


@pytest.mark.parametrize("outcome", ["let-go", "arrested"])
def test_a_time_before_the_check_is_said_at_the_time_at_once(officer: Trainee, outcome: str) -> None:
    check = decided(officer)
    answer = officer.post(f"{check}/outcome", outcome=outcome, when="earlier", time="00:00")
    assert what_came(answer) is CameBack.ASKED_AGAIN
    assert Asked(answer.text).summary == [("time", TimeOutOfOrder.message)]
    assert f'value="{outcome}" checked' in answer.text, "what was said stays"


def test_a_missing_video_is_said_at_its_field_and_missing_corroboration_at_its_button(officer: Trainee) -> None:
    check = arrested(officer)
    without = officer.post(f"{check}/corroboration", act="done", no_video="yes")
    assert [field for field, _ in Asked(without.text).summary] == ["done"]
    officer.post(f"{check}/corroboration", **DOCUMENT)
    for said in ({}, {"video": "BWV\u200b1"}, {"video": "9" * 101}):
        answer = officer.post(f"{check}/corroboration", act="done", **said)
        assert what_came(answer) is CameBack.ASKED_AGAIN
        assert [field for field, _ in Asked(answer.text).summary] == ["video"]


def test_one_corroboration_too_many_is_refused_and_the_others_can_still_be_handed_in(officer: Trainee) -> None:
    check = arrested(officer)
    for _ in range(MOST_CORROBORATIONS):
        assert officer.post(f"{check}/corroboration", **DOCUMENT).status_code == 200
    answer = officer.post(f"{check}/corroboration", **DOCUMENT)
    assert (answer.status_code, UsageError.code in answer.text) == (400, True)
    officer.post(f"{check}/corroboration", act="done", no_video="yes")
    assert officer.force.instance.book.load(check).state is State.OUTCOME_RECORDED
