"""The first moves: a check is opened, refused, and the person is told.

Rules:
* A check opens only when every field is answered and allowed together, the officer may, and the pilot runs.
* A refused opening leaves an entry too: the refusal's code in clear, who and which fields as commitments.
* The notice comes before the camera. One that was not understood ends a check on an ordinary ground.
* A notice that could not be given is owed, and given later as an entry of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from overt.encounter.encounter import Encounter
from overt.encounter.fields import NAMES, CodedFields
from overt.encounter.moves import Move, move, require_policy, require_state, yes_no
from overt.encounter.rules import People, PilotUse, check_caps, check_fields, check_people, check_pilot, check_witnesses
from overt.encounter.steps import State
from overt.errors import NoNoticeOwed, NoticeNotAllowed, Refusal, UnknownCode
from overt.identifiers import EncounterId, JsonValue, OfficerId
from overt.ledger.commitment import SECRET_BYTES
from overt.ledger.deeds import Deed
from overt.ledger.entry import EntryDraft
from overt.policy import Policy
from overt.policy.codes import RISK_GROUNDS, Notice
from overt.policy.suspension import require_not_suspended

_SHORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@/-]{0,63}")


def open_check(
    policy: Policy,
    fields: CodedFields,
    people: People,
    use: PilotUse,
    *,
    encounter_id: EncounterId,
    once_key: bytes,
    now: datetime,
    simulated: bool = False,
    second_in_stop: bool = False,
) -> Move:
    """Open a check.

    Args:
        policy: the policy in force.
        fields: as read; a notice among them is checked with the rest, but counts only once it is recorded.
        people: the accounts that the fields name.
        use: what of the pilot has been used, counted in the transaction that stores this check.
        encounter_id: random.
        once_key: 32 random bytes, used for nothing else.
        now: aware.
        simulated: the demonstration's command line plays the phone.
        second_in_stop: this person was checked before in the same stop.

    Raises:
        EncounterRefusal: the leaf class that names what is not allowed.
        ValueError: `once_key` is not 32 bytes.
    """
    if len(once_key) != SECRET_BYTES:
        raise ValueError("a once-key is 32 bytes")
    check_pilot(policy, now, use.public)
    require_not_suspended(use.suspensions, fields)
    check_people(fields, people, now)
    check_fields(policy, fields, now)
    check_witnesses(policy, fields, use, now)
    check_caps(policy, fields, use, second_in_stop=second_in_stop)
    blank = Encounter(
        id=encounter_id,
        state=State.OPENED,
        fields=replace(fields, notice=None),
        policy=policy.digest,
        simulated=simulated,
        once_key=once_key,
        opened_at=now,
        past=(),
    )
    return move(blank, Deed.ENCOUNTER_CHECK_OPENED, _clear(fields, simulated), _private(blank))


def _clear(fields: CodedFields, simulated: bool) -> dict[str, str | tuple[str, ...]]:
    return {
        "ground": fields.ground,
        "details": fields.details,
        "power": fields.power,
        "offence": fields.offence,
        "tried_first": fields.tried_first,
        "place": fields.place,
        "age": fields.age,
        "without_this": fields.without_this,
        "simulated": yes_no(simulated),
    }


def _private(encounter: Encounter) -> dict[str, JsonValue]:
    fields = encounter.fields
    expires = fields.intelligence_expires
    return {
        "officer": fields.officer,
        "operator": fields.operator,
        "area": fields.area,
        "sign_off": fields.sign_off,
        "encounter": {
            "id": str(encounter.id),
            "second_check_reason": fields.second_check_reason,
            "intelligence_reference": fields.intelligence_reference,
            "intelligence_expires": expires.isoformat() if expires else None,
        },
    }


def refused_opening(officer: OfficerId | None, document: Mapping[str, object], refusal: Refusal) -> EntryDraft:
    """The entry of an opening that was refused. Its once-tag needs a fresh secret, since there is no encounter.

    Args:
        officer: who was signed in.
        document: the fields as they came; what cannot be a code is not taken over, so no text can slip in.
        refusal: why.
    """
    kept: dict[str, JsonValue] = {name: _code_only(document[name]) for name in sorted(NAMES & set(document))}
    return EntryDraft(Deed.ENCOUNTER_CHECK_REFUSED, {"refusal": refusal.code}, {"officer": officer, "fields": kept}, 1)


def _code_only(value: object) -> JsonValue:
    if isinstance(value, list | tuple):
        return [_code_only(item) for item in value[:16] if not isinstance(item, list | tuple)]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, str) and _SHORT.fullmatch(value) else "not-a-code"


def record_notice(policy: Policy, encounter: Encounter, notice: str, now: datetime) -> Move:
    """Record how the person was told.

    Leads on to `noticed`, or to `ended` when an ordinary notice was not understood.

    Raises:
        UnknownCode: not a notice of the policy.
        NoticeNotAllowed: this notice does not go with the ground.
        StepRefusal, PolicyChanged: not now.
    """
    require_state(encounter, State.OPENED)
    require_policy(policy, encounter)
    if notice not in policy.codes.notices:
        raise UnknownCode("Not in the policy: notice.")
    ground = encounter.fields.ground
    allowed = notice in policy.grounds[ground].notices
    if not allowed and (notice != Notice.NOT_UNDERSTOOD or ground in RISK_GROUNDS):
        raise NoticeNotAllowed()
    changes = {
        "state": State.NOTICED if allowed else State.ENDED,
        "fields": replace(encounter.fields, notice=notice),
        "notice_at": now,
    }
    return move(encounter, Deed.ENCOUNTER_NOTICE_RECORDED, {"notice": notice}, None, changes)


def notice_is_owed(encounter: Encounter) -> bool:
    """Whether the person could not be told, being unconscious, and has not been told since."""
    return encounter.fields.notice == Notice.UNCONSCIOUS and encounter.owed_notice_at is None


def give_owed_notice(encounter: Encounter, now: datetime) -> Move:
    """Record that a person who was unconscious has been told since; at any time after the check.

    Raises:
        NoNoticeOwed: there is none to give.
    """
    if not notice_is_owed(encounter):
        raise NoNoticeOwed()
    fields = {"notice": Notice.GIVEN.value}
    return move(encounter, Deed.ENCOUNTER_NOTICE_RECORDED, fields, None, {"owed_notice_at": now})
