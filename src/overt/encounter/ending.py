"""Ends at any step, refused steps, corrections, and what is still owed.

Rules:
* Every early end is one tap, from any step that is open, and counted. Declining has no consequence in the software;
  what followed is asked afterwards, as an entry of its own.
* A refused step of somebody who is signed in leaves an entry with the refusal's code.
* A correction is a new entry and changes nothing that was recorded. Fields and notice can be corrected only once no
  search can follow; a comparison never.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from overt.encounter.closing import (
    check_demographics,
    check_identity,
    check_outcome,
    demographics_value,
    identity_value,
    outcome_value,
)
from overt.encounter.encounter import Encounter
from overt.encounter.judging import check_decision, decision_value
from overt.encounter.moves import Move, follow_up, move, require_open
from overt.encounter.opening import notice_is_owed
from overt.encounter.steps import (
    Correction,
    Decision,
    Demographics,
    FieldCorrection,
    FollowUp,
    Identity,
    Outcome,
    State,
)
from overt.errors import (
    DeclinedPhoto,
    EncounterRefusal,
    EndedEarly,
    NothingFollowedToRecord,
    NothingToCorrect,
    Refusal,
    UnknownCode,
)
from overt.identifiers import JsonValue
from overt.ledger.canonical import canonical
from overt.ledger.deeds import Deed
from overt.policy import Policy
from overt.policy.codes import NOT_REQUIRED, End

Correctable = Decision | Outcome | Demographics | Identity | FieldCorrection


def end(policy: Policy, encounter: Encounter, code: str) -> Move:
    """End a check early.

    Raises:
        CheckEnded, CheckCompleted: there is nothing to end.
        UnknownCode: not an end of the policy.
    """
    require_open(encounter)
    if code not in policy.codes.ends:
        raise UnknownCode("Not in the policy: end.")
    fields = {"end": code, "step": encounter.state.value}
    return move(encounter, Deed.ENCOUNTER_CHECK_ENDED, fields, None, {"state": State.ENDED, "end": code})


def refusal_for_end(code: str) -> EncounterRefusal:
    """How an end is reported to whoever waited for an answer."""
    return DeclinedPhoto() if code == End.DECLINED_PHOTO else EndedEarly(f"The check ended early: {code}.")


def record_what_followed(policy: Policy, encounter: Encounter, code: str, now: datetime) -> Move:
    """Record what followed after a person declined the photograph.

    Raises:
        NothingFollowedToRecord: the person did not decline, or it was recorded before.
        UnknownCode: not in the policy.
    """
    if encounter.end != End.DECLINED_PHOTO or encounter.followed is not None:
        raise NothingFollowedToRecord()
    if code not in policy.codes.followed:
        raise UnknownCode("Not in the policy: followed.")
    value: JsonValue = {"followed": code, "at": now.isoformat()}
    return follow_up(encounter, FollowUp.WHAT_FOLLOWED, value, {"followed": code})


def step_refused(encounter: Encounter, refusal: Refusal) -> Move:
    """Count a step that was refused; possible at any time, since somebody may always try.

    Once there is an answer, a code such as `corroboration_required` would tell the public what became of it, and so
    would the bare fact that something was refused: from then on it is a follow-up among others.
    """
    changes = {"step_refusals": (*encounter.step_refusals, refusal.code)}
    if encounter.answered_at is not None:
        return follow_up(encounter, FollowUp.REFUSED_STEP, refusal.code, changes)
    return move(encounter, Deed.ENCOUNTER_STEP_REFUSED, {"refusal": refusal.code}, None, changes)


def correct(policy: Policy, encounter: Encounter, value: Correctable, now: datetime) -> Move:
    """Record a correction beside what it corrects. It is held to the same rules as what it corrects.

    Raises:
        NothingToCorrect: the step was not recorded, or it is a field before the search.
        EncounterRefusal: what was recorded so in the first place would have been refused.
    """
    step, text = _corrected(policy, encounter, value, now)
    correction = Correction(step, canonical(text).decode(), now)
    corrections = (*encounter.corrections, correction)
    return follow_up(encounter, FollowUp.CORRECTION, {"step": step, "value": text}, {"corrections": corrections})


def _corrected(policy: Policy, encounter: Encounter, value: Correctable, now: datetime) -> tuple[str, JsonValue]:
    """The step and what is committed to, once the value is one that could have been recorded."""
    match value:
        case Decision():
            _require_recorded(encounter.decision)
            check_decision(policy, encounter, value)
            return "decision", decision_value(value)
        case Outcome():
            _require_recorded(encounter.outcome)
            check_outcome(policy, encounter, value, now)
            return "outcome", outcome_value(value)
        case Demographics():
            _require_recorded(encounter.demographics)
            check_demographics(policy, value)
            return "demographics", demographics_value(value)
        case Identity():
            _require_recorded(encounter.identity)
            check_identity(policy, encounter, value)
            return "identity", identity_value(value, now)
        case FieldCorrection():
            return _corrected_field(policy, encounter, value)


def _corrected_field(policy: Policy, encounter: Encounter, value: FieldCorrection) -> tuple[str, JsonValue]:
    if value.name == "followed":
        _require_recorded(encounter.followed)
    elif encounter.answered_at is None and encounter.state is not State.ENDED:
        raise NothingToCorrect()
    known = _FIELD_LISTS.get(value.name)
    if known is None:
        raise NothingToCorrect()
    if value.code not in known(policy) and (value.name, value.code) != ("offence", NOT_REQUIRED):
        raise UnknownCode(f"Not in the policy: {value.name}.")
    step = {"notice": "notice", "followed": "what-followed"}.get(value.name, "fields")
    return step, {"name": value.name, "code": value.code}


def _require_recorded(recorded: object | None) -> None:
    if recorded is None:
        raise NothingToCorrect()


_FIELD_LISTS: Mapping[str, Callable[[Policy], Mapping[str, object]]] = {
    "ground": lambda policy: policy.grounds,
    "details": lambda policy: policy.codes.details,
    "power": lambda policy: policy.codes.powers,
    "offence": lambda policy: policy.codes.offences,
    "tried_first": lambda policy: policy.codes.tried_first,
    "place": lambda policy: policy.codes.places,
    "area": lambda policy: policy.codes.areas,
    "age": lambda policy: policy.codes.ages,
    "notice": lambda policy: policy.codes.notices,
    "without_this": lambda policy: policy.codes.without_this,
    "followed": lambda policy: policy.codes.followed,
}


class OwedKind(StrEnum):
    """What a check may leave to be done."""

    IDENTITY_ESTABLISHED_BY = "identity-established-by"
    NOTICE = "notice-owed"
    WHAT_FOLLOWED = "what-followed"


@dataclass(frozen=True, slots=True)
class Owed:
    """A task with its deadline; `overdue` as of the moment that was asked about."""

    kind: OwedKind
    due: datetime
    overdue: bool


def owed(policy: Policy, encounter: Encounter, now: datetime) -> tuple[Owed, ...]:
    """What this check still owes at `now`, in the order of deadlines."""
    days = policy.deadlines
    tasks: list[tuple[OwedKind, datetime | None, int]] = []
    if encounter.identity is None:
        tasks.append((OwedKind.IDENTITY_ESTABLISHED_BY, encounter.answered_at, days.identity_established_days))
    if notice_is_owed(encounter):
        tasks.append((OwedKind.NOTICE, encounter.notice_at, days.notice_owed_days))
    if encounter.end == End.DECLINED_PHOTO and encounter.followed is None:
        tasks.append((OwedKind.WHAT_FOLLOWED, encounter.opened_at, days.what_followed_days))
    due = sorted((since + timedelta(days=count), kind) for kind, since, count in tasks if since is not None)
    return tuple(Owed(kind, moment, moment < now) for moment, kind in due)
