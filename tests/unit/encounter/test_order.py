"""The order of the steps: every move in every state, against a table written by hand."""

from collections.abc import Callable

import pytest

from overt import errors
from overt.encounter import (
    Decision,
    Encounter,
    Identity,
    Move,
    Outcome,
    State,
    authorise_search,
    capture_refused,
    decide,
    end,
    identity_established,
    issue_receipt,
    record_comparison,
    record_demographics,
    record_notice,
    record_outcome,
    reveal,
    search_answered,
    step_refused,
)
from overt.encounter.steps import Comparison, FollowUp
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from unit.encounter.builders import (
    CONTRACT,
    NOT_STATED,
    NOW,
    PEOPLE,
    POLICY,
    answer,
    at,
    comparison,
    later,
    lawful_decision,
)

STATES = list(State)
AUTHORITY = authorise_search(POLICY, at(State.NOTICED), PEOPLE, CONTRACT, NOW)


def searched(encounter: Encounter) -> Move:
    authorise_search(POLICY, encounter, PEOPLE, CONTRACT, NOW)
    return search_answered(POLICY, encounter, AUTHORITY, answer(), NOW)


def answered_by_a_leftover_authority(encounter: Encounter) -> Move:
    return search_answered(POLICY, encounter, AUTHORITY, answer(), NOW)


MOVES: dict[str, Callable[[Encounter], Move]] = {
    "notice": lambda each: record_notice(POLICY, each, "given", NOW),
    "capture": lambda each: capture_refused(each, errors.CaptureRefusal()),
    "search": searched,
    "leftover": answered_by_a_leftover_authority,
    "comparison": lambda each: record_comparison(POLICY, each, comparison(each)),
    "reveal": reveal,
    "decision": lambda each: decide(POLICY, each, lawful_decision(each)),
    "outcome": lambda each: record_outcome(POLICY, each, Outcome("let-go", NOW), NOW),
    "demographics": lambda each: record_demographics(POLICY, each, NOT_STATED),
    "receipt": lambda each: issue_receipt(POLICY, each, "AB12-CD34", False),
    "identity": lambda each: identity_established(POLICY, each, Identity("court", "not-known"), later(days=3)),
    "end": lambda each: end(POLICY, each, "mistake"),
    "refusal": lambda each: step_refused(each, errors.CheckEnded()),
}
# Each row: what the move gives in opened, noticed, answered, compared, revealed, decided, outcome, demographics,
# completed, ended (before an answer). A word in capitals is a refusal; a state in small letters is where it leads.
TABLE = """
notice       noticed ALREADY-N ALREADY-N ALREADY-N ALREADY-N ALREADY-N ALREADY-N ALREADY-N COMPLETED ENDED
capture      NO-NOTICE noticed ALREADY-S ALREADY-S ALREADY-S ALREADY-S ALREADY-S ALREADY-S COMPLETED ENDED
search       NO-NOTICE answered ALREADY-S ALREADY-S ALREADY-S ALREADY-S ALREADY-S ALREADY-S COMPLETED ENDED
leftover     NO-NOTICE answered ALREADY-S ALREADY-S ALREADY-S ALREADY-S ALREADY-S ALREADY-S COMPLETED ENDED
comparison   NO-NOTICE NO-ANSWER compared ALREADY-C ALREADY-C ALREADY-C ALREADY-C ALREADY-C COMPLETED ENDED
reveal       NO-NOTICE NO-ANSWER NO-COMP revealed ALREADY-R ALREADY-R ALREADY-R ALREADY-R COMPLETED ENDED
decision     NO-NOTICE NO-ANSWER NO-COMP NO-REVEAL decided ALREADY-D ALREADY-D ALREADY-D COMPLETED ENDED
outcome      NO-NOTICE NO-ANSWER NO-COMP NO-REVEAL NO-DEC outcome-recorded ALREADY-O ALREADY-O COMPLETED ENDED
demographics NO-NOTICE NO-ANSWER NO-COMP NO-REVEAL NO-DEC NO-OUT demographics-recorded ALREADY-G COMPLETED ENDED
receipt      NO-NOTICE NO-ANSWER NO-COMP NO-REVEAL NO-DEC NO-OUT NO-DEM completed ALREADY-T ended
identity     NO-ANSWER NO-ANSWER NO-COMP NO-REVEAL NO-DEC same same same same NO-ANSWER
end          ended ended ended ended ended ended ended ended COMPLETED ENDED
refusal      same same same same same same same same same same
"""
REFUSALS = {
    "ALREADY-N": "notice_already_recorded",
    "ALREADY-S": "search_already_answered",
    "ALREADY-C": "comparison_already_recorded",
    "ALREADY-R": "already_revealed",
    "ALREADY-D": "decision_already_recorded",
    "ALREADY-O": "outcome_already_recorded",
    "ALREADY-G": "demographics_already_recorded",
    "ALREADY-T": "receipt_already_issued",
    "COMPLETED": "check_completed",
    "ENDED": "check_ended",
    "NO-NOTICE": "notice_missing",
    "NO-ANSWER": "answer_missing",
    "NO-COMP": "comparison_missing",
    "NO-REVEAL": "reveal_missing",
    "NO-DEC": "decision_missing",
    "NO-OUT": "outcome_missing",
    "NO-DEM": "demographics_missing",
}
CASES = [
    (name, state, cell)
    for name, *cells in (line.split() for line in TABLE.strip().splitlines())
    for state, cell in zip(STATES, cells, strict=True)
]


def standing_at(state: State) -> Encounter:
    """A check in `state`; the ended one ended after its notice."""
    return end(POLICY, at(State.NOTICED), "mistake").encounter if state is State.ENDED else at(state)


@pytest.mark.parametrize(("name", "state", "cell"), CASES)
def test_every_move_in_every_state(name: str, state: State, cell: str) -> None:
    before = standing_at(state)
    if cell in REFUSALS:
        with pytest.raises(errors.EncounterRefusal) as caught:
            MOVES[name](before)
        assert caught.value.code == REFUSALS[cell]
        return
    moved = MOVES[name](before)
    assert moved.encounter.state == (state if cell == "same" else State(cell))
    assert isinstance(moved.entry, EntryDraft)
    assert moved.encounter.past[:-1] == before.past
    follows = isinstance(moved.encounter.past[-1], FollowUp)
    assert moved.entry.deed is (Deed.ENCOUNTER_FOLLOW_UP_RECORDED if follows else moved.encounter.past[-1])
    assert not follows or moved.entry.fields == {}
    assert moved.encounter.version == before.version + 1


def test_the_table_is_whole() -> None:
    assert {name for name, _, _ in CASES} == set(MOVES)
    assert len(CASES) == len(MOVES) * len(STATES)


@pytest.mark.parametrize("state", [each for each in STATES if each is not State.NOTICED])
def test_no_permission_to_search_in_any_other_state(state: State) -> None:
    with pytest.raises(errors.StepRefusal):
        authorise_search(POLICY, standing_at(state), PEOPLE, CONTRACT, NOW)


@pytest.mark.parametrize("code", POLICY.codes.ends)
@pytest.mark.parametrize("state", STATES[:8])
def test_every_end_at_every_step(code: str, state: State) -> None:
    ended = end(POLICY, at(state), code)
    assert ended.entry.fields == {"end": code, "step": state.value}
    assert ended.encounter.end == code
    assert not ended.encounter.is_open


def test_an_unknown_end_is_refused() -> None:
    with pytest.raises(errors.UnknownCode):
        end(POLICY, at(State.OPENED), "other")


def test_a_check_without_candidates_takes_the_same_steps() -> None:
    shapes = []
    for candidates in ((), at(State.ANSWERED).candidates):
        encounter = at(State.COMPLETED, candidates)
        shapes.append(encounter.past)
    assert shapes[0] == shapes[1]


def test_a_comparison_of_nobody_is_empty() -> None:
    encounter = at(State.ANSWERED, ())
    assert record_comparison(POLICY, encounter, Comparison()).encounter.state is State.COMPARED
    assert decide(POLICY, at(State.REVEALED, ()), Decision("no-candidate")).encounter.decision is not None
