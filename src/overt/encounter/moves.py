"""What every move shares: the order of the steps, and one ledger entry for each.

Rule: `move` and `follow_up` are the only places where an encounter gets a new version, and they make exactly one
`EntryDraft` each time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from overt.encounter.encounter import Encounter
from overt.encounter.steps import FollowUp, State
from overt.errors import (
    AlreadyRevealed,
    AnswerMissing,
    CheckCompleted,
    CheckEnded,
    ComparisonAlreadyRecorded,
    ComparisonMissing,
    DecisionAlreadyRecorded,
    DecisionMissing,
    DemographicsAlreadyRecorded,
    DemographicsMissing,
    NoticeAlreadyRecorded,
    NoticeMissing,
    OutcomeAlreadyRecorded,
    OutcomeMissing,
    PolicyChanged,
    RevealMissing,
    SearchAlreadyAnswered,
    StepRefusal,
    TimeOutOfOrder,
    UsageError,
)
from overt.identifiers import JsonValue
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.ledger.fields import FieldValue
from overt.policy import Policy

_ORDER = tuple(State)
_STILL_MISSING: Mapping[State, type[StepRefusal]] = MappingProxyType(
    {
        State.OPENED: NoticeMissing,
        State.NOTICED: AnswerMissing,
        State.ANSWERED: ComparisonMissing,
        State.COMPARED: RevealMissing,
        State.REVEALED: DecisionMissing,
        State.DECIDED: OutcomeMissing,
        State.OUTCOME_RECORDED: DemographicsMissing,
    }
)
_DONE_ALREADY: Mapping[State, type[StepRefusal]] = MappingProxyType(
    {
        State.OPENED: NoticeAlreadyRecorded,
        State.NOTICED: SearchAlreadyAnswered,
        State.ANSWERED: ComparisonAlreadyRecorded,
        State.COMPARED: AlreadyRevealed,
        State.REVEALED: DecisionAlreadyRecorded,
        State.DECIDED: OutcomeAlreadyRecorded,
        State.OUTCOME_RECORDED: DemographicsAlreadyRecorded,
    }
)


@dataclass(frozen=True, slots=True)
class Move:
    """What a move gives: the encounter after it, and its one ledger entry."""

    encounter: Encounter
    entry: EntryDraft


def move(
    encounter: Encounter,
    deed: Deed,
    fields: Mapping[str, FieldValue] | None = None,
    private: Mapping[str, JsonValue] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Move:
    """The encounter with `changes` and one deed more, and the deed's entry."""
    entry = EntryDraft(deed, fields or {}, private or {}, encounter.past.count(deed) + 1)
    return Move(replace(encounter, past=(*encounter.past, deed), **(changes or {})), entry)


def follow_up(encounter: Encounter, kind: FollowUp, value: JsonValue, changes: Mapping[str, Any]) -> Move:
    """The encounter with `changes` and one follow-up more; its entry commits to kind and value, and tells neither."""
    number = sum(isinstance(each, FollowUp) for each in encounter.past) + 1
    private: dict[str, JsonValue] = {"follow_up": {"kind": kind, "value": value}}
    entry = EntryDraft(Deed.ENCOUNTER_FOLLOW_UP_RECORDED, {}, private, number)
    return Move(replace(encounter, past=(*encounter.past, kind), **changes), entry)


def require_open(encounter: Encounter) -> None:
    """Raises:
    CheckEnded, CheckCompleted: no step follows any more.
    """
    if encounter.state is State.ENDED:
        raise CheckEnded()
    if encounter.state is State.COMPLETED:
        raise CheckCompleted()


def require_state(encounter: Encounter, due: State) -> None:
    """Refuse a step that is not the next one.

    Args:
        encounter: as it stands.
        due: the state from which the step leads on.

    Raises:
        CheckEnded, CheckCompleted: no step follows any more.
        StepRefusal: the leaf that names the step that comes first, or that this one was taken already.
    """
    require_open(encounter)
    if _ORDER.index(encounter.state) < _ORDER.index(due):
        raise _STILL_MISSING[encounter.state]()
    if encounter.state is not due:
        raise _DONE_ALREADY[due]()


def require_answered(encounter: Encounter) -> None:
    """Raises:
    StepRefusal: there was no search, or it goes on and its decision is still missing.
    """
    if encounter.answered_at is None:
        raise AnswerMissing()
    if encounter.state in (State.ANSWERED, State.COMPARED, State.REVEALED):
        raise _STILL_MISSING[encounter.state]()


def require_policy(policy: Policy, encounter: Encounter) -> None:
    """Raises:
    PolicyChanged: the encounter was opened under another version.
    """
    if policy.digest != encounter.policy:
        raise PolicyChanged()


def require_past(moment: datetime, now: datetime) -> None:
    """Raises:
    UsageError: the moment has no time zone.
    TimeOutOfOrder: it lies in the future.
    """
    if moment.utcoffset() is None:
        raise UsageError("A time needs its time zone.")
    if moment > now:
        raise TimeOutOfOrder()


def yes_no(value: bool) -> str:
    """How a yes or no is written in clear."""
    return "yes" if value else "no"
