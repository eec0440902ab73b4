"""A small force on paper: its policy, its people, a lawful check, and how far a check can be carried."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from overt.access import SIMULATED_CAPTURE, Officer, Role
from overt.encounter import (
    Answer,
    CandidateAnswer,
    CodedFields,
    Comparison,
    Decision,
    Demographics,
    Encounter,
    Move,
    Outcome,
    People,
    PilotUse,
    State,
    authorise_search,
    decide,
    issue_receipt,
    open_check,
    read_fields,
    record_comparison,
    record_demographics,
    record_notice,
    record_outcome,
    reveal,
    search_answered,
)
from overt.identifiers import EncounterId, OfficerId, ReferenceId
from overt.policy import Policy, demonstration_policy, parse_policy

STARTS, ENDS = date(2026, 11, 1), date(2027, 4, 30)
NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
POLICY: Policy = parse_policy(demonstration_policy(STARTS, ENDS))
CONTRACT = POLICY.model.contract
KEY = hashlib.sha256(b"once").digest()
ID = EncounterId(UUID(int=7))
OFFICER = Officer(OfficerId("demo-officer"), frozenset({Role.OFFICER}), date(2027, 12, 31))
COLLEAGUE = Officer(OfficerId("demo-colleague"), frozenset({Role.OFFICER}), date(2027, 12, 31))
SUPERVISOR = Officer(OfficerId("demo-supervisor"), frozenset({Role.SUPERVISOR}), date(2027, 12, 31))
PEOPLE = People(OFFICER, COLLEAGUE, SUPERVISOR)
NOBODY_YET = PilotUse(frozenset(), 0)
SHOWN = (ReferenceId(31), ReferenceId(7), ReferenceId(12))
NOT_STATED = Demographics("not-stated", "not-stated", "not-stated", "not-stated")

STREET_STOP: dict[str, object] = {
    "officer": "demo-officer",
    "ground": "identity-doubted",
    "details": "given-doubted",
    "power": "common-law-crime",
    "offence": "theft",
    "tried_first": ["asked-again", "document"],
    "place": "street",
    "area": "demo-centre",
    "age": "adult",
    "notice": "given",
    "without_this": "would-arrest",
}
RISK: dict[str, object] = {
    **{name: value for name, value in STREET_STOP.items() if name != "offence"},
    "ground": "missing",
    "details": "cannot-give",
    "power": "common-law-life",
}


def fields(base: dict[str, object] = STREET_STOP, /, **changes: object) -> CodedFields:
    """The fields of a lawful street stop, with changes; None takes a field away."""
    document = {name: value for name, value in {**base, **changes}.items() if value is not None}
    return read_fields(document)


def opened(coded: CodedFields | None = None, policy: Policy = POLICY, **options: Any) -> Move:
    """An opened check."""
    keywords: dict[str, Any] = {"encounter_id": ID, "once_key": KEY, "now": NOW, **options}
    people, use = keywords.pop("people", PEOPLE), keywords.pop("use", NOBODY_YET)
    return open_check(policy, coded or fields(), people, use, **keywords)


def comparison(encounter: Encounter, verdict: str = "same", elapsed_ms: int = 9000) -> Comparison:
    """A careful comparison of every candidate shown."""
    features = {"eyes": "similar", "nose": "similar", "ears": "cannot-tell"}
    return Comparison(tuple(CandidateAnswer(each, features, verdict, elapsed_ms) for each in encounter.candidates))


def answer(candidates: tuple[ReferenceId, ...] = SHOWN) -> Answer:
    """An answer with these candidates."""
    return Answer(candidates, CONTRACT, 437_500, 99_870, SIMULATED_CAPTURE)


def lawful_decision(encounter: Encounter) -> Decision:
    """A lead on the first candidate, or that there was none."""
    return Decision("follow-lead", encounter.candidates[0]) if encounter.candidates else Decision("no-candidate")


def _searched(encounter: Encounter, candidates: tuple[ReferenceId, ...]) -> Move:
    authority = authorise_search(POLICY, encounter, PEOPLE, CONTRACT, NOW)
    return search_answered(POLICY, encounter, authority, answer(candidates), NOW)


def carried_to(
    state: State, candidates: tuple[ReferenceId, ...] = SHOWN, coded: CodedFields | None = None
) -> list[Move]:
    """The moves of a check, step after step, up to and with the one that reaches `state`."""
    notice = (coded or fields()).notice or "given"
    steps: tuple[Callable[[Encounter], Move], ...] = (
        lambda each: record_notice(POLICY, each, notice, NOW),
        lambda each: _searched(each, candidates),
        lambda each: record_comparison(POLICY, each, comparison(each)),
        reveal,
        lambda each: decide(POLICY, each, lawful_decision(each)),
        lambda each: record_outcome(POLICY, each, Outcome("let-go", NOW), NOW),
        lambda each: record_demographics(POLICY, each, NOT_STATED),
        lambda each: issue_receipt(POLICY, each, "AB12-CD34", False),
    )
    moves = [opened(coded)]
    for step in steps:
        if moves[-1].encounter.state is state:
            break
        moves.append(step(moves[-1].encounter))
    assert moves[-1].encounter.state is state
    return moves


def at(state: State, candidates: tuple[ReferenceId, ...] = SHOWN, coded: CodedFields | None = None) -> Encounter:
    """A check that has come to `state`."""
    return carried_to(state, candidates, coded)[-1].encounter


def later(**span: int) -> datetime:
    """`NOW` and some time."""
    return NOW + timedelta(**span)


def with_grounds(policy: Policy, ground: str, **changes: Any) -> Policy:
    """A policy with one ground changed; for tests of what the machine does, past the floor."""
    return replace(policy, grounds={**policy.grounds, ground: replace(policy.grounds[ground], **changes)})
